/* SPDX-License-Identifier: Apache-2.0
 * Who gets which picture when only changes are wanted, and what work that costs.
 *
 * Frames have 64 samples, of which a patch of the first ones differs from the others: the change between two
 * frames is the difference of their patches. */
#include "camera/changes.h"
#include "stage.h"
#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#define FRAME_NS NS_PER_S /* so long that the real clock never catches up with that of the exposures */

enum { LUMA = 50 };

/* In percent. */
static double samples(int count)
{
    return 100.0 * count / (FAKE_CAMERA_SIDE * FAKE_CAMERA_SIDE);
}

static const struct camera_facts *facts(const struct stage *s)
{
    return camera_facts(s->camera);
}

/* ---- acting ---- */

static struct asker asker_of_changes(double deadband_percent)
{
    struct asker a = asker_of(IMAGE_BMP);
    a.demand.deadband_percent = deadband_percent;
    return a;
}

static struct asker asker_of_measures(void)
{
    struct asker a = asker_of(IMAGE_BMP);
    a.demand.measures = true;
    return a;
}

static void expose(struct stage *s, unsigned patch)
{
    fake_camera_patch(&s->device, patch);
    stage_expose(s, FRAME_NS, LUMA);
}

static void show(struct stage *s, unsigned patch)
{
    expose(s, patch);
    stage_work_off(s);
}

static void show_list(struct stage *s, const unsigned *patches, size_t count)
{
    for (size_t i = 0; i < count; i++)
        show(s, patches[i]);
}

#define show_all(s, ...)                                                                                     \
    show_list(s, (const unsigned[]){__VA_ARGS__}, ARRAY_LEN(((const unsigned[]){__VA_ARGS__})))

struct got {
    uint64_t number;
    int samples; /* that changed; -1: no change is known */
};

static void check_list(const struct asker *a, const struct got *expected, size_t count)
{
    assert_int_equal(a->failures, 0);
    assert_int_equal(a->pictures, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(a->numbers[i], expected[i].number);
        assert_true(a->changes[i] == (expected[i].samples < 0 ? -1 : samples(expected[i].samples)));
    }
}

#define check_got(a, ...)                                                                                    \
    check_list(a, (const struct got[]){__VA_ARGS__}, ARRAY_LEN(((const struct got[]){__VA_ARGS__})))

/* ---- deadbands ---- */

static void test_without_deadband_nothing_is_compared(void **state)
{
    struct stage *s = *state;
    struct asker a = asker_of_changes(0);
    asker_follow(&a, s, 0);
    stage_until_streaming(s);
    show_all(s, 0, 0, 64);
    check_got(&a, {1, -1}, {2, -1}, {3, -1});
    assert_int_equal(facts(s)->comparisons, 0);
    assert_int_equal(facts(s)->encodes, 3);
    asker_clear(&a);
}

static void test_only_more_than_the_deadband_is_reported(void **state)
{
    struct stage *s = *state;
    struct asker a = asker_of_changes(samples(8));
    asker_follow(&a, s, 0);
    stage_until_streaming(s);
    show_all(s, 0, 0, 8, 9, 17, 18, 9, 0);
    check_got(&a, {1, -1}, {4, 9}, {6, 9}, {7, 9}, {8, 9});
    assert_int_equal(facts(s)->frames_captured, 8);
    assert_int_equal(facts(s)->comparisons, 7);
    assert_int_equal(facts(s)->encodes, 5);
    asker_clear(&a);
}

static void test_whole_pictures_never_change_more_than_all(void **state)
{
    struct stage *s = *state;
    struct asker a = asker_of_changes(100);
    asker_follow(&a, s, 0);
    stage_until_streaming(s);
    show_all(s, 0, 64, 0);
    check_got(&a, {1, -1});
    asker_clear(&a);
}

