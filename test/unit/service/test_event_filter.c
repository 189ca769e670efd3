/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "event_maker.h"

#include "service/event/event_filter.h"

#include <stdlib.h>

struct fixture {
    struct space *space;
    struct event_maker maker;
    struct event_filter *filter;
    struct ua_event_filter_result result;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->space = space_new(slice_of("urn:test"));
    assert_non_null(f->space);
    event_maker_init(&f->maker);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    event_filter_free(f->filter);
    event_maker_clear(&f->maker);
    space_free(f->space);
    free(f);
    return 0;
}

static ua_status parse(struct fixture *f)
{
    event_filter_free(f->filter);
    ua_status status =
        event_filter_new(f->space, event_maker_encode(&f->maker), &f->maker.arena, &f->filter, &f->result);
    assert_int_equal(status == UA_GOOD, f->filter != NULL);
    return status;
}

/* The fields that it selects of an audit event, as a client gets them. */
static const struct ua_variant *selected(struct fixture *f, const struct event_field *fields, size_t count)
{
    struct event_view e = {f->space, space_ns0(f->space, UA_ID_AUDITWRITEUPDATEEVENTTYPE), fields, count};
    struct rope rope;
    struct writer w;
    struct reader r;
    struct slice bytes;
    rope_init(&rope, SIZE_MAX);
    writer_init(&w, &rope);
    event_filter_select(f->filter, &e, &f->maker.arena, &w);
    assert_int_equal(w.status, UA_GOOD);
    assert_true(arena_copy(&f->maker.arena, buf_slice(&rope.own), &bytes));
    rope_clear(&rope);
    reader_init(&r, bytes, &f->maker.arena);
    size_t len;
    struct ua_variant *out = read_array(&r, 1, sizeof *out, &len);
    assert_int_equal(len, f->filter->field_count);
    for (size_t i = 0; i < len; i++)
        out[i] = read_variant(&r);
    assert_int_equal(r.status, UA_GOOD);
    return out;
}

static void select_of_type(struct fixture *f, const char *name, uint32_t type, const char *range)
{
    struct ua_simple_attribute_operand field = event_maker_field(&f->maker, name);
    field.type_definition_id = ua_nodeid_numeric(0, type);
    field.index_range = slice_of(range);
    event_maker_select(&f->maker, field);
}

static void fields_are_selected(void **state)
{
    struct fixture *f = *state;
    static const uint32_t numbers[] = {10, 11, 12};
    const struct event_field fields[] = {
        {"Severity", ua_variant_uint16(500)},
        {"ClientUserId", ua_variant_string(slice_of("somebody"))},
        {"NewValue", ua_variant_array(UA_UINT32, numbers, 3)},
    };
    event_maker_select_name(&f->maker, "Severity");
    event_maker_select_name(&f->maker, "ClientUserId"); /* of a subtype, by BaseEventType */
    event_maker_select_name(&f->maker, "Message");      /* not in this event */
    select_of_type(f, "Severity", UA_ID_AUDITEVENTTYPE, NULL);
    select_of_type(f, "Severity", UA_ID_GENERALMODELCHANGEEVENTTYPE, NULL); /* another type of events */
    select_of_type(f, "NewValue", UA_ID_AUDITWRITEUPDATEEVENTTYPE, "1:2");
    select_of_type(f, "NewValue", UA_ID_AUDITWRITEUPDATEEVENTTYPE, "7");
    select_of_type(f, "ClientUserId", UA_ID_AUDITEVENTTYPE, "4:7");
    assert_int_equal(parse(f), UA_GOOD);
    assert_int_equal(f->result.select_clause_results_len, 0);
    const struct ua_variant *v = selected(f, fields, ARRAY_LEN(fields));
    assert_int_equal(v[0].type, UA_UINT16);
    assert_int_equal(v[0].uint16, 500);
    assert_true(slice_is(v[1].bytes, "somebody"));
    assert_int_equal(v[2].type, UA_NULL);
    assert_int_equal(v[3].uint16, 500);
    assert_int_equal(v[4].type, UA_NULL);
    assert_int_equal(v[5].len, 2);
    assert_int_equal(((const uint32_t *)v[5].array)[1], 12);
    assert_int_equal(v[6].type, UA_STATUSCODE);
    assert_int_equal(v[6].status, UA_BAD_INDEX_RANGE_NO_DATA);
    assert_true(slice_is(v[7].bytes, "body"));
}

