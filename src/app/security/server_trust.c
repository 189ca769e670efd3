/* SPDX-License-Identifier: Apache-2.0 */
#include "app/security/server_trust.h"

#include "app/security/prompt.h"
#include "app/security/trust_status.h"
#include "base/clock.h"
#include "base/small_file.h"
#include "crypto/trust_folder.h"

#include <stdio.h>

enum { KEY_BITS = 2048, MAX_REJECTED = 100, PREFIX = 12, SHOWN = 64 };

static int64_t now_s(void)
{
    return clock_utc_ns(&system_clock) / NS_PER_S;
}

/* ---- opening ---- */

static int open_folder(struct server_trust *t, struct err_text *why)
{
    char pki[PATH_MAX];
    if (t->is_open)
        return 0;
    int rc = state_folder_open_of_user(&t->state, why);
    if (!rc)
        rc = state_folder_make(&t->state, "client/own", why);
    if (!rc)
        rc = trust_open(state_folder_path(&t->state, "client/pki", pki), MAX_REJECTED, &t->servers, why);
    t->is_open = rc == 0;
    return rc;
}

void server_trust_close(struct server_trust *t)
{
    trust_close(t->servers);
    own_certificate_close(&t->own);
    *t = (struct server_trust){0};
}

/* ---- our own ---- */

static void describe_own(struct server_trust *t)
{
    char host[HOST_NAME_SIZE];
    host_name_own(host);
    snprintf(t->uri, sizeof t->uri, "urn:%s:uacam:client", host);
    snprintf(t->common_name, sizeof t->common_name, "uacam client@%.40s", host);
    t->settings = (struct own_settings){
        .state = &t->state,
        .folder = "client/own",
        .common_name = t->common_name,
        .application_uri = t->uri,
        .key_bits = KEY_BITS,
        .host_names = "",
        .certificate = "",
        .key = "",
    };
}

const struct identity *server_trust_own(void *context, struct err_text *why)
{
    struct server_trust *t = context;
    if (t->own.present)
        return t->own.present;
    if (open_folder(t, why))
        return NULL;
    describe_own(t);
    int rc = own_certificate_open(&t->settings, &t->own, why);
    if (rc == ERR_NOT_FOUND) {
        fprintf(stderr, "making a key and a certificate for this program, once\n");
        rc = own_certificate_make(&t->settings, now_s(), why);
        if (!rc)
            rc = own_certificate_open(&t->settings, &t->own, why);
    }
    return rc ? NULL : t->own.present;
}

/* ---- servers ---- */

/* The server of this very user needs no introduction. */
static bool is_ours(const struct server_trust *t, const struct certificate *server)
{
    static const char *const names[] = {"own/certificate.der", "own/next.der"};
    char path[PATH_MAX];
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct buf content;
        buf_init(&content, SMALL_FILE_MAX);
        bool ours = small_file_read(state_folder_path(&t->state, names[i], path), &content, NULL) == 0 &&
                    slice_equal(buf_slice(&content), server->der);
        buf_clear(&content);
        if (ours)
            return true;
    }
    return false;
}

static struct slice shown(struct slice text)
{
    return text.len > SHOWN ? (struct slice){text.data, SHOWN} : text;
}

/* Control characters of a stranger are not for a terminal. */
static void print_plain(const char *title, struct slice text)
{
    fprintf(stderr, "  %-11s ", title);
    for (size_t i = 0; i < text.len; i++)
        fputc(text.data[i] < ' ' || text.data[i] == 0x7f ? '?' : text.data[i], stderr);
    fputc('\n', stderr);
}

static bool person_trusts(const struct certificate *server, const char *host)
{
    char thumbprint[2 * THUMBPRINT_SIZE + 1];
    if (!prompt_possible())
        return false;
    certificate_thumbprint_text(server, thumbprint);
    fprintf(stderr, "%s is not known yet. It shows this certificate:\n", host);
    print_plain("subject", shown(server->common_name));
    print_plain("uri", shown(server->application_uri));
    print_plain("thumbprint", slice_of(thumbprint));
    return prompt_yes(
        "Compare the thumbprint with `uacam cert show` on the server. Trust it from now on? [y/N] ");
}

static int not_trusted(const struct certificate *server, const char *host, struct err_text *why)
{
    char thumbprint[2 * THUMBPRINT_SIZE + 1];
    certificate_thumbprint_text(server, thumbprint);
    return err_set(
        why, ERR_DENIED,
        "the certificate %s of %s is not trusted yet: compare it with `uacam cert show` there, then: "
        "uacam trust add --server %.*s",
        thumbprint, host, PREFIX, thumbprint);
}

static int not_by_this_name(const char *host, struct err_text *why)
{
    return err_set(why, ERR_DENIED,
                   "the server's certificate is not for host %s: call it by a name that it holds, or let the "
                   "server make one for this name (uacam by security.host_names)",
                   host);
}

static int trust_from_now_on(const struct server_trust *t, const struct certificate *server,
                             struct err_text *why)
{
    char trusted[PATH_MAX], rejected[PATH_MAX];
    state_folder_path(&t->state, "client/pki/trusted/certs", trusted);
    state_folder_path(&t->state, "client/pki/rejected/certs", rejected);
    int rc = trust_folder_add(trusted, server, why);
    return !rc && trust_folder_holds(rejected, server) ? trust_folder_remove(rejected, server, why) : rc;
}

ua_status server_trust_verify(void *context, const struct certificate *server, struct slice application_uri,
                              const char *host, struct err_text *why)
{
    struct server_trust *t = context;
    const struct certificate_check check = {
        .now_s = now_s(),
        .part = USAGE_SERVER,
        .host = slice_of(host),
        .application_uri = application_uri,
    };
    if (open_folder(t, why))
        return UA_BAD_INTERNAL_ERROR;
    if (is_ours(t, server))
        return UA_GOOD;
    enum certificate_fault fault = trust_check(t->servers, server, &check, why);
    if (fault == CERTIFICATE_UNTRUSTED && person_trusts(server, host)) {
        if (trust_from_now_on(t, server, why))
            return UA_BAD_INTERNAL_ERROR;
        fault = trust_check(t->servers, server, &check, why);
    }
    if (fault == CERTIFICATE_UNTRUSTED)
        not_trusted(server, host, why);
    else if (fault == CERTIFICATE_HOST)
        not_by_this_name(host, why);
    return trust_status(fault);
}
