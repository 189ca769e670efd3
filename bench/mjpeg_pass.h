/* SPDX-License-Identifier: Apache-2.0
 * The way of an MJPEG camera's picture through uacam, network and OPC UA apart. */
#ifndef UACAM_BENCH_MJPEG_PASS_H
#define UACAM_BENCH_MJPEG_PASS_H

#include "camera/ip/module/multipart.h"

/* Reads `jpeg` as the next part of `stream`, makes it a frame and that the picture that a client gets. False
 * without memory. */
bool mjpeg_pass(struct multipart *stream, struct slice jpeg);

/* The same picture decoded and encoded anew. */
bool mjpeg_recode(struct slice jpeg);

#endif
