/* SPDX-License-Identifier: Apache-2.0
 * The client of bench/sealed.py: asks over a secured channel (Basic256Sha256).
 *
 *     bench_sealed_client identity CERTIFICATE KEY
 *         makes the client's
 *     bench_sealed_client read CERTIFICATE KEY SERVER PORT MODE NODE WINDOW SECONDS
 *         Reads of a Value; MODE 2 signs, 3 encrypts too; SERVER is the server's certificate
 *     bench_sealed_client write CERTIFICATE KEY SERVER PORT MODE SIZE SECONDS
 *         Writes of SIZE bytes, one after the other, which the server takes and refuses
 *     bench_sealed_client sessions CERTIFICATE KEY SERVER PORT MODE SECONDS
 *         from connecting to closing, over and over
 *     bench_sealed_client hold CERTIFICATE KEY SERVER PORT MODE COUNT
 *         COUNT sessions at once
 *
 * It opens the first answer; of those that are measured it checks only how long they are, so that it needs
 * little of the machine. Standard input and output as bench/contest.h says. */
#include "contest.h"
#include "hold.h"
#include "link.h"

#include "base/small_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VALUE_ATTRIBUTE = 13, SERVER_STATUS_STATE = 2259, KEY_BITS = 2048, DAYS = 2, BUFFERS_KEPT = 1 };

/* ---- who we are, and whom we call ---- */

struct meeting {
    struct identity *own;
    struct certificate *server;
    struct chunk_pool pool;
    struct channel_offer offer;
    struct channel_security security;
    uint16_t port;
};

/* It is the one that we were given. */
static ua_status know(void *user, const struct security_policy *policy, const struct certificate *peer,
                      struct err_text *why)
{
    (void)user, (void)policy, (void)peer, (void)why;
    return UA_GOOD;
}

static int load_server(const char *path, struct certificate **out, struct err_text *why)
{
    struct buf content;
    buf_init(&content, SMALL_FILE_MAX);
    int rc = small_file_read(path, &content, why);
    if (!rc)
        rc = certificate_read_text(buf_slice(&content), out, why);
    buf_clear(&content);
    return rc;
}

/* CERTIFICATE KEY SERVER PORT MODE */
static int meeting_open(struct meeting *m, char **args, struct err_text *why)
{
    *m = (struct meeting){.port = (uint16_t)atoi(args[3])};
    chunk_pool_init(&m->pool, LINK_CHUNK, BUFFERS_KEPT);
    int rc = identity_load(args[0], args[1], &m->own, why);
    if (!rc)
        rc = load_server(args[2], &m->server, why);
    if (rc)
        return rc;
    m->offer = (struct channel_offer){&security_policy_basic256sha256, (uint32_t)atoi(args[4])};
    m->security = (struct channel_security){
        .offers = &m->offer,
        .offer_count = 1,
        .own = m->own,
        .pool = &m->pool,
        .server_certificate = m->server->der,
        .verify = know,
    };
    return 0;
}

static void meeting_close(struct meeting *m)
{
    chunk_pool_clear(&m->pool);
    certificate_free(m->server);
    identity_free(m->own);
}

/* ---- reading ---- */

/* Answers of one size, which stay closed. */
struct drain {
    struct opponent opponent;
    struct link *link;
    struct ua_read_value_id item;
    size_t answer_size;
    size_t got; /* of the answer that we are in */
    bool failed;
};

static int ask(struct drain *d, struct err_text *why)
{
    struct ua_read_request request = {
        .max_age = INT32_MAX,
        .timestamps_to_return = UA_TIMESTAMPS_TO_RETURN_BOTH,
        .nodes_to_read = &d->item,
        .nodes_to_read_len = 1,
    };
    return link_ask(d->link, &ua_read_request_structure, &request, why);
}

/* Each request is sealed anew: it has a sequence number. */
static void seal_request(struct opponent *o, uint8_t *request)
{
    struct drain *d = container_of(o, struct drain, opponent);
    struct err_text ignored;
    if (ask(d, &ignored) || d->link->sent.len != o->request_len)
        d->failed = true;
    else
        memcpy(request, d->link->sent.data, o->request_len);
}

/* The header of a chunk is legible: an answer begins with one of a MSG. */
static long count_answers(struct opponent *o, struct slice bytes)
{
    struct drain *d = container_of(o, struct drain, opponent);
    static const uint8_t begin[] = {'M', 'S', 'G'};
    long count = 0;
    for (size_t i = 0; i < bytes.len;) {
        if (d->failed || (d->got < sizeof begin && bytes.data[i] != begin[d->got]))
            return -1;
        size_t left = d->got < sizeof begin ? 1 : d->answer_size - d->got;
        size_t n = left < bytes.len - i ? left : bytes.len - i;
        i += n;
        d->got += n;
        if (d->got == d->answer_size) {
            d->got = 0;
            count++;
        }
    }
    return count;
}

