/* SPDX-License-Identifier: Apache-2.0
 * The generated structures: all of them by their table, a few against bytes worked out by hand. */
#include "support/failing_malloc.h"
#include "unit/wire/codec.h"
#include "wire/messages_gen.h"

static void tables_find_every_structure(void **state)
{
    (void)state;
    for (size_t i = 0; i < ua_structure_count; i++) {
        const struct ua_structure *s = ua_structures_by_encoding[i];
        assert_ptr_equal(ua_structure_by_encoding(s->encoding_id), s);
        assert_ptr_equal(ua_structure_by_data_type(s->data_type_id), s);
    }
    assert_null(ua_structure_by_encoding(0));
    assert_null(ua_structure_by_data_type(UINT32_MAX));
    assert_ptr_equal(ua_structure_by_encoding(631), &ua_read_request_structure);
    assert_ptr_equal(ua_structure_by_data_type(629), &ua_read_request_structure);
    assert_string_equal(ua_read_request_structure.name, "ReadRequest");
}

static void zeroed_structures_go_both_ways(void **state)
{
    struct codec *c = *state;
    for (size_t i = 0; i < ua_structure_count; i++) {
        const struct ua_structure *s = ua_structures_by_encoding[i];
        void *zero = arena_alloc(&c->arena, 1, s->size);
        assert_non_null(zero);
        assert_round_trip(c, codec_write(c, s->write, zero), s->size, s->read, s->write);
        arena_reset(&c->arena);
    }
}

/* Mostly zeroes, here and there a small number: much of it happens to be a structure. */
static struct slice sparse_bytes(struct codec *c, uint32_t *random, size_t len)
{
    uint8_t *bytes = arena_alloc(&c->arena, len, 1);
    assert_non_null(bytes);
    for (size_t i = 0; i < len; i++) {
        *random = *random * 1664525 + 1013904223;
        uint32_t top = *random >> 16;
        bytes[i] = top % 20 == 0 ? top / 20 % 4 : 0;
    }
    return (struct slice){bytes, len};
}

static bool try_round_trip(struct codec *c, const struct ua_structure *s, struct slice bytes)
{
    void *out = arena_alloc(&c->arena, 1, s->size);
    assert_non_null(out);
    struct reader r;
    reader_init(&r, bytes, &c->arena);
    s->read(&r, out);
    if (r.status)
        return false;
    assert_round_trip(c, codec_write(c, s->write, out), s->size, s->read, s->write);
    return true;
}

static void filled_structures_go_both_ways(void **state)
{
    enum { TRIES = 100, LONGEST = 600 };
    struct codec *c = *state;
    uint32_t random = 1;
    for (size_t i = 0; i < ua_structure_count; i++) {
        const struct ua_structure *s = ua_structures_by_encoding[i];
        size_t good = 0;
        for (size_t k = 0; k < TRIES && good < 10; k++) {
            good += try_round_trip(c, s, sparse_bytes(c, &random, LONGEST));
            arena_reset(&c->arena);
        }
        if (good == 0)
            fail_msg("no try gave a %s", s->name);
    }
}

/* A ReadRequest of Server_ServerStatus_CurrentTime's Value, field by field of Part 4 §5.11.2. */
static void read_request(void **state)
{
    struct codec *c = *state;
    struct ua_read_value_id node = {.node_id = ua_nodeid_numeric(0, 2258), .attribute_id = 13};
    struct ua_read_request request = {
        .request_header = {.authentication_token = ua_nodeid_numeric(0, 7),
                           .request_handle = 1,
                           .timeout_hint = 1000},
        .max_age = 1.5,
        .timestamps_to_return = UA_TIMESTAMPS_TO_RETURN_BOTH,
        .nodes_to_read = &node,
        .nodes_to_read_len = 1,
    };
    ua_read_request_write(&c->w, &request);
    assert_int_equal(c->w.status, UA_GOOD);
    struct slice want = codec_hex(c, "00 07 00 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00 FF FF FF FF "
                                     "E8 03 00 00 00 00 00 00 00 00 00 00 00 F8 3F 02 00 00 00 01 00 00 00 "
                                     "01 00 D2 08 0D 00 00 00 FF FF FF FF 00 00 FF FF FF FF");
    assert_bytes(codec_written(c), want);
    struct reader r;
    reader_init(&r, want, &c->arena);
    struct ua_read_request back;
    ua_read_request_read(&r, &back);
    assert_int_equal(r.status, UA_GOOD);
    assert_int_equal(back.nodes_to_read_len, 1);
    assert_true(ua_nodeid_is(&back.nodes_to_read[0].node_id, 2258));
    assert_null(back.nodes_to_read[0].index_range.data);
    assert_true(back.max_age == 1.5);
}

