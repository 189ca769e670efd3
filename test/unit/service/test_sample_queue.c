/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "service/subscription/sample_queue.h"
#include "support/failing_malloc.h"
#include "wire/messages_gen.h"
#include "wire/reader.h"

#include <stdio.h>

enum { OVERFLOW_BITS = 0x480 };

static struct sample *number(uint32_t n)
{
    struct ua_data_value v = {.value = ua_variant_uint32(n), .has_value = true, .source_timestamp = n};
    struct sample *s = sample_new(&v);
    assert_non_null(s);
    return s;
}

static struct ua_data_value read_back(const struct sample *s, int32_t timestamps, struct arena *arena)
{
    struct rope rope;
    struct writer w;
    rope_init(&rope, 1 << 16);
    writer_init(&w, &rope);
    sample_write(&w, s, timestamps);
    assert_int_equal(w.status, UA_GOOD);
    assert_int_equal(rope.len, sample_size(s, timestamps));
    struct slice copy;
    assert_true(arena_copy(arena, buf_slice(&rope.own), &copy));
    rope_clear(&rope);
    struct reader r;
    reader_init(&r, copy, arena);
    struct ua_data_value v = read_data_value(&r);
    assert_int_equal(r.status, UA_GOOD);
    assert_int_equal(reader_left(&r), 0);
    return v;
}

/* What is in the queue as text: "1 2! " where ! stands for the overflow bits. */
static void assert_holds(const struct sample_queue *q, const char *wanted)
{
    char text[128] = "";
    size_t used = 0;
    struct arena arena;
    arena_init(&arena, 1 << 16);
    for (struct list_link *l = q->samples.first; l; l = l->next) {
        struct ua_data_value v =
            read_back(container_of(l, struct sample, link), UA_TIMESTAMPS_TO_RETURN_NEITHER, &arena);
        const char *mark = (v.status & OVERFLOW_BITS) == OVERFLOW_BITS ? "! " : " ";
        used += (size_t)snprintf(text + used, sizeof text - used, "%u%s", v.value.uint32, mark);
    }
    arena_clear(&arena);
    assert_string_equal(text, wanted);
}

static void push(struct sample_queue *q, uint32_t first, uint32_t last)
{
    for (uint32_t n = first; n <= last; n++)
        sample_queue_push(q, number(n));
}

static void the_oldest_gives_way_and_its_successor_is_marked(void **state)
{
    (void)state;
    struct sample_queue q;
    sample_queue_init(&q, 3, true);
    push(&q, 1, 3);
    assert_holds(&q, "1 2 3 ");
    push(&q, 4, 5);
    assert_holds(&q, "3! 4 5 ");
    sample_queue_clear(&q);
}

static void the_newest_is_replaced_by_a_marked_one(void **state)
{
    (void)state;
    struct sample_queue q;
    sample_queue_init(&q, 3, false);
    push(&q, 1, 5);
    assert_holds(&q, "1 2 5! ");
    sample_queue_clear(&q);
}

static void a_queue_of_one_holds_the_newest_unmarked(void **state)
{
    (void)state;
    for (int discard_oldest = 0; discard_oldest < 2; discard_oldest++) {
        struct sample_queue q;
        sample_queue_init(&q, 1, discard_oldest);
        push(&q, 1, 4);
        assert_holds(&q, "4 ");
        sample_queue_clear(&q);
    }
}

static void a_push_tells_of_a_loss(void **state)
{
    (void)state;
    struct sample_queue q;
    sample_queue_init(&q, 2, true);
    assert_false(sample_queue_push(&q, number(1)));
    assert_false(sample_queue_push(&q, number(2)));
    assert_true(sample_queue_push(&q, number(3)));
    sample_queue_clear(&q);
}

static void a_smaller_size_drops_by_the_policy(void **state)
{
    (void)state;
    struct sample_queue q;
    sample_queue_init(&q, 5, true);
    push(&q, 1, 5);
    sample_queue_resize(&q, 3, true);
    assert_holds(&q, "3! 4 5 ");
    sample_queue_resize(&q, 2, false);
    assert_holds(&q, "3! 4! ");
    sample_queue_resize(&q, 1, false);
    assert_int_equal(q.samples.count, 1);
    assert_int_equal(sample_queue_newest(&q)->source_timestamp, 4);
    sample_queue_clear(&q);
}

