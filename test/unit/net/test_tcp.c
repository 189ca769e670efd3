/* SPDX-License-Identifier: Apache-2.0 */
#include "net/tcp.h"
#include "support/failing_malloc.h"
#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MANY_BYTES = 64 * 1024 * 1024, PICTURE = 1024 * 1024 };

/* To linger, so long that a busy machine makes no difference. */
enum { LONG_MS = 20000 };

/* One end of a connection, and what happened to it. */
struct end {
    struct net *net;
    struct tcp_conn *conn;
    struct buf got;
    void (*react)(struct end *e); /* after bytes came; NULL: just keep them */
    void (*go_on)(struct end *e); /* after something was sent; NULL: nothing */
    size_t enough;                /* close after so many bytes; 0: never */
    bool connected, closed;
    int connect_rc;
    size_t sent, lost;
    struct err_text why;
};

struct net {
    struct loop *loop;
    struct tcp_listener *listener;
    struct end server, client;
    bool refuse;
    struct timer patience;
};

/* ---- events ---- */

static void end_received(void *user, struct slice bytes)
{
    struct end *e = user;
    assert_false(e->closed);
    assert_int_equal(buf_append(&e->got, bytes.data, bytes.len), 0);
    if (e->react)
        e->react(e);
    if (e->enough && e->got.len >= e->enough)
        tcp_close(e->conn, LONG_MS);
}

static void end_sent(void *user, void *tag, int rc)
{
    struct end *e = user;
    assert_false(e->closed);
    assert_int_equal((uintptr_t)tag, e->sent + e->lost);
    if (rc)
        e->lost++;
    else
        e->sent++;
    if (e->go_on)
        e->go_on(e);
}

static void end_closed(void *user, const struct err_text *why)
{
    struct end *e = user;
    assert_false(e->closed);
    assert_int_equal(tcp_unsent(e->conn), 0);
    e->closed = true;
    e->why = *why;
    if (e->net->server.closed && e->net->client.closed)
        loop_stop(e->net->loop);
}

static const struct tcp_events events = {end_received, end_sent, end_closed};

static const struct tcp_events *net_accepts(void *user, struct tcp_conn *c, void **conn_user)
{
    struct net *n = user;
    if (n->refuse)
        return NULL;
    n->server.conn = c;
    *conn_user = &n->server;
    return &events;
}

static void end_connected(void *user, int rc, const struct err_text *why)
{
    struct end *e = user;
    assert_false(e->connected);
    assert_false(e->closed);
    e->connected = true;
    e->connect_rc = rc;
    e->why = *why;
}

/* ---- fixture ---- */

static void give_up(struct timer *t)
{
    (void)t;
    fail_msg("the connection did not come to its end");
}

static int set_up(void **state)
{
    struct net *n = calloc(1, sizeof *n);
    struct err_text why;
    if (!n || loop_new(&n->loop, &why))
        return -1;
    n->server.net = n->client.net = n;
    buf_init(&n->server.got, MANY_BYTES);
    buf_init(&n->client.got, MANY_BYTES);
    n->patience.callback = give_up;
    *state = n;
    return timer_start_in(loop_timers(n->loop), &n->patience, 30 * NS_PER_S);
}

static int tear_down(void **state)
{
    struct net *n = *state;
    failing_malloc_off();
    buf_clear(&n->server.got);
    buf_clear(&n->client.got);
    if (n->listener)
        tcp_listener_close(n->listener);
    timer_stop(loop_timers(n->loop), &n->patience);
    loop_run(n->loop);
    loop_free(n->loop);
    free(n);
    return 0;
}

static void net_listen(struct net *n, const char *host)
{
    struct err_text why;
    assert_int_equal(tcp_listen(n->loop, host, 0, net_accepts, n, &n->listener, &why), 0);
}

static void net_connect(struct net *n, const char *host, uint16_t port)
{
    struct err_text why;
    struct end *e = &n->client;
    assert_int_equal(tcp_connect(n->loop, host, port, end_connected, &events, e, &e->conn, &why), 0);
}

struct pause {
    struct timer timer;
    struct loop *loop;
};

static void call_stop(struct timer *t)
{
    loop_stop(container_of(t, struct pause, timer)->loop);
}

