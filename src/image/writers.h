/* SPDX-License-Identifier: Apache-2.0
 * From a raw frame, whole and as large as it is, to the bytes of a picture file. Any thread.
 *
 * All give a new blob; ERR_NO_MEMORY, ERR_INVALID with the library's text. */
#ifndef UACAM_IMAGE_WRITERS_H
#define UACAM_IMAGE_WRITERS_H

#include "base/blob.h"
#include "base/err.h"
#include "image/frame.h"

/* `quality` 1..100 */
must_check int jpeg_write(const struct frame *f, int quality, struct blob **out, struct err_text *why);

/* Grey frames become grey PNGs of 8 bits, the others RGB of 24 bits. */
must_check int png_write(const struct frame *f, struct blob **out, struct err_text *why);

/* 24 bits a pixel, bottom row first. */
must_check int bmp_write(const struct frame *f, struct blob **out, struct err_text *why);

#endif
