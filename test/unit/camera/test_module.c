/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/module.h"

#include "support/temporary_folder.h"
#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int load(const char *name, const struct camera_module **out, struct err_text *why)
{
    *why = (struct err_text){0};
    return camera_module_load(name, out, why);
}

static void a_module_is_loaded_once_and_calls_the_program(void **state)
{
    (void)state;
    const struct camera_module *m, *again;
    struct err_text why;
    assert_int_equal(load("fake", &m, &why), 0);
    assert_string_equal(m->name, "fake");
    assert_int_equal(m->run(NULL, &(struct camera_identity){.uri = "fake:1"}, &why), ERR_GONE);
    assert_string_equal(why.text, "fake:1: seen by fake");
    assert_int_equal(load("fake", &again, &why), 0);
    assert_ptr_equal(again, m);
}

static void a_missing_module_is_told_with_what_to_install(void **state)
{
    (void)state;
    const struct camera_module *m;
    struct err_text why;
    assert_int_equal(load("telescope", &m, &why), ERR_UNSUPPORTED);
    assert_null(m);
    assert_non_null(strstr(why.text, "telescope.so"));
    assert_non_null(strstr(why.text, "install the package uacam-telescope"));
}

static void a_module_of_another_version_is_refused(void **state)
{
    (void)state;
    const struct camera_module *m;
    struct err_text why;
    assert_int_equal(load("old", &m, &why), ERR_UNSUPPORTED);
    assert_null(m);
    assert_non_null(strstr(why.text, "/old.so is of another version than this program"));
}

static void what_is_no_module_is_refused(void **state)
{
    (void)state;
    const struct camera_module *m;
    struct err_text why;
    char folder[TEMPORARY_FOLDER_SIZE], path[64];
    assert_true(temporary_folder_make(folder));
    snprintf(path, sizeof path, "%s/text.so", folder);
    FILE *text = fopen(path, "w");
    assert_non_null(text);
    fputs("not a library", text);
    fclose(text);
    setenv("UACAM_MODULES", folder, 1);
    assert_int_equal(load("text", &m, &why), ERR_UNSUPPORTED);
    assert_null(m);
    assert_non_null(strstr(why.text, path));
    setenv("UACAM_MODULES", FAKE_MODULE_FOLDER, 1);
    assert_int_equal(temporary_folder_remove(folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_module_is_loaded_once_and_calls_the_program),
        cmocka_unit_test(a_missing_module_is_told_with_what_to_install),
        cmocka_unit_test(a_module_of_another_version_is_refused),
        cmocka_unit_test(what_is_no_module_is_refused),
    };
    setenv("UACAM_MODULES", FAKE_MODULE_FOLDER, 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