/* Lets the loop run for a while. */
static void net_run_ms(struct net *n, int ms)
{
    struct pause p = {.timer.callback = call_stop, .loop = n->loop};
    assert_int_equal(timer_start_in(loop_timers(n->loop), &p.timer, ms * NS_PER_MS), 0);
    while (timer_running(&p.timer))
        loop_run(n->loop);
}

/* Runs until both ends are closed. */
static void net_run_to_the_end(struct net *n)
{
    loop_run(n->loop);
    assert_true(n->server.closed);
    assert_true(n->client.closed);
}

static void net_meet(struct net *n)
{
    net_listen(n, "127.0.0.1");
    net_connect(n, "127.0.0.1", tcp_listener_port(n->listener));
    while (!n->client.connected || !n->server.conn)
        net_run_ms(n, 5);
    assert_int_equal(n->client.connect_rc, 0);
}

static void send_text(struct end *e, const char *text, size_t number)
{
    struct slice part = slice_of(text);
    assert_int_equal(tcp_send(e->conn, &part, 1, (void *)number), 0);
}

/* A picture whose bytes depend on their place and its number. */
static uint8_t *picture(size_t number)
{
    uint32_t *words = malloc(PICTURE);
    assert_non_null(words);
    for (size_t i = 0; i < PICTURE / 4; i++)
        words[i] = (uint32_t)(i * 2654435761u + number);
    return (uint8_t *)words;
}

/* ---- tests ---- */

static void echo(struct end *e)
{
    send_text(e, "hello, world", 0);
}

static void bytes_go_there_and_back(void **state)
{
    struct net *n = *state;
    net_meet(n);
    n->server.react = echo;
    n->client.enough = 12;
    struct slice parts[] = {slice_of("hello"), slice_of(""), slice_of(", "), slice_of("world")};
    assert_int_equal(tcp_send(n->client.conn, parts, 4, (void *)0), 0);
    assert_int_equal(tcp_unsent(n->client.conn), n->client.sent ? 0 : 12);
    assert_string_equal(tcp_peer_address(n->server.conn), "127.0.0.1");
    assert_true(tcp_peer_is_loopback(n->server.conn));
    net_run_to_the_end(n);
    assert_true(slice_is(buf_slice(&n->server.got), "hello, world"));
    assert_true(slice_is(buf_slice(&n->client.got), "hello, world"));
    assert_int_equal(n->client.sent, 1);
    assert_string_equal(n->client.why.text, "");
    assert_string_equal(n->server.why.text, "");
}

static void many_parts_arrive_in_order(void **state)
{
    struct net *n = *state;
    net_meet(n);
    enum { PARTS = 5000 };
    uint8_t *bytes = picture(1);
    struct slice *parts = calloc(PARTS, sizeof *parts);
    assert_non_null(parts);
    size_t total = 0;
    for (size_t i = 0; i < PARTS; i++) {
        parts[i] = (struct slice){bytes + total, i % 300};
        total += parts[i].len;
    }
    n->server.enough = total;
    assert_int_equal(tcp_send(n->client.conn, parts, PARTS, (void *)0), 0);
    free(parts);
    net_run_to_the_end(n);
    assert_true(slice_equal(buf_slice(&n->server.got), (struct slice){bytes, total}));
    free(bytes);
}

static void a_slow_reader_gets_everything_in_the_end(void **state)
{
    struct net *n = *state;
    enum { PICTURES = 24 };
    uint8_t *pictures[PICTURES];
    net_meet(n);
    tcp_pause(n->client.conn, true);
    for (size_t i = 0; i < PICTURES; i++) {
        pictures[i] = picture(i);
        struct slice halves[] = {{pictures[i], PICTURE / 2}, {pictures[i] + PICTURE / 2, PICTURE / 2}};
        assert_int_equal(tcp_send(n->server.conn, halves, 2, (void *)i), 0);
    }
    net_run_ms(n, 30);
    assert_int_equal(n->client.got.len, 0);
    assert_true(n->server.sent < PICTURES);
    assert_int_equal(tcp_unsent(n->server.conn), (PICTURES - n->server.sent) * PICTURE);
    tcp_pause(n->client.conn, false);
    n->client.enough = PICTURES * PICTURE;
    net_run_to_the_end(n);
    assert_int_equal(n->server.sent, PICTURES);
    assert_int_equal(n->client.got.len, PICTURES * PICTURE);
    for (size_t i = 0; i < PICTURES; i++) {
        assert_memory_equal(n->client.got.data + i * PICTURE, pictures[i], PICTURE);
        free(pictures[i]);
    }
}

