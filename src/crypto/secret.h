/* SPDX-License-Identifier: Apache-2.0
 * Handling of bytes that nobody else may learn: keys, nonces, passwords. Any thread. */
#ifndef UACAM_CRYPTO_SECRET_H
#define UACAM_CRYPTO_SECRET_H

#include <stdbool.h>
#include <stddef.h>

/* Zeroes them, even where the compiler sees nobody read them again. */
void secret_wipe(void *bytes, size_t n);

/* Equal? Takes as long either way. */
bool secret_equal(const void *a, const void *b, size_t n);

#endif
