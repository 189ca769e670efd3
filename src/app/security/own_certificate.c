/* SPDX-License-Identifier: Apache-2.0 */
#include "app/security/own_certificate.h"

#include "base/log.h"
#include "base/small_file.h"

#include <stdio.h>
#include <unistd.h>

enum { VALID_DAYS = 3653 };

#define PRESENT "certificate.der"
#define NEXT    "next.der"
#define KEY     "key.pem"

const char *own_certificate_path(const struct own_settings *settings, const char *name, char out[PATH_MAX])
{
    snprintf(out, PATH_MAX, "%s/%s/%s", settings->state->path, settings->folder, name);
    return out;
}

static bool is_ours(const struct own_settings *settings)
{
    return !settings->certificate[0];
}

/* ---- making ---- */

static int make(const struct own_settings *settings, const struct host_names *hosts, const char *uri,
                int64_t now_s, const struct identity *former, struct identity **out, struct err_text *why)
{
    const struct identity_names names = {
        .common_name = settings->common_name,
        .application_uri = uri,
        .hosts = hosts->all,
        .host_count = hosts->count,
    };
    return identity_make(&names, now_s, VALID_DAYS, settings->key_bits, former, out, why);
}

int own_certificate_make(const struct own_settings *settings, int64_t now_s, struct err_text *why)
{
    struct identity *made;
    struct host_names hosts;
    char certificate[PATH_MAX], key[PATH_MAX];
    host_names_find(&hosts, settings->host_names);
    int rc = make(settings, &hosts, settings->application_uri, now_s, NULL, &made, why);
    if (rc)
        return rc;
    rc = identity_save(made, own_certificate_path(settings, PRESENT, certificate),
                       own_certificate_path(settings, KEY, key), why);
    identity_free(made);
    return rc;
}

/* ---- loading ---- */

static int load(const struct own_settings *settings, const char *name, struct identity **out,
                struct err_text *why)
{
    char certificate[PATH_MAX], key[PATH_MAX];
    own_certificate_path(settings, KEY, key);
    int rc = private_file_check(key, false, why);
    return rc ? rc : identity_load(own_certificate_path(settings, name, certificate), key, out, why);
}

static int load_configured(const struct own_settings *settings, struct identity **out, struct err_text *why)
{
    struct err_text reason;
    if (!settings->key[0])
        return err_set(why, ERR_INVALID,
                       "security.certificate needs its private key: name it as security.key");
    int rc = private_file_check(settings->key, true, &reason);
    if (!rc)
        rc = identity_load(settings->certificate, settings->key, out, &reason);
    if (!rc && !(*out)->certificate->application_uri.len) {
        identity_free(*out);
        *out = NULL;
        rc = err_set(&reason, ERR_INVALID,
                     "%s names no ApplicationUri: it needs one in its subjectAltName, such as URI:%s",
                     settings->certificate, settings->application_uri);
    }
    /* Never ERR_NOT_FOUND: nothing is made in the place of these. */
    return rc ? err_set(why, ERR_INVALID, "security.certificate: %s", reason.text) : 0;
}

int own_certificate_open(const struct own_settings *settings, struct own_certificate *out,
                         struct err_text *why)
{
    struct err_text ignored;
    *out = (struct own_certificate){.settings = settings};
    if (!is_ours(settings))
        return load_configured(settings, &out->present, why);
    int rc = load(settings, PRESENT, &out->present, why);
    if (!rc && load(settings, NEXT, &out->next, &ignored))
        out->next = NULL;
    return rc;
}

void own_certificate_close(struct own_certificate *own)
{
    identity_free(own->present);
    identity_free(own->next);
    for (size_t i = 0; i < own->former_count; i++)
        identity_free(own->former[i]);
    *own = (struct own_certificate){0};
}

/* ---- reviewing ---- */

/* Peers may use it yet. */
static bool retire(struct own_certificate *own, struct identity **which)
{
    if (*which && own->former_count == OWN_MAX_FORMER)
        return false;
    if (*which)
        own->former[own->former_count++] = *which;
    *which = NULL;
    return true;
}

static void promote(struct own_certificate *own)
{
    char from[PATH_MAX], to[PATH_MAX];
    own_certificate_path(own->settings, NEXT, from);
    own_certificate_path(own->settings, PRESENT, to);
    if (rename(from, to) != 0)
        log_warning("security", "cannot move %s to %s: %m", from, to);
    if (!retire(own, &own->present))
        return;
    own->present = own->next;
    own->next = NULL;
    log_warning("security", "the certificate is over; the next one has taken its place: clients that do not "
                            "trust it yet must (`uacam cert show`)");
}

static int make_next(struct own_certificate *own, const struct host_names *hosts, const char *uri,
                     int64_t now_s, struct err_text *why)
{
    struct identity *made;
    char path[PATH_MAX];
    int rc = make(own->settings, hosts, uri, now_s, own->present, &made, why);
    if (rc)
        return rc;
    rc = small_file_replace(own_certificate_path(own->settings, NEXT, path), made->certificate->der, why);
    if (!rc && !retire(own, &own->next))
        rc = err_set(why, ERR_LIMIT, "the names of this machine change too often: restart to have them in");
    if (rc)
        identity_free(made);
    else
        own->next = made;
    return rc;
}

static void tell_next(const struct own_certificate *own, enum identity_renewal reason)
{
    char end[CERTIFICATE_DATE];
    if (reason == RENEWAL_TIME)
        log_warning("security",
                    "the certificate ends on %s: let the clients trust the next one before "
                    "(`uacam cert show --next`)",
                    certificate_date_text(own->present->certificate->not_after_s, end));
    else
        log_info("security", "this machine has new names: clients that come by one of them are shown a new "
                             "certificate (`uacam cert show --next`)");
}

static void review_configured(const struct own_certificate *own, const struct identity_names *names,
                              int64_t now_s)
{
    char end[CERTIFICATE_DATE];
    if (identity_renewal(own->present->certificate, names, now_s) == RENEWAL_TIME)
        log_warning("security", "the certificate %s is good until %s only: put a new one in its place",
                    own->settings->certificate,
                    certificate_date_text(own->present->certificate->not_after_s, end));
}

void own_certificate_review(struct own_certificate *own, int64_t now_s)
{
    struct host_names hosts;
    struct err_text why;
    char uri[512];
    /* Once given, the ApplicationUri stays: clients know us by it. */
    snprintf(uri, sizeof uri, "%.*s", SLICE_ARGS(own->present->certificate->application_uri));
    host_names_find(&hosts, own->settings->host_names);
    const struct identity_names names = {
        .application_uri = uri, .hosts = hosts.all, .host_count = hosts.count};
    if (!is_ours(own->settings)) {
        review_configured(own, &names, now_s);
        return;
    }
    enum identity_renewal reason = identity_renewal(own->present->certificate, &names, now_s);
    if (reason && (!own->next || identity_renewal(own->next->certificate, &names, now_s))) {
        if (make_next(own, &hosts, uri, now_s, &why))
            log_warning("security", "cannot renew the certificate: %s", why.text);
        else
            tell_next(own, reason);
    }
    if (own->next && now_s >= own->present->certificate->not_after_s)
        promote(own);
}

const struct identity *own_certificate_for(const struct own_certificate *own, struct slice host)
{
    if (own->next && !certificate_names_host(own->present->certificate, host) &&
        certificate_names_host(own->next->certificate, host))
        return own->next;
    return own->present;
}
