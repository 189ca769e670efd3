/* SPDX-License-Identifier: Apache-2.0
 * The client of bench/run: asks one server as fast as it can.
 *
 *     bench_client read PORT NODE SIZE WINDOW SECONDS     Reads of a Value with SIZE bytes (0: any scalar)
 *     bench_client raw PORT REQUEST ANSWER WINDOW SECONDS the same number of bytes of bench_raw_server
 *     bench_client sessions PORT SECONDS                  from connecting to closing, over and over
 *     bench_client hold PORT COUNT                        COUNT sessions at once
 *     bench_client stall PORT NODE COUNT                  COUNT Reads whose answers are left unread
 *     bench_client value PORT NODE                        prints a UInt64
 *
 * All but the last talk to bench/run as bench/contest.h says. */
#include "contest.h"
#include "hold.h"
#include "link.h"

#include "channel/frame.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SEQUENCE_AT = CHUNK_CLEAR_SIZE, REQUEST_ID_AT = CHUNK_CLEAR_SIZE + 4 };

/* ---- OPC UA ---- */

/* Walks over the chunks of the answers without looking into them. */
struct walker {
    struct opponent opponent;
    uint32_t sequence, request_id; /* of the last request */
    size_t body_size;              /* that every answer must have */
    uint8_t header[FRAME_HEADER_SIZE];
    size_t header_len;
    size_t left; /* bytes to come of the chunk that we are in */
    size_t body; /* bytes so far of the answer that we are in, with all of this chunk */
    bool final;  /* this chunk is its last */
};

static void put_u32(uint8_t *out, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        out[i] = (uint8_t)(v >> 8 * i);
}

static void stamp_message(struct opponent *o, uint8_t *request)
{
    struct walker *w = container_of(o, struct walker, opponent);
    put_u32(request + SEQUENCE_AT, ++w->sequence);
    put_u32(request + REQUEST_ID_AT, ++w->request_id);
}

/* False: this is no chunk of an answer that we wait for. */
static bool begin_chunk(struct walker *w)
{
    struct frame_header h = frame_header_read(w->header);
    w->header_len = 0;
    if (memcmp(h.type, "MSG", 3) != 0 || h.size <= CHUNK_HEADERS_SIZE)
        return false;
    w->left = h.size - FRAME_HEADER_SIZE;
    w->body += h.size - CHUNK_HEADERS_SIZE;
    w->final = h.type[3] == 'F';
    return w->final ? w->body == w->body_size : w->body < w->body_size;
}

static long count_messages(struct opponent *o, struct slice bytes)
{
    struct walker *w = container_of(o, struct walker, opponent);
    long count = 0;
    while (bytes.len > 0) {
        size_t wanted = w->left ? w->left : FRAME_HEADER_SIZE - w->header_len;
        size_t n = wanted < bytes.len ? wanted : bytes.len;
        if (!w->left) {
            memcpy(w->header + w->header_len, bytes.data, n);
            w->header_len += n;
            if (w->header_len == FRAME_HEADER_SIZE && !begin_chunk(w))
                return -1;
        } else {
            w->left -= n;
            if (w->left == 0 && w->final) {
                w->body = 0;
                count++;
            }
        }
        bytes.data += n;
        bytes.len -= n;
    }
    return count;
}

/* The Read that `l` sent last, to be sent again and again. */
static void walker_init(struct walker *w, const struct link *l)
{
    struct reader r;
    reader_init(&r, (struct slice){l->sent.data + SEQUENCE_AT, CHUNK_SEQUENCE_SIZE}, NULL);
    struct sequence_header last = sequence_header_read(&r);
    *w = (struct walker){
        .opponent = {.fd = l->fd,
                     .request_len = l->sent.len,
                     .stamp = stamp_message,
                     .answers = count_messages},
        .sequence = last.number,
        .request_id = last.request_id,
        .body_size = l->answer.len,
    };
    memcpy(w->opponent.request, l->sent.data, l->sent.len);
}

/* How many bytes an answer is on the wire. */
static size_t answer_size(const struct walker *w)
{
    size_t in_chunk = LINK_CHUNK - CHUNK_HEADERS_SIZE;
    return w->body_size + ((w->body_size - 1) / in_chunk + 1) * CHUNK_HEADERS_SIZE;
}

/* ---- the commands ---- */

/* PORT NODE: opens a session and reads the node once. The value is borrowed until the next call;
 * link_close() in any case. */
static int open_and_read(struct link *l, char **args, const struct ua_data_value **value,
                         struct err_text *why)
{
    struct arena arena;
    struct ua_nodeid node;
    arena_init(&arena, 4096);
    int rc = link_open(l, (uint16_t)atoi(args[0]), why);
    if (!rc && !ua_nodeid_parse(slice_of(args[1]), &arena, &node))
        rc = err_set(why, ERR_INVALID, "%s is no NodeId", args[1]);
    if (!rc)
        rc = link_read(l, &node, INT32_MAX, value, why);
    arena_clear(&arena);
    return rc;
}

