/* SPDX-License-Identifier: Apache-2.0 */
#include "app/security/gate.h"

#include "app/security/trust_status.h"
#include "base/log.h"
#include "base/thread.h"
#include "client/endpoint_url.h"

#include <stdio.h>
#include <string.h>

enum {
    REVIEW_S = 3600,
    WATCH_S = 2,
    MAX_REJECTED = 100,
    POOL_KEPT = 256,   /* buffers: 16 MiB */
    POOL_AMPLE = 1024, /* out at once: 64 MiB */
    /* Of a channel on one processor: nobody sends while it seals, and what lies leaves its cache. */
    MOST_SEALED_ALONE = 256 << 10,
    PREFIX = 12, /* digits of a thumbprint that a person has to type */
};

static int64_t now_s(const struct gate *g)
{
    return clock_utc_ns(loop_timers(g->loop)->clock) / NS_PER_S;
}

/* ---- our own certificate ---- */

/* Channels and services go on with what is here from now on. */
static void show_own(struct gate *g)
{
    g->present = g->own.present;
    g->channel.own = g->own.present;
    g->channel.next = g->own.next;
}

static void review(struct gate *g)
{
    int64_t now = now_s(g);
    own_certificate_review(&g->own, now);
    show_own(g);
    int64_t left = g->own.present->certificate->not_after_s - now;
    int64_t wait = g->own.next && left > 0 && left < REVIEW_S ? left : REVIEW_S;
    if (timer_start_in(loop_timers(g->loop), &g->review, wait * NS_PER_S))
        log_warning("security", "no memory: the end of the certificate is not watched");
}

static void review_due(struct timer *t)
{
    review(container_of(t, struct gate, review));
}

/* ---- what commands change ---- */

static uint64_t version(struct gate *g)
{
    return trust_version(g->clients) + logins_version(&g->logins);
}

static void watch(struct gate *g)
{
    if (timer_start_in(loop_timers(g->loop), &g->watch, WATCH_S * NS_PER_S))
        log_warning("security", "no memory: changes of users and trust count for those who come anew only");
}

static void look_again(struct gate *g)
{
    g->seen = version(g);
    if (admissions_look(&g->admissions, &g->logins.users, g->clients, g->told, g->watcher))
        log_warning("security", "no memory: changes of users and trust are not told");
    if (g->changed)
        g->changed(g->watcher);
}

static void watch_due(struct timer *t)
{
    struct gate *g = container_of(t, struct gate, watch);
    if (version(g) != g->seen)
        look_again(g);
    watch(g);
}

/* ---- opening our own ---- */

static void keep_uri(struct gate *g)
{
    struct slice uri = g->own.present->certificate->application_uri;
    snprintf(g->uri, sizeof g->uri, "%.*s", SLICE_ARGS(uri));
}

static void make(void *user)
{
    struct gate *g = user;
    g->made = own_certificate_make(&g->own_settings, now_s(g), &g->made_why);
}

static void made(void *user)
{
    struct gate *g = user;
    if (!g->opened)
        return; /* stopped */
    if (!g->made)
        g->made = own_certificate_open(&g->own_settings, &g->own, &g->made_why);
    if (!g->made)
        review(g);
    g->opened(g->user, g->made, &g->made_why);
}

static int open_own(struct gate *g, struct err_text *why)
{
    int rc = own_certificate_open(&g->own_settings, &g->own, why);
    if (rc == ERR_NOT_FOUND) {
        log_info("security", "first start: making a key of %u bits and a certificate in %s/own",
                 g->own_settings.key_bits, g->state.path);
        g->making = (struct job){.work = make, .done = made, .user = g};
        return loop_submit(g->loop, &g->making) ? err_set(why, ERR_NO_MEMORY, "no memory") : 0;
    }
    if (rc)
        return rc;
    keep_uri(g);
    review(g);
    g->opened(g->user, 0, why);
    return 0;
}

/* ---- opening ---- */

static void describe_own(struct gate *g)
{
    const struct security_options *options = &g->config->security;
    char host[HOST_NAME_SIZE];
    host_name_own(host);
    snprintf(g->uri, sizeof g->uri, "urn:%s:uacam", host);
    snprintf(g->common_name, sizeof g->common_name, "uacam@%.50s", host); /* 64 are allowed */
    g->own_settings = (struct own_settings){
        .state = &g->state,
        .folder = "own",
        .common_name = g->common_name,
        .application_uri = g->uri,
        .key_bits = (unsigned)options->key_bits,
        .host_names = options->host_names,
        .certificate = options->certificate,
        .key = options->key,
    };
}

static void describe_doors(struct gate *g)
{
    doors_init(&g->doors, &g->config->security);
    chunk_pool_init(&g->pool, channel_default_limits.send_buffer, POOL_KEPT);
    g->pool.max_ample = POOL_AMPLE;
    g->channel = (struct channel_security){
        .offers = g->doors.channels,
        .offer_count = g->doors.count,
        .pool = &g->pool,
    };
    g->access = (struct server_access){
        .offers = g->doors.endpoints,
        .offer_count = g->doors.count,
        .own = &g->present,
        .anonymous_role = ROLE_ANONYMOUS,
        .ops = &logins_ops,
        .user = &g->logins,
    };
}

static int open_trust(const struct gate *g, const char *name, struct trust **out, struct err_text *why)
{
    char path[PATH_MAX];
    return trust_open(state_folder_path(&g->state, name, path), MAX_REJECTED, out, why);
}

