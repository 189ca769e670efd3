/* SPDX-License-Identifier: Apache-2.0
 * For the tests of the wire floor: bytes as hexadecimal text, values to bytes and back. */
#ifndef UACAM_TEST_UNIT_WIRE_CODEC_H
#define UACAM_TEST_UNIT_WIRE_CODEC_H

#include "support/unit.h"
#include "wire/builtin.h"
#include "wire/structure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct codec {
    struct arena arena;
    struct rope rope;
    struct writer w;
};

static inline int codec_setup(void **state)
{
    struct codec *c = calloc(1, sizeof *c);
    assert_non_null(c);
    arena_init(&c->arena, 1 << 20);
    rope_init(&c->rope, 1 << 20);
    writer_init(&c->w, &c->rope);
    *state = c;
    return 0;
}

static inline int codec_teardown(void **state)
{
    struct codec *c = *state;
    arena_clear(&c->arena);
    rope_clear(&c->rope);
    free(c);
    return 0;
}

/* A test whose state is a codec of its own. */
#define CODEC_TEST(f) cmocka_unit_test_setup_teardown(f, codec_setup, codec_teardown)

/* "01 02 FF" as bytes, from the arena. */
static inline struct slice codec_hex(struct codec *c, const char *text)
{
    uint8_t *bytes = arena_alloc(&c->arena, strlen(text) / 2 + 1, 1);
    assert_non_null(bytes);
    size_t n = 0;
    for (int used; sscanf(text, "%2hhx%n", &bytes[n], &used) == 1; text += used)
        n++;
    return (struct slice){bytes, n};
}

/* What has been written since the last call, as one piece from the arena. */
static inline struct slice codec_written(struct codec *c)
{
    uint8_t *bytes = arena_alloc(&c->arena, c->rope.len, 1);
    assert_non_null(bytes);
    size_t n = 0;
    struct rope_cursor at = {0};
    for (struct slice part; (part = rope_next(&c->rope, &at, c->rope.len)).len > 0; n += part.len)
        memcpy(bytes + n, part.data, part.len);
    assert_int_equal(n, c->rope.len);
    rope_reset(&c->rope);
    writer_init(&c->w, &c->rope);
    return (struct slice){bytes, n};
}

static inline struct slice codec_write(struct codec *c, void (*write)(struct writer *, const void *),
                                       const void *v)
{
    write(&c->w, v);
    assert_int_equal(c->w.status, UA_GOOD);
    return codec_written(c);
}

static inline void assert_bytes(struct slice got, struct slice want)
{
    assert_int_equal(got.len, want.len);
    assert_memory_equal(got.data, want.data, want.len);
}

/* Reads from memory of exactly that size, so that a sanitizer sees the first byte past it. What was read must
 * not be used: it points there. */
static inline ua_status codec_try(struct slice bytes, size_t size, void (*read)(struct reader *, void *))
{
    struct arena arena;
    arena_init(&arena, 1 << 20);
    uint8_t *exact = malloc(bytes.len ? bytes.len : 1);
    void *out = calloc(1, size);
    assert_non_null(exact);
    assert_non_null(out);
    if (bytes.len)
        memcpy(exact, bytes.data, bytes.len);
    struct reader r;
    reader_init(&r, (struct slice){exact, bytes.len}, &arena);
    read(&r, out);
    arena_clear(&arena);
    free(out);
    free(exact);
    return r.status;
}

/* The encoding is read whole, gives itself when written again, and no beginning of it can be read. */
static inline void assert_round_trip(struct codec *c, struct slice bytes, size_t size,
                                     void (*read)(struct reader *, void *),
                                     void (*write)(struct writer *, const void *))
{
    void *out = arena_alloc(&c->arena, 1, size);
    assert_non_null(out);
    struct reader r;
    reader_init(&r, bytes, &c->arena);
    read(&r, out);
    assert_int_equal(r.status, UA_GOOD);
    assert_int_equal(reader_left(&r), 0);
    assert_bytes(codec_write(c, write, out), bytes);
    for (size_t n = 0; n < bytes.len; n++)
        assert_int_equal(codec_try((struct slice){bytes.data, n}, size, read), UA_BAD_DECODING_ERROR);
}

#endif