/* PORT NODE SIZE WINDOW SECONDS */
static int run_read(char **args, struct err_text *why)
{
    struct link l;
    struct walker w;
    const struct ua_data_value *value;
    size_t size = strtoul(args[2], NULL, 10);
    int rc = open_and_read(&l, args, &value, why);
    if (!rc && size && (value->value.type != UA_BYTESTRING || value->value.bytes.len != size))
        rc = err_set(why, ERR_INVALID, "%s is no picture of %zu bytes", args[1], size);
    if (!rc) {
        walker_init(&w, &l);
        rc = contest_rally(&w.opponent, answer_size(&w), args + 3, why);
        shutdown(l.fd, SHUT_RDWR); /* the channel has lost count of the requests, and may not send another */
    }
    link_close(&l);
    return rc;
}

/* PORT NODE COUNT */
static int run_stall(char **args, struct err_text *why)
{
    struct link l;
    struct walker w;
    const struct ua_data_value *value;
    size_t count = strtoul(args[2], NULL, 10);
    int rc = open_and_read(&l, args, &value, why);
    if (!rc)
        walker_init(&w, &l);
    for (size_t i = 0; i < count && !rc; i++) {
        stamp_message(&w.opponent, w.opponent.request);
        rc = rally_send(l.fd, w.opponent.request, w.opponent.request_len, why);
    }
    if (!rc) {
        contest_stand_ready(w.opponent.request_len, answer_size(&w));
        contest_print_score(&(struct score){0});
        shutdown(l.fd, SHUT_RDWR); /* a farewell would wait behind what is unread */
    }
    link_close(&l);
    return rc;
}

/* PORT NODE */
static int run_value(char **args, struct err_text *why)
{
    struct link l;
    const struct ua_data_value *value;
    int rc = open_and_read(&l, args, &value, why);
    if (!rc && value->value.type != UA_UINT64)
        rc = err_set(why, ERR_INVALID, "%s is no UInt64", args[1]);
    if (!rc)
        printf("%llu\n", (unsigned long long)value->value.uint64);
    link_close(&l);
    return rc;
}

/* Answers of one size, without any form. */
struct raw {
    struct opponent opponent;
    size_t answer_size;
    size_t got; /* of the answer that we are in */
};

static void stamp_nothing(struct opponent *o, uint8_t *request)
{
    (void)o;
    (void)request;
}

static long count_raw(struct opponent *o, struct slice bytes)
{
    struct raw *raw = container_of(o, struct raw, opponent);
    raw->got += bytes.len;
    size_t count = raw->got / raw->answer_size;
    raw->got %= raw->answer_size;
    return (long)count;
}

/* PORT REQUEST ANSWER WINDOW SECONDS */
static int run_raw(char **args, struct err_text *why)
{
    size_t request = strtoul(args[1], NULL, 10), answer = strtoul(args[2], NULL, 10);
    struct raw raw = {
        .opponent = {.request_len = request, .stamp = stamp_nothing, .answers = count_raw},
        .answer_size = answer,
    };
    if (request < 8 || request > RALLY_MAX_REQUEST || answer == 0 || answer > UINT32_MAX)
        return err_set(why, ERR_INVALID, "a request has 8 to %d bytes, an answer at least one",
                       RALLY_MAX_REQUEST);
    put_u32(raw.opponent.request, (uint32_t)request);
    put_u32(raw.opponent.request + 4, (uint32_t)answer);
    int rc = rally_connect((uint16_t)atoi(args[0]), &raw.opponent.fd, why);
    if (rc)
        return rc;
    rc = contest_rally(&raw.opponent, answer, args + 3, why);
    close(raw.opponent.fd);
    return rc;
}

static int open_and_close(void *user, struct err_text *why)
{
    struct link l;
    const uint16_t *port = user;
    int rc = link_open(&l, *port, why);
    link_close(&l);
    return rc;
}

/* PORT SECONDS */
static int run_sessions(char **args, struct err_text *why)
{
    uint16_t port = (uint16_t)atoi(args[0]);
    return contest_repeat(open_and_close, &port, strtod(args[1], NULL), why);
}

/* PORT COUNT */
static int run_hold(char **args, struct err_text *why)
{
    return hold_links(strtoul(args[1], NULL, 10), (uint16_t)atoi(args[0]), NULL, why);
}

static const struct contest_command commands[] = {
    {"read", 5, run_read}, {"raw", 5, run_raw},     {"sessions", 2, run_sessions},
    {"hold", 2, run_hold}, {"stall", 3, run_stall}, {"value", 2, run_value},
};

int main(int argc, char **argv)
{
    return contest_main("bench_client", commands, ARRAY_LEN(commands), argc, argv);
}
