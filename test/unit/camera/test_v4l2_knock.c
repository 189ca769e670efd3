/* SPDX-License-Identifier: Apache-2.0
 * Devices that answer, that refuse, that hang in open(). */
#include "camera/v4l2/knock.h"
#include "support/unit.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

/* The linker leads the code under test here. */
int __wrap_v4l2_open(struct v4l2_device *d, const char *path, struct err_text *why);

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER; /* "/dev/hangs" waits for it */
static unsigned opened;                                  /* "/dev/hangs" */

int __wrap_v4l2_open(struct v4l2_device *d, const char *path, struct err_text *why)
{
    *d = (struct v4l2_device){.fd = -1};
    if (strcmp(path, "/dev/hangs") == 0) {
        pthread_mutex_lock(&gate);
        opened++;
        pthread_mutex_unlock(&gate);
    }
    if (strcmp(path, "/dev/denied") == 0)
        return err_set(why, ERR_DENIED, "no");
    strcpy((char *)d->cap.card, "Card");
    return 0;
}

static void test_answers_are_passed_on(void **state)
{
    struct v4l2_capability cap;
    struct err_text why;
    (void)state;
    assert_int_equal(v4l2_knock("/dev/video0", &cap, &why), 0);
    assert_string_equal((char *)cap.card, "Card");
    assert_int_equal(v4l2_knock("/dev/denied", &cap, &why), ERR_DENIED);
    assert_string_equal(why.text, "no");
    assert_false(v4l2_knock_pending());
}

static void test_who_hangs_is_left_behind(void **state)
{
    struct v4l2_capability cap;
    struct err_text why;
    (void)state;
    pthread_mutex_lock(&gate);
    assert_int_equal(v4l2_knock("/dev/hangs", &cap, &why), ERR_TIMEOUT);
    assert_non_null(strstr(why.text, "/dev/hangs does not open: plug the camera out and in again"));
    assert_true(v4l2_knock_pending());
    /* Not asked a second time; others are not held up. */
    assert_int_equal(v4l2_knock("/dev/hangs", &cap, &why), ERR_TIMEOUT);
    assert_int_equal(v4l2_knock("/dev/video0", &cap, &why), 0);
    pthread_mutex_unlock(&gate);
    while (v4l2_knock_pending())
        sched_yield();
    assert_int_equal(opened, 1);
    assert_int_equal(v4l2_knock("/dev/hangs", &cap, &why), 0);
    assert_int_equal(opened, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers_are_passed_on),
        cmocka_unit_test(test_who_hangs_is_left_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
