/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/plan.h"

#include "base/clock.h"
#include "base/compiler.h"
#include "support/unit.h"

#define S  NS_PER_S
#define MS NS_PER_MS

static const struct plan_rule rule = {.linger_ns = 5 * S, .lead_ns = 1 * S};

/* A day of a camera: at `now`, what is due next, and what the plan must say. In seconds. */
struct step {
    int64_t now, due; /* due -1: nobody wants anything */
    bool need, keep;
    int64_t wake; /* -1: never */
};

static void follow_steps(const struct step *steps, size_t count)
{
    struct plan p;
    plan_init(&p);
    for (size_t i = 0; i < count; i++) {
        const struct step *s = &steps[i];
        plan_make(&p, &rule, s->due < 0 ? PLAN_NEVER : s->due * S, s->now * S);
        print_message("step %zu at %d s\n", i, (int)s->now);
        assert_int_equal(p.need, s->need);
        assert_int_equal(p.keep, s->keep);
        assert_int_equal(p.wake_ns, s->wake < 0 ? PLAN_NEVER : s->wake * S);
    }
}

static void test_nobody_asks_nothing_opens(void **state)
{
    (void)state;
    static const struct step steps[] = {
        {.now = 0, .due = -1, .wake = -1},
        {.now = 100, .due = -1, .wake = -1},
    };
    follow_steps(steps, ARRAY_LEN(steps));
}

static void test_one_shot_then_linger(void **state)
{
    (void)state;
    static const struct step steps[] = {
        {.now = 100, .due = 100, .need = true, .keep = true, .wake = -1},
        {.now = 102, .due = -1, .keep = true, .wake = 107},
        {.now = 104, .due = -1, .keep = true, .wake = 107},
        {.now = 107, .due = -1, .wake = -1},
        {.now = 200, .due = 199, .need = true, .keep = true, .wake = -1},
    };
    follow_steps(steps, ARRAY_LEN(steps));
}

static void test_follower_with_short_interval_keeps_it_open(void **state)
{
    (void)state;
    static const struct step steps[] = {
        {.now = 100, .due = 100, .need = true, .keep = true, .wake = -1},
        {.now = 101, .due = 107, .need = true, .keep = true, .wake = -1},
        {.now = 107, .due = 113, .need = true, .keep = true, .wake = -1},
        /* Cancelled: the linger counts from now. */
        {.now = 110, .due = -1, .keep = true, .wake = 115},
        {.now = 115, .due = -1, .wake = -1},
    };
    follow_steps(steps, ARRAY_LEN(steps));
}

static void test_follower_with_long_interval_closes_between(void **state)
{
    (void)state;
    static const struct step steps[] = {
        {.now = 100, .due = 100, .need = true, .keep = true, .wake = -1},
        {.now = 101, .due = 160, .keep = true, .wake = 106},
        {.now = 106, .due = 160, .wake = 159},
        {.now = 158, .due = 160, .wake = 159},
        {.now = 159, .due = 160, .need = true, .keep = true, .wake = -1},
        {.now = 160, .due = 220, .keep = true, .wake = 165},
    };
    follow_steps(steps, ARRAY_LEN(steps));
}

static void test_one_shot_between_far_shots(void **state)
{
    (void)state;
    static const struct step steps[] = {
        {.now = 100, .due = 100, .need = true, .keep = true, .wake = -1},
        {.now = 101, .due = 160, .keep = true, .wake = 106},
        {.now = 106, .due = 160, .wake = 159},
        {.now = 130, .due = 130, .need = true, .keep = true, .wake = -1},
        {.now = 132, .due = 160, .keep = true, .wake = 137},
        {.now = 137, .due = 160, .wake = 159},
    };
    follow_steps(steps, ARRAY_LEN(steps));
}

static void test_as_soon_as_possible_is_now(void **state)
{
    (void)state;
    struct plan p;
    plan_init(&p);
    plan_make(&p, &rule, PLAN_ASAP, 3 * S);
    assert_true(p.need && p.keep);
    assert_int_equal(p.wake_ns, PLAN_NEVER);
}

/* ---- when a follower gets its pictures ---- */

/* A camera exposes every `period_us`, a little early or late by `jitter_us` in turn; how many pictures does a
 * follower get in `seconds`, and how near do two of them come? */
struct follower {
    int64_t interval_ms, period_us, jitter_us, seconds;
    int64_t pictures, nearest_ms;
};

