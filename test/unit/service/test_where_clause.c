/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "event_maker.h"

#include "service/event/where_clause.h"

#include <stdlib.h>

#define OP(name) UA_FILTER_OPERATOR_##name

struct fixture {
    struct space *space;
    struct event_maker maker;
    struct event_view event;
};

static const struct event_field *event_fields(void)
{
    static struct event_field fields[6];
    fields[0] = (struct event_field){"Severity", ua_variant_uint16(500)};
    fields[1] = (struct event_field){"Message", ua_variant_localized_text(slice_of("camera was unplugged"))};
    fields[2] = (struct event_field){
        "EventType", ua_variant_nodeid(ua_nodeid_numeric(0, UA_ID_GENERALMODELCHANGEEVENTTYPE))};
    fields[3] = (struct event_field){"SourceName", ua_variant_string(slice_of("Server"))};
    fields[4] = (struct event_field){"Status", ua_variant_boolean(true)};
    fields[5] = (struct event_field){"ServerId", ua_variant_string((struct slice){0})};
    return fields;
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->space = space_new(slice_of("urn:test"));
    assert_non_null(f->space);
    event_maker_init(&f->maker);
    f->event = (struct event_view){f->space, space_ns0(f->space, UA_ID_GENERALMODELCHANGEEVENTTYPE),
                                   event_fields(), 6};
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    event_maker_clear(&f->maker);
    space_free(f->space);
    free(f);
    return 0;
}

static void start(struct fixture *f)
{
    f->maker.filter.where_clause = (struct ua_content_filter){0};
}

/* The clause as a server gets it: by way of the wire. */
static const struct ua_content_filter *received(struct fixture *f)
{
    static struct ua_event_filter filter;
    struct reader r;
    filter = (struct ua_event_filter){0};
    reader_init(&r, event_maker_encode(&f->maker), &f->maker.arena);
    ua_event_filter_read(&r, &filter);
    assert_int_equal(r.status, UA_GOOD);
    return &filter.where_clause;
}

static ua_status parse(struct fixture *f, struct where_clause *out, struct ua_content_filter_result *result)
{
    struct filter_reading reading = {f->space, &f->maker.arena, &f->maker.arena};
    return where_clause_parse(&reading, received(f), out, result);
}

static bool passes(struct fixture *f)
{
    struct where_clause clause;
    struct ua_content_filter_result result;
    assert_int_equal(parse(f, &clause, &result), UA_GOOD);
    bool out = where_clause_passes(&clause, &f->event, &f->maker.arena);
    start(f);
    return out;
}

static bool compares(struct fixture *f, const char *field, int32_t filter_operator, struct ua_variant v)
{
    event_maker_compare(&f->maker, field, filter_operator, v);
    return passes(f);
}

static struct ua_variant text(const char *t)
{
    return ua_variant_string(slice_of(t));
}

static void fields_are_compared(void **state)
{
    struct fixture *f = *state;
    assert_true(passes(f));
    struct ua_variant low = ua_variant_int32(499), same = ua_variant_int32(500), high = ua_variant_int32(501);
    static const struct {
        int32_t filter_operator;
        bool low, same, high;
    } rows[] = {
        {OP(EQUALS), false, true, false},
        {OP(GREATER_THAN), true, false, false},
        {OP(GREATER_THAN_OR_EQUAL), true, true, false},
        {OP(LESS_THAN), false, false, true},
        {OP(LESS_THAN_OR_EQUAL), false, true, true},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_int_equal(compares(f, "Severity", rows[i].filter_operator, low), rows[i].low);
        assert_int_equal(compares(f, "Severity", rows[i].filter_operator, same), rows[i].same);
        assert_int_equal(compares(f, "Severity", rows[i].filter_operator, high), rows[i].high);
    }
    assert_true(compares(f, "Message", OP(LIKE), text("%unplugged")));
    assert_false(compares(f, "Message", OP(LIKE), text("%plugged in")));
    assert_false(compares(f, "Severity", OP(LIKE), text("%")));
    assert_true(compares(f, "SourceName", OP(EQUALS), text("Server")));
}

