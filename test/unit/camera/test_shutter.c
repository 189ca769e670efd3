/* SPDX-License-Identifier: Apache-2.0
 * Who gets which picture, and what work that costs. */
#include "stage.h"
#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#define MS NS_PER_MS

static int64_t now_ns(void)
{
    return clock_mono_ns(&system_clock);
}

/* The luma of the last pixel of a picture in BMP, whatever its header. */
static int luma_of(const struct asker *a)
{
    return a->image->bytes.data[a->image->bytes.len - 1];
}

static void test_one_shot_gets_the_next_exposure(void **state)
{
    struct stage *s = *state;
    struct asker a = asker_of(IMAGE_BMP);
    asker_shoot(&a, s, now_ns());
    stage_until_streaming(s);
    stage_expose(s, 0, 77);
    asker_until_pictures(&a, s, 1);
    assert_int_equal(a.failures, 0);
    assert_int_equal(a.numbers[0], 1);
    assert_int_equal(a.exposed_ns[0], s->clock_ns);
    assert_int_equal(luma_of(&a), 77);
    assert_null(a.demand.camera);
    asker_clear(&a);
}

static void test_exposure_before_the_question_does_not_do(void **state)
{
    struct stage *s = *state;
    struct asker a = asker_of(IMAGE_BMP);
    int64_t asked = now_ns() + 500 * MS;
    asker_shoot(&a, s, asked);
    stage_until_streaming(s);
    fake_camera_expose(&s->device, asked - 1, 10);
    fake_camera_expose(&s->device, asked, 20);
    asker_until_pictures(&a, s, 1);
    assert_int_equal(luma_of(&a), 20);
    assert_int_equal(fake_camera_delivered(&s->device), 1);
    asker_clear(&a);
}

static void test_frames_that_nobody_wants_are_skipped(void **state)
{
    struct stage *s = *state;
    struct asker a = asker_of(IMAGE_BMP);
    asker_shoot(&a, s, now_ns());
    stage_until_streaming(s);
    stage_expose(s, 0, 1);
    asker_until_pictures(&a, s, 1);
    for (int i = 0; i < 5; i++)
        stage_expose(s, 33 * MS, 2);
    assert_int_equal(fake_camera_delivered(&s->device), 1);
    assert_int_equal(camera_facts(s->camera)->frames_captured, 1);
    assert_int_equal(camera_facts(s->camera)->encodes, 1);
    asker_clear(&a);
}

static void test_slow_follower_costs_few_frames(void **state)
{
    struct stage *s = *state;
    struct asker a = asker_of(IMAGE_BMP);
    asker_follow(&a, s, 1000 * MS);
    stage_until_streaming(s);
    for (int i = 0; i < 91; i++) {
        stage_expose(s, 33 * MS + MS / 3, 50);
        asker_until_pictures(&a, s, fake_camera_delivered(&s->device));
    }
    assert_int_equal(a.pictures, 4);
    assert_int_equal(fake_camera_delivered(&s->device), 4);
    assert_int_equal(camera_facts(s->camera)->encodes, 4);
    assert_int_equal(camera_facts(s->camera)->passed_through, 0);
    assert_int_equal(camera_facts(s->camera)->delivered, 4);
    asker_clear(&a);
}

static void test_follower_of_every_frame_sees_each_once(void **state)
{
    struct stage *s = *state;
    struct asker a = asker_of(IMAGE_BMP);
    asker_follow(&a, s, 0);
    stage_until_streaming(s);
    for (unsigned i = 1; i <= 10; i++) {
        stage_expose(s, 33 * MS, (int)i);
        asker_until_pictures(&a, s, i);
        assert_int_equal(a.numbers[i - 1], i);
        assert_int_equal(luma_of(&a), i);
    }
    asker_clear(&a);
}