static void test_slow_drift_adds_up(void **state)
{
    struct stage *s = *state;
    struct asker area = asker_of_changes(samples(8)), level = asker_of_changes(samples(8));
    asker_follow(&area, s, 0);
    stage_until_streaming(s);
    show_all(s, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20);
    check_got(&area, {1, -1}, {6, 10}, {11, 10});
    asker_clear(&area);

    asker_follow(&level, s, 0);
    fake_camera_patch(&s->device, 0);
    for (int luma = 100; luma <= 170; luma += 10) {
        stage_expose(s, FRAME_NS, luma);
        stage_work_off(s);
    }
    check_got(&level, {12, -1}, {16, 64});
    asker_clear(&level);
}

static void test_each_has_a_sequence_of_its_own(void **state)
{
    struct stage *s = *state;
    struct asker fine = asker_of_changes(samples(2)), coarse = asker_of_changes(samples(9));
    struct asker all = asker_of(IMAGE_BMP);
    asker_follow(&fine, s, 0);
    asker_follow(&coarse, s, 0);
    asker_follow(&all, s, 0);
    stage_until_streaming(s);
    show_all(s, 0, 1, 3, 3, 10, 0);
    check_got(&fine, {1, -1}, {3, 3}, {5, 7}, {6, 10});
    check_got(&coarse, {1, -1}, {5, 10}, {6, 10});
    check_got(&all, {1, -1}, {2, -1}, {3, -1}, {4, -1}, {5, -1}, {6, -1});
    assert_ptr_equal(fine.image, all.image);
    assert_ptr_equal(coarse.image, all.image);
    assert_int_equal(facts(s)->encodes, 6);
    asker_clear(&fine);
    asker_clear(&coarse);
    asker_clear(&all);
}

static void test_a_pair_is_compared_once_for_all(void **state)
{
    struct stage *s = *state;
    struct asker crowd[10];
    for (size_t i = 0; i < ARRAY_LEN(crowd); i++) {
        crowd[i] = i % 2 ? asker_of_measures() : asker_of_changes(samples(i < 8 ? 4 : 60));
        asker_follow(&crowd[i], s, 0);
    }
    stage_until_streaming(s);
    show_all(s, 0, 5);
    assert_int_equal(facts(s)->comparisons, 1);
    show(s, 5);
    assert_int_equal(facts(s)->comparisons, 1 + 2); /* against both */
    show(s, 10);
    assert_int_equal(facts(s)->comparisons, 3 + 3); /* the measures go on from the third */
    check_got(&crowd[0], {1, -1}, {2, 5}, {4, 5});
    check_got(&crowd[1], {1, -1}, {2, 5}, {3, 0}, {4, 5});
    check_got(&crowd[8], {1, -1});
    assert_int_equal(facts(s)->encodes, 3);
    for (size_t i = 0; i < ARRAY_LEN(crowd); i++)
        asker_clear(&crowd[i]);
}

static void test_frames_are_compared_at_the_interval(void **state)
{
    struct stage *s = *state;
    struct asker a = asker_of_changes(samples(1));
    asker_follow(&a, s, 10 * FRAME_NS);
    stage_until_streaming(s);
    for (unsigned i = 0; i <= 30; i++)
        show(s, i % 2 ? 64 : i);
    check_got(&a, {1, -1}, {2, 10}, {3, 10}, {4, 10});
    assert_int_equal(facts(s)->frames_captured, 4);
    assert_int_equal(fake_camera_delivered(&s->device), 4);
    asker_clear(&a);
}

static void test_no_memory_grows_with_the_references(void **state)
{
    enum { CROWD = 2 * CHANGES_LUMAS };
    struct stage *s = *state;
    struct asker crowd[CROWD];
    for (size_t i = 0; i < CROWD; i++)
        crowd[i] = asker_of_changes(100);
    asker_follow(&crowd[0], s, 0);
    stage_until_streaming(s);
    for (unsigned i = 1; i < CROWD; i++) {
        uint64_t before = facts(s)->comparisons;
        show(s, i % 64);
        assert_in_range(facts(s)->comparisons - before, 0, CHANGES_LUMAS);
        asker_follow(&crowd[i], s, 0);
    }
    show(s, 1);
    /* Whose reference was forgotten got one picture more. */
    assert_true(crowd[0].pictures > 1);
    assert_int_equal(crowd[CROWD - 1].pictures, 1);
    for (size_t i = 0; i < CROWD; i++) {
        assert_int_equal(crowd[i].changes[0], -1);
        asker_clear(&crowd[i]);
    }
}