enum { ANSWERS = 300 };
static uint8_t *answers[ANSWERS];

static size_t answer_size(size_t i)
{
    return i % 60 == 7 ? PICTURE : 1 + i % 200;
}

/* Three parts each, now and then a picture. */
static void send_answers(struct end *e)
{
    e->react = NULL;
    for (size_t i = 0; i < ANSWERS; i++) {
        size_t size = answer_size(i), third = size / 3;
        struct slice parts[] = {
            {answers[i], third}, {answers[i] + third, third}, {answers[i] + 2 * third, size - 2 * third}};
        assert_int_equal(tcp_send(e->conn, parts, 3, (void *)i), 0);
    }
}

static void answers_to_what_came_together_arrive_in_order(void **state)
{
    struct net *n = *state;
    net_meet(n);
    for (size_t i = 0; i < ANSWERS; i++) {
        answers[i] = picture(i);
        n->client.enough += answer_size(i);
    }
    size_t total = n->client.enough;
    n->server.react = send_answers;
    send_text(&n->client, "?", 0);
    net_run_to_the_end(n);
    assert_int_equal(n->server.sent, ANSWERS);
    assert_int_equal(n->client.got.len, total);
    const uint8_t *at = n->client.got.data;
    for (size_t i = 0; i < ANSWERS; i++) {
        assert_memory_equal(at, answers[i], answer_size(i));
        at += answer_size(i);
        free(answers[i]);
    }
}

static uint8_t *big_answer;

static void send_tail(struct end *e)
{
    e->go_on = NULL;
    send_text(e, "tail", 2);
}

/* More than a socket takes at once. */
static void send_small_and_big(struct end *e)
{
    e->react = NULL;
    e->go_on = send_tail;
    send_text(e, "head", 0);
    assert_int_equal(tcp_send(e->conn, &(struct slice){big_answer, MANY_BYTES - 100}, 1, (void *)1), 0);
}

static void what_is_sent_on_news_of_sending_comes_last(void **state)
{
    struct net *n = *state;
    net_meet(n);
    big_answer = calloc(1, MANY_BYTES);
    assert_non_null(big_answer);
    n->server.react = send_small_and_big;
    n->client.enough = 4 + MANY_BYTES - 100 + 4;
    send_text(&n->client, "?", 0);
    net_run_to_the_end(n);
    assert_int_equal(n->server.sent, 3);
    assert_int_equal(n->client.got.len, 4 + MANY_BYTES - 100 + 4);
    assert_memory_equal(n->client.got.data, "head", 4);
    assert_memory_equal(n->client.got.data + n->client.got.len - 4, "tail", 4);
    free(big_answer);
}

static void closing_lets_pending_sends_out(void **state)
{
    struct net *n = *state;
    enum { TIMES = 12 };
    uint8_t *bytes = picture(7);
    net_meet(n);
    for (size_t i = 0; i < TIMES; i++)
        assert_int_equal(tcp_send(n->server.conn, &(struct slice){bytes, PICTURE}, 1, (void *)i), 0);
    tcp_close(n->server.conn, LONG_MS);
    assert_int_equal(tcp_send(n->server.conn, &(struct slice){bytes, PICTURE}, 1, NULL), ERR_CLOSED);
    net_run_to_the_end(n);
    assert_int_equal(n->client.got.len, TIMES * PICTURE);
    assert_int_equal(n->server.sent, TIMES);
    free(bytes);
}

static void closing_does_not_wait_longer_than_told(void **state)
{
    struct net *n = *state;
    enum { TIMES = 24 };
    uint8_t *bytes = picture(7);
    net_meet(n);
    tcp_pause(n->client.conn, true);
    for (size_t i = 0; i < TIMES; i++)
        assert_int_equal(tcp_send(n->server.conn, &(struct slice){bytes, PICTURE}, 1, (void *)i), 0);
    int64_t begin = clock_mono_ns(&system_clock);
    tcp_close(n->server.conn, 50);
    while (!n->server.closed)
        net_run_ms(n, 5);
    assert_true(clock_mono_ns(&system_clock) - begin >= 50 * NS_PER_MS);
    assert_true(n->server.lost > 0);
    assert_int_equal(n->server.sent + n->server.lost, TIMES);
    tcp_close(n->client.conn, 0);
    net_run_to_the_end(n);
    free(bytes);
}

