/* SPDX-License-Identifier: Apache-2.0
 * libjpeg and nothing else: what the luma of a JPEG is measured against. One thread. */
#ifndef UACAM_BENCH_BARE_JPEG_H
#define UACAM_BENCH_BARE_JPEG_H

#include "base/bytes.h"

/* Decodes the JPEG to grey at 1/`shrink` of each side and throws that away. Ends the program when it is
 * broken. ERR_NO_MEMORY. */
must_check int bare_jpeg_decode(struct slice bytes, unsigned shrink);

#endif