/* ---- failures ---- */

static void test_first_picture_after_a_failure_is_reported(void **state)
{
    struct stage *s = *state;
    struct asker a = asker_of_changes(50), m = asker_of_measures();
    asker_follow(&a, s, 0);
    asker_follow(&m, s, 0);
    stage_until_streaming(s);
    show_all(s, 0, 1);
    assert_int_equal(a.pictures, 1);
    fake_camera_fail_stream(&s->device, ERR_IO);
    asker_until_failures(&a, s, 1);
    asker_until_failures(&m, s, 1);
    assert_int_equal(a.code, ERR_IO);
    stage_until_opens(s, 2);
    stage_until_device_streams(s);
    show_all(s, 1, 2, 40);
    assert_int_equal(a.pictures, 3);
    assert_int_equal(a.numbers[1], 3);
    assert_true(a.changes[1] == -1);
    assert_int_equal(a.numbers[2], 5);
    assert_true(a.changes[2] == samples(39));
    assert_true(m.changes[2] == -1);
    assert_true(m.changes[3] == samples(1));
    asker_clear(&a);
    asker_clear(&m);
}

static void test_failure_while_comparing(void **state)
{
    struct stage *s = *state;
    struct asker a = asker_of_changes(50);
    asker_follow(&a, s, 0);
    stage_until_streaming(s);
    show(s, 0);
    stage_hold_worker(s);
    expose(s, 64);
    fake_camera_fail_stream(&s->device, ERR_IO);
    asker_until_failures(&a, s, 1);
    stage_release_worker(s);
    stage_work_off(s);
    assert_int_equal(a.pictures, 1);
    assert_int_equal(facts(s)->comparisons, 0);
    asker_clear(&a);
}

static void test_broken_frame_is_replaced_by_the_next(void **state)
{
    struct stage *s = *state;
    struct asker a = asker_of_changes(samples(2)), m = asker_of_measures(), once = asker_of_measures();
    asker_follow(&a, s, 3600 * NS_PER_S);
    asker_follow(&m, s, 0);
    asker_shoot(&once, s, clock_mono_ns(&system_clock));
    stage_until_streaming(s);
    stage_expose(s, FRAME_NS, FAKE_CAMERA_BROKEN);
    stage_work_off(s);
    assert_int_equal(facts(s)->frames_lost, 1);
    show(s, 3);
    check_got(&a, {2, -1});
    check_got(&m, {2, -1});
    check_got(&once, {2, -1});
    assert_int_equal(facts(s)->frames_lost, 1);
    asker_clear(&a);
    asker_clear(&m);
    asker_clear(&once);
}

/* ---- measures ---- */

static void test_measures_make_no_pictures(void **state)
{
    struct stage *s = *state;
    struct asker m = asker_of_measures();
    asker_follow(&m, s, 0);
    stage_until_streaming(s);
    show_all(s, 0, 0, 5, 64);
    check_got(&m, {1, -1}, {2, 0}, {3, 5}, {4, 59});
    assert_int_equal(m.exposed_ns[3], s->clock_ns);
    assert_int_equal(facts(s)->encodes, 0);
    assert_int_equal(facts(s)->comparisons, 3);
    asker_clear(&m);
}