static void say_bye_and_close(struct end *e)
{
    e->react = NULL;
    send_text(e, "bye", 0);
    tcp_close(e->conn, LONG_MS);
}

static void last_words_reach_a_peer_that_still_talks(void **state)
{
    struct net *n = *state;
    uint8_t *bytes = picture(7);
    net_meet(n);
    n->server.react = say_bye_and_close;
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(tcp_send(n->client.conn, &(struct slice){bytes, PICTURE}, 1, (void *)i), 0);
    net_run_to_the_end(n);
    assert_true(slice_is(buf_slice(&n->client.got), "bye"));
    free(bytes);
}

static void a_lost_peer_is_told_in_words(void **state)
{
    struct net *n = *state;
    net_meet(n);
    send_text(&n->client, "never read", 0);
    tcp_pause(n->server.conn, true);
    net_run_ms(n, 5);
    tcp_close(n->server.conn, 0); /* with bytes unread: the system resets the connection */
    net_run_to_the_end(n);
    assert_non_null(strstr(n->client.why.text, "connection with 127.0.0.1 lost"));
}

static void nobody_listens(void **state)
{
    struct net *n = *state;
    net_listen(n, "127.0.0.1");
    uint16_t port = tcp_listener_port(n->listener);
    tcp_listener_close(n->listener);
    n->listener = NULL;
    net_connect(n, "127.0.0.1", port);
    n->server.closed = true;
    loop_run(n->loop);
    assert_true(n->client.connected);
    assert_int_equal(n->client.connect_rc, ERR_GONE);
    assert_true(n->client.closed);
    assert_non_null(strstr(n->client.why.text, "cannot connect to 127.0.0.1, port"));
}

static void an_unknown_host_is_told(void **state)
{
    struct net *n = *state;
    net_connect(n, "no..such.host", 4840); /* no name server needs to be asked */
    n->server.closed = true;
    loop_run(n->loop);
    assert_true(n->client.connect_rc < 0);
    assert_true(n->client.closed);
    assert_non_null(strstr(n->client.why.text, "no..such.host"));
}

static void closing_ends_a_connection_attempt(void **state)
{
    struct net *n = *state;
    net_listen(n, "127.0.0.1");
    net_connect(n, "127.0.0.1", tcp_listener_port(n->listener));
    tcp_close(n->client.conn, 0);
    n->server.closed = true;
    net_run_to_the_end(n);
    assert_int_equal(n->client.connect_rc, ERR_CLOSED);
    assert_string_equal(n->client.why.text, "");
}

static void a_port_in_use_is_busy(void **state)
{
    struct net *n = *state;
    net_listen(n, NULL);
    struct tcp_listener *second;
    struct err_text why;
    uint16_t port = tcp_listener_port(n->listener);
    assert_int_equal(tcp_listen(n->loop, NULL, port, net_accepts, n, &second, &why), ERR_BUSY);
    assert_null(second);
    char text[40];
    snprintf(text, sizeof text, "port %u is in use", port);
    assert_string_equal(why.text, text);
    assert_int_equal(tcp_listen(n->loop, "nonsense", port, net_accepts, n, &second, &why), ERR_INVALID);
}

static void both_families_are_heard(void **state)
{
    struct net *n = *state;
    net_listen(n, NULL);
    const char *const hosts[] = {"127.0.0.1", "::1"};
    for (size_t i = 0; i < ARRAY_LEN(hosts); i++) {
        n->client = (struct end){.net = n};
        n->server = (struct end){.net = n};
        net_connect(n, hosts[i], tcp_listener_port(n->listener));
        while (!n->client.closed && !n->server.conn)
            net_run_ms(n, 5);
        if (n->client.closed && i == 1)
            break; /* this machine has no IPv6 */
        assert_string_equal(tcp_peer_address(n->server.conn), hosts[i]);
        assert_true(tcp_peer_is_loopback(n->server.conn));
        tcp_close(n->server.conn, 0);
        while (!n->client.closed || !n->server.closed)
            net_run_ms(n, 5);
    }
}

