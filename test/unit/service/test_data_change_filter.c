/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "service/subscription/data_change_filter.h"
#include "stage.h"

#include <math.h>
#include <string.h>

static struct sample *sample_of(struct ua_variant v, ua_status status, int64_t timestamp)
{
    struct ua_data_value value = {
        .value = v, .has_value = v.type != UA_NULL, .status = status, .source_timestamp = timestamp};
    struct sample *s = sample_new(&value);
    assert_non_null(s);
    return s;
}

static bool passes(const struct data_change_filter *f, struct sample *last, struct sample *now)
{
    struct arena arena;
    arena_init(&arena, 1 << 20);
    bool out = data_change_filter_passes(f, last, now, &arena);
    arena_clear(&arena);
    sample_free(last);
    sample_free(now);
    return out;
}

static bool value_passes(const struct data_change_filter *f, struct ua_variant last, struct ua_variant now)
{
    return passes(f, sample_of(last, UA_GOOD, 1), sample_of(now, UA_GOOD, 1));
}

static struct data_change_filter deadband(double d)
{
    return (struct data_change_filter){.trigger = UA_DATA_CHANGE_TRIGGER_STATUS_VALUE, .deadband = d};
}

static void each_trigger_looks_at_its_own(void **state)
{
    (void)state;
    static const struct {
        int32_t trigger;
        bool status, value, timestamp; /* of which a change passes */
    } rows[] = {
        {UA_DATA_CHANGE_TRIGGER_STATUS, true, false, false},
        {UA_DATA_CHANGE_TRIGGER_STATUS_VALUE, true, true, false},
        {UA_DATA_CHANGE_TRIGGER_STATUS_VALUE_TIMESTAMP, true, true, true},
    };
    struct ua_variant one = ua_variant_int32(1), two = ua_variant_int32(2);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct data_change_filter f = {.trigger = rows[i].trigger};
        assert_false(passes(&f, sample_of(one, UA_GOOD, 1), sample_of(one, UA_GOOD, 1)));
        assert_int_equal(passes(&f, sample_of(one, UA_GOOD, 1), sample_of(one, UA_UNCERTAIN, 1)),
                         rows[i].status);
        assert_int_equal(passes(&f, sample_of(one, UA_GOOD, 1), sample_of(two, UA_GOOD, 1)), rows[i].value);
        assert_int_equal(passes(&f, sample_of(one, UA_GOOD, 1), sample_of(one, UA_GOOD, 2)),
                         rows[i].timestamp);
    }
}

static void an_absolute_deadband_must_be_exceeded(void **state)
{
    (void)state;
    struct data_change_filter f = deadband(10);
    assert_false(value_passes(&f, ua_variant_int32(100), ua_variant_int32(110)));
    assert_true(value_passes(&f, ua_variant_int32(100), ua_variant_int32(111)));
    assert_false(value_passes(&f, ua_variant_int32(-5), ua_variant_int32(5)));
    assert_true(value_passes(&f, ua_variant_double(1), ua_variant_double(-9.5)));
    assert_true(value_passes(&f, ua_variant_uint64(0), ua_variant_uint64(UINT64_MAX)));
    assert_true(value_passes(&f, ua_variant_uint64(50), ua_variant_uint64(30)));
}

static void every_numeric_type_is_compared(void **state)
{
    (void)state;
    struct data_change_filter f = deadband(2);
    for (uint8_t type = UA_SBYTE; type <= UA_DOUBLE; type++) {
        struct ua_variant v[3] = {{.type = type}, {.type = type}, {.type = type}};
        for (int i = 0; i < 3; i++) {
            int8_t n = (int8_t)(i * 2 + (i == 2)); /* 0, 2, 5 */
            if (type == UA_FLOAT)
                v[i].float32 = n;
            else if (type == UA_DOUBLE)
                v[i].float64 = n;
            else
                v[i].int64 = n; /* little-endian: every narrower integer too */
        }
        assert_false(value_passes(&f, v[0], v[1]));
        assert_true(value_passes(&f, v[1], v[2]));
    }
}

static void one_element_is_enough(void **state)
{
    (void)state;
    struct data_change_filter f = deadband(1);
    double before[] = {1, 2, 3}, little[] = {1.5, 2.5, 3.5}, much[] = {1, 2, 4.5};
    struct ua_variant last = ua_variant_array(UA_DOUBLE, before, 3);
    assert_false(value_passes(&f, last, ua_variant_array(UA_DOUBLE, little, 3)));
    assert_true(value_passes(&f, last, ua_variant_array(UA_DOUBLE, much, 3)));
    assert_true(value_passes(&f, last, ua_variant_array(UA_DOUBLE, before, 2)));
}

