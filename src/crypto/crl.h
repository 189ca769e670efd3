/* SPDX-License-Identifier: Apache-2.0
 * Certificate revocation lists as files have them. Inside of src/crypto. Any thread. */
#ifndef UACAM_CRYPTO_CRL_H
#define UACAM_CRYPTO_CRL_H

#include "base/bytes.h"

/* From DER or PEM; given. NULL: it is none, or there is no memory. */
struct X509_crl_st *crl_parse(struct slice content);

#endif
