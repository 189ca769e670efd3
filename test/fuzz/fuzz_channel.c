/* SPDX-License-Identifier: Apache-2.0
 * A channel fed with arbitrary bytes in arbitrary cuts. Of the input, byte 0 chooses the end (even: server,
 * odd: client), byte 1 how many bytes come at once, the rest comes. Every message is answered. */
#include "channel/channel.h"
#include "support/fake_clock.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_TAGS = 8 };

struct end {
    struct channel *ch;
    void *tags[MAX_TAGS]; /* sent a little later */
    size_t tag_count;
    unsigned sum; /* of what was sent: every byte is looked at */
    bool over;
};

static void release(struct end *e)
{
    while (e->tag_count > 0)
        channel_sent(e->ch, e->tags[--e->tag_count]);
}

static ua_status on_send(void *user, const struct slice *parts, size_t count, void *tag)
{
    struct end *e = user;
    if (e->tag_count == MAX_TAGS)
        return UA_BAD_OUT_OF_MEMORY;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < parts[i].len; k++)
            e->sum += parts[i].data[k];
    e->tags[e->tag_count++] = tag;
    return UA_GOOD;
}

static void say(struct end *e, uint32_t request_id, struct slice body)
{
    struct rope r;
    rope_init(&r, 1 << 20);
    if (rope_append(&r, body.data, body.len) || channel_send(e->ch, request_id, &r))
        rope_clear(&r);
}

static void on_opened(void *user)
{
    struct end *e = user;
    say(e, 2, slice_of("hello"));
}

static void on_message(void *user, uint32_t request_id, struct slice body)
{
    struct end *e = user;
    if (e->over)
        abort();
    say(e, request_id, body);
}

static void on_ended(void *user, ua_status status, const char *reason)
{
    struct end *e = user;
    if (e->over || strlen(reason) == 0)
        abort();
    e->over = true;
    e->sum += status;
}

static const struct channel_events events = {
    .send = on_send, .opened = on_opened, .message = on_message, .ended = on_ended};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    struct fake_clock time = fake_clock(0);
    struct timer_queue timers;
    struct end e = {0};
    struct channel_config config = {
        .role = data[0] % 2 ? CHANNEL_CLIENT : CHANNEL_SERVER,
        .limits = {8192, 8192, 20000, 4},
        .channel_id = 77,
        .token_lifetime_ms = 60000,
        .handshake_ms = 5000,
        .timers = &timers,
        .events = &events,
        .user = &e,
    };
    timers_init(&timers, &time.clock);
    e.ch = channel_new(&config);
    if (!e.ch)
        return 0;
    if (config.role == CHANNEL_CLIENT && channel_connect(e.ch, slice_of("opc.tcp://h:4840")))
        abort();
    size_t cut = data[1] + 1u;
    for (size_t at = 2; at < size; at += cut) {
        channel_receive(e.ch, (struct slice){data + at, size - at < cut ? size - at : cut});
        release(&e);
    }
    time.mono += 50 * NS_PER_S;
    timers_run(&timers);
    channel_free(e.ch);
    timers_clear(&timers);
    return 0;
}
