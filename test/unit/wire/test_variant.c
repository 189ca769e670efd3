/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/wire/codec.h"
#include "wire/messages_gen.h"

static const struct ua_builtin *const variants = &ua_builtins[UA_VARIANT];

static void check(struct codec *c, struct ua_variant v, const char *hex)
{
    struct slice want = codec_hex(c, hex);
    assert_bytes(codec_write(c, variants->write, &v), want);
    assert_round_trip(c, want, variants->size, variants->read, variants->write);
}

static ua_status try_hex(struct codec *c, const char *hex)
{
    return codec_try(codec_hex(c, hex), variants->size, variants->read);
}

static void scalars(void **state)
{
    struct codec *c = *state;
    check(c, (struct ua_variant){0}, "00");
    check(c, ua_variant_boolean(true), "01 01");
    check(c, ua_variant_int32(-1), "06 FF FF FF FF");
    check(c, ua_variant_uint16(5), "05 05 00");
    check(c, ua_variant_uint32(5), "07 05 00 00 00");
    check(c, ua_variant_uint64(5), "09 05 00 00 00 00 00 00 00");
    check(c, ua_variant_double(1.5), "0B 00 00 00 00 00 00 F8 3F");
    check(c, ua_variant_datetime(1), "0D 01 00 00 00 00 00 00 00");
    check(c, ua_variant_status(UA_BAD_TIMEOUT), "13 00 00 0A 80");
    check(c, ua_variant_string(slice_of("a")), "0C 01 00 00 00 61");
    check(c, ua_variant_string((struct slice){0}), "0C FF FF FF FF");
    check(c, ua_variant_bytestring(slice_of("a")), "0F 01 00 00 00 61");
    check(c, ua_variant_nodeid(ua_nodeid_numeric(0, 85)), "11 00 55");
    check(c, ua_variant_qualified_name(1, slice_of("a")), "14 01 00 01 00 00 00 61");
    check(c, ua_variant_localized_text(slice_of("a")), "15 02 01 00 00 00 61");
}

static void scalars_behind_a_pointer(void **state)
{
    struct codec *c = *state;
    struct ua_range range = {0};
    struct ua_extension_object object = {.structure = &ua_range_structure, .value = &range};
    check(c, ua_variant_structure(&object),
          "16 01 00 76 03 01 10 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00");
    struct ua_data_value value = {.status = UA_BAD};
    check(c, (struct ua_variant){.type = UA_DATAVALUE, .array = &value}, "17 02 00 00 00 80");
    struct ua_expanded_nodeid id = {.id = ua_nodeid_numeric(0, 85), .server_index = 1};
    check(c, (struct ua_variant){.type = UA_EXPANDEDNODEID, .array = &id}, "12 40 55 01 00 00 00");
}

static void arrays(void **state)
{
    struct codec *c = *state;
    const int32_t numbers[] = {1, 2};
    check(c, ua_variant_array(UA_INT32, numbers, 2), "86 02 00 00 00 01 00 00 00 02 00 00 00");
    check(c, ua_variant_array(UA_INT32, NULL, 0), "86 00 00 00 00");
    const bool flags[] = {true, false};
    check(c, ua_variant_array(UA_BOOLEAN, flags, 2), "81 02 00 00 00 01 00");
    const struct slice texts[] = {slice_of("a"), {0}};
    check(c, ua_variant_array(UA_STRING, texts, 2), "8C 02 00 00 00 01 00 00 00 61 FF FF FF FF");
    const struct ua_variant mixed[] = {ua_variant_boolean(true), {0}, ua_variant_array(UA_BYTE, "\x07", 1)};
    check(c, ua_variant_array(UA_VARIANT, mixed, 3), "98 03 00 00 00 01 01 00 83 01 00 00 00 07");
}

static void matrices(void **state)
{
    struct codec *c = *state;
    const uint8_t cells[] = {1, 2, 3, 4, 5, 6};
    const int32_t dims[] = {2, 3};
    struct ua_variant v = ua_variant_array(UA_BYTE, cells, 6);
    v.dims = dims;
    v.dims_len = 2;
    check(c, v, "C3 06 00 00 00 01 02 03 04 05 06 02 00 00 00 02 00 00 00 03 00 00 00");
    v.len = 5;
    write_variant(&c->w, &v);
    assert_int_equal(c->w.status, UA_BAD_ENCODING_ERROR);
}

static void one_dimension_is_an_array(void **state)
{
    struct codec *c = *state;
    struct reader r;
    reader_init(&r, codec_hex(c, "C3 02 00 00 00 01 02 01 00 00 00 02 00 00 00"), &c->arena);
    struct ua_variant v = read_variant(&r);
    assert_int_equal(r.status, UA_GOOD);
    assert_int_equal(v.len, 2);
    assert_int_equal(v.dims_len, 0);
    assert_null(v.dims);
}

static void null_arrays_are_empty(void **state)
{
    struct codec *c = *state;
    struct reader r;
    reader_init(&r, codec_hex(c, "86 FF FF FF FF"), &c->arena);
    struct ua_variant v = read_variant(&r);
    assert_int_equal(r.status, UA_GOOD);
    assert_true(v.is_array);
    assert_int_equal(v.type, UA_INT32);
    assert_int_equal(v.len, 0);
}

