/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "base/thread.h"

#include <sched.h>

static unsigned in_first(const cpu_set_t *all)
{
    cpu_set_t one;
    CPU_ZERO(&one);
    for (int i = 0; i < CPU_SETSIZE && CPU_COUNT(&one) == 0; i++)
        if (CPU_ISSET(i, all))
            CPU_SET(i, &one);
    assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
    unsigned n = thread_processors();
    assert_int_equal(sched_setaffinity(0, sizeof *all, all), 0);
    return n;
}

/* What taskset, a container or systemd's CPUAffinity= leaves us. */
static void processors_are_those_that_we_may_use(void **state)
{
    (void)state;
    cpu_set_t all;
    assert_int_equal(sched_getaffinity(0, sizeof all, &all), 0);
    assert_int_equal(thread_processors(), CPU_COUNT(&all));
    assert_int_equal(in_first(&all), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(processors_are_those_that_we_may_use),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
