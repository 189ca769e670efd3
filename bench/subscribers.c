/* SPDX-License-Identifier: Apache-2.0
 * Clients that each monitor one picture, with a connection of their own.
 *
 *     bench_subscribers PORT NODE COUNT INTERVAL_MS DEADBAND SECONDS QUEUE
 *
 * Prints "ready" when each has got a picture; after SECONDS more, of what came since: pictures, bytes, the
 * fewest and the most that one got, the 99th percentile of their ages on arrival in ms. */
#include "app/bench/latencies.h"
#include "base/arena.h"
#include "client/subscription.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAX_SUBSCRIBERS = 1000, ANSWER_MS = 10000, LEAST_PUBLISHING_MS = 20 };

struct subscriber {
    struct bench *bench;
    struct client *client;
    bool served; /* got its first picture */
    uint64_t pictures;
};

struct bench {
    struct loop *loop;
    char url[64];
    struct client_item item;
    double seconds;
    size_t count, begun, served;
    struct subscriber subscribers[MAX_SUBSCRIBERS];
    struct timer over;
    uint64_t bytes;
    struct latencies ages;
    bool failed, leaving;
};

static void give_up(struct bench *b, const char *why)
{
    fprintf(stderr, "bench_subscribers: %s\n", why);
    b->failed = true;
    loop_stop(b->loop);
}

static void print_score(const struct bench *b)
{
    uint64_t fewest = UINT64_MAX, most = 0;
    for (size_t i = 0; i < b->count; i++) {
        uint64_t n = b->subscribers[i].pictures;
        fewest = n < fewest ? n : fewest;
        most = n > most ? n : most;
    }
    printf("%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %.3f\n", b->ages.count, b->bytes, fewest, most,
           (double)latencies_percentile(&b->ages, 99) / NS_PER_MS);
    fflush(stdout);
}

/* The loop ends when all are gone. */
static void leave(struct timer *t)
{
    struct bench *b = container_of(t, struct bench, over);
    print_score(b);
    b->leaving = true;
    for (size_t i = 0; i < b->count; i++)
        client_close(b->subscribers[i].client);
}

static void begin_next(struct bench *b);

/* ---- one subscriber ---- */

static void stand_ready(struct bench *b)
{
    puts("ready");
    fflush(stdout);
    b->bytes = 0;
    b->ages = (struct latencies){0};
    for (size_t i = 0; i < b->count; i++)
        b->subscribers[i].pictures = 0;
    if (timer_start_in(loop_timers(b->loop), &b->over, (int64_t)(b->seconds * (double)NS_PER_S)) != 0)
        give_up(b, "no memory");
}

static void changed(void *user, size_t item, const struct ua_data_value *value)
{
    (void)item;
    struct subscriber *s = user;
    struct bench *b = s->bench;
    if (ua_is_bad(value->status) || value->value.type != UA_BYTESTRING) {
        give_up(b, ua_is_bad(value->status) ? ua_status_name(value->status) : "not a picture");
        return;
    }
    s->pictures++;
    b->bytes += value->value.bytes.len;
    latencies_add(&b->ages, clock_utc_ns(&system_clock) - ua_datetime_to_utc_ns(value->source_timestamp));
    if (s->served)
        return;
    s->served = true;
    if (++b->served == b->count)
        stand_ready(b);
}

static void started(void *user, const struct ua_monitored_item_create_result *results, size_t count)
{
    (void)count;
    if (results[0].status_code)
        give_up(((struct subscriber *)user)->bench, ua_status_name(results[0].status_code));
}

static void ended(void *user, const struct err_text *why)
{
    give_up(((struct subscriber *)user)->bench, why->text);
}

static const struct client_subscription_events subscription_events = {
    .started = started, .changed = changed, .ended = ended};

static void ready(void *user)
{
    struct subscriber *s = user;
    ua_status status =
        client_subscribe(s->client, &(struct client_subscription_config){
                                        .publishing_interval_ms =
                                            fmax(s->bench->item.sampling_interval_ms, LEAST_PUBLISHING_MS),
                                        .items = &s->bench->item,
                                        .item_count = 1,
                                        .events = &subscription_events,
                                        .user = s,
                                    });
    if (status)
        give_up(s->bench, ua_status_name(status));
    else if (s->bench->begun < s->bench->count)
        begin_next(s->bench);
}

static void closed(void *user, const struct err_text *why)
{
    struct bench *b = ((struct subscriber *)user)->bench;
    if (!b->leaving)
        give_up(b, why->text);
}

static const struct client_events client_events = {.ready = ready, .closed = closed};

/* One after the other: servers bound how many strangers may knock at once. */
static void begin_next(struct bench *b)
{
    struct err_text why;
    struct subscriber *s = &b->subscribers[b->begun++];
    s->bench = b;
    const struct client_config config = {
        .url = b->url,
        .name = "bench",
        .timeout_ms = ANSWER_MS,
        .events = &client_events,
        .user = s,
    };
    if (client_open(b->loop, &config, &s->client, &why) != 0)
        give_up(b, why.text);
}

int main(int argc, char **argv)
{
    static struct bench b;
    struct err_text why;
    struct arena arena;
    b.count = argc == 8 ? strtoul(argv[3], NULL, 10) : 0;
    if (b.count == 0 || b.count > MAX_SUBSCRIBERS) {
        fputs("bench_subscribers is used by bench/run\n", stderr);
        return 2;
    }
    arena_init(&arena, 4096);
    snprintf(b.url, sizeof b.url, "opc.tcp://127.0.0.1:%s", argv[1]);
    b.item = (struct client_item){.sampling_interval_ms = strtod(argv[4], NULL),
                                  .deadband_percent = strtod(argv[5], NULL),
                                  .queue_size = (uint32_t)strtoul(argv[7], NULL, 10)};
    b.seconds = strtod(argv[6], NULL);
    b.over.callback = leave;
    if (!ua_nodeid_parse(slice_of(argv[2]), &arena, &b.item.node) || loop_new(&b.loop, &why) != 0)
        return 1;
    begin_next(&b);
    if (!b.failed)
        loop_run(b.loop);
    if (b.failed)
        return 1;
    loop_free(b.loop);
    arena_clear(&arena);
    return 0;
}