/* Base fields come first: PolicyId is UserIdentityToken's. */
static void base_fields_come_first(void **state)
{
    struct codec *c = *state;
    struct ua_user_name_identity_token token = {.policy_id = slice_of("p"), .user_name = slice_of("u")};
    ua_user_name_identity_token_write(&c->w, &token);
    assert_bytes(codec_written(c), codec_hex(c, "01 00 00 00 70 01 00 00 00 75 FF FF FF FF FF FF FF FF"));
}

static void option_sets_are_as_wide_as_their_type(void **state)
{
    struct codec *c = *state;
    struct ua_role_permission_type v = {.role_id = ua_nodeid_numeric(0, 1),
                                        .permissions = UA_PERMISSION_TYPE_BROWSE | UA_PERMISSION_TYPE_READ};
    ua_role_permission_type_write(&c->w, &v);
    assert_bytes(codec_written(c), codec_hex(c, "00 01 21 00 00 00"));
}

/* Filters within filters, as Where clauses allow. */
static void structures_nest_to_a_limit(void **state)
{
    enum { LEVELS = UA_MAX_NESTING + 1 };
    struct codec *c = *state;
    struct ua_event_filter filters[LEVELS] = {0};
    struct ua_content_filter_element elements[LEVELS] = {0};
    struct ua_extension_object objects[LEVELS] = {0};
    for (size_t i = 0; i < LEVELS; i++) {
        objects[i] =
            (struct ua_extension_object){.structure = &ua_event_filter_structure, .value = &filters[i]};
        if (i == 0)
            continue;
        elements[i].filter_operands = &objects[i - 1];
        elements[i].filter_operands_len = 1;
        filters[i].where_clause.elements = &elements[i];
        filters[i].where_clause.elements_len = 1;
    }
    const struct ua_builtin *b = &ua_builtins[UA_EXTENSIONOBJECT];
    struct slice deepest = codec_write(c, b->write, &objects[UA_MAX_NESTING - 1]);
    assert_int_equal(codec_try(deepest, b->size, b->read), UA_GOOD);
    write_extension_object(&c->w, &objects[UA_MAX_NESTING]);
    assert_int_equal(c->w.status, UA_BAD_ENCODING_LIMITS_EXCEEDED);
}

static struct slice publish_response(struct codec *c)
{
    struct ua_monitored_item_notification items[200] = {0};
    for (size_t i = 0; i < ARRAY_LEN(items); i++) {
        items[i].value.value = ua_variant_string(slice_of("a text that makes the message longer"));
        items[i].value.has_value = true;
    }
    struct ua_data_change_notification change = {.monitored_items = items,
                                                 .monitored_items_len = ARRAY_LEN(items)};
    struct ua_extension_object object = {.structure = &ua_data_change_notification_structure,
                                         .value = &change};
    struct ua_publish_response response = {
        .notification_message = {.notification_data = &object, .notification_data_len = 1}};
    ua_publish_response_write(&c->w, &response);
    return c->w.status ? (struct slice){0} : codec_written(c);
}

static void a_failed_allocation_fails_the_reader(void **state)
{
    struct codec *c = *state;
    struct slice bytes = publish_response(c);
    bool failed;
    size_t n = 0;
    do {
        struct arena arena;
        arena_init(&arena, 1 << 20);
        struct reader r;
        reader_init(&r, bytes, &arena);
        struct ua_publish_response response;
        failing_malloc_after(n++);
        ua_publish_response_read(&r, &response);
        failed = failing_malloc_hit();
        failing_malloc_off();
        assert_int_equal(r.status, failed ? UA_BAD_OUT_OF_MEMORY : UA_GOOD);
        arena_clear(&arena);
    } while (failed);
    assert_true(n > 2);
}

static void a_failed_allocation_fails_the_writer(void **state)
{
    struct codec *c = *state;
    bool failed;
    size_t n = 0;
    do {
        rope_clear(&c->rope);
        writer_init(&c->w, &c->rope);
        struct blob *picture = blob_copy(slice_of("picture"));
        assert_non_null(picture);
        failing_malloc_after(n++);
        write_shared(&c->w, picture, picture->bytes);
        for (size_t i = 0; i < 1000; i++)
            write_u64(&c->w, i);
        failed = failing_malloc_hit();
        failing_malloc_off();
        assert_int_equal(c->w.status, failed ? UA_BAD_OUT_OF_MEMORY : UA_GOOD);
        blob_unref(picture);
    } while (failed);
    assert_true(n > 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_find_every_structure),
        CODEC_TEST(zeroed_structures_go_both_ways),
        CODEC_TEST(filled_structures_go_both_ways),
        CODEC_TEST(read_request),
        CODEC_TEST(base_fields_come_first),
        CODEC_TEST(option_sets_are_as_wide_as_their_type),
        CODEC_TEST(structures_nest_to_a_limit),
        CODEC_TEST(a_failed_allocation_fails_the_reader),
        CODEC_TEST(a_failed_allocation_fails_the_writer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