static int drain_init(struct drain *d, struct link *l, const struct ua_nodeid *node, struct err_text *why)
{
    const struct ua_data_value *value;
    *d = (struct drain){
        .opponent = {.fd = l->fd, .stamp = seal_request, .answers = count_answers},
        .link = l,
        .item = {.node_id = *node, .attribute_id = VALUE_ATTRIBUTE},
    };
    int rc = link_read(l, node, INT32_MAX, &value, why);
    if (rc)
        return rc;
    d->answer_size = l->received;
    d->opponent.request_len = l->sent.len;
    l->withheld = true;
    return 0;
}

/* CERTIFICATE KEY SERVER PORT MODE NODE WINDOW SECONDS */
static int run_read(char **args, struct err_text *why)
{
    struct meeting m;
    struct link l;
    struct drain d;
    struct arena arena;
    struct ua_nodeid node;
    arena_init(&arena, 4096);
    int rc = meeting_open(&m, args, why);
    if (rc)
        goto out;
    rc = link_open_secured(&l, m.port, &m.security, why);
    if (!rc && !ua_nodeid_parse(slice_of(args[5]), &arena, &node))
        rc = err_set(why, ERR_INVALID, "%s is no NodeId", args[5]);
    if (!rc)
        rc = drain_init(&d, &l, &node, why);
    if (!rc)
        rc = contest_rally(&d.opponent, d.answer_size, args + 6, why);
    l.withheld = false;
    link_close(&l);
out:
    meeting_close(&m);
    arena_clear(&arena);
    return rc;
}

/* ---- writing ---- */

/* What nobody may write: the server receives, opens and decodes it, and that is all. */
struct upload {
    struct link link;
    struct slice bytes;
};

static int write_once(void *user, struct err_text *why)
{
    struct upload *u = user;
    struct ua_write_value value = {
        .node_id = ua_nodeid_numeric(0, SERVER_STATUS_STATE),
        .attribute_id = VALUE_ATTRIBUTE,
        .value = {.value = ua_variant_bytestring(u->bytes), .has_value = true},
    };
    struct ua_write_request request = {.nodes_to_write = &value, .nodes_to_write_len = 1};
    const void *answer;
    int rc = link_call(&u->link, &ua_write_request_structure, &request, &ua_write_response_structure, &answer,
                       why);
    if (rc)
        return rc;
    const struct ua_write_response *response = answer;
    return response->results_len == 1 && response->results[0] ? 0 : err_set(why, ERR_IO, "it was written");
}

/* CERTIFICATE KEY SERVER PORT MODE SIZE SECONDS */
static int run_write(char **args, struct err_text *why)
{
    struct meeting m;
    struct upload u = {.link.fd = -1};
    size_t size = strtoul(args[5], NULL, 10);
    uint8_t *bytes = calloc(1, size);
    int rc = bytes ? meeting_open(&m, args, why) : err_set(why, ERR_NO_MEMORY, "no memory");
    if (!rc) {
        u.bytes = (struct slice){bytes, size};
        rc = link_open_secured(&u.link, m.port, &m.security, why);
        if (!rc)
            rc = contest_repeat(write_once, &u, strtod(args[6], NULL), why);
        link_close(&u.link);
    }
    if (bytes)
        meeting_close(&m);
    free(bytes);
    return rc;
}

/* ---- sessions ---- */

static int open_and_close(void *user, struct err_text *why)
{
    struct link l;
    const struct meeting *m = user;
    int rc = link_open_secured(&l, m->port, &m->security, why);
    link_close(&l);
    return rc;
}

/* CERTIFICATE KEY SERVER PORT MODE SECONDS */
static int run_sessions(char **args, struct err_text *why)
{
    struct meeting m;
    int rc = meeting_open(&m, args, why);
    if (!rc)
        rc = contest_repeat(open_and_close, &m, strtod(args[5], NULL), why);
    meeting_close(&m);
    return rc;
}

/* CERTIFICATE KEY SERVER PORT MODE COUNT */
static int run_hold(char **args, struct err_text *why)
{
    struct meeting m;
    int rc = meeting_open(&m, args, why);
    if (!rc)
        rc = hold_links(strtoul(args[5], NULL, 10), m.port, &m.security, why);
    meeting_close(&m);
    return rc;
}

/* ---- the client's identity ---- */

/* CERTIFICATE KEY */
static int run_identity(char **args, struct err_text *why)
{
    static const char *const hosts[] = {"127.0.0.1"};
    const struct identity_names names = {"bench", "urn:uacam:bench", hosts, ARRAY_LEN(hosts)};
    struct identity *id;
    int rc = identity_make(&names, clock_utc_ns(&system_clock) / NS_PER_S, DAYS, KEY_BITS, NULL, &id, why);
    if (!rc)
        rc = identity_save(id, args[0], args[1], why);
    identity_free(id);
    return rc;
}

static const struct contest_command commands[] = {
    {"identity", 2, run_identity}, {"read", 8, run_read}, {"write", 7, run_write},
    {"sessions", 6, run_sessions}, {"hold", 6, run_hold},
};

int main(int argc, char **argv)
{
    return contest_main("bench_sealed_client", commands, ARRAY_LEN(commands), argc, argv);
}
