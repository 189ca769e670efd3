/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/frame_budget.h"
#include "support/unit.h"

static struct frame *small_frame(void)
{
    uint8_t *storage;
    struct frame *f = frame_new(PIXEL_GREY, 1, 1, 1, &storage);
    assert_non_null(f);
    return f;
}

static void test_ceiling_and_room_again(void **state)
{
    (void)state;
    struct frame_budget *b = frame_budget_new();
    struct frame *frames[FRAME_BUDGET], *more = small_frame();
    assert_non_null(b);
    for (int i = 0; i < FRAME_BUDGET; i++) {
        assert_int_equal(frame_budget_crowded(b), i > FRAME_BUDGET / 2);
        frames[i] = small_frame();
        assert_true(frame_budget_add(b, frames[i]));
    }
    assert_false(frame_budget_add(b, more));
    frame_unref(frames[0]);
    assert_true(frame_budget_add(b, more));
    frame_unref(more);
    for (int i = 1; i < FRAME_BUDGET; i++)
        frame_unref(frames[i]);
    assert_false(frame_budget_crowded(b));
    frame_budget_free(b);
}

static void test_frames_outlive_the_owner(void **state)
{
    (void)state;
    struct frame_budget *b = frame_budget_new();
    struct frame *f = small_frame();
    assert_non_null(b);
    assert_true(frame_budget_add(b, f));
    frame_ref(f);
    frame_budget_free(b);
    frame_unref(f);
    assert_int_equal(f->width, 1);
    frame_unref(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ceiling_and_room_again),
        cmocka_unit_test(test_frames_outlive_the_owner),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
