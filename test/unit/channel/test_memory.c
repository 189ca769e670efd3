/* SPDX-License-Identifier: Apache-2.0
 * A whole conversation in which the n-th allocation fails, for every n: it ends or goes on, and leaks
 * nothing. */
#include "secured.h"

#include "support/failing_malloc.h"

/* As carry(), but what the test itself needs never fails. */
static void carry_failing(struct end *from, struct end *to, size_t cut)
{
    for (size_t at = 0; at < from->out.len; at += cut) {
        size_t left = from->out.len - at;
        channel_receive(to->ch, (struct slice){from->out.data + at, left < cut ? left : cut});
    }
    from->out.len = 0;
}

static bool over(const struct conversation *c)
{
    return c->server.ended || c->client.ended;
}

/* True: it came to its end without any failure. */
static bool talk(struct conversation *c, struct rope *request, struct rope *response)
{
    if (!conversation_begin(c) || channel_connect(c->client.ch, slice_of("opc.tcp://h:4840")))
        return false;
    for (int i = 0; i < 3; i++) {
        carry_failing(&c->client, &c->server, 20);
        carry_failing(&c->server, &c->client, 20);
    }
    if (over(c) || channel_send(c->client.ch, 5, request))
        return false;
    carry_failing(&c->client, &c->server, 60000);
    if (over(c) || channel_send(c->server.ch, 5, response))
        return false;
    carry_failing(&c->server, &c->client, 1000);
    pass_time(c, 450000); /* renewal */
    carry_failing(&c->client, &c->server, 20);
    carry_failing(&c->server, &c->client, 20);
    if (over(c))
        return false;
    channel_close(c->client.ch);
    carry_failing(&c->client, &c->server, 20);
    return c->server.ended && c->server.status == UA_GOOD && c->server.messages && c->client.messages;
}

static void reserve_for_the_test(struct end *e)
{
    assert_int_equal(buf_reserve(&e->out, 1 << 20), 0);
    assert_int_equal(buf_reserve(&e->body, 1 << 20), 0);
}

/* Keeps the storage of `body`, which end_message() would give back. */
static void copy_message(void *user, uint32_t request_id, struct slice body)
{
    struct end *e = user;
    e->messages++;
    e->request_id = request_id;
    e->body.len = 0;
    assert_int_equal(buf_append(&e->body, body.data, body.len), 0);
}

/* A crew that works at once. */
static void work_at_once(void *user, struct chunk_work *w)
{
    (void)user;
    w->rc = w->seal ? symmetric_seal(w->seal, w->count) : symmetric_unseal(w->unseal, w->count);
    w->task.done(&w->task);
}

/* `s` is begun anew for each allocation; with an offer, or as a channel of the policy None. */
static void fail_every_allocation(struct secured *s, const struct channel_offer *offer)
{
    struct channel_events events = end_events;
    events.message = copy_message;
    bool done = false;
    size_t n = 0;
    for (; !done && n < 1000; n++) {
        struct conversation *c = &s->c;
        secured_init(s, offer);
        s->server_security.delegate = work_at_once;
        if (!offer)
            c->server_config.security = c->client_config.security = NULL;
        c->server_config.events = c->client_config.events = &events;
        reserve_for_the_test(&c->server);
        reserve_for_the_test(&c->client);
        struct rope request = rope_of_length(100000), response = rope_of_length(200000);
        failing_malloc_after(n);
        done = talk(c, &request, &response);
        failing_malloc_off();
        rope_clear(&request);
        rope_clear(&response);
        secured_clear(s);
    }
    assert_true(done);
    assert_true(n > 20);
    secured_forget_identities(s);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    struct secured s = {0};
    fail_every_allocation(&s, NULL);
}

static void every_allocation_of_a_secured_channel_may_fail(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct secured s = {0};
        fail_every_allocation(&s, &all_offers[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(every_allocation_of_a_secured_channel_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