static void a_name_is_tried_at_all_its_addresses(void **state)
{
    struct net *n = *state;
    net_listen(n, "127.0.0.1"); /* "localhost" is often ::1 first */
    net_connect(n, "localhost", tcp_listener_port(n->listener));
    n->server.enough = 1;
    while (!n->client.connected)
        net_run_ms(n, 5);
    assert_int_equal(n->client.connect_rc, 0);
    send_text(&n->client, "x", 0);
    net_run_to_the_end(n);
}

static void refused_connections_end_at_once(void **state)
{
    struct net *n = *state;
    net_listen(n, "127.0.0.1");
    n->refuse = true;
    n->server.closed = true;
    net_connect(n, "127.0.0.1", tcp_listener_port(n->listener));
    while (!n->client.closed)
        net_run_ms(n, 5);
    assert_int_equal(n->client.connect_rc, 0);
}

static void without_memory_a_connection_is_turned_away_and_the_next_is_welcome(void **state)
{
    struct net *n = *state;
    net_listen(n, "127.0.0.1");
    net_connect(n, "127.0.0.1", tcp_listener_port(n->listener));
    n->server.closed = true;
    failing_malloc_after(0);
    loop_run(n->loop);
    failing_malloc_off();
    assert_true(n->client.closed);
    assert_null(n->server.conn);

    n->client = (struct end){.net = n};
    n->server = (struct end){.net = n, .enough = 1};
    buf_init(&n->server.got, 10);
    net_connect(n, "127.0.0.1", tcp_listener_port(n->listener));
    while (!n->client.connected)
        net_run_ms(n, 5);
    send_text(&n->client, "x", 0);
    net_run_to_the_end(n);
}

static void without_memory_what_the_socket_does_not_take_ends_the_connection(void **state)
{
    struct net *n = *state;
    uint8_t *bytes = calloc(1, MANY_BYTES);
    struct slice parts[1000];
    assert_non_null(bytes);
    net_meet(n);
    tcp_pause(n->client.conn, true);
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        parts[i] = (struct slice){bytes, 1};
    failing_malloc_after(0);
    assert_int_equal(tcp_send(n->server.conn, parts, ARRAY_LEN(parts), NULL), ERR_NO_MEMORY);
    failing_malloc_after(0);
    assert_int_equal(tcp_send(n->server.conn, parts, 1, (void *)0), 0);
    assert_int_equal(tcp_send(n->server.conn, &(struct slice){bytes, MANY_BYTES}, 1, (void *)1), 0);
    assert_int_equal(n->server.sent, 1);
    assert_int_equal(n->server.lost, 1);
    assert_int_equal(tcp_send(n->server.conn, parts, 1, (void *)2), ERR_CLOSED);
    failing_malloc_off();
    tcp_pause(n->client.conn, false);
    n->client.enough = MANY_BYTES;
    net_run_to_the_end(n);
    assert_string_not_equal(n->server.why.text, "");
    free(bytes);
}

#define TCP_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TCP_TEST(bytes_go_there_and_back),
        TCP_TEST(many_parts_arrive_in_order),
        TCP_TEST(a_slow_reader_gets_everything_in_the_end),
        TCP_TEST(answers_to_what_came_together_arrive_in_order),
        TCP_TEST(what_is_sent_on_news_of_sending_comes_last),
        TCP_TEST(closing_lets_pending_sends_out),
        TCP_TEST(closing_does_not_wait_longer_than_told),
        TCP_TEST(last_words_reach_a_peer_that_still_talks),
        TCP_TEST(a_lost_peer_is_told_in_words),
        TCP_TEST(nobody_listens),
        TCP_TEST(an_unknown_host_is_told),
        TCP_TEST(closing_ends_a_connection_attempt),
        TCP_TEST(a_port_in_use_is_busy),
        TCP_TEST(both_families_are_heard),
        TCP_TEST(a_name_is_tried_at_all_its_addresses),
        TCP_TEST(refused_connections_end_at_once),
        TCP_TEST(without_memory_a_connection_is_turned_away_and_the_next_is_welcome),
        TCP_TEST(without_memory_what_the_socket_does_not_take_ends_the_connection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
