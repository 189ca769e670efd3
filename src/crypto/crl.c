/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/crl.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

X509_CRL *crl_parse(struct slice content)
{
    const unsigned char *at = content.data;
    X509_CRL *crl = d2i_X509_CRL(NULL, &at, (long)content.len);
    if (crl)
        return crl;
    BIO *bio = BIO_new_mem_buf(content.data, (int)content.len);
    crl = bio ? PEM_read_bio_X509_CRL(bio, NULL, NULL, NULL) : NULL;
    BIO_free(bio);
    if (crl)
        ERR_clear_error(); /* of the attempt before */
    return crl;
}
