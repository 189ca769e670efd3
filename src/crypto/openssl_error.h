/* SPDX-License-Identifier: Apache-2.0
 * OpenSSL's reasons in our words. Only for the files of this floor. Any thread. */
#ifndef UACAM_CRYPTO_OPENSSL_ERROR_H
#define UACAM_CRYPTO_OPENSSL_ERROR_H

#include "base/err.h"

/* As err_set(), with ": " and OpenSSL's own reason behind it where it has one; its queue is empty afterwards.
 * Out of memory there gives ERR_NO_MEMORY. */
int openssl_failed(struct err_text *why, enum err code, const char *fmt, ...) printf_like(3, 4);

#endif
