/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/log_rate.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { MOST = 10 };

static bool asks(struct log_rate *rate, int64_t ms)
{
    return log_rate_has_room(rate, ms * NS_PER_MS, "audit", "refusals");
}

static void so_many_in_a_second(void **state)
{
    (void)state;
    struct log_rate rate = {.most = MOST};
    log_set_level(LOG_ERROR);
    for (int second = 0; second < 3; second++)
        for (int i = 0; i < 3 * MOST; i++)
            assert_int_equal(asks(&rate, 1000 * second + i), i < MOST);
}

static void how_many_more_there_were(void **state)
{
    (void)state;
    struct log_rate rate = {.most = MOST};
    char shown[200];
    int saved = dup(STDERR_FILENO), ends[2];
    assert_int_equal(pipe(ends), 0);
    dup2(ends[1], STDERR_FILENO);
    log_set_level(LOG_WARNING);
    for (int i = 0; i < MOST + 7; i++)
        assert_int_equal(asks(&rate, 0), i < MOST);
    assert_true(asks(&rate, 5000));
    assert_true(asks(&rate, 6000));
    dup2(saved, STDERR_FILENO);
    close(saved);
    close(ends[1]);
    ssize_t n = read(ends[0], shown, sizeof shown - 1);
    close(ends[0]);
    shown[n > 0 ? n : 0] = '\0';
    assert_string_equal(shown, "warning audit: 7 refusals were not listed: too many in a second\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(so_many_in_a_second),
        cmocka_unit_test(how_many_more_there_were),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
