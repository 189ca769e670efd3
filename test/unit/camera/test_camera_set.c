/* SPDX-License-Identifier: Apache-2.0
 * All cameras together, with the simulated one as the real thing. */
#include "camera/camera_set.h"

#include "base/clock.h"
#include "base/log.h"
#include "net/loop.h"
#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fixture {
    struct loop *loop;
    struct camera_set *set;
    struct err_text why;
    struct camera *added[8];
    size_t added_count;
    unsigned facts_changed;
};

static int set_up(void **state)
{
    static const struct camera_config config = {.linger_ns = 5 * NS_PER_S,
                                                .capture_timeout_ns = 30 * NS_PER_S};
    struct fixture *f = calloc(1, sizeof *f);
    if (!f || loop_new(&f->loop, &f->why))
        return -1;
    f->set = camera_set_new(f->loop, &config);
    *state = f;
    return f->set ? 0 : -1;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    camera_set_free(f->set);
    loop_free(f->loop);
    free(f);
    return 0;
}

static struct camera *add(struct fixture *f, const char *uri)
{
    struct camera *c;
    assert_int_equal(camera_set_add(f->set, uri, NULL, &c, &f->why), 0);
    assert_non_null(c);
    return c;
}

static void test_ids_are_unique(void **state)
{
    struct fixture *f = *state;
    struct camera *first = add(f, "sim:"), *second = add(f, "sim:"), *third = add(f, "sim:");
    char expected[CAMERA_TEXT + 4];
    snprintf(expected, sizeof expected, "%s-2", camera_identity(first)->id);
    assert_string_equal(camera_identity(second)->id, expected);
    snprintf(expected, sizeof expected, "%s-3", camera_identity(first)->id);
    assert_string_equal(camera_identity(third)->id, expected);
    assert_ptr_equal(camera_set_find(f->set, expected), third);
    assert_ptr_equal(camera_set_at(f->set, 0), first);
    assert_ptr_equal(camera_set_at(f->set, 2), third);
    assert_null(camera_set_at(f->set, 3));
    assert_null(camera_set_find(f->set, "nobody"));
}

static void test_refuses_what_it_does_not_know(void **state)
{
    struct fixture *f = *state;
    struct camera *c = (struct camera *)f;
    assert_int_equal(camera_set_add(f->set, "telescope:m31", NULL, &c, &f->why), ERR_UNSUPPORTED);
    assert_null(c);
    assert_non_null(strstr(f->why.text, "sim:"));
    assert_int_equal(camera_set_add(f->set, "sim:?size=huge", NULL, &c, &f->why), ERR_INVALID);
    assert_null(camera_set_at(f->set, 0));
}

static void test_has_a_ceiling(void **state)
{
    struct fixture *f = *state;
    struct camera *c;
    int rc;
    size_t count = 0;
    while ((rc = camera_set_add(f->set, "sim:", NULL, &c, &f->why)) == 0)
        count++;
    assert_int_equal(rc, ERR_LIMIT);
    assert_int_equal(count, 256);
}

static void on_added(void *user, struct camera *c)
{
    struct fixture *f = user;
    assert_true(f->added_count < ARRAY_LEN(f->added));
    f->added[f->added_count++] = c;
}

static void on_facts(void *user, struct camera *c)
{
    struct fixture *f = user;
    assert_ptr_equal(c, camera_set_at(f->set, 0));
    f->facts_changed++;
}

static void observe(struct fixture *f)
{
    camera_set_observe(f->set,
                       &(struct camera_observer){.added = on_added, .facts_changed = on_facts, .user = f});
}

static void test_observer_hears_of_old_and_new_cameras(void **state)
{
    struct fixture *f = *state;
    struct camera *first = add(f, "sim:");
    observe(f);
    assert_int_equal(f->added_count, 1);
    struct camera *second = add(f, "sim:");
    assert_int_equal(f->added_count, 2);
    assert_ptr_equal(f->added[0], first);
    assert_ptr_equal(f->added[1], second);
}

static void test_observer_may_leave(void **state)
{
    struct fixture *f = *state;
    observe(f);
    camera_set_observe(f->set, NULL);
    add(f, "sim:");
    assert_int_equal(f->added_count, 0);
}

static void on_picture(struct demand *d, const struct snapshot *s, int code, const char *why)
{
    struct fixture *f = d->user;
    assert_non_null(s);
    assert_int_equal(code, 0);
    assert_null(why);
    assert_memory_equal(s->image->bytes.data, "\xff\xd8", 2);
    assert_int_equal(s->width, 320);
    loop_stop(f->loop);
}

static void test_simulated_camera_takes_a_picture(void **state)
{
    struct fixture *f = *state;
    struct camera *c = add(f, "sim:?size=320x240&fps=100");
    observe(f);
    struct demand d = {.recipe = {.format = IMAGE_JPEG, .quality = 80},
                       .newer_than_mono_ns = clock_mono_ns(&system_clock),
                       .done = on_picture,
                       .user = f};
    camera_shoot(c, &d);
    loop_run(f->loop);
    assert_null(d.camera);
    assert_int_equal(camera_facts(c)->frames_captured, 1);
    assert_int_equal(camera_facts(c)->width, 320);
    assert_true(f->facts_changed > 0);
}

static void test_end_ends_demands_unheard(void **state)
{
    struct fixture *f = *state;
    struct demand d = {.done = NULL, .user = f};
    camera_follow(add(f, "sim:"), &d);
    camera_set_free(f->set);
    f->set = NULL;
    assert_null(d.camera);
    demand_cancel(&d);
}

#define on_set(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    log_set_level(LOG_ERROR);
    const struct CMUnitTest tests[] = {
        on_set(test_ids_are_unique),
        on_set(test_refuses_what_it_does_not_know),
        on_set(test_has_a_ceiling),
        on_set(test_observer_hears_of_old_and_new_cameras),
        on_set(test_observer_may_leave),
        on_set(test_simulated_camera_takes_a_picture),
        on_set(test_end_ends_demands_unheard),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