static void test_single_measures_go_on_from_one_another(void **state)
{
    struct stage *s = *state;
    struct asker m[4];
    for (size_t i = 0; i < ARRAY_LEN(m); i++)
        m[i] = asker_of_measures();
    asker_shoot(&m[0], s, 0);
    stage_until_streaming(s);
    show(s, 10);
    check_got(&m[0], {1, -1});
    assert_null(m[0].demand.camera);

    asker_shoot(&m[1], s, 0); /* nothing was compared that could answer at once */
    stage_settle(s);
    show(s, 13);
    check_got(&m[1], {2, 3});

    asker_shoot(&m[2], s, m[1].exposed_ns[0]);
    check_got(&m[2], {2, 3});
    asker_shoot(&m[3], s, m[1].exposed_ns[0] + 1);
    assert_int_equal(m[3].pictures, 0);
    stage_settle(s);
    show(s, 0);
    check_got(&m[3], {3, 13});
}

static void test_measure_does_not_touch_deadbands(void **state)
{
    struct stage *s = *state;
    struct asker a = asker_of_changes(samples(5)), m = asker_of_measures();
    asker_follow(&a, s, 0);
    asker_follow(&m, s, 0);
    stage_until_streaming(s);
    show_all(s, 0, 4, 8);
    check_got(&a, {1, -1}, {3, 8});
    check_got(&m, {1, -1}, {2, 4}, {3, 4});
    asker_clear(&a);
    asker_clear(&m);
}

/* ---- retuning ---- */

static void test_retune_keeps_the_reference(void **state)
{
    struct stage *s = *state;
    struct asker a = asker_of_changes(samples(10));
    asker_follow(&a, s, 0);
    stage_until_streaming(s);
    show_all(s, 0, 5);
    demand_retune(&a.demand, 0, samples(4));
    stage_settle(s);
    assert_int_equal(a.pictures, 1);
    show(s, 0);
    show(s, 5);
    check_got(&a, {1, -1}, {4, 5});
    asker_clear(&a);
}

static void test_retune_changes_the_interval(void **state)
{
    struct stage *s = *state;
    struct asker a = asker_of_changes(samples(1));
    asker_follow(&a, s, 3600 * NS_PER_S);
    stage_until_streaming(s);
    show_all(s, 0, 2);
    check_got(&a, {1, -1});
    demand_retune(&a.demand, FRAME_NS, samples(1));
    stage_settle(s);
    show_all(s, 4, 4, 6);
    check_got(&a, {1, -1}, {2, 4}, {4, 2});
    demand_retune(&a.demand, 3600 * NS_PER_S, samples(1));
    stage_settle(s);
    show_all(s, 10, 20);
    assert_int_equal(a.pictures, 3);
    asker_clear(&a);
}

static void test_deadband_comes_and_goes(void **state)
{
    struct stage *s = *state;
    struct asker a = asker_of_changes(samples(10));
    asker_follow(&a, s, 0);
    stage_until_streaming(s);
    show_all(s, 0, 1);
    demand_retune(&a.demand, 0, 0);
    stage_settle(s);
    show_all(s, 20, 20);
    demand_retune(&a.demand, 0, samples(10));
    stage_settle(s);
    show_all(s, 20, 20, 31);
    check_got(&a, {1, -1}, {3, -1}, {4, -1}, {5, -1}, {7, 11});
    asker_clear(&a);
}

/* ---- while work is under way ---- */

static void test_cancelled_while_compared(void **state)
{
    struct stage *s = *state;
    struct asker a = asker_of_changes(samples(1)), b = asker_of_changes(samples(1));
    asker_follow(&a, s, 0);
    asker_follow(&b, s, 0);
    stage_until_streaming(s);
    show(s, 0);
    stage_hold_worker(s);
    expose(s, 10);
    demand_cancel(&a.demand);
    stage_release_worker(s);
    stage_work_off(s);
    check_got(&a, {1, -1});
    check_got(&b, {1, -1}, {2, 10});
    asker_clear(&a);
    asker_clear(&b);
}

static void cancel_both(struct asker *a)
{
    demand_cancel(&a->other->demand);
    demand_cancel(&a->demand);
}

