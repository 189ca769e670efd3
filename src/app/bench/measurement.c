/* SPDX-License-Identifier: Apache-2.0 */
#include "app/bench/measurement.h"

#include "app/image_finder.h"
#include "client/subscription.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWER_MS = 30000, PUBLISHING_MS = 10, QUEUE = 10 };

struct bench;

/* One client. */
struct party {
    struct bench *bench;
    struct client *client; /* NULL: gone */
    struct image_finder finder;
    struct ua_nodeid node; /* its text is `node_text` */
    uint8_t node_text[512];
    bool found;
    uint64_t count; /* pictures */
    struct reading {
        struct party *party;
        int64_t asked_ns;
    } readings[BENCH_MOST_PIPELINED];
};

struct bench {
    const struct bench_plan *plan;
    struct bench_result *result;
    struct loop *loop;
    struct party *parties;
    size_t found;     /* parties that have found the picture */
    int64_t began_ns; /* 0: not yet */
    struct timer over;
    bool ending;
    int code; /* of the first failure */
    struct err_text *why;
};

static int64_t now_ns(void)
{
    return clock_mono_ns(&system_clock);
}

/* ---- the end ---- */

static void finish(struct bench *b)
{
    if (b->ending)
        return;
    b->ending = true;
    if (b->began_ns)
        b->result->seconds = (double)(now_ns() - b->began_ns) / NS_PER_S;
    timer_stop(loop_timers(b->loop), &b->over);
    loop_unwatch_signals(b->loop);
    for (int64_t i = 0; i < b->plan->clients; i++)
        if (b->parties[i].client)
            client_close(b->parties[i].client);
}

static void fail(struct bench *b, int code, const char *text)
{
    if (!b->code && !b->ending)
        b->code = err_set(b->why, (enum err)code, "%s", text);
    finish(b);
}

static void fail_status(struct bench *b, ua_status status, const char *what)
{
    struct err_text why;
    fail(b, client_explain(&why, status, "%s", what), why.text);
}

static void time_over(struct timer *t)
{
    finish(container_of(t, struct bench, over));
}

static void stop_asked(void *user)
{
    finish(user);
}

/* ---- a picture came ---- */

/* False: the measurement is over. */
static bool note(struct party *p, const struct ua_data_value *value, int64_t took_ns)
{
    struct bench *b = p->bench;
    if (b->ending)
        return false;
    if (ua_is_bad(value->status) || !value->has_value) {
        fail_status(b, value->status ? value->status : UA_BAD_UNEXPECTED_ERROR, "the picture cannot be had");
        return false;
    }
    const struct ua_variant *v = &value->value;
    p->count++;
    b->result->count++;
    if (!v->is_array && (v->type == UA_BYTESTRING || v->type == UA_STRING))
        b->result->bytes += v->bytes.len;
    if (took_ns >= 0)
        latencies_add(&b->result->latencies, took_ns);
    return true;
}

/* ---- reading ---- */

static void ask(struct reading *r);

static void answered(void *user, ua_status status, const void *response)
{
    struct reading *r = user;
    const struct ua_read_response *read = response;
    if (!status && read->results_len != 1)
        status = UA_BAD_UNKNOWN_RESPONSE;
    if (status)
        fail_status(r->party->bench, status, "the picture cannot be read");
    else if (note(r->party, &read->results[0], now_ns() - r->asked_ns))
        ask(r);
}

static void ask(struct reading *r)
{
    struct party *p = r->party;
    r->asked_ns = now_ns();
    ua_status status =
        client_read(p->client, &p->node, 1, (double)p->bench->plan->max_age_ms, ANSWER_MS, answered, r);
    if (status)
        fail_status(p->bench, status, "the picture cannot be asked for");
}

static void read_pictures(struct party *p)
{
    for (int64_t i = 0; i < p->bench->plan->pipelined && !p->bench->ending; i++) {
        p->readings[i].party = p;
        ask(&p->readings[i]);
    }
}

/* ---- subscribing ---- */

static void started(void *user, const struct ua_monitored_item_create_result *results, size_t count)
{
    struct party *p = user;
    (void)count; /* as many as there are items: one */
    if (ua_is_bad(results[0].status_code))
        fail_status(p->bench, results[0].status_code, "the picture cannot be monitored");
}

static void changed(void *user, size_t item, const struct ua_data_value *value)
{
    struct party *p = user;
    (void)item;
    int64_t age_ns = -1;
    if (value->source_timestamp) {
        p->bench->result->has_ages = true;
        age_ns = clock_utc_ns(&system_clock) - ua_datetime_to_utc_ns(value->source_timestamp);
        age_ns = age_ns < 0 ? 0 : age_ns;
    }
    note(p, value, age_ns);
}