static int open_users(struct gate *g, struct err_text *why)
{
    int rc = open_trust(g, "user-pki", &g->user_trust, why);
    if (rc)
        return rc;
    g->logins = (struct logins){.loop = g->loop, .trust = g->user_trust};
    state_folder_path(&g->state, "users", g->logins.users_path);
    return logins_start(&g->logins, why);
}

static int start_chunk_crew(struct gate *g, struct err_text *why)
{
    static const char *const engines[] = {[ENGINE_OPENSSL] = "openssl", [ENGINE_IPSEC_MB] = "ipsec-mb"};
    const char *engine = engines[g->config->security.engine];
    if (!symmetric_use(engine))
        return err_set(
            why, ERR_UNSUPPORTED,
            "security.engine: %s is not in this build, or not for this processor; auto takes what is",
            engine);
    g->chunk_crew = chunk_crew_new(g->loop);
    if (!g->chunk_crew)
        return err_set(why, ERR_NO_MEMORY, "no memory");
    g->channel.delegate = chunk_crew_take;
    g->channel.crew = g->chunk_crew;
    if (thread_processors() == 1)
        g->channel.most_sealed = MOST_SEALED_ALONE;
    char used[SYMMETRIC_ENGINE_TEXT];
    symmetric_engine_text(used);
    log_debug("security", "chunks are encrypted by %s", used);
    return 0;
}

int gate_open(struct gate *g, struct loop *loop, const struct config *config, const char *file,
              void (*opened)(void *user, int rc, const struct err_text *why), void *user,
              struct err_text *why)
{
    *g = (struct gate){.loop = loop, .config = config, .opened = opened, .user = user};
    g->review.callback = review_due;
    g->watch.callback = watch_due;
    if (file)
        snprintf(g->advice, sizeof g->advice, " -c %s", file);
    describe_own(g);
    describe_doors(g);
    int rc = start_chunk_crew(g, why);
    if (!rc)
        rc = state_folder_open(config->state_folder, &g->state, why);
    if (!rc)
        rc = state_folder_make(&g->state, "own", why);
    if (!rc)
        rc = open_trust(g, "pki", &g->clients, why);
    if (!rc)
        rc = open_users(g, why);
    if (rc)
        return rc;
    g->seen = version(g);
    if (admissions_look(&g->admissions, &g->logins.users, g->clients, NULL, NULL))
        return err_set(why, ERR_NO_MEMORY, "no memory");
    watch(g);
    return open_own(g, why);
}

void gate_stop(struct gate *g)
{
    if (!g->loop)
        return;
    g->opened = NULL;
    timer_stop(loop_timers(g->loop), &g->review);
    timer_stop(loop_timers(g->loop), &g->watch);
    logins_stop(&g->logins);
}

void gate_close(struct gate *g)
{
    if (!g->loop)
        return;
    admissions_clear(&g->admissions);
    logins_clear(&g->logins);
    trust_close(g->clients);
    trust_close(g->user_trust);
    own_certificate_close(&g->own);
    crew_free(g->chunk_crew);
    chunk_pool_clear(&g->pool);
}

/* ---- asking ---- */

const char *gate_application_uri(const struct gate *g)
{
    return g->uri;
}

static int not_trusted(const struct gate *g, const struct certificate *client, struct err_text *why)
{
    char thumbprint[2 * THUMBPRINT_SIZE + 1];
    certificate_thumbprint_text(client, thumbprint);
    return err_set(why, ERR_DENIED,
                   "the certificate of \"%.*s\" is not trusted; to let it in: %suacam trust add %.*s%s",
                   (int)(client->common_name.len < 64 ? client->common_name.len : 64),
                   (const char *)client->common_name.data, g->state.sudo, PREFIX, thumbprint, g->advice);
}

ua_status gate_judge(struct gate *g, const struct certificate *client, struct err_text *why)
{
    const struct certificate_check check = {.now_s = now_s(g), .part = USAGE_CLIENT};
    unsigned least = (unsigned)g->config->security.min_key_bits;
    enum certificate_fault fault = trust_check(g->clients, client, &check, why);
    if (fault == CERTIFICATE_UNTRUSTED)
        not_trusted(g, client, why);
    if (!fault && client->key_bits < least) {
        err_set(why, ERR_DENIED, "its key has %u bits; security.min_key_bits wants %u", client->key_bits,
                least);
        fault = CERTIFICATE_POLICY;
    }
    return trust_status(fault);
}

const struct identity *gate_identity_for(const struct gate *g, struct slice endpoint_url)
{
    struct endpoint_url url;
    char text[ENDPOINT_URL_TEXT];
    snprintf(text, sizeof text, "%.*s", SLICE_ARGS(endpoint_url));
    if (endpoint_url_parse(text, &url, NULL))
        return g->own.present;
    return own_certificate_for(&g->own, slice_of(url.host));
}

/* ---- advice ---- */

void gate_advise(const struct gate *g)
{
    if (g->config->security.none == NONE_FOR_ALL) {
        log_warning("security",
                    "open: everybody who reaches this port sees the pictures, without encryption");
        return;
    }
    if (g->config->listen == LISTEN_ON_LOOPBACK || g->logins.users.count)
        return;
    log_info("security",
             "programs on this machine may look; other machines need a user: %suacam user add NAME --role "
             "operator%s",
             g->state.sudo, g->advice);
    log_info("security", "and a certificate that is trusted: connect once, then take the line from this log "
                         "(docs/security.md)");
}
