/* SPDX-License-Identifier: Apache-2.0
 * The engines of the bulk work against each other: the same bytes, the same verdicts. */
#include "crypto/symmetric_engine.h"

#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CLEAR = 16,
    LEAST = CLEAR + 8,
    MOST = 65503 /* of what fits into 64 KiB when sealed */,
    MOST_JOBS = 70,
    MOST_PARTS = 4
};

static const struct suite *const suites[] = {&suite_basic256sha256, &suite_aes128_sha256_rsaoaep,
                                             &suite_aes256_sha256_rsapss};

/* A small generator, so that a failure comes again. */
static uint32_t seed = 1;

static uint32_t any(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % below;
}

static void fill(uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        bytes[i] = (uint8_t)any(256);
}

struct batch {
    size_t count;
    struct key_set keys[3];
    uint8_t *plain; /* what all jobs take their bytes from */
    struct slice parts[MOST_JOBS][MOST_PARTS];
    struct seal_job seal[MOST_JOBS];
    struct unseal_job unseal[MOST_JOBS];
    size_t sizes[MOST_JOBS];
};

/* Around every boundary: of blocks, of chunks, of the buffer. */
static size_t any_size(void)
{
    static const size_t edges[] = {LEAST,     LEAST + 1, LEAST + 15, LEAST + 16,
                                   8192 - 64, 8192,      MOST - 80,  MOST};
    size_t edge = edges[any(ARRAY_LEN(edges))];
    return any(2) ? edge : LEAST + any((uint32_t)(edge - LEAST + 1));
}

static void cut_anyhow(struct batch *b, size_t i, size_t size)
{
    size_t from = 0;
    for (size_t p = 0; p < MOST_PARTS; p++) {
        size_t n = p == MOST_PARTS - 1 ? size - from : any((uint32_t)(size - from + 1));
        b->parts[i][p] = (struct slice){b->plain + from, n};
        from += n;
    }
}

static struct batch *batch_new(size_t count)
{
    struct batch *b = calloc(1, sizeof *b);
    assert_non_null(b);
    b->count = count;
    b->plain = malloc(MOST);
    assert_non_null(b->plain);
    fill(b->plain, MOST);
    for (size_t i = 0; i < ARRAY_LEN(b->keys); i++) {
        fill((uint8_t *)&b->keys[i], sizeof b->keys[i]);
        b->keys[i].suite = suites[i];
    }
    for (size_t i = 0; i < count; i++) {
        struct chunk_layout layout = {CLEAR, any(4) != 0};
        size_t size = any_size();
        cut_anyhow(b, i, size);
        b->sizes[i] = sealed_size(layout, size);
        const struct key_set *keys = &b->keys[any(ARRAY_LEN(b->keys))];
        b->seal[i] = (struct seal_job){keys, layout, b->parts[i], MOST_PARTS, NULL, NULL};
        b->unseal[i] = (struct unseal_job){.keys = keys, .layout = layout};
    }
    return b;
}

static void batch_free(struct batch *b)
{
    for (size_t i = 0; i < b->count; i++)
        free(b->unseal[i].out);
    free(b->plain);
    free(b);
}

/* Seals all; `out` are of the exact size, so that a sanitizer sees each byte too many. */
static void seal_with(const struct symmetric_engine *e, struct batch *b, uint8_t **out)
{
    for (size_t i = 0; i < b->count; i++) {
        out[i] = malloc(b->sizes[i]);
        assert_non_null(out[i]);
        b->seal[i].out = out[i];
    }
    assert_int_equal(e->seal(b->seal, b->count), 0);
}

static void unseal_with(const struct symmetric_engine *e, struct batch *b, uint8_t **sealed)
{
    for (size_t i = 0; i < b->count; i++) {
        struct unseal_job *j = &b->unseal[i];
        free(j->out);
        j->out = malloc(b->sizes[i]);
        assert_non_null(j->out);
        j->sealed = (struct slice){sealed[i], b->sizes[i]};
        j->plain = (struct slice){0};
    }
    assert_int_equal(e->unseal(b->unseal, b->count), 0);
}

/* The same again, in the place of what was sealed. */
static void unseal_in_place(const struct symmetric_engine *e, struct batch *b, uint8_t **sealed)
{
    for (size_t i = 0; i < b->count; i++) {
        struct unseal_job *j = &b->unseal[i];
        memcpy(j->out, sealed[i], b->sizes[i]);
        j->sealed = (struct slice){j->out, b->sizes[i]};
        j->plain = (struct slice){0};
    }
    assert_int_equal(e->unseal(b->unseal, b->count), 0);
}

static const struct symmetric_engine *lanes_or_skip(void)
{
    const struct symmetric_engine *lanes = symmetric_engine_find("ipsec-mb");
    if (!lanes) {
        print_message("this build or this processor has no lanes\n");
        skip();
    }
    return lanes;
}