static void the_newest_is_known_after_it_left(void **state)
{
    (void)state;
    struct sample_queue q;
    sample_queue_init(&q, 3, true);
    assert_null(sample_queue_newest(&q));
    push(&q, 1, 2);
    sample_queue_take(&q);
    sample_queue_take(&q);
    assert_int_equal(q.samples.count, 0);
    assert_int_equal(sample_queue_newest(&q)->source_timestamp, 2);
    push(&q, 3, 3);
    assert_int_equal(sample_queue_newest(&q)->source_timestamp, 3);
    sample_queue_clear(&q);
    assert_null(sample_queue_newest(&q));
}

static void what_left_can_be_sent_again_without_its_mark(void **state)
{
    (void)state;
    struct sample_queue q;
    sample_queue_init(&q, 2, false);
    assert_false(sample_queue_restore(&q));
    push(&q, 1, 3);
    sample_queue_take(&q);
    sample_queue_take(&q);
    assert_true(sample_queue_restore(&q));
    assert_holds(&q, "3 ");
    sample_queue_clear(&q);
}

static void timestamps_are_written_as_wanted(void **state)
{
    (void)state;
    static const struct {
        int32_t wanted;
        int64_t source, server;
    } rows[] = {
        {UA_TIMESTAMPS_TO_RETURN_SOURCE, 11, 0},
        {UA_TIMESTAMPS_TO_RETURN_SERVER, 0, 22},
        {UA_TIMESTAMPS_TO_RETURN_BOTH, 11, 22},
        {UA_TIMESTAMPS_TO_RETURN_NEITHER, 0, 0},
    };
    struct ua_data_value v = {.value = ua_variant_double(2.5),
                              .has_value = true,
                              .status = UA_UNCERTAIN,
                              .source_timestamp = 11,
                              .server_timestamp = 22};
    struct sample *s = sample_new(&v);
    assert_non_null(s);
    struct arena arena;
    arena_init(&arena, 1 << 16);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct ua_data_value back = read_back(s, rows[i].wanted, &arena);
        assert_int_equal(back.source_timestamp, rows[i].source);
        assert_int_equal(back.server_timestamp, rows[i].server);
        assert_int_equal(back.status, UA_UNCERTAIN);
        assert_true(back.value.float64 == 2.5);
    }
    arena_clear(&arena);
    sample_free(s);
}

static void a_status_needs_no_value(void **state)
{
    (void)state;
    struct sample *s = sample_new(&(struct ua_data_value){.status = UA_BAD_TIMEOUT});
    assert_non_null(s);
    struct arena arena;
    arena_init(&arena, 1 << 16);
    struct ua_data_value back = read_back(s, UA_TIMESTAMPS_TO_RETURN_BOTH, &arena);
    assert_false(back.has_value);
    assert_int_equal(back.status, UA_BAD_TIMEOUT);
    arena_clear(&arena);
    sample_free(s);
}

static void pictures_are_shared(void **state)
{
    (void)state;
    uint8_t *bytes;
    struct blob *picture = blob_with_room(100000, &bytes);
    assert_non_null(picture);
    struct ua_data_value v = {.value = ua_variant_blob(picture, picture->bytes), .has_value = true};
    struct sample_queue q;
    sample_queue_init(&q, 10, true);
    for (int i = 0; i < 10; i++)
        sample_queue_push(&q, sample_new(&v));
    assert_int_equal(picture->refs, 11);
    assert_true(sample_queue_newest(&q)->value.own.len < 100);
    sample_queue_clear(&q);
    assert_int_equal(picture->refs, 1);
    blob_unref(picture);
}

static void no_memory_is_told(void **state)
{
    (void)state;
    struct ua_data_value v = {.value = ua_variant_uint32(7), .has_value = true};
    bool failed;
    size_t n = 0;
    do {
        failing_malloc_after(n++);
        struct sample *s = sample_new(&v);
        failed = failing_malloc_hit();
        failing_malloc_off();
        assert_int_equal(s == NULL, failed);
        sample_free(s);
    } while (failed);
    assert_true(n > 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_oldest_gives_way_and_its_successor_is_marked),
        cmocka_unit_test(the_newest_is_replaced_by_a_marked_one),
        cmocka_unit_test(a_queue_of_one_holds_the_newest_unmarked),
        cmocka_unit_test(a_push_tells_of_a_loss),
        cmocka_unit_test(a_smaller_size_drops_by_the_policy),
        cmocka_unit_test(the_newest_is_known_after_it_left),
        cmocka_unit_test(what_left_can_be_sent_again_without_its_mark),
        cmocka_unit_test(timestamps_are_written_as_wanted),
        cmocka_unit_test(a_status_needs_no_value),
        cmocka_unit_test(pictures_are_shared),
        cmocka_unit_test(no_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