static void ended(void *user, const struct err_text *why)
{
    struct party *p = user;
    fail(p->bench, ERR_IO, why->text);
}

static const struct client_subscription_events subscription_events = {
    .started = started, .changed = changed, .ended = ended};

static void subscribe(struct party *p)
{
    const struct client_item item = {
        .node = p->node,
        .sampling_interval_ms = (double)p->bench->plan->interval_ms,
        .queue_size = QUEUE,
    };
    const struct client_subscription_config config = {
        .publishing_interval_ms = PUBLISHING_MS,
        .items = &item,
        .item_count = 1,
        .events = &subscription_events,
        .user = p,
    };
    ua_status status = client_subscribe(p->client, &config);
    if (status)
        fail_status(p->bench, status, "cannot subscribe");
}

/* ---- the beginning ---- */

static void begin(struct bench *b)
{
    b->began_ns = now_ns();
    if (timer_start_in(loop_timers(b->loop), &b->over, b->plan->seconds * NS_PER_S)) {
        fail(b, ERR_NO_MEMORY, "no memory");
        return;
    }
    fprintf(stderr, "measuring for %lld s; Ctrl+C ends it\n", (long long)b->plan->seconds);
    for (int64_t i = 0; i < b->plan->clients && !b->ending; i++)
        (b->plan->subscribes ? subscribe : read_pictures)(&b->parties[i]);
}

static void image_found(void *user, const struct ua_nodeid *node)
{
    struct party *p = user;
    struct bench *b = p->bench;
    p->node = *node;
    if (node->kind == UA_ID_STRING || node->kind == UA_ID_OPAQUE) {
        if (node->string.len > sizeof p->node_text) {
            fail(b, ERR_LIMIT, "the NodeId is too long");
            return;
        }
        memcpy(p->node_text, node->string.data, node->string.len);
        p->node.string.data = p->node_text;
    }
    p->found = true;
    if (++b->found == (size_t)b->plan->clients)
        begin(b);
}

static void image_missing(void *user, const struct err_text *why)
{
    struct party *p = user;
    fail(p->bench, ERR_NOT_FOUND, why->text);
}

static void connected(void *user)
{
    struct party *p = user;
    p->finder = (struct image_finder){
        .client = p->client,
        .camera = p->bench->plan->camera,
        .variable = "CameraImage",
        .found = image_found,
        .failed = image_missing,
        .user = p,
    };
    image_finder_start(&p->finder);
}

static void closed(void *user, const struct err_text *why)
{
    struct party *p = user;
    p->client = NULL;
    if (why->text[0])
        fail(p->bench, ERR_IO, why->text);
}

static const struct client_events client_events = {.ready = connected, .closed = closed};

static int connect_all(struct bench *b, struct err_text *why)
{
    const struct client_config common = {
        .url = b->plan->url,
        .name = "uacam bench",
        .timeout_ms = ANSWER_MS,
        .security = b->plan->security,
        .events = &client_events,
    };
    int rc = loop_watch_signal(b->loop, SIGINT, stop_asked, b, why);
    if (!rc)
        rc = loop_watch_signal(b->loop, SIGTERM, stop_asked, b, why);
    for (int64_t i = 0; i < b->plan->clients && !rc; i++) {
        struct party *p = &b->parties[i];
        struct client_config config = common;
        p->bench = b;
        config.user = p;
        rc = client_open(b->loop, &config, &p->client, why);
    }
    return rc;
}

static void sum_up(struct bench *b)
{
    for (int64_t i = 0; i < b->plan->clients; i++) {
        uint64_t n = b->parties[i].count;
        if (i == 0 || n < b->result->fewest)
            b->result->fewest = n;
        if (n > b->result->most)
            b->result->most = n;
    }
}

int measure(const struct bench_plan *plan, struct bench_result *out, struct err_text *why)
{
    struct bench b = {.plan = plan, .result = out, .why = why, .over = {.callback = time_over}};
    *out = (struct bench_result){0};
    b.parties = calloc((size_t)plan->clients, sizeof *b.parties);
    if (!b.parties)
        return err_set(why, ERR_NO_MEMORY, "no memory for %lld clients", (long long)plan->clients);
    int rc = loop_new(&b.loop, why);
    if (!rc) {
        b.code = connect_all(&b, why);
        if (b.code)
            finish(&b);
        loop_run(b.loop);
        loop_free(b.loop);
        sum_up(&b);
        rc = b.code;
    }
    free(b.parties);
    return rc;
}
