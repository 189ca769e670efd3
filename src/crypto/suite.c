/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/suite.h"

#define RSA_SHA256      "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
#define RSA_PSS_SHA256  "http://opcfoundation.org/UA/security/rsa-pss-sha2-256"
#define RSA_OAEP        "http://www.w3.org/2001/04/xmlenc#rsa-oaep"
#define RSA_OAEP_SHA256 "http://opcfoundation.org/UA/security/rsa-oaep-sha2-256"

const struct suite suite_basic256sha256 = {
    .uri = "http://opcfoundation.org/UA/SecurityPolicy#Basic256Sha256",
    .signature_uri = RSA_SHA256,
    .encryption_uri = RSA_OAEP,
    .signature = SIGNATURE_PKCS1,
    .encryption = ENCRYPTION_OAEP_SHA1,
    .signing_key_size = 32,
    .encryption_key_size = 32,
};

const struct suite suite_aes128_sha256_rsaoaep = {
    .uri = "http://opcfoundation.org/UA/SecurityPolicy#Aes128_Sha256_RsaOaep",
    .signature_uri = RSA_SHA256,
    .encryption_uri = RSA_OAEP,
    .signature = SIGNATURE_PKCS1,
    .encryption = ENCRYPTION_OAEP_SHA1,
    .signing_key_size = 32,
    .encryption_key_size = 16,
};

const struct suite suite_aes256_sha256_rsapss = {
    .uri = "http://opcfoundation.org/UA/SecurityPolicy#Aes256_Sha256_RsaPss",
    .signature_uri = RSA_PSS_SHA256,
    .encryption_uri = RSA_OAEP_SHA256,
    .signature = SIGNATURE_PSS,
    .encryption = ENCRYPTION_OAEP_SHA256,
    .signing_key_size = 32,
    .encryption_key_size = 32,
};

static const struct suite *const suites[] = {
    &suite_basic256sha256,
    &suite_aes128_sha256_rsaoaep,
    &suite_aes256_sha256_rsapss,
};

const struct suite *suite_by_uri(struct slice uri)
{
    for (size_t i = 0; i < ARRAY_LEN(suites); i++)
        if (slice_is(uri, suites[i]->uri))
            return suites[i];
    return NULL;
}
