/* SPDX-License-Identifier: Apache-2.0
 * Texts of a camera_identity out of whatever a device or a user says. Any thread. */
#ifndef UACAM_CAMERA_IDENTITY_H
#define UACAM_CAMERA_IDENTITY_H

#include "camera/backend.h"

/* Copies to out[CAMERA_TEXT]: bytes that are no UTF-8 become '?', control characters blanks; blanks at the
 * ends go; too long texts are cut between characters. */
void identity_text(char *out, const char *in);

/* As identity_text(), then every run of characters that an id must not have becomes one '-'. */
void identity_id(char *out, const char *in);

/* The same in every run, on every machine (FNV-1a): for ids. */
uint32_t identity_hash(const char *text);

/* ERR_INVALID: too long. */
must_check int identity_uri(struct camera_identity *out, const char *uri, struct err_text *why);

#endif
