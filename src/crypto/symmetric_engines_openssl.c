/* SPDX-License-Identifier: Apache-2.0
 * The engines of a build without libipsec-mb. */
#include "crypto/symmetric_engine.h"

const struct symmetric_engine *const symmetric_engines[] = {&openssl_engine, NULL};
