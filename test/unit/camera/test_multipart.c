/* SPDX-License-Identifier: Apache-2.0
 * Parts of an MJPEG stream, however it is cut into reads and however wrong it is. */
#include "camera/ip/module/multipart.h"
#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct multipart m;
static char parts[16][64]; /* the bodies that came */
static size_t part_count;

static void collect(void)
{
    struct slice part;
    while (multipart_next(&m, &part)) {
        assert_true(part_count < ARRAY_LEN(parts));
        snprintf(parts[part_count++], sizeof parts[0], "%.*s", SLICE_ARGS(part));
    }
}

/* Feeds `text` in reads of at most `step` bytes. */
static void feed(const char *text, size_t len, size_t step)
{
    uint8_t *at;
    size_t room;
    while (len > 0) {
        assert_int_equal(multipart_room(&m, &at, &room), 0);
        assert_true(room > 0);
        size_t n = room < step ? room : step;
        n = n < len ? n : len;
        memcpy(at, text, n);
        multipart_filled(&m, n);
        text += n;
        len -= n;
        collect();
    }
}

/* The parts of `text` must be these whatever the reads are. */
static void check(const char *text, const char *const *expected, size_t count)
{
    static const size_t steps[] = {1, 2, 3, 7, 16, 1000};
    for (size_t s = 0; s < ARRAY_LEN(steps); s++) {
        multipart_init(&m);
        part_count = 0;
        feed(text, strlen(text), steps[s]);
        multipart_clear(&m);
        if (part_count != count)
            fail_msg("%zu parts in steps of %zu: %s", part_count, steps[s], text);
        for (size_t i = 0; i < count; i++)
            assert_string_equal(parts[i], expected[i]);
    }
}

#define CHECK(text, ...)                                                                                     \
    do {                                                                                                     \
        static const char *const expected[] = {__VA_ARGS__};                                                 \
        check(text, expected, ARRAY_LEN(expected));                                                          \
    } while (0)

static void test_lengths(void **state)
{
    (void)state;
    CHECK("--b\r\nContent-Type: image/jpeg\r\nContent-Length: "
          "3\r\n\r\nabc\r\n--b\r\ncontent-length:2\r\n\r\nde",
          "abc", "de");
    CHECK("\r\n--b\nContent-Length: 3\n\nabc--b\nContent-Length: 1\n\nd", "abc", "d");
    /* Dashes and boundaries of the picture's own do no harm. */
    CHECK("--b\r\nContent-Length: 13\r\n\r\nx--bc-bb --b \r\n--b\r\nContent-Length: 1\r\n\r\nx",
          "x--bc-bb --b ", "x");
}

static void test_no_lengths(void **state)
{
    (void)state;
    CHECK("--b\r\n\r\nabc\r\n--b\r\nX: y\r\n\r\nd\r\ne\r\n--b--\r\n", "abc", "d\r\ne");
    CHECK("----b\n\nabc\n----b\n\n----b\n", "abc", "");
    CHECK("--b\r\n\r\nx\xff\xd9--b\r\n\r\ny\r\n--b\r\n", "x\xff\xd9", "y");
    CHECK("--b\r\n\r\nx--b\r\n--b\r\n", "x--b");
}

static void test_wrong_lengths(void **state)
{
    (void)state;
    /* Too long: the boundary counts. */
    CHECK("--b\r\nContent-Length: 30\r\n\r\nabc\r\n--b\r\nContent-Length: 2\r\n\r\nde", "abc", "de");
    /* Too short: what is left over is passed over. */
    CHECK("--b\r\nContent-Length: 2\r\n\r\nabcdef\r\n--b\r\nContent-Length: 2\r\n\r\nde", "ab", "de");
    /* None at all. */
    CHECK("--b\r\nContent-Length: -3\r\n\r\nabc\r\n--b\r\n", "abc");
    CHECK("--b\r\nContent-Length: 99999999999999999999\r\n\r\nabc\r\n--b\r\n", "abc");
    CHECK("--b\r\nContent-Length: 0\r\n\r\nabc\r\n--b\r\n", "abc");
}

static void test_what_precedes(void **state)
{
    (void)state;
    CHECK("some words\r\nand more\r\n--b\r\n\r\nabc\r\n--b\r\n", "abc");
    CHECK("--\r\n---\r\n--b\r\n\r\nabc\r\n--b\r\n", "abc");
}

static void feed_text(const char *text)
{
    feed(text, strlen(text), 100);
}

static void test_ceilings(void **state)
{
    static char junk[3 * MULTIPART_MAX_HEADER];
    uint8_t *at;
    size_t room, total = 0;
    int rc;
    (void)state;
    memset(junk, 'x', sizeof junk);
    multipart_init(&m);
    part_count = 0;
    feed(junk, sizeof junk, 5000); /* a first line without an end */
    feed_text("\n--b\r\n");
    feed(junk, sizeof junk, 5000); /* a header without an end */
    feed_text("\r\n\r\nno part\r\n--b\r\n\r\nabc\r\n--b\r\n");
    assert_int_equal(part_count, 1);
    assert_string_equal(parts[0], "abc");
    feed_text("\r\n");
    while ((rc = multipart_room(&m, &at, &room)) == 0) {
        memset(at, 'y', room);
        multipart_filled(&m, room);
        collect();
        total += room;
        assert_true(total <= MULTIPART_MAX + (1 << 20));
    }
    assert_int_equal(rc, ERR_LIMIT);
    multipart_clear(&m);
}

static void test_storage_is_given_away(void **state)
{
    static const char text[] = "--b\r\nContent-Length: 3\r\n\r\nabc\r\n--b\r\nContent-Length: 2\r\n\r\nde";
    uint8_t *at;
    size_t room;
    struct slice part;
    (void)state;
    multipart_init(&m);
    assert_int_equal(multipart_room(&m, &at, &room), 0);
    memcpy(at, text, sizeof text - 1);
    multipart_filled(&m, sizeof text - 1);
    assert_int_equal(multipart_next(&m, &part), 1);
    void *storage = multipart_take(&m);
    assert_non_null(storage);
    struct slice next;
    assert_int_equal(multipart_next(&m, &next), 1);
    assert_memory_equal(next.data, "de", 2);
    assert_memory_equal(part.data, "abc", 3);
    assert_true(part.data > (uint8_t *)storage && part.data < (uint8_t *)storage + sizeof text);
    multipart_clear(&m);
    assert_memory_equal(part.data, "abc", 3);
    free(storage);
}

static void test_type(void **state)
{
    (void)state;
    assert_true(multipart_is("multipart/x-mixed-replace; boundary=x"));
    assert_true(multipart_is("Multipart/mixed"));
    assert_false(multipart_is("image/jpeg"));
    assert_false(multipart_is(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lengths),       cmocka_unit_test(test_no_lengths),
        cmocka_unit_test(test_wrong_lengths), cmocka_unit_test(test_what_precedes),
        cmocka_unit_test(test_ceilings),      cmocka_unit_test(test_storage_is_given_away),
        cmocka_unit_test(test_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
