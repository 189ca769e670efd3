/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "desk.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define SETTINGS "Cameras/one/Settings/"

static void list(struct desk *d, const char *name, enum setting_kind kind, unsigned flags)
{
    struct setting s = {.kind = kind, .max = 100, .flags = flags, .readable = true};
    snprintf(s.name, sizeof s.name, "%s", name);
    fake_camera_set(&d->one, s);
}

static int setup(void **state)
{
    desk_setup(state);
    struct desk *d = *state;
    list(d, "Gain", SETTING_INTEGER, 0);
    list(d, "Gamma", SETTING_FLOAT, 0);
    list(d, "Heat", SETTING_FLOAT, SETTING_VOLATILE);
    list(d, "Label", SETTING_STRING, 0);
    list(d, "Reset", SETTING_COMMAND, 0);
    fake_camera_row(&d->one, "Gain")->value.integer = 7;
    fake_camera_row(&d->one, "Heat")->value.number = 40;
    desk_add(d, &d->one);
    return 0;
}

static void values_changed(struct desk *d)
{
    fake_observer.settings_changed(fake_observer.user, &d->one, false);
}

static void state_changes(struct desk *d, enum camera_state s)
{
    d->one.facts.state = s;
    fake_observer.facts_changed(fake_observer.user, &d->one);
}

/* ---- reading ---- */

static void many_reads_ask_the_device_once(void **state)
{
    struct desk *d = *state;
    struct waiting gain = {0}, heat = {0}, late = {0};
    desk_read(d, &gain, SETTINGS "Gain", 0);
    desk_read(d, &heat, SETTINGS "Heat", 0);
    assert_int_equal(gain.given + heat.given, 0);
    desk_pass(d, 0);
    assert_int_equal(d->one.readings, 1);
    desk_read(d, &late, SETTINGS "Gain", 0); /* came while the device was being asked */
    desk_pass(d, 0);
    assert_int_equal(d->one.readings, 1);
    fake_camera_row(&d->one, "Gain")->value.integer = 8;
    fake_camera_read(&d->one, 0);
    assert_int_equal(gain.given, 1);
    assert_int_equal(gain.value.status, UA_GOOD);
    assert_int_equal(gain.value.value.uint32, 8);
    assert_true(heat.value.value.float64 == 40);
    assert_int_equal(late.given, 0);
    desk_pass(d, 0);
    assert_int_equal(d->one.readings, 2);
    fake_camera_read(&d->one, 0);
    assert_int_equal(late.value.value.uint32, 8);
}

static void a_value_may_be_as_old_as_max_age(void **state)
{
    struct desk *d = *state;
    struct waiting w = {0};
    desk_pass(d, 500);
    desk_read(d, &w, SETTINGS "Gain", 600);
    assert_int_equal(w.given, 1);
    assert_int_equal(w.value.value.uint32, 7);
    desk_read(d, &w, SETTINGS "Gain", 400);
    assert_int_equal(w.given, 1);
    desk_pass(d, 0);
    fake_camera_read(&d->one, 0);
    assert_int_equal(w.given, 2);
    desk_read(d, &w, SETTINGS "Heat", INT32_MAX);
    assert_int_equal(w.given, 3);
    assert_int_equal(d->one.readings, 1);
}

/* While changes are noticed the last value is as good as a new one, but for what changes without a word. */
static void what_is_watched_need_not_be_asked_for(void **state)
{
    struct desk *d = *state;
    struct waiting watch = {0}, w = {0};
    desk_watch(d, &watch, SETTINGS "Gain", 0);
    desk_pass(d, 5000);
    desk_read(d, &w, SETTINGS "Gamma", 10);
    assert_int_equal(w.given, 1);
    desk_read(d, &w, SETTINGS "Heat", 10);
    assert_int_equal(w.given, 1);
    desk_pass(d, 0);
    fake_camera_read(&d->one, 0);
    assert_int_equal(w.given, 2);
    desk_unwatch(&watch);
}

static void reads_end_in_time(void **state)
{
    struct desk *d = *state;
    struct waiting w = {0}, failed = {0};
    desk_read(d, &w, SETTINGS "Gain", 0);
    desk_pass(d, 999);
    assert_int_equal(w.given, 0);
    desk_pass(d, 1);
    assert_int_equal(w.value.status, UA_BAD_TIMEOUT);
    desk_read(d, &failed, SETTINGS "Gain", 0);
    fake_camera_read(&d->one, 0); /* the one that took too long */
    assert_int_equal(failed.given, 0);
    desk_pass(d, 0);
    fake_camera_read(&d->one, ERR_IO);
    assert_int_equal(failed.value.status, UA_BAD_DEVICE_FAILURE);
}