static void follow_camera(const struct follower *f)
{
    int64_t due = PLAN_ASAP, last = -1, nearest = INT64_MAX, pictures = 0;
    for (int64_t i = 1; i * f->period_us <= f->seconds * 1000000; i++) {
        int64_t exposed = (i * f->period_us + (i % 3 - 1) * f->jitter_us) * 1000;
        if (due != PLAN_ASAP && exposed < due)
            continue;
        if (last >= 0 && exposed - last < nearest)
            nearest = exposed - last;
        due = plan_next_due(due, f->interval_ms * MS, exposed);
        assert_true(due > exposed);
        last = exposed;
        pictures++;
    }
    print_message("every %d ms of %d us\n", (int)f->interval_ms, (int)f->period_us);
    assert_int_equal(pictures, f->pictures);
    assert_true(nearest >= f->nearest_ms * MS);
}

static void test_followers_get_what_they_asked_for(void **state)
{
    (void)state;
    static const struct follower table[] = {
        {.interval_ms = 0, .period_us = 33333, .seconds = 10, .pictures = 300, .nearest_ms = 33},
        {.interval_ms = 1000, .period_us = 33333, .seconds = 10, .pictures = 10, .nearest_ms = 966},
        {.interval_ms = 1000,
         .period_us = 33333,
         .jitter_us = 2000,
         .seconds = 10,
         .pictures = 10,
         .nearest_ms = 960},
        {.interval_ms = 100, .period_us = 33333, .seconds = 60, .pictures = 600, .nearest_ms = 66},
        {.interval_ms = 33,
         .period_us = 33333,
         .jitter_us = 1000,
         .seconds = 10,
         .pictures = 300,
         .nearest_ms = 30},
        {.interval_ms = 40, .period_us = 33333, .seconds = 60, .pictures = 1500, .nearest_ms = 33},
        {.interval_ms = 10, .period_us = 33333, .seconds = 10, .pictures = 300, .nearest_ms = 33},
        {.interval_ms = 60000, .period_us = 1000000, .seconds = 600, .pictures = 10, .nearest_ms = 59000},
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        follow_camera(&table[i]);
}

static void test_grid_does_not_drift(void **state)
{
    (void)state;
    int64_t due = plan_next_due(PLAN_ASAP, 1000 * MS, 5000 * MS);
    int64_t first = due;
    for (int i = 1; i <= 100; i++) {
        due = plan_next_due(due, 1000 * MS, due + 30 * MS);
        assert_int_equal(due, first + i * 1000 * MS);
    }
}

static void test_stall_is_not_made_up_for(void **state)
{
    (void)state;
    int64_t due = plan_next_due(PLAN_ASAP, 100 * MS, 1000 * MS);
    due = plan_next_due(due, 100 * MS, 5000 * MS);
    assert_true(due >= 5090 * MS && due <= 5100 * MS);
}

static void test_interval_past_the_end_of_time(void **state)
{
    (void)state;
    assert_int_equal(plan_next_due(PLAN_ASAP, INT64_MAX, 5 * S), PLAN_NEVER);
}

static void test_new_interval_counts_from_the_last_picture(void **state)
{
    (void)state;
    int64_t due = plan_next_due(100 * S, 60 * S, 100 * S);
    assert_int_equal(plan_retune(due, 60 * S, 2 * S), 102 * S);
    assert_int_equal(plan_retune(due, 60 * S, 90 * S), 190 * S);
    assert_int_equal(plan_retune(due, 60 * S, INT64_MAX), PLAN_NEVER);
    assert_int_equal(plan_retune(PLAN_NEVER, INT64_MAX, S), PLAN_ASAP);
    assert_int_equal(plan_retune(PLAN_ASAP, 60 * S, S), PLAN_ASAP);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nobody_asks_nothing_opens),
        cmocka_unit_test(test_one_shot_then_linger),
        cmocka_unit_test(test_follower_with_short_interval_keeps_it_open),
        cmocka_unit_test(test_follower_with_long_interval_closes_between),
        cmocka_unit_test(test_one_shot_between_far_shots),
        cmocka_unit_test(test_as_soon_as_possible_is_now),
        cmocka_unit_test(test_followers_get_what_they_asked_for),
        cmocka_unit_test(test_grid_does_not_drift),
        cmocka_unit_test(test_stall_is_not_made_up_for),
        cmocka_unit_test(test_interval_past_the_end_of_time),
        cmocka_unit_test(test_new_interval_counts_from_the_last_picture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
