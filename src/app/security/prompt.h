/* SPDX-License-Identifier: Apache-2.0
 * Asking the person at the terminal, for commands. What is typed as a secret is not shown. */
#ifndef UACAM_APP_SECURITY_PROMPT_H
#define UACAM_APP_SECURITY_PROMPT_H

#include "base/err.h"
#include "crypto/password.h"

#include <stdbool.h>

/* A line that was typed; wipe it after use. */
struct secret_line {
    char text[PASSWORD_MAX + 2]; /* one too many shows that it is too long */
};

/* Is there somebody to ask? */
bool prompt_possible(void);

/* From the terminal after showing `question`, else one line of standard input. ERR_CLOSED: Ctrl+C, or no
 * line; ERR_LIMIT: it is too long. */
must_check int prompt_secret(const char *question, struct secret_line *out, struct err_text *why);

/* Asks for a new password, twice at a terminal. Also ERR_INVALID: they differ, or it is too short. */
must_check int prompt_new_password(struct secret_line *out, struct err_text *why);

/* Shows `question` and takes y or yes for true; false without a terminal. */
bool prompt_yes(const char *question);

#endif