static void test_late_follower_joins_without_old_pictures(void **state)
{
    struct stage *s = *state;
    struct asker early = asker_of(IMAGE_BMP), late = asker_of(IMAGE_BMP);
    asker_follow(&early, s, 0);
    stage_until_streaming(s);
    stage_expose(s, 33 * MS, 1);
    asker_until_pictures(&early, s, 1);
    asker_follow(&late, s, 0);
    stage_settle(s);
    assert_int_equal(late.pictures, 0);
    stage_expose(s, 33 * MS, 2);
    asker_until_pictures(&late, s, 1);
    assert_int_equal(late.numbers[0], 2);
    asker_clear(&early);
    asker_clear(&late);
}

static void test_many_who_ask_cost_one_picture(void **state)
{
    struct stage *s = *state;
    struct asker crowd[20];
    for (size_t i = 0; i < ARRAY_LEN(crowd); i++)
        crowd[i] = asker_of(IMAGE_BMP);
    for (size_t i = 0; i < ARRAY_LEN(crowd); i++) {
        if (i % 2)
            asker_shoot(&crowd[i], s, now_ns());
        else
            asker_follow(&crowd[i], s, 1000 * MS);
    }
    stage_until_streaming(s);
    assert_int_equal(camera_facts(s->camera)->consumers, ARRAY_LEN(crowd));
    stage_expose(s, 0, 5);
    for (size_t i = 0; i < ARRAY_LEN(crowd); i++) {
        asker_until_pictures(&crowd[i], s, 1);
        assert_ptr_equal(crowd[i].image, crowd[0].image);
    }
    assert_int_equal(camera_facts(s->camera)->encodes, 1);
    for (size_t i = 0; i < ARRAY_LEN(crowd); i++)
        asker_clear(&crowd[i]);
}

static void test_each_format_is_made_once(void **state)
{
    struct stage *s = *state;
    struct asker bmp = asker_of(IMAGE_BMP), png = asker_of(IMAGE_PNG), jpeg = asker_of(IMAGE_JPEG);
    asker_shoot(&bmp, s, now_ns());
    asker_shoot(&png, s, now_ns());
    asker_shoot(&jpeg, s, now_ns());
    stage_until_streaming(s);
    stage_expose(s, 0, 5);
    asker_until_pictures(&bmp, s, 1);
    asker_until_pictures(&png, s, 1);
    asker_until_pictures(&jpeg, s, 1);
    assert_memory_equal(bmp.image->bytes.data, "BM", 2);
    assert_memory_equal(png.image->bytes.data, "\x89PNG", 4);
    assert_memory_equal(jpeg.image->bytes.data, "\xff\xd8", 2);
    assert_int_equal(fake_camera_delivered(&s->device), 1);
    assert_int_equal(camera_facts(s->camera)->encodes, 3);
    asker_clear(&bmp);
    asker_clear(&png);
    asker_clear(&jpeg);
}

static void test_cached_picture_answers_at_once(void **state)
{
    struct stage *s = *state;
    struct asker a = asker_of(IMAGE_BMP), b = asker_of(IMAGE_BMP), c = asker_of(IMAGE_BMP);
    asker_shoot(&a, s, now_ns());
    stage_until_streaming(s);
    stage_expose(s, 0, 5);
    asker_until_pictures(&a, s, 1);

    asker_shoot(&b, s, a.exposed_ns[0]);
    assert_int_equal(b.pictures, 1);
    assert_ptr_equal(b.image, a.image);

    asker_shoot(&c, s, a.exposed_ns[0] + 1);
    assert_int_equal(c.pictures, 0);
    stage_settle(s);
    stage_expose(s, 33 * MS, 6);
    asker_until_pictures(&c, s, 1);
    assert_int_equal(c.numbers[0], 2);
    asker_clear(&a);
    asker_clear(&b);
    asker_clear(&c);
}