static void three_operands_bound_a_value(void **state)
{
    struct fixture *f = *state;
    static const struct {
        int32_t least, most;
        bool passes;
    } rows[] = {{400, 600, true}, {500, 500, true}, {501, 600, false}, {400, 499, false}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct ua_extension_object operands[] = {
            event_maker_named(&f->maker, "Severity"),
            event_maker_literal(&f->maker, ua_variant_int32(rows[i].least)),
            event_maker_literal(&f->maker, ua_variant_int32(rows[i].most)),
        };
        event_maker_where(&f->maker, OP(BETWEEN), operands, 3);
        assert_int_equal(passes(f), rows[i].passes);
    }
}

static void a_list_is_searched(void **state)
{
    struct fixture *f = *state;
    const struct ua_extension_object operands[] = {
        event_maker_named(&f->maker, "Severity"),
        event_maker_literal(&f->maker, text("none")),
        event_maker_literal(&f->maker, ua_variant_int32(500)),
    };
    static const bool found[] = {false, false, true};
    for (size_t count = 1; count <= 3; count++) {
        event_maker_where(&f->maker, OP(IN_LIST), operands, count);
        assert_int_equal(passes(f), found[count - 1]);
    }
}

static void types_are_told_apart(void **state)
{
    struct fixture *f = *state;
    static const struct {
        uint32_t type;
        bool passes;
    } rows[] = {
        {UA_ID_BASEEVENTTYPE, true},
        {UA_ID_BASEMODELCHANGEEVENTTYPE, true},
        {UA_ID_GENERALMODELCHANGEEVENTTYPE, true},
        {UA_ID_AUDITEVENTTYPE, false},
        {UA_ID_BASEOBJECTTYPE, true},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct ua_variant id = ua_variant_nodeid(ua_nodeid_numeric(0, rows[i].type));
        struct ua_extension_object operand = event_maker_literal(&f->maker, id);
        event_maker_where(&f->maker, OP(OF_TYPE), &operand, 1);
        assert_int_equal(passes(f), rows[i].passes);
    }
    struct ua_extension_object operand = event_maker_named(&f->maker, "EventType");
    event_maker_where(&f->maker, OP(OF_TYPE), &operand, 1);
    assert_true(passes(f));
}

/* The values of logic as literals; NULL is a field that the event has not. */
static struct ua_extension_object logic(struct fixture *f, int value)
{
    if (value < 0)
        return event_maker_named(&f->maker, "ClientUserId");
    return event_maker_literal(&f->maker, ua_variant_boolean(value));
}

/* Is it TRUE, FALSE (0) or NULL (-1)? Told apart by what Not and IsNull make of it. */
static int result_of(struct fixture *f, int32_t filter_operator, const int *values, size_t count)
{
    struct ua_extension_object operands[2], first = event_maker_element(&f->maker, 1);
    for (size_t i = 0; i < count; i++)
        operands[i] = logic(f, values[i]);
    event_maker_where(&f->maker, filter_operator, operands, count);
    if (passes(f))
        return 1;
    event_maker_where(&f->maker, OP(IS_NULL), &first, 1);
    event_maker_where(&f->maker, filter_operator, operands, count);
    return passes(f) ? -1 : 0;
}

static void logic_has_three_values(void **state)
{
    struct fixture *f = *state;
    static const int and[3][3] = {{-1, 0, -1}, {0, 0, 0}, {-1, 0, 1}},
                     or [3][3] = {{-1, -1, 1}, {-1, 0, 1}, {1, 1, 1}};
    for (int a = -1; a <= 1; a++) {
        for (int b = -1; b <= 1; b++) {
            const int values[] = {a, b};
            assert_int_equal(result_of(f, OP(AND), values, 2), and[a + 1][b + 1]);
            assert_int_equal(result_of(f, OP(OR), values, 2), or [a + 1][b + 1]);
        }
        assert_int_equal(result_of(f, OP(NOT), &a, 1), a < 0 ? -1 : !a);
        assert_int_equal(result_of(f, OP(IS_NULL), &a, 1), a < 0);
        const int with_null[] = {a, -1};
        assert_int_equal(result_of(f, OP(EQUALS), with_null, 2), -1);
        assert_int_equal(result_of(f, OP(LIKE), with_null, 2), -1);
    }
}

static void a_null_string_is_null(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *field;
        bool null;
    } rows[] = {{"ServerId", true}, {"SourceName", false}, {"Severity", false}, {"Changes", true}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct ua_extension_object operand = event_maker_named(&f->maker, rows[i].field);
        event_maker_where(&f->maker, OP(IS_NULL), &operand, 1);
        assert_int_equal(passes(f), rows[i].null);
    }
}

