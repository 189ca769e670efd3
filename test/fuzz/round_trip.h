/* SPDX-License-Identifier: Apache-2.0
 * For fuzzers of the wire floor: what could be read can be written, reads as the same again, and costs no
 * more than the arena allows. */
#ifndef UACAM_TEST_FUZZ_ROUND_TRIP_H
#define UACAM_TEST_FUZZ_ROUND_TRIP_H

#include "wire/reader.h"
#include "wire/writer.h"

#include <stdlib.h>
#include <string.h>

typedef void (*round_trip_read)(struct reader *r, void *out);
typedef void (*round_trip_write)(struct writer *w, const void *v);

enum { ROUND_TRIP_ARENA = 4 << 20, ROUND_TRIP_ROPE = 16 << 20 };

static inline void round_trip_require(bool holds)
{
    if (!holds)
        abort();
}

/* Reads the bytes and writes what came out to `rope`. False when they cannot be read. */
static inline bool recode(struct slice bytes, size_t size, round_trip_read read, round_trip_write write,
                          struct rope *rope)
{
    struct arena arena;
    arena_init(&arena, ROUND_TRIP_ARENA);
    void *value = arena_alloc(&arena, 1, size);
    round_trip_require(value);
    struct reader r;
    reader_init(&r, bytes, &arena);
    read(&r, value);
    bool ok = r.status == UA_GOOD;
    if (ok) {
        struct writer w;
        writer_init(&w, rope);
        write(&w, value);
        round_trip_require(w.status == UA_GOOD);
    }
    arena_clear(&arena);
    return ok;
}

static inline void round_trip(struct slice bytes, size_t size, round_trip_read read, round_trip_write write)
{
    struct rope first, second;
    rope_init(&first, ROUND_TRIP_ROPE);
    rope_init(&second, ROUND_TRIP_ROPE);
    if (recode(bytes, size, read, write, &first)) {
        /* Without a blob all bytes are the rope's own. */
        round_trip_require(recode(buf_slice(&first.own), size, read, write, &second));
        round_trip_require(rope_equal(&first, &second));
    }
    rope_clear(&first);
    rope_clear(&second);
}

#endif
