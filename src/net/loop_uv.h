/* SPDX-License-Identifier: Apache-2.0
 * What the other files of this floor need of the loop. Nobody outside src/net includes this. */
#ifndef UACAM_NET_LOOP_UV_H
#define UACAM_NET_LOOP_UV_H

#include "net/loop.h"

#include <uv.h>

uv_loop_t *loop_uv(struct loop *l);

/* Storage for one receive, shared by every connection: what is in it is over when the callback returns. */
uv_buf_t loop_receive_buffer(struct loop *l);

/* As err_set(), for a failure that libuv told as a negative `rc`: `fmt`, ": " and libuv's text. */
int err_uv(struct err_text *why, int rc, const char *fmt, ...) printf_like(3, 4);

#endif