static void test_other_format_of_the_frame_at_hand(void **state)
{
    struct stage *s = *state;
    struct asker bmp = asker_of(IMAGE_BMP), png = asker_of(IMAGE_PNG);
    asker_shoot(&bmp, s, now_ns());
    stage_until_streaming(s);
    stage_expose(s, 0, 5);
    asker_until_pictures(&bmp, s, 1);
    asker_shoot(&png, s, bmp.exposed_ns[0]);
    asker_until_pictures(&png, s, 1);
    assert_int_equal(png.numbers[0], bmp.numbers[0]);
    assert_int_equal(fake_camera_delivered(&s->device), 1);
    asker_clear(&bmp);
    asker_clear(&png);
}

static void test_broken_frame_is_replaced_by_the_next(void **state)
{
    struct stage *s = *state;
    struct asker once = asker_of(IMAGE_BMP), always = asker_of(IMAGE_BMP);
    asker_shoot(&once, s, now_ns());
    asker_follow(&always, s, 1000 * MS);
    stage_until_streaming(s);
    stage_expose(s, 0, FAKE_CAMERA_BROKEN);
    stage_until_lost(s, 1);
    stage_settle(s);
    assert_int_equal(once.pictures + once.failures + always.pictures + always.failures, 0);
    stage_expose(s, 33 * MS, 9);
    asker_until_pictures(&once, s, 1);
    asker_until_pictures(&always, s, 1);
    assert_int_equal(luma_of(&once), 9);
    assert_int_equal(camera_facts(s->camera)->frames_lost, 1);
    assert_int_equal(always.failures, 0);
    asker_clear(&once);
    asker_clear(&always);
}

static void test_a_slow_loop_gets_the_newest_frames(void **state)
{
    struct stage *s = *state;
    struct asker a = asker_of(IMAGE_BMP);
    asker_follow(&a, s, 0);
    stage_until_streaming(s);
    int64_t first = now_ns();
    for (int i = 1; i <= 10; i++)
        fake_camera_expose(&s->device, first + i, i);
    asker_until_pictures(&a, s, 2);
    assert_int_equal(luma_of(&a), 10);
    assert_int_equal(a.numbers[0], 7);
    assert_int_equal(a.numbers[1], 10);
    assert_int_equal(camera_facts(s->camera)->frames_lost, 6);
    asker_clear(&a);
}

/* Pictures of a JPEG camera are its frames' own bytes: who hoards them must not starve the others. */
static void test_hoarded_pictures_do_not_stop_the_camera(void **state)
{
    enum { COUNT = 60 };
    struct stage *s = *state;
    struct asker a = asker_of(IMAGE_JPEG);
    struct blob *hoard[COUNT];
    a.demand.recipe.quality = 0;
    asker_follow(&a, s, 0);
    stage_until_streaming(s);
    for (unsigned i = 0; i < COUNT; i++) {
        stage_expose(s, 33 * MS, FAKE_CAMERA_JPEG);
        asker_until_pictures(&a, s, i + 1);
        hoard[i] = blob_ref(a.image);
    }
    assert_int_equal(camera_facts(s->camera)->frames_lost, 0);
    stage_end_camera(s);
    for (unsigned i = 0; i < COUNT; i++) {
        assert_memory_equal(hoard[i]->bytes.data, "\xff\xd8", 2);
        blob_unref(hoard[i]);
    }
    asker_clear(&a);
}

static void test_deadline_passes_without_picture(void **state)
{
    struct stage *s = *state;
    struct asker a = asker_of(IMAGE_BMP);
    a.demand.deadline_mono_ns = now_ns() + 20 * MS;
    asker_shoot(&a, s, now_ns());
    asker_until_failures(&a, s, 1);
    assert_int_equal(a.code, ERR_TIMEOUT);
    assert_non_null(strstr(a.why.text, "no picture within"));
    assert_null(a.demand.camera);
    asker_clear(&a);
}

