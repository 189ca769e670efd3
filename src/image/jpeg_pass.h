/* SPDX-License-Identifier: Apache-2.0
 * Passes the JPEG of a camera through, untouched if any program can show it. Any thread. */
#ifndef UACAM_IMAGE_JPEG_PASS_H
#define UACAM_IMAGE_JPEG_PASS_H

#include "base/blob.h"
#include "base/err.h"
#include "image/frame.h"

/* Has it a picture's data, and an end behind it? Nothing is decoded. */
bool jpeg_is_whole(struct slice bytes);

/* Gives a blob that shares the bytes of `f` and holds a reference to it. Where a camera leaves the standard
 * Huffman tables out, as AVI allows and few programs understand, a copy that has them. ERR_INVALID when it is
 * no JPEG or not whole; ERR_NO_MEMORY. */
must_check int jpeg_pass(struct frame *f, struct blob **out, struct err_text *why);

#endif