static void elements_nest(void **state)
{
    struct fixture *f = *state;
    /* (Severity & 0x100) == Cast("256", UInt16) */
    const struct ua_extension_object equal[] = {event_maker_element(&f->maker, 1),
                                                event_maker_element(&f->maker, 2)};
    const struct ua_extension_object bits[] = {event_maker_named(&f->maker, "Severity"),
                                               event_maker_literal(&f->maker, ua_variant_uint16(0x100))};
    const struct ua_extension_object cast[] = {
        event_maker_literal(&f->maker, text("256")),
        event_maker_literal(&f->maker, ua_variant_nodeid(ua_nodeid_numeric(0, UA_UINT16)))};
    event_maker_where(&f->maker, OP(EQUALS), equal, 2);
    event_maker_where(&f->maker, OP(BITWISE_AND), bits, 2);
    event_maker_where(&f->maker, OP(CAST), cast, 2);
    assert_true(passes(f));
    event_maker_where(&f->maker, OP(EQUALS), equal, 2);
    event_maker_where(&f->maker, OP(BITWISE_OR), bits, 2);
    event_maker_where(&f->maker, OP(CAST), cast, 2);
    assert_false(passes(f));
    event_maker_where(&f->maker, OP(BITWISE_OR), bits, 2); /* no Boolean */
    assert_false(passes(f));
}

/* Each of them would be computed 2^300 times by whoever follows the references. */
static void elements_are_computed_once(void **state)
{
    struct fixture *f = *state;
    enum { DEPTH = 300 };
    for (uint32_t i = 1; i < DEPTH; i++) {
        const struct ua_extension_object twice[] = {event_maker_element(&f->maker, i),
                                                    event_maker_element(&f->maker, i)};
        event_maker_where(&f->maker, OP(AND), twice, 2);
    }
    event_maker_compare(&f->maker, "Severity", OP(EQUALS), ua_variant_uint16(500));
    assert_true(passes(f));
}

/* Parses a clause of one element; gives its status, and that of its first operand. */
static ua_status refused(struct fixture *f, int32_t filter_operator,
                         const struct ua_extension_object *operands, size_t count, ua_status *first)
{
    struct where_clause clause;
    struct ua_content_filter_result result;
    event_maker_where(&f->maker, filter_operator, operands, count);
    ua_status status = parse(f, &clause, &result);
    start(f);
    *first = UA_GOOD;
    assert_int_equal(result.element_results_len, 1);
    const struct ua_content_filter_element_result *element = &result.element_results[0];
    assert_int_equal(status, element->status_code ? UA_BAD_EVENT_FILTER_INVALID : UA_GOOD);
    if (status)
        assert_int_equal(clause.count, 0);
    if (element->operand_status_codes_len)
        *first = element->operand_status_codes[0];
    return element->status_code;
}

static void operators_are_checked(void **state)
{
    struct fixture *f = *state;
    struct ua_extension_object one = event_maker_literal(&f->maker, ua_variant_boolean(true));
    const struct ua_extension_object many[] = {one, one, one, one};
    static const struct {
        int32_t filter_operator;
        size_t least, most;
    } rows[] = {
        {OP(EQUALS), 2, 2}, {OP(IS_NULL), 1, 1},     {OP(GREATER_THAN), 2, 2}, {OP(LIKE), 2, 2},
        {OP(NOT), 1, 1},    {OP(BETWEEN), 3, 3},     {OP(IN_LIST), 1, 4},      {OP(AND), 2, 2},
        {OP(OR), 2, 2},     {OP(BITWISE_AND), 2, 2}, {OP(BITWISE_OR), 2, 2},   {OP(LESS_THAN), 2, 2},
    };
    ua_status first;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        for (size_t count = 0; count <= 4; count++)
            assert_int_equal(refused(f, rows[i].filter_operator, many, count, &first),
                             count >= rows[i].least && count <= rows[i].most
                                 ? UA_GOOD
                                 : UA_BAD_FILTER_OPERAND_COUNT_MISMATCH);
    assert_int_equal(refused(f, OP(IN_VIEW), many, 1, &first), UA_BAD_FILTER_OPERATOR_UNSUPPORTED);
    assert_int_equal(refused(f, OP(RELATED_TO), many, 4, &first), UA_BAD_FILTER_OPERATOR_UNSUPPORTED);
    static const int32_t unknown[] = {18, -1, INT32_MAX, INT32_MIN};
    for (size_t i = 0; i < ARRAY_LEN(unknown); i++)
        assert_int_equal(refused(f, unknown[i], many, 1, &first), UA_BAD_FILTER_OPERATOR_INVALID);
}