static void fields_are_checked_one_by_one(void **state)
{
    struct fixture *f = *state;
    struct ua_qualified_name nameless[] = {{0, slice_of("Message")}, {0}}, foreign = {1, slice_of("Message")};
    struct ua_qualified_name deep[] = {{0, slice_of("Message")}, {0, slice_of("Inner")}};
    struct ua_simple_attribute_operand plain = event_maker_field(&f->maker, "Message");
    struct ua_simple_attribute_operand rows[13];
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        rows[i] = plain;
    rows[1].browse_path[0].name = slice_of("Message"); /* shared: all name it */
    rows[2] = event_maker_field(&f->maker, "Retain");
    rows[3].type_definition_id = ua_nodeid_numeric(0, 2782);
    rows[4].type_definition_id = ua_nodeid_numeric(0, UA_ID_SERVERTYPE);
    rows[5].browse_path = nameless;
    rows[5].browse_path_len = 2;
    rows[6].browse_path = &foreign;
    rows[7].browse_path = deep;
    rows[7].browse_path_len = 2;
    rows[8].attribute_id = 0;
    rows[9].attribute_id = ATTRIBUTE_DATA_TYPE;
    rows[10].index_range = slice_of("2:1");
    rows[11] = event_maker_field(&f->maker, "Severity");
    rows[11].index_range = slice_of("0:1");
    rows[12].browse_path_len = 0; /* the event itself, whose instances are no nodes */
    rows[12].attribute_id = ATTRIBUTE_NODE_ID;
    static const ua_status wanted[] = {
        UA_GOOD,
        UA_GOOD,
        UA_BAD_NODE_ID_UNKNOWN,
        UA_BAD_TYPE_DEFINITION_INVALID,
        UA_BAD_TYPE_DEFINITION_INVALID,
        UA_BAD_BROWSE_NAME_INVALID,
        UA_BAD_NODE_ID_UNKNOWN,
        UA_BAD_NODE_ID_UNKNOWN,
        UA_BAD_ATTRIBUTE_ID_INVALID,
        UA_BAD_ATTRIBUTE_ID_INVALID,
        UA_BAD_INDEX_RANGE_INVALID,
        UA_BAD_TYPE_MISMATCH,
        UA_GOOD,
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        event_maker_select(&f->maker, rows[i]);
    assert_int_equal(parse(f), UA_GOOD);
    assert_int_equal(f->result.select_clause_results_len, ARRAY_LEN(rows));
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_int_equal(f->result.select_clause_results[i], wanted[i]);
    const struct event_field message = {"Message", ua_variant_string(slice_of("hello"))};
    const struct ua_variant *v = selected(f, &message, 1);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_int_equal(v[i].type, i < 2 ? UA_STRING : UA_NULL);
}

static void something_must_be_selected(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(parse(f), UA_BAD_EVENT_FILTER_INVALID);
    event_maker_select_name(&f->maker, "Nothing");
    event_maker_select_name(&f->maker, "Nowhere");
    assert_int_equal(parse(f), UA_BAD_EVENT_FILTER_INVALID);
    assert_int_equal(f->result.select_clause_results_len, 2);
    assert_int_equal(f->result.select_clause_results[1], UA_BAD_NODE_ID_UNKNOWN);
    event_maker_select_name(&f->maker, "Message");
    assert_int_equal(parse(f), UA_GOOD);
}

static void a_wrong_where_clause_refuses_the_filter(void **state)
{
    struct fixture *f = *state;
    event_maker_select_name(&f->maker, "Message");
    event_maker_compare(&f->maker, "Severty", UA_FILTER_OPERATOR_GREATER_THAN, ua_variant_int32(1));
    assert_int_equal(parse(f), UA_BAD_EVENT_FILTER_INVALID);
    assert_int_equal(f->result.select_clause_results_len, 1);
    assert_int_equal(f->result.where_clause_result.element_results_len, 1);
    assert_int_equal(f->result.where_clause_result.element_results[0].operand_status_codes[0],
                     UA_BAD_NODE_ID_UNKNOWN);
}

static void ceilings_hold(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < EVENT_FILTER_FIELDS; i++)
        event_maker_select_name(&f->maker, "Message");
    assert_int_equal(parse(f), UA_GOOD);
    event_maker_select_name(&f->maker, "Message");
    assert_int_equal(parse(f), UA_BAD_TOO_MANY_OPERATIONS);
    f->maker.filter.select_clauses_len = 1;
    struct ua_extension_object operand = event_maker_named(&f->maker, "Status");
    for (size_t i = 0; i < EVENT_FILTER_OPERANDS / 2; i++)
        event_maker_where(&f->maker, UA_FILTER_OPERATOR_NOT, &operand, 1);
    assert_int_equal(parse(f), UA_GOOD);
    event_maker_where(&f->maker, UA_FILTER_OPERATOR_NOT, &operand, 1);
    assert_int_equal(parse(f), UA_BAD_TOO_MANY_OPERATIONS);
    f->maker.filter.where_clause = (struct ua_content_filter){0};
    uint8_t *much = arena_alloc(&f->maker.arena, EVENT_FILTER_BYTES, 1);
    event_maker_compare(&f->maker, "Message", UA_FILTER_OPERATOR_EQUALS,
                        ua_variant_bytestring((struct slice){much, EVENT_FILTER_BYTES}));
    assert_int_equal(parse(f), UA_BAD_ENCODING_LIMITS_EXCEEDED);
}

static void broken_bytes_are_refused(void **state)
{
    struct fixture *f = *state;
    event_maker_select_name(&f->maker, "Message");
    event_maker_compare(&f->maker, "Severity", UA_FILTER_OPERATOR_GREATER_THAN, ua_variant_int32(1));
    struct slice whole = event_maker_encode(&f->maker);
    for (size_t len = 0; len < whole.len; len++)
        assert_int_equal(event_filter_new(f->space, (struct slice){whole.data, len}, &f->maker.arena,
                                          &f->filter, &f->result),
                         UA_BAD_DECODING_ERROR);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(fields_are_selected),
        TEST(fields_are_checked_one_by_one),
        TEST(something_must_be_selected),
        TEST(a_wrong_where_clause_refuses_the_filter),
        TEST(ceilings_hold),
        TEST(broken_bytes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