static void withdrawn_reads_are_not_answered(void **state)
{
    struct desk *d = *state;
    struct waiting a = {0}, b = {0};
    desk_read(d, &a, SETTINGS "Gain", 0);
    desk_pass(d, 0);
    desk_read(d, &b, SETTINGS "Gain", 0);
    a.node->variable.source->cancel(a.node->variable.source_user, &a.answer);
    b.node->variable.source->cancel(b.node->variable.source_user, &b.answer);
    fake_camera_read(&d->one, 0);
    desk_pass(d, 2000);
    assert_int_equal(a.given + b.given, 0);
    assert_int_equal(d->one.readings, 1);
}

static void an_unplugged_camera_has_no_values(void **state)
{
    struct desk *d = *state;
    struct waiting watch = {0}, w = {0};
    desk_watch(d, &watch, SETTINGS "Gain", 0);
    state_changes(d, CAMERA_UNPLUGGED);
    assert_int_equal(watch.value.status, UA_BAD_NO_COMMUNICATION);
    desk_read(d, &w, SETTINGS "Gain", 0);
    assert_int_equal(w.value.status, UA_BAD_NO_COMMUNICATION);
    assert_int_equal(d->one.readings, 0);
    state_changes(d, CAMERA_IDLE);
    assert_int_equal(watch.given, 3);
    assert_int_equal(watch.value.status, UA_GOOD);
    assert_int_equal(watch.value.value.uint32, 7);
    desk_unwatch(&watch);
}

static void access_follows_what_can_be_read(void **state)
{
    struct desk *d = *state;
    fake_camera_row(&d->one, "Gain")->readable = false;
    fake_camera_row(&d->one, "Gamma")->flags = SETTING_INACTIVE;
    values_changed(d);
    assert_int_equal(desk_find(d, SETTINGS "Gain")->variable.access_level, ACCESS_WRITE);
    assert_int_equal(desk_find(d, SETTINGS "Gamma")->variable.access_level, ACCESS_READ | ACCESS_WRITE);
}

/* ---- writing ---- */

static void a_write_waits_for_the_device(void **state)
{
    struct desk *d = *state;
    struct waiting w = {0};
    desk_write(d, &w, SETTINGS "Gain", ua_variant_uint32(55));
    assert_int_equal(w.given, 0);
    assert_string_equal(d->one.writes[0].path, "Gain");
    assert_int_equal(d->one.writes[0].value.integer, 55);
    fake_camera_row(&d->one, "Gain")->value.integer = 56; /* rounded by the device */
    fake_camera_written(&d->one, 0, "");
    assert_int_equal(w.given, 1);
    assert_int_equal(w.status, UA_GOOD);
    desk_read(d, &w, SETTINGS "Gain", INT32_MAX);
    assert_int_equal(w.value.value.uint32, 56);
}

static void failures_have_their_status(void **state)
{
    struct desk *d = *state;
    static const struct {
        int code;
        unsigned flags;
        ua_status status;
    } rows[] = {
        {ERR_INVALID, 0, UA_BAD_OUT_OF_RANGE},      {ERR_BUSY, SETTING_INACTIVE, UA_BAD_INVALID_STATE},
        {ERR_BUSY, 0, UA_BAD_RESOURCE_UNAVAILABLE}, {ERR_DENIED, SETTING_READ_ONLY, UA_BAD_NOT_WRITABLE},
        {ERR_DENIED, 0, UA_BAD_DEVICE_FAILURE},     {ERR_GONE, 0, UA_BAD_NO_COMMUNICATION},
        {ERR_TIMEOUT, 0, UA_BAD_TIMEOUT},           {ERR_LIMIT, 0, UA_BAD_TOO_MANY_OPERATIONS},
        {ERR_IO, 0, UA_BAD_DEVICE_FAILURE},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct waiting w = {0};
        fake_camera_row(&d->one, "Gain")->flags = rows[i].flags;
        desk_write(d, &w, SETTINGS "Gain", ua_variant_uint32(1));
        fake_camera_written(&d->one, rows[i].code, "as the test wants it");
        assert_int_equal(w.status, rows[i].status);
    }
}