/* Part 6 §5.1.2: a type that is yet to come holds a ByteString. */
static void unassigned_types_are_bytestrings(void **state)
{
    struct codec *c = *state;
    struct reader r;
    reader_init(&r, codec_hex(c, "1A 01 00 00 00 61 9F 01 00 00 00 01 00 00 00 62"), &c->arena);
    struct ua_variant scalar = read_variant(&r);
    assert_int_equal(scalar.type, UA_BYTESTRING);
    assert_true(slice_is(scalar.bytes, "a"));
    struct ua_variant array = read_variant(&r);
    assert_int_equal(r.status, UA_GOOD);
    assert_int_equal(array.type, UA_BYTESTRING);
    assert_int_equal(array.len, 1);
    assert_true(slice_is(*(const struct slice *)array.array, "b"));
}

static void what_has_no_meaning_is_rejected(void **state)
{
    static const char *const cases[] = {
        "20 00 00 00 00",                                           /* no such type */
        "3F 00 00 00 00",                                           /* nor this */
        "18 01 01",                                                 /* a Variant right in a Variant */
        "80 00 00 00 00",                                           /* an array of nothing */
        "46 01 00 00 00 01 00 00 00 01 00 00 00",                   /* a scalar with dimensions */
        "C3 02 00 00 00 01 02 02 00 00 00 02 00 00 00 02 00 00 00", /* 2 x 2 of 2 */
        "C3 02 00 00 00 01 02 02 00 00 00 FF FF FF FF FE FF FF FF", /* -1 x -2 of 2 */
        "C3 00 00 00 00 02 00 00 00 00 00 01 00 00 00 01 00",       /* 65536 x 65536 of 0 */
        "C3 02 00 00 00 01 02 01 00 00 00 03 00 00 00",             /* 3 of 2 */
        "86 FF FF FF 7F 01 00 00 00",                               /* 2^31 - 1 elements in four bytes */
        "98 05 00 00 00 00 00 00 00",                               /* five Variants in four bytes */
    };
    struct codec *c = *state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        if (try_hex(c, cases[i]) != UA_BAD_DECODING_ERROR)
            fail_msg("%s", cases[i]);
}

static void a_huge_array_costs_nothing(void **state)
{
    struct codec *c = *state;
    struct reader r;
    reader_init(&r, codec_hex(c, "98 FF FF FF 7F 00 00 00"), &c->arena);
    size_t before = c->arena.used;
    struct ua_variant v = read_variant(&r);
    assert_int_equal(r.status, UA_BAD_DECODING_ERROR);
    assert_int_equal(v.type, UA_NULL);
    assert_int_equal(c->arena.used, before);
}

static void an_array_past_the_arena_is_refused(void **state)
{
    enum { ELEMENTS = 20000 };
    (void)state;
    uint8_t *bytes = calloc(1, 5 + ELEMENTS);
    assert_non_null(bytes);
    memcpy(bytes, "\x98\x20\x4E\x00\x00", 5);
    assert_int_equal(codec_try((struct slice){bytes, 5 + ELEMENTS}, variants->size, variants->read),
                     UA_BAD_ENCODING_LIMITS_EXCEEDED);
    free(bytes);
}

/* `levels` Variants, each the only element of the one around it, Null in the innermost. */
static struct slice nested(struct codec *c, size_t levels)
{
    static const uint8_t level[] = {0x98, 1, 0, 0, 0};
    uint8_t *bytes = arena_alloc(&c->arena, levels * sizeof level + 1, 1);
    assert_non_null(bytes);
    for (size_t i = 0; i < levels; i++)
        memcpy(bytes + i * sizeof level, level, sizeof level);
    return (struct slice){bytes, levels * sizeof level + 1};
}

static void variants_nest_to_a_limit(void **state)
{
    struct codec *c = *state;
    assert_round_trip(c, nested(c, UA_MAX_NESTING), variants->size, variants->read, variants->write);
    assert_int_equal(codec_try(nested(c, UA_MAX_NESTING + 1), variants->size, variants->read),
                     UA_BAD_ENCODING_LIMITS_EXCEEDED);
    assert_int_equal(codec_try(nested(c, 10000), variants->size, variants->read),
                     UA_BAD_ENCODING_LIMITS_EXCEEDED);
}

static void writing_nests_to_the_same_limit(void **state)
{
    struct codec *c = *state;
    struct ua_variant levels[UA_MAX_NESTING + 2] = {0};
    for (size_t i = 1; i < ARRAY_LEN(levels); i++)
        levels[i] = ua_variant_array(UA_VARIANT, &levels[i - 1], 1);
    write_variant(&c->w, &levels[UA_MAX_NESTING]);
    assert_int_equal(c->w.status, UA_GOOD);
    write_variant(&c->w, &levels[UA_MAX_NESTING + 1]);
    assert_int_equal(c->w.status, UA_BAD_ENCODING_LIMITS_EXCEEDED);
}

static void a_variant_in_a_variant_is_not_written(void **state)
{
    struct codec *c = *state;
    struct ua_variant inner = {0}, v = {.type = UA_VARIANT, .array = &inner};
    write_variant(&c->w, &v);
    assert_int_equal(c->w.status, UA_BAD_ENCODING_ERROR);
    assert_int_equal(c->rope.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CODEC_TEST(scalars),
        CODEC_TEST(scalars_behind_a_pointer),
        CODEC_TEST(arrays),
        CODEC_TEST(matrices),
        CODEC_TEST(one_dimension_is_an_array),
        CODEC_TEST(null_arrays_are_empty),
        CODEC_TEST(unassigned_types_are_bytestrings),
        CODEC_TEST(what_has_no_meaning_is_rejected),
        CODEC_TEST(a_huge_array_costs_nothing),
        CODEC_TEST(an_array_past_the_arena_is_refused),
        CODEC_TEST(variants_nest_to_a_limit),
        CODEC_TEST(writing_nests_to_the_same_limit),
        CODEC_TEST(a_variant_in_a_variant_is_not_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
