/* SPDX-License-Identifier: Apache-2.0
 * Random bytes that nobody can guess: session tokens, nonces. Any thread. */
#ifndef UACAM_CRYPTO_RANDOM_H
#define UACAM_CRYPTO_RANDOM_H

#include "base/err.h"

#include <stdint.h>

/* Fills `out`. ERR_IO when the system gives none: do without what needed them. */
must_check int random_bytes(uint8_t *out, size_t n);

#endif