static void nan_is_one_state(void **state)
{
    (void)state;
    struct data_change_filter f = deadband(5);
    struct data_change_filter none = data_change_filter_default;
    assert_true(value_passes(&f, ua_variant_double(1), ua_variant_double(NAN)));
    assert_true(value_passes(&f, ua_variant_double(NAN), ua_variant_double(1)));
    assert_false(value_passes(&f, ua_variant_double(NAN), ua_variant_double(-NAN)));
    assert_false(value_passes(&none, ua_variant_double(NAN), ua_variant_double(-NAN)));
    assert_true(value_passes(&f, ua_variant_double(1), ua_variant_double(INFINITY)));
    assert_true(value_passes(&f, ua_variant_double(-INFINITY), ua_variant_double(INFINITY)));
    assert_false(value_passes(&f, ua_variant_double(INFINITY), ua_variant_double(INFINITY)));
}

static void another_type_or_no_value_is_news(void **state)
{
    (void)state;
    struct data_change_filter f = deadband(5);
    assert_true(value_passes(&f, ua_variant_int32(1), ua_variant_double(1)));
    assert_true(value_passes(&f, ua_variant_int32(1), ua_variant_string(slice_of("1"))));
    assert_true(value_passes(&f, ua_variant_int32(1), (struct ua_variant){0}));
}

static void a_status_change_ignores_the_deadband(void **state)
{
    (void)state;
    struct data_change_filter f = deadband(100);
    struct ua_variant one = ua_variant_int32(1);
    assert_true(passes(&f, sample_of(one, UA_GOOD, 1), sample_of(one, UA_BAD_TIMEOUT, 1)));
}

/* ---- what clients ask for ---- */

static ua_status watch_nothing(void *user, const struct node *n, struct value_watch *w)
{
    (void)user, (void)n, (void)w;
    return UA_GOOD;
}

static const struct value_source picture_source = {.watch = watch_nothing};

struct wish {
    struct node *node;
    uint32_t attribute;
    int32_t trigger;
    uint32_t type;
    double value;
};

static ua_status ask(struct stage *s, struct wish wish, struct data_change_filter *out)
{
    struct ua_data_change_filter in = {wish.trigger, wish.type, wish.value};
    struct ua_extension_object object = {
        .type = ua_nodeid_numeric(0, ua_data_change_filter_structure.encoding_id),
        .structure = &ua_data_change_filter_structure,
        .value = &in,
    };
    return data_change_filter_of(s->server, wish.node, wish.attribute ? wish.attribute : ATTRIBUTE_VALUE,
                                 &object, out);
}

