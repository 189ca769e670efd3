/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/certificate_check.h"

#include "crypto/asymmetric.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <time.h>

/* From the certificate itself to one that signed itself. */
struct chain {
    const struct certificate *links[CERTIFICATE_MAX_CHAIN];
    size_t count;
};

#define NAME_ARGS(c) SLICE_ARGS((c)->common_name)

/* ---- chain, signatures ---- */

static bool signed_by(const struct certificate *c, const struct certificate *issuer)
{
    bool good = issuer->key && X509_verify(c->x509, issuer->key) == 1;
    ERR_clear_error();
    return good;
}

static bool named_by(const struct certificate *c, const struct certificate *issuer)
{
    return X509_NAME_cmp(X509_get_issuer_name(c->x509), X509_get_subject_name(issuer->x509)) == 0;
}

/* The one that signed `c`; else `*named` is one that has the right name at least. */
static const struct certificate *issuer_among(const struct certificate *c,
                                              struct certificate *const *candidates, size_t count,
                                              const struct certificate **named)
{
    for (size_t i = 0; i < count; i++) {
        if (!named_by(c, candidates[i]))
            continue;
        if (signed_by(c, candidates[i]))
            return candidates[i];
        *named = candidates[i];
    }
    return NULL;
}

static enum certificate_fault find_issuer(const struct certificate *c, const struct certificate *first,
                                          const struct trust_list *list, const struct certificate **out,
                                          struct err_text *why)
{
    const struct certificate *named = NULL;
    const struct certificate *issuer = issuer_among(c, list->trusted, list->trusted_count, &named);
    if (!issuer)
        issuer = issuer_among(c, list->issuers, list->issuer_count, &named);
    if (!issuer)
        issuer = issuer_among(c, first->issuers, first->issuer_count, &named);
    *out = issuer;
    if (issuer)
        return CERTIFICATE_GOOD;
    if (named) {
        err_set(why, ERR_INVALID, "the signature of certificate \"%.*s\" is wrong", NAME_ARGS(c));
        return CERTIFICATE_INVALID;
    }
    err_set(why, ERR_NOT_FOUND, "the issuer of certificate \"%.*s\" is unknown", NAME_ARGS(c));
    return CERTIFICATE_CHAIN_INCOMPLETE;
}

static enum certificate_fault build_chain(const struct certificate *c, const struct trust_list *list,
                                          struct chain *out, struct err_text *why)
{
    out->links[out->count++] = c;
    for (const struct certificate *last = c; !last->self_issued;) {
        const struct certificate *issuer;
        if (out->count == CERTIFICATE_MAX_CHAIN) {
            err_set(why, ERR_LIMIT, "the chain of certificate \"%.*s\" has no end", NAME_ARGS(c));
            return CERTIFICATE_CHAIN_INCOMPLETE;
        }
        enum certificate_fault fault = find_issuer(last, c, list, &issuer, why);
        if (fault)
            return fault;
        out->links[out->count++] = last = issuer;
    }
    const struct certificate *root = out->links[out->count - 1];
    if (signed_by(root, root))
        return CERTIFICATE_GOOD;
    err_set(why, ERR_INVALID, "the signature of certificate \"%.*s\" is wrong", NAME_ARGS(root));
    return CERTIFICATE_INVALID;
}

/* ---- what each of the chain must be ---- */

static bool is_strong(const struct certificate *c, size_t depth)
{
    bool key_fits = depth == 0 ? asymmetric_key_fits(c) : c->key_bits >= SUITE_MIN_KEY_BITS;
    return key_fits && c->strong_signature;
}

static enum certificate_fault check_policy(const struct chain *chain, struct err_text *why)
{
    for (size_t i = 0; i < chain->count; i++) {
        const struct certificate *c = chain->links[i];
        if (is_strong(c, i))
            continue;
        err_set(why, ERR_UNSUPPORTED,
                "certificate \"%.*s\" needs an RSA key of %d to %d bits (it has %u) signed with SHA-256",
                NAME_ARGS(c), SUITE_MIN_KEY_BITS, SUITE_MAX_KEY_BITS, c->key_bits);
        return CERTIFICATE_POLICY;
    }
    return CERTIFICATE_GOOD;
}

static enum certificate_fault check_trust(const struct chain *chain, const struct trust_list *list,
                                          struct err_text *why)
{
    for (size_t i = 0; i < chain->count; i++)
        for (size_t k = 0; k < list->trusted_count; k++)
            if (certificate_equal(chain->links[i], list->trusted[k]))
                return CERTIFICATE_GOOD;
    err_set(why, ERR_DENIED, "certificate \"%.*s\" is not trusted", NAME_ARGS(chain->links[0]));
    return CERTIFICATE_UNTRUSTED;
}

static enum certificate_fault check_time(const struct chain *chain, int64_t now_s, struct err_text *why)
{
    for (size_t i = 0; i < chain->count; i++) {
        const struct certificate *c = chain->links[i];
        if (now_s >= c->not_before_s && now_s <= c->not_after_s)
            continue;
        char day[32];
        struct tm parts;
        bool early = now_s < c->not_before_s;
        time_t limit = early ? c->not_before_s : c->not_after_s;
        strftime(day, sizeof day, "%F", gmtime_r(&limit, &parts));
        err_set(why, ERR_TIMEOUT, "certificate \"%.*s\" %s %s", NAME_ARGS(c),
                early ? "is not good before" : "was good until", day);
        return i == 0 ? CERTIFICATE_TIME : CERTIFICATE_ISSUER_TIME;
    }
    return CERTIFICATE_GOOD;
}