static void what_no_camera_takes_does_not_reach_it(void **state)
{
    struct desk *d = *state;
    static char endless[SETTING_TEXT + 1];
    memset(endless, 'x', sizeof endless - 1);
    const struct {
        const char *node;
        struct ua_variant value;
    } rows[] = {
        {SETTINGS "Gamma", ua_variant_double(NAN)},
        {SETTINGS "Gamma", ua_variant_double(INFINITY)},
        {SETTINGS "Label", ua_variant_string(slice_of(endless))},
        {SETTINGS "Label", ua_variant_string((struct slice){(const uint8_t *)"a\0b", 3})},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct waiting w = {0};
        desk_write(d, &w, rows[i].node, rows[i].value);
        assert_int_equal(w.given, 1);
        assert_int_equal(w.status, UA_BAD_OUT_OF_RANGE);
    }
    assert_int_equal(d->one.write_count, 0);
}

static void a_camera_that_hangs_times_out(void **state)
{
    struct desk *d = *state;
    struct waiting w = {0}, c = {0};
    desk_write(d, &w, SETTINGS "Gain", ua_variant_uint32(1));
    desk_call(d, &c, SETTINGS "Reset");
    desk_pass(d, 1000);
    assert_int_equal(w.status, UA_BAD_TIMEOUT);
    assert_int_equal(c.status, UA_BAD_TIMEOUT);
    fake_camera_written(&d->one, 0, "");
    assert_int_equal(w.given + c.given, 2);
}

static void withdrawn_writes_are_not_answered(void **state)
{
    struct desk *d = *state;
    struct waiting w = {0}, c = {0};
    desk_write(d, &w, SETTINGS "Gain", ua_variant_uint32(1));
    desk_call(d, &c, SETTINGS "Reset");
    w.node->variable.source->cancel_write(w.node->variable.source_user, &w.write);
    c.node->method.handler->cancel(c.node->method.handler_user, &c.call);
    fake_camera_written(&d->one, 0, "");
    fake_camera_written(&d->one, 0, "");
    desk_pass(d, 2000);
    assert_int_equal(w.given + c.given, 0);
}

static void a_command_is_a_method(void **state)
{
    struct desk *d = *state;
    struct waiting c = {0};
    desk_call(d, &c, SETTINGS "Reset");
    assert_string_equal(d->one.writes[0].path, "Reset");
    fake_camera_written(&d->one, 0, "");
    assert_int_equal(c.given, 1);
    assert_int_equal(c.status, UA_GOOD);
}

/* ---- watching ---- */

static void changes_are_told_once(void **state)
{
    struct desk *d = *state;
    struct waiting w = {0};
    desk_watch(d, &w, SETTINGS "Gain", 0);
    assert_int_equal(w.given, 1);
    assert_int_equal(w.value.value.uint32, 7);
    fake_camera_row(&d->one, "Gain")->value.integer = 9;
    values_changed(d);
    assert_int_equal(w.given, 2);
    assert_int_equal(w.value.value.uint32, 9);
    int64_t since = w.value.source_timestamp;
    desk_pass(d, 10);
    fake_camera_row(&d->one, "Gamma")->value.number = 1;
    values_changed(d);
    assert_int_equal(w.given, 2);
    struct waiting later = {0};
    desk_read(d, &later, SETTINGS "Gain", INT32_MAX);
    assert_int_equal(later.value.source_timestamp, since); /* of its last change */
    desk_unwatch(&w);
}

static void changes_are_told_no_faster_than_wanted(void **state)
{
    struct desk *d = *state;
    struct waiting w = {0};
    desk_watch(d, &w, SETTINGS "Gain", 100);
    for (int i = 1; i <= 9; i++) {
        desk_pass(d, 10);
        fake_camera_row(&d->one, "Gain")->value.integer = 10 + i;
        values_changed(d);
    }
    assert_int_equal(w.given, 1);
    desk_pass(d, 10);
    assert_int_equal(w.given, 2);
    assert_int_equal(w.value.value.uint32, 19);
    desk_pass(d, 1000);
    assert_int_equal(w.given, 2);
    desk_unwatch(&w);
}

static void a_watch_may_change_its_pace(void **state)
{
    struct desk *d = *state;
    struct waiting w = {0};
    desk_watch(d, &w, SETTINGS "Gain", 1000);
    desk_pass(d, 10);
    fake_camera_row(&d->one, "Gain")->value.integer = 10;
    values_changed(d);
    desk_watch(d, &w, SETTINGS "Gain", 50);
    desk_pass(d, 40);
    assert_int_equal(w.given, 2);
    desk_unwatch(&w);
}

static void the_camera_is_watched_while_anybody_watches(void **state)
{
    struct desk *d = *state;
    struct waiting a = {0}, b = {0};
    assert_int_equal(d->one.watches, 0);
    desk_watch(d, &a, SETTINGS "Gain", 0);
    desk_watch(d, &b, SETTINGS "Gamma", 0);
    assert_int_equal(d->one.watches, 1);
    desk_unwatch(&a);
    assert_int_equal(d->one.watches, 1);
    desk_unwatch(&b);
    assert_int_equal(d->one.watches, 0);
}