static void opens_to_what_was_sealed(const struct batch *b)
{
    for (size_t i = 0; i < b->count; i++) {
        struct slice last = b->parts[i][MOST_PARTS - 1];
        size_t size = (size_t)(last.data + last.len - b->plain);
        assert_int_equal(b->unseal[i].plain.len, size - CLEAR);
        assert_memory_equal(b->unseal[i].plain.data, b->plain + CLEAR, size - CLEAR);
    }
}

static void same_bytes_and_verdicts(void **state)
{
    (void)state;
    const struct symmetric_engine *lanes = lanes_or_skip();
    for (unsigned round = 0; round < 12; round++) {
        uint8_t *one[MOST_JOBS], *other[MOST_JOBS];
        struct batch *b = batch_new(round ? 1 + any(MOST_JOBS) : MOST_JOBS);
        seal_with(&openssl_engine, b, one);
        seal_with(lanes, b, other);
        for (size_t i = 0; i < b->count; i++)
            assert_memory_equal(one[i], other[i], b->sizes[i]);
        unseal_with(lanes, b, one);
        opens_to_what_was_sealed(b);
        unseal_with(&openssl_engine, b, other);
        opens_to_what_was_sealed(b);
        unseal_in_place(lanes, b, one);
        opens_to_what_was_sealed(b);
        unseal_in_place(&openssl_engine, b, other);
        opens_to_what_was_sealed(b);
        for (size_t i = 0; i < b->count; i++) {
            free(one[i]);
            free(other[i]);
        }
        batch_free(b);
    }
}

/* One bit wrong in every third chunk, a byte missing in some: those alone are refused. */
static void one_bad_chunk_spoils_no_other(void **state)
{
    (void)state;
    const struct symmetric_engine *engines[] = {&openssl_engine, lanes_or_skip()};
    for (size_t e = 0; e < ARRAY_LEN(engines); e++) {
        uint8_t *sealed[MOST_JOBS];
        struct batch *b = batch_new(40);
        seal_with(engines[e], b, sealed);
        for (size_t i = 0; i < b->count; i += 3)
            sealed[i][any((uint32_t)b->sizes[i])] ^= (uint8_t)(1u << any(8));
        for (size_t i = 1; i < b->count; i += 9)
            b->sizes[i]--;
        unseal_with(engines[e], b, sealed);
        for (size_t i = 0; i < b->count; i++) {
            bool bad = i % 3 == 0 || i % 9 == 1;
            assert_int_equal(b->unseal[i].plain.data == NULL, bad);
            free(sealed[i]);
        }
        batch_free(b);
    }
}

/* The library cannot count so far: the work is done all the same. */
static void chunks_beyond_64_KiB(void **state)
{
    (void)state;
    const struct symmetric_engine *lanes = lanes_or_skip();
    enum { SIZE = 100000, COUNT = 6 };
    struct key_set keys = {.suite = &suite_basic256sha256};
    struct seal_job jobs[COUNT];
    struct chunk_layout layout = {CLEAR, true};
    uint8_t *plain = calloc(1, SIZE), *out = malloc(COUNT * sealed_size(layout, SIZE));
    assert_true(plain && out);
    struct slice part = {plain, SIZE};
    for (size_t i = 0; i < COUNT; i++)
        jobs[i] = (struct seal_job){&keys, layout, &part, 1, out + i * sealed_size(layout, SIZE), NULL};
    assert_int_equal(lanes->seal(jobs, COUNT), 0);
    for (size_t i = 1; i < COUNT; i++)
        assert_memory_equal(jobs[i].out, out, sealed_size(layout, SIZE));
    free(plain);
    free(out);
}

/* What it is called and of which library it is; all of it fits. */
static void engine_is(const char *name, const char *library)
{
    char text[SYMMETRIC_ENGINE_TEXT], expected[SYMMETRIC_ENGINE_TEXT];
    symmetric_engine_text(text);
    snprintf(expected, sizeof expected, "%s %s", name, library);
    assert_int_equal(strncmp(text, expected, strlen(expected)), 0);
    assert_int_equal(text[strlen(text) - 1], ')');
}

static void engines_by_name(void **state)
{
    (void)state;
    engine_is("openssl", "(OpenSSL ");
    assert_false(symmetric_use("enigma"));
    engine_is("openssl", "(OpenSSL ");
    for (const struct symmetric_engine *const *e = symmetric_engines; *e; e++)
        if (symmetric_use((*e)->name))
            engine_is((*e)->name, "(");
    assert_true(symmetric_use(NULL));
    engine_is(symmetric_engine_find(NULL)->name, "(");
    assert_true(symmetric_use("openssl"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_bytes_and_verdicts),
        cmocka_unit_test(one_bad_chunk_spoils_no_other),
        cmocka_unit_test(chunks_beyond_64_KiB),
        cmocka_unit_test(engines_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