static void wishes_are_checked(void **state)
{
    (void)state;
    enum { NONE, ABSOLUTE, PERCENT };
    const int32_t value = UA_DATA_CHANGE_TRIGGER_STATUS_VALUE;
    struct stage s;
    stage_init(&s, &server_default_limits);
    struct node *plain = stage_add(&s, "plain", UA_INT32, ua_variant_int32(1));
    struct node *analog = stage_add(&s, "analog", UA_DOUBLE, ua_variant_double(1));
    struct node *odd = stage_add(&s, "odd", UA_DOUBLE, ua_variant_double(1));
    struct node *text = stage_add(&s, "text", UA_STRING, ua_variant_string(slice_of("x")));
    struct node *stored = stage_add(&s, "stored", UA_ID_IMAGEJPG, ua_variant_bytestring(slice_of("x")));
    struct node *picture = stage_add_source(&s, "picture", UA_ID_IMAGEJPG, &picture_source, NULL);
    stage_add_range(&s, analog, -100, 300);
    stage_add_range(&s, odd, 5, NAN);
    const struct {
        struct wish wish;
        ua_status status;
        double deadband, picture_percent;
    } rows[] = {
        {{plain, 0, value, NONE, 77}, UA_GOOD, 0, 0},
        {{plain, 0, value, ABSOLUTE, 7}, UA_GOOD, 7, 0},
        {{plain, 0, value, ABSOLUTE, -1}, UA_BAD_DEADBAND_FILTER_INVALID, 0, 0},
        {{plain, 0, value, ABSOLUTE, NAN}, UA_BAD_DEADBAND_FILTER_INVALID, 0, 0},
        {{plain, 0, value, ABSOLUTE, INFINITY}, UA_BAD_DEADBAND_FILTER_INVALID, 0, 0},
        {{plain, 0, value, PERCENT, 7}, UA_BAD_DEADBAND_FILTER_INVALID, 0, 0},
        {{plain, 0, value, 3, 7}, UA_BAD_DEADBAND_FILTER_INVALID, 0, 0},
        {{plain, 0, 3, NONE, 0}, UA_BAD_MONITORED_ITEM_FILTER_INVALID, 0, 0},
        {{plain, 0, -1, NONE, 0}, UA_BAD_MONITORED_ITEM_FILTER_INVALID, 0, 0},
        {{plain, ATTRIBUTE_DISPLAY_NAME, value, NONE, 0}, UA_BAD_FILTER_NOT_ALLOWED, 0, 0},
        {{analog, 0, value, PERCENT, 10}, UA_GOOD, 40, 0},
        {{analog, 0, value, PERCENT, 100}, UA_GOOD, 400, 0},
        {{analog, 0, value, PERCENT, 100.1}, UA_BAD_DEADBAND_FILTER_INVALID, 0, 0},
        {{analog, 0, value, PERCENT, -0.1}, UA_BAD_DEADBAND_FILTER_INVALID, 0, 0},
        {{odd, 0, value, PERCENT, 10}, UA_BAD_DEADBAND_FILTER_INVALID, 0, 0},
        {{text, 0, value, ABSOLUTE, 1}, UA_BAD_FILTER_NOT_ALLOWED, 0, 0},
        {{text, 0, value, PERCENT, 1}, UA_BAD_FILTER_NOT_ALLOWED, 0, 0},
        {{picture, 0, value, ABSOLUTE, 1}, UA_BAD_FILTER_NOT_ALLOWED, 0, 0},
        {{picture, 0, value, PERCENT, 2.5}, UA_GOOD, 0, 2.5},
        {{picture, 0, value, PERCENT, 101}, UA_BAD_DEADBAND_FILTER_INVALID, 0, 0},
        {{picture, 0, value, PERCENT, NAN}, UA_BAD_DEADBAND_FILTER_INVALID, 0, 0},
        {{stored, 0, value, PERCENT, 2}, UA_BAD_MONITORED_ITEM_FILTER_UNSUPPORTED, 0, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct data_change_filter out;
        assert_int_equal(ask(&s, rows[i].wish, &out), rows[i].status);
        assert_true(out.deadband == rows[i].deadband);
        assert_true(out.picture_percent == rows[i].picture_percent);
    }
    stage_clear(&s);
}

static void a_deadband_makes_timestamps_not_matter(void **state)
{
    (void)state;
    struct stage s;
    stage_init(&s, &server_default_limits);
    struct wish wish = {.node = stage_add(&s, "plain", UA_INT32, ua_variant_int32(1)),
                        .trigger = UA_DATA_CHANGE_TRIGGER_STATUS_VALUE_TIMESTAMP,
                        .type = UA_DEADBAND_TYPE_ABSOLUTE,
                        .value = 1};
    struct data_change_filter out;
    assert_int_equal(ask(&s, wish, &out), UA_GOOD);
    struct ua_variant one = ua_variant_int32(1);
    assert_false(passes(&out, sample_of(one, UA_GOOD, 1), sample_of(one, UA_GOOD, 2)));
    stage_clear(&s);
}

static void other_filters_are_refused(void **state)
{
    (void)state;
    struct stage s;
    stage_init(&s, &server_default_limits);
    struct node *n = stage_add(&s, "plain", UA_INT32, ua_variant_int32(1));
    struct ua_event_filter event_filter = {0};
    struct ua_extension_object none = {0};
    struct ua_extension_object event = {.type = ua_nodeid_numeric(0, ua_event_filter_structure.encoding_id),
                                        .structure = &ua_event_filter_structure,
                                        .value = &event_filter};
    struct ua_extension_object unknown = {.type = ua_nodeid_numeric(9, 9), .encoding = 1};
    struct data_change_filter out;
    assert_int_equal(data_change_filter_of(s.server, n, ATTRIBUTE_VALUE, &none, &out), UA_GOOD);
    assert_int_equal(data_change_filter_of(s.server, n, ATTRIBUTE_VALUE, &event, &out),
                     UA_BAD_FILTER_NOT_ALLOWED);
    assert_int_equal(data_change_filter_of(s.server, n, ATTRIBUTE_VALUE, &unknown, &out),
                     UA_BAD_MONITORED_ITEM_FILTER_UNSUPPORTED);
    stage_clear(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_trigger_looks_at_its_own),
        cmocka_unit_test(an_absolute_deadband_must_be_exceeded),
        cmocka_unit_test(every_numeric_type_is_compared),
        cmocka_unit_test(one_element_is_enough),
        cmocka_unit_test(nan_is_one_state),
        cmocka_unit_test(another_type_or_no_value_is_news),
        cmocka_unit_test(a_status_change_ignores_the_deadband),
        cmocka_unit_test(wishes_are_checked),
        cmocka_unit_test(a_deadband_makes_timestamps_not_matter),
        cmocka_unit_test(other_filters_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