static enum certificate_fault check_names(const struct certificate *c, const struct certificate_check *check,
                                          struct err_text *why)
{
    if (check->host.data && !certificate_names_host(c, check->host)) {
        err_set(why, ERR_INVALID, "certificate \"%.*s\" is not for host %.*s", NAME_ARGS(c),
                SLICE_ARGS(check->host));
        return CERTIFICATE_HOST;
    }
    if (check->application_uri.data && !slice_equal(c->application_uri, check->application_uri)) {
        err_set(why, ERR_INVALID, "certificate \"%.*s\" is for \"%.*s\", its owner says \"%.*s\"",
                NAME_ARGS(c), SLICE_ARGS(c->application_uri), SLICE_ARGS(check->application_uri));
        return CERTIFICATE_URI;
    }
    return CERTIFICATE_GOOD;
}

/* An issuer may limit how many follow it; `below` issuers do. */
static bool may_issue(const struct certificate *c, size_t below)
{
    long limit = X509_get_pathlen(c->x509);
    return c->usage & USAGE_ISSUE && (limit < 0 || below <= (size_t)limit);
}

static enum certificate_fault check_use(const struct chain *chain, enum certificate_usage part,
                                        struct err_text *why)
{
    const struct certificate *c = chain->links[0];
    unsigned needed = USAGE_SIGN | USAGE_ENCIPHER | (unsigned)part;
    if ((c->usage & needed) != needed) {
        err_set(why, ERR_DENIED, "the key usage of certificate \"%.*s\" does not allow its use here",
                NAME_ARGS(c));
        return CERTIFICATE_USE;
    }
    for (size_t i = 1; i < chain->count; i++) {
        if (may_issue(chain->links[i], i - 1))
            continue;
        err_set(why, ERR_DENIED, "certificate \"%.*s\" may not issue others", NAME_ARGS(chain->links[i]));
        return CERTIFICATE_ISSUER_USE;
    }
    return CERTIFICATE_GOOD;
}

/* ---- revocation ---- */

static bool crl_is_of(X509_CRL *crl, const struct certificate *issuer)
{
    bool good = X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_subject_name(issuer->x509)) == 0 &&
                X509_CRL_verify(crl, issuer->key) == 1;
    ERR_clear_error();
    return good;
}

/* Complete, and not to be replaced by now. */
static bool crl_is_current(const X509_CRL *crl, int64_t now_s)
{
    time_t now = now_s;
    const ASN1_TIME *next = X509_CRL_get0_nextUpdate(crl);
    return X509_CRL_get_ext_by_NID(crl, NID_delta_crl, -1) < 0 && (!next || X509_cmp_time(next, &now) > 0);
}

static enum certificate_fault check_revocation(const struct certificate *c, const struct certificate *issuer,
                                               const struct trust_list *list, int64_t now_s)
{
    enum certificate_fault fault = CERTIFICATE_REVOCATION_UNKNOWN;
    for (size_t i = 0; i < list->crl_count; i++) {
        X509_REVOKED *entry;
        if (!crl_is_of(list->crls[i], issuer))
            continue;
        if (X509_CRL_get0_by_cert(list->crls[i], &entry, c->x509) == 1)
            return CERTIFICATE_REVOKED;
        if (crl_is_current(list->crls[i], now_s))
            fault = CERTIFICATE_GOOD;
    }
    return fault;
}

/* Whoever signed itself has nobody to revoke it: it is taken from the folder. A missing list anywhere in the
 * chain comes before a revocation. */
static enum certificate_fault check_revocations(const struct chain *chain, const struct trust_list *list,
                                                int64_t now_s, struct err_text *why)
{
    enum certificate_fault worst = CERTIFICATE_GOOD;
    for (size_t i = 0; i + 1 < chain->count; i++) {
        enum certificate_fault fault = check_revocation(chain->links[i], chain->links[i + 1], list, now_s);
        if (!fault)
            continue;
        bool revoked = fault == CERTIFICATE_REVOKED;
        if (i > 0)
            fault = revoked ? CERTIFICATE_ISSUER_REVOKED : CERTIFICATE_ISSUER_REVOCATION_UNKNOWN;
        if (worst && worst < fault)
            continue;
        worst = fault;
        if (revoked)
            err_set(why, ERR_DENIED, "certificate \"%.*s\" is revoked", NAME_ARGS(chain->links[i]));
        else
            err_set(why, ERR_NOT_FOUND, "there is no current revocation list of \"%.*s\"",
                    NAME_ARGS(chain->links[i + 1]));
    }
    return worst;
}

/* ---- all of it ---- */

enum certificate_fault certificate_check(const struct certificate *c, const struct certificate_check *check,
                                         const struct trust_list *list, struct err_text *why)
{
    struct chain chain = {0};
    enum certificate_fault fault = build_chain(c, list, &chain, why);
    if (!fault)
        fault = check_policy(&chain, why);
    if (!fault)
        fault = check_trust(&chain, list, why);
    if (!fault)
        fault = check_time(&chain, check->now_s, why);
    if (!fault)
        fault = check_names(c, check, why);
    if (!fault)
        fault = check_use(&chain, check->part, why);
    return fault ? fault : check_revocations(&chain, list, check->now_s, why);
}