static void test_callback_cancels_those_that_come_next(void **state)
{
    struct stage *s = *state;
    struct asker a = asker_of_measures(), b = asker_of_measures(), c = asker_of_changes(samples(1));
    a.then = cancel_both;
    a.other = &b;
    asker_follow(&a, s, 0);
    asker_follow(&b, s, 0);
    asker_follow(&c, s, 0);
    stage_until_streaming(s);
    show_all(s, 0, 2);
    check_got(&a, {1, -1});
    check_list(&b, NULL, 0);
    check_got(&c, {1, -1}, {2, 2});
    asker_clear(&a);
    asker_clear(&b);
    asker_clear(&c);
}

static void test_end_while_compared(void **state)
{
    struct stage *s = *state;
    struct asker a = asker_of_changes(samples(1));
    asker_follow(&a, s, 0);
    stage_until_streaming(s);
    show(s, 0);
    stage_hold_worker(s);
    expose(s, 10);
    stage_end_camera(s);
    assert_null(a.demand.camera);
    stage_release_worker(s);
    assert_int_equal(a.pictures, 1);
    asker_clear(&a);
}

/* While somebody else's picture is slow, a newer frame takes the place of the one that changed: then that one
 * is compared as well. */
static void show_late(struct stage *s, unsigned patch, unsigned newer)
{
    stage_hold_worker(s);
    expose(s, 0);
    expose(s, patch);
    expose(s, newer);
    stage_release_worker(s);
    stage_work_off(s);
}

static void test_newer_picture_is_compared_too(void **state)
{
    struct stage *s = *state;
    struct asker a = asker_of_changes(samples(8)), all = asker_of(IMAGE_BMP);
    asker_follow(&a, s, 2 * FRAME_NS);
    asker_follow(&all, s, 0);
    stage_until_streaming(s);
    show(s, 0);
    show_late(s, 20, 3);
    check_got(&a, {1, -1});
    show(s, 0);
    show_late(s, 20, 30);
    check_got(&a, {1, -1}, {8, 30});
    show_all(s, 30, 30, 30);
    assert_int_equal(a.pictures, 2);
    asker_clear(&a);
    asker_clear(&all);
}

static void test_newest_frame_waits_for_the_comparison(void **state)
{
    struct stage *s = *state;
    struct asker a = asker_of_changes(samples(8)), m = asker_of_measures();
    asker_follow(&a, s, 0);
    stage_until_streaming(s);
    show(s, 0);
    stage_hold_worker(s);
    expose(s, 20);
    asker_follow(&m, s, 0);
    stage_settle(s);
    expose(s, 30);
    expose(s, 40);
    stage_release_worker(s);
    stage_work_off(s);
    check_got(&a, {1, -1}, {2, 20});
    check_got(&m, {3, -1});
    assert_int_equal(facts(s)->frames_lost, 0);
    asker_clear(&a);
    asker_clear(&m);
}

#define on_stage(test) cmocka_unit_test_setup_teardown(test, stage_set_up, stage_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        on_stage(test_without_deadband_nothing_is_compared),
        on_stage(test_only_more_than_the_deadband_is_reported),
        on_stage(test_whole_pictures_never_change_more_than_all),
        on_stage(test_slow_drift_adds_up),
        on_stage(test_each_has_a_sequence_of_its_own),
        on_stage(test_a_pair_is_compared_once_for_all),
        on_stage(test_frames_are_compared_at_the_interval),
        on_stage(test_no_memory_grows_with_the_references),
        on_stage(test_first_picture_after_a_failure_is_reported),
        on_stage(test_failure_while_comparing),
        on_stage(test_broken_frame_is_replaced_by_the_next),
        on_stage(test_measures_make_no_pictures),
        on_stage(test_single_measures_go_on_from_one_another),
        on_stage(test_measure_does_not_touch_deadbands),
        on_stage(test_retune_keeps_the_reference),
        on_stage(test_retune_changes_the_interval),
        on_stage(test_deadband_comes_and_goes),
        on_stage(test_cancelled_while_compared),
        on_stage(test_callback_cancels_those_that_come_next),
        on_stage(test_end_while_compared),
        on_stage(test_newer_picture_is_compared_too),
        on_stage(test_newest_frame_waits_for_the_comparison),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
