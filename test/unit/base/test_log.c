/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "base/log.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char shown[8192];

/* What follows goes into a pipe instead of stderr, until read_log(). */
struct capture {
    int saved;
    int pipe[2];
};

static struct capture begin_capture(void)
{
    struct capture c = {.saved = dup(STDERR_FILENO)};
    assert_int_equal(pipe(c.pipe), 0);
    dup2(c.pipe[1], STDERR_FILENO);
    return c;
}

static const char *end_capture(struct capture c)
{
    dup2(c.saved, STDERR_FILENO);
    close(c.saved);
    close(c.pipe[1]);
    ssize_t n = read(c.pipe[0], shown, sizeof shown - 1);
    close(c.pipe[0]);
    shown[n > 0 ? n : 0] = '\0';
    return shown;
}

static void a_line_names_level_and_floor(void **state)
{
    (void)state;
    struct capture c = begin_capture();
    log_warning("camera", "%s is busy", "sim");
    assert_string_equal(end_capture(c), "warning camera: sim is busy\n");
}

static void lines_above_the_level_are_dropped(void **state)
{
    (void)state;
    struct capture c = begin_capture();
    log_debug("net", "hidden at start");
    log_set_level(LOG_ERROR);
    log_warning("net", "hidden now");
    log_error("net", "shown");
    log_set_level(LOG_DEBUG);
    log_debug("net", "shown too");
    log_set_level(LOG_INFO);
    assert_string_equal(end_capture(c), "error   net: shown\ndebug   net: shown too\n");
}

static void nobody_forges_a_line(void **state)
{
    (void)state;
    struct capture c = begin_capture();
    log_info("app", "user %s", "eve\nerror   app: \x1b[31mforged\x7f");
    assert_string_equal(end_capture(c), "info    app: user eve?error   app: ?[31mforged?\n");
}

static void long_lines_are_cut_and_still_end(void **state)
{
    (void)state;
    struct capture c = begin_capture();
    log_info("app", "%03000d", 1);
    const char *line = end_capture(c);
    assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
    assert_in_range(strlen(line), 500, 1024);
}

static void levels_have_words(void **state)
{
    (void)state;
    assert_int_equal(log_level_of("error"), LOG_ERROR);
    assert_int_equal(log_level_of("warning"), LOG_WARNING);
    assert_int_equal(log_level_of("info"), LOG_INFO);
    assert_int_equal(log_level_of("debug"), LOG_DEBUG);
    assert_int_equal(log_level_of("loud"), -1);
    assert_int_equal(log_level_of(""), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_names_level_and_floor),
        cmocka_unit_test(lines_above_the_level_are_dropped),
        cmocka_unit_test(nobody_forges_a_line),
        cmocka_unit_test(long_lines_are_cut_and_still_end),
        cmocka_unit_test(levels_have_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
