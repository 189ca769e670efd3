/* SPDX-License-Identifier: Apache-2.0
 * What a GError of Aravis means to a user. Any thread. */
#ifndef UACAM_CAMERA_GENICAM_MODULE_FAILURE_H
#define UACAM_CAMERA_GENICAM_MODULE_FAILURE_H

#include "base/err.h"

#include <arv.h>
#include <stdint.h>

/* Frees `*e`, which is set, and tells "<camera>: <doing>" with its cause: ERR_GONE (no answer), ERR_BUSY
 * (another program has control), ERR_INVALID (out of range), ERR_UNSUPPORTED (no such feature), ERR_IO. */
int genicam_failed(GError **e, const char *camera, const char *doing, struct err_text *why);

/* The camera does not answer any more. */
int genicam_gone(const char *camera, struct err_text *why);

/* Another program has control over it; `by`: at this IPv4 address, 0 when that is not known. */
int genicam_busy(const char *camera, uint32_t by, struct err_text *why);

#endif