static void operands_are_checked(void **state)
{
    struct fixture *f = *state;
    struct event_maker *m = &f->maker;
    struct ua_attribute_operand attribute = {.attribute_id = ATTRIBUTE_VALUE};
    struct ua_range range = {0};
    const struct ua_extension_object of_attribute = {.structure = &ua_attribute_operand_structure,
                                                     .value = &attribute};
    const struct ua_extension_object of_range = {.structure = &ua_range_structure, .value = &range};
    const struct ua_extension_object none = {.encoding = 0};
    const struct {
        int32_t filter_operator;
        struct ua_extension_object operand;
        ua_status status;
    } rows[] = {
        {OP(NOT), event_maker_element(m, 0), UA_BAD_FILTER_ELEMENT_INVALID}, /* itself */
        {OP(NOT), event_maker_element(m, 1), UA_BAD_FILTER_ELEMENT_INVALID},
        {OP(NOT), event_maker_element(m, UINT32_MAX), UA_BAD_FILTER_ELEMENT_INVALID},
        {OP(NOT), of_attribute, UA_BAD_FILTER_OPERAND_INVALID},
        {OP(NOT), of_range, UA_BAD_FILTER_OPERAND_INVALID},
        {OP(NOT), none, UA_BAD_FILTER_OPERAND_INVALID},
        {OP(NOT), event_maker_named(m, "Severty"), UA_BAD_NODE_ID_UNKNOWN},
        {OP(OF_TYPE), event_maker_literal(m, ua_variant_int32(1)), UA_BAD_FILTER_LITERAL_INVALID},
        {OP(OF_TYPE), event_maker_literal(m, ua_variant_nodeid(ua_nodeid_numeric(0, UA_ID_SERVER))),
         UA_BAD_FILTER_LITERAL_INVALID},
        {OP(OF_TYPE), event_maker_literal(m, ua_variant_nodeid(ua_nodeid_numeric(7, 7))),
         UA_BAD_NODE_ID_UNKNOWN},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        ua_status first;
        assert_int_equal(refused(f, rows[i].filter_operator, &rows[i].operand, 1, &first),
                         UA_BAD_FILTER_OPERAND_INVALID);
        assert_int_equal(first, rows[i].status);
    }
}

static void a_loop_is_refused(void **state)
{
    struct fixture *f = *state;
    struct where_clause clause;
    struct ua_content_filter_result result;
    struct ua_extension_object forward = event_maker_element(&f->maker, 1),
                               back = event_maker_element(&f->maker, 0);
    event_maker_where(&f->maker, OP(NOT), &forward, 1);
    event_maker_where(&f->maker, OP(NOT), &back, 1);
    assert_int_equal(parse(f, &clause, &result), UA_BAD_EVENT_FILTER_INVALID);
    assert_int_equal(result.element_results[0].status_code, UA_GOOD);
    assert_int_equal(result.element_results[1].operand_status_codes[0], UA_BAD_FILTER_ELEMENT_INVALID);
}

static void without_memory_nothing_passes(void **state)
{
    struct fixture *f = *state;
    struct where_clause clause;
    struct ua_content_filter_result result;
    event_maker_compare(&f->maker, "Severity", OP(EQUALS), ua_variant_int32(500));
    assert_int_equal(parse(f, &clause, &result), UA_GOOD);
    struct arena none;
    arena_init(&none, 8);
    assert_false(where_clause_passes(&clause, &f->event, &none));
    struct filter_reading reading = {f->space, &none, &f->maker.arena};
    assert_int_equal(where_clause_parse(&reading, received(f), &clause, &result), UA_BAD_OUT_OF_MEMORY);
    arena_clear(&none);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(fields_are_compared),    TEST(three_operands_bound_a_value),
        TEST(a_list_is_searched),     TEST(types_are_told_apart),
        TEST(logic_has_three_values), TEST(a_null_string_is_null),
        TEST(elements_nest),          TEST(elements_are_computed_once),
        TEST(operators_are_checked),  TEST(operands_are_checked),
        TEST(a_loop_is_refused),      TEST(without_memory_nothing_passes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