/* The camera does not tell of them. */
static void volatile_settings_are_read_at_the_pace_of_the_watch(void **state)
{
    struct desk *d = *state;
    struct waiting w = {0};
    desk_watch(d, &w, SETTINGS "Heat", 500);
    desk_pass(d, 499);
    assert_int_equal(d->one.readings, 0);
    for (int i = 1; i <= 3; i++) {
        desk_pass(d, i == 1 ? 1 : 500);
        assert_int_equal(d->one.readings, i);
        fake_camera_row(&d->one, "Heat")->value.number = 40 + i;
        fake_camera_read(&d->one, 0);
        assert_int_equal(w.given, i + 1);
        assert_true(w.value.value.float64 == 40 + i);
    }
    fake_camera_row(&d->one, "Heat")->flags = 0; /* and from now on it tells */
    values_changed(d);
    desk_pass(d, 2000);
    assert_int_equal(d->one.readings, 3);
    fake_camera_row(&d->one, "Heat")->flags = SETTING_VOLATILE;
    values_changed(d);
    desk_pass(d, 500);
    assert_int_equal(d->one.readings, 4);
    desk_unwatch(&w);
    fake_camera_read(&d->one, 0);
    desk_pass(d, 2000);
    assert_int_equal(d->one.readings, 4);
}

static void an_unplugged_camera_is_not_read_for_watches(void **state)
{
    struct desk *d = *state;
    struct waiting w = {0};
    desk_watch(d, &w, SETTINGS "Heat", 500);
    state_changes(d, CAMERA_UNPLUGGED);
    desk_pass(d, 2000);
    assert_int_equal(d->one.readings, 0);
    desk_unwatch(&w);
}

/* ---- the end of a node ---- */

static void whoever_waits_for_a_vanished_setting_is_told(void **state)
{
    struct desk *d = *state;
    struct waiting watch = {0}, read = {0}, asked = {0}, write = {0}, call = {0}, other = {0};
    desk_watch(d, &watch, SETTINGS "Gain", 100);
    desk_read(d, &asked, SETTINGS "Gain", 0);
    desk_pass(d, 0);
    desk_read(d, &read, SETTINGS "Gain", 0);
    desk_read(d, &other, SETTINGS "Gamma", 0);
    desk_write(d, &write, SETTINGS "Gain", ua_variant_uint32(1));
    desk_call(d, &call, SETTINGS "Reset");
    fake_camera_unset(&d->one, "Gain");
    fake_camera_unset(&d->one, "Reset");
    fake_observer.settings_changed(fake_observer.user, &d->one, true);
    assert_int_equal(watch.value.status, UA_BAD_NODE_ID_UNKNOWN);
    assert_null(watch.watch.state);
    assert_int_equal(asked.value.status, UA_BAD_NODE_ID_UNKNOWN);
    assert_int_equal(read.value.status, UA_BAD_NODE_ID_UNKNOWN);
    assert_int_equal(write.status, UA_BAD_NODE_ID_UNKNOWN);
    assert_int_equal(call.status, UA_BAD_NODE_ID_UNKNOWN);
    assert_int_equal(d->one.watches, 0);
    assert_int_equal(other.given, 0);
    fake_camera_read(&d->one, 0);
    desk_pass(d, 0);
    fake_camera_read(&d->one, 0);
    assert_int_equal(other.value.status, UA_GOOD);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, desk_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(many_reads_ask_the_device_once),
        TEST(a_value_may_be_as_old_as_max_age),
        TEST(what_is_watched_need_not_be_asked_for),
        TEST(reads_end_in_time),
        TEST(withdrawn_reads_are_not_answered),
        TEST(an_unplugged_camera_has_no_values),
        TEST(access_follows_what_can_be_read),
        TEST(a_write_waits_for_the_device),
        TEST(failures_have_their_status),
        TEST(what_no_camera_takes_does_not_reach_it),
        TEST(a_camera_that_hangs_times_out),
        TEST(withdrawn_writes_are_not_answered),
        TEST(a_command_is_a_method),
        TEST(changes_are_told_once),
        TEST(changes_are_told_no_faster_than_wanted),
        TEST(a_watch_may_change_its_pace),
        TEST(the_camera_is_watched_while_anybody_watches),
        TEST(volatile_settings_are_read_at_the_pace_of_the_watch),
        TEST(an_unplugged_camera_is_not_read_for_watches),
        TEST(whoever_waits_for_a_vanished_setting_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