static void test_cancelled_is_not_called(void **state)
{
    struct stage *s = *state;
    struct asker a = asker_of(IMAGE_BMP), b = asker_of(IMAGE_BMP);
    asker_shoot(&a, s, now_ns());
    asker_shoot(&b, s, now_ns());
    stage_until_streaming(s);
    demand_cancel(&a.demand);
    demand_cancel(&a.demand);
    stage_expose(s, 0, 1);
    asker_until_pictures(&b, s, 1);
    assert_int_equal(a.pictures + a.failures, 0);
    asker_clear(&a);
    asker_clear(&b);
}

/* ---- callbacks that ask and cancel ---- */

static void cancel_both(struct asker *a)
{
    demand_cancel(&a->other->demand);
    demand_cancel(&a->demand);
}

static void test_callback_cancels_those_that_come_next(void **state)
{
    struct stage *s = *state;
    struct asker a = asker_of(IMAGE_BMP), b = asker_of(IMAGE_BMP), c = asker_of(IMAGE_BMP);
    a.then = cancel_both;
    a.other = &b;
    asker_follow(&a, s, 0);
    asker_follow(&b, s, 0);
    asker_follow(&c, s, 0);
    stage_until_streaming(s);
    stage_expose(s, 0, 1);
    asker_until_pictures(&c, s, 1);
    stage_expose(s, 33 * MS, 2);
    asker_until_pictures(&c, s, 2);
    assert_int_equal(a.pictures, 1);
    assert_int_equal(b.pictures, 0);
    asker_clear(&c);
    asker_clear(&a);
    asker_clear(&b);
}

static void ask_again(struct asker *a)
{
    if (a->pictures < 3)
        asker_shoot(a, a->stage, a->exposed_ns[a->pictures - 1] + 1);
}

static void test_callback_asks_again(void **state)
{
    struct stage *s = *state;
    struct asker a = asker_of(IMAGE_BMP);
    a.then = ask_again;
    asker_shoot(&a, s, now_ns());
    stage_until_streaming(s);
    for (unsigned i = 1; i <= 3; i++) {
        stage_expose(s, 33 * MS, (int)i);
        asker_until_pictures(&a, s, i);
    }
    assert_int_equal(a.numbers[2], 3);
    asker_clear(&a);
}

static void test_end_with_pictures_in_the_making(void **state)
{
    struct stage *s = *state;
    struct asker a = asker_of(IMAGE_PNG), b = asker_of(IMAGE_BMP);
    asker_follow(&a, s, 0);
    asker_follow(&b, s, 0);
    stage_until_streaming(s);
    for (int i = 1; i <= 10; i++)
        fake_camera_expose(&s->device, now_ns() + i, i);
    stage_settle(s);
    fake_camera_expose(&s->device, now_ns() + 20, 20);
    stage_end_camera(s);
    assert_null(a.demand.camera);
    asker_clear(&a);
    asker_clear(&b);
}

#define on_stage(test) cmocka_unit_test_setup_teardown(test, stage_set_up, stage_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        on_stage(test_one_shot_gets_the_next_exposure),
        on_stage(test_exposure_before_the_question_does_not_do),
        on_stage(test_frames_that_nobody_wants_are_skipped),
        on_stage(test_slow_follower_costs_few_frames),
        on_stage(test_follower_of_every_frame_sees_each_once),
        on_stage(test_late_follower_joins_without_old_pictures),
        on_stage(test_many_who_ask_cost_one_picture),
        on_stage(test_each_format_is_made_once),
        on_stage(test_cached_picture_answers_at_once),
        on_stage(test_other_format_of_the_frame_at_hand),
        on_stage(test_broken_frame_is_replaced_by_the_next),
        on_stage(test_a_slow_loop_gets_the_newest_frames),
        on_stage(test_hoarded_pictures_do_not_stop_the_camera),
        on_stage(test_deadline_passes_without_picture),
        on_stage(test_cancelled_is_not_called),
        on_stage(test_callback_cancels_those_that_come_next),
        on_stage(test_callback_asks_again),
        on_stage(test_end_with_pictures_in_the_making),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
