/* SPDX-License-Identifier: Apache-2.0
 * Bytes that claim to be a certificate, with issuers behind it: read, asked, and judged with one trusted
 * certificate at hand. */
#include "crypto/certificate_check.h"
#include "support/fixed_identity.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask(const struct certificate *c)
{
    char thumbprint[2 * THUMBPRINT_SIZE + 1];
    certificate_thumbprint_text(c, thumbprint);
    for (size_t i = 0; i < c->host_count; i++)
        if (certificate_names_host(c, c->hosts[i]) && c->hosts[i].len == 0)
            abort();
    if (!certificate_equal(c, c) || strlen(thumbprint) != 2 * THUMBPRINT_SIZE)
        abort();
}

static void judge(const struct certificate *c)
{
    static struct certificate *trusted;
    if (!trusted && certificate_read_text(slice_of(fixed_server_certificate), &trusted, NULL))
        return;
    struct trust_list list = {.trusted = &trusted, .trusted_count = 1};
    struct certificate_check check = {
        .now_s = 1800000000, .part = USAGE_CLIENT, .host = slice_of("localhost")};
    struct err_text why = {""};
    enum certificate_fault fault = certificate_check(c, &check, &list, &why);
    if (!fault != certificate_equal(c, trusted) || !fault != !strlen(why.text))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct certificate *c;
    struct err_text why = {""};
    int rc = certificate_read_text((struct slice){data, size}, &c, &why);
    if (!rc != !!c || !rc != !strlen(why.text))
        abort();
    if (c) {
        ask(c);
        judge(c);
    }
    certificate_free(c);
    return 0;
}
