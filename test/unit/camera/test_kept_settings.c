/* SPDX-License-Identifier: Apache-2.0
 * Written settings outlive the program: in files, through a whole set of cameras. */
#include "base/log.h"
#include "base/small_file.h"
#include "camera/camera_set.h"
#include "stage.h"
#include "support/temporary_folder.h"
#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct fixture {
    struct stage stage; /* of it the loop */
    struct camera_set *set;
    struct camera *camera;
    char folder[TEMPORARY_FOLDER_SIZE];
    char kept[80]; /* a folder in it, that is not there at first */
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct err_text why;
    if (!temporary_folder_make(f->folder) || loop_new(&f->stage.loop, &why))
        return -1;
    snprintf(f->kept, sizeof f->kept, "%s/settings", f->folder);
    *state = f;
    return 0;
}

static void end_set(struct fixture *f)
{
    if (f->set)
        camera_set_free(f->set);
    f->set = NULL;
    loop_run(f->stage.loop); /* what is to be written is written */
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    end_set(f);
    loop_free(f->stage.loop);
    int rc = temporary_folder_remove(f->folder);
    free(f);
    return rc;
}

/* A program that starts. A simulated camera of another id knows nothing yet. */
static void start(struct fixture *f, const char *id)
{
    static const char *const nothing[] = {NULL};
    struct camera_config config = stage_config();
    char uri[80];
    snprintf(uri, sizeof uri, "sim:?size=64x48&fps=100&id=%s", id);
    f->set = camera_set_new(f->stage.loop, &config);
    assert_int_equal(camera_set_add(f->set, uri, NULL, &f->camera, NULL), 0);
    assert_int_equal(
        camera_set_watch(
            f->set, &(struct camera_watch_options){.schemes = nothing, .settings_folder = f->kept}, NULL),
        0);
}

struct answer {
    struct setting_request request;
    unsigned answers;
    int code;
};

static void on_done(struct setting_request *r, int code, const char *why)
{
    struct answer *a = r->user;
    (void)why;
    a->answers++;
    a->code = code;
}

static bool is_answered(void *user)
{
    return ((struct answer *)user)->answers > 0;
}

static int write_setting(struct fixture *f, const char *path, const char *text)
{
    struct answer a = {.request = {.done = on_done, .user = &a}};
    struct setting_value v = {.number = strtod(text, NULL), .integer = strtol(text, NULL, 10)};
    snprintf(v.text, sizeof v.text, "%s", text);
    camera_write_setting(f->camera, path, &v, &a.request);
    stage_run_until(&f->stage, is_answered, &a);
    return a.code;
}

struct wanted {
    struct fixture *fixture;
    const char *path;
    const char *text;
};

static bool is_set(void *user)
{
    struct wanted *w = user;
    const struct setting *s = setting_find(camera_settings(w->fixture->camera), w->path);
    char text[SETTING_TEXT];
    if (!s)
        return false;
    setting_value_show(s, &s->value, text, sizeof text);
    return strcmp(text, w->text) == 0;
}

static void until_set(struct fixture *f, const char *path, const char *text)
{
    stage_run_until(&f->stage, is_set, &(struct wanted){f, path, text});
}

static void path_of(struct fixture *f, const char *id, char out[256])
{
    snprintf(out, 256, "%s/%s.settings", f->kept, id);
}

static void says(struct fixture *f, const char *id, const char *expected)
{
    char path[256];
    struct buf text;
    buf_init(&text, 4096);
    path_of(f, id, path);
    assert_int_equal(small_file_read(path, &text, NULL), 0);
    assert_int_equal(text.len, strlen(expected));
    assert_memory_equal(text.data, expected, text.len);
    buf_clear(&text);
}

static void put_file(struct fixture *f, const char *id, const char *text)
{
    char path[256];
    struct err_text why;
    mkdir(f->kept, 0700);
    path_of(f, id, path);
    assert_int_equal(small_file_replace(path, slice_of(text), &why), 0);
}

static void what_is_written_is_in_the_file(void **state)
{
    struct fixture *f = *state;
    start(f, "one");
    assert_int_equal(write_setting(f, "Gain", "3"), 0);
    assert_int_equal(write_setting(f, "Gain", "99"), ERR_INVALID);
    assert_int_equal(write_setting(f, "TestPattern", "1"), 0);
    assert_int_equal(write_setting(f, "DeviceReset", ""), 0);
    assert_int_equal(write_setting(f, "Device/DeviceControl/DeviceUserID", "left"), 0);
    assert_int_equal(write_setting(f, "Gain", "6"), 0);
    end_set(f);
    says(f, "one", "TestPattern: still\nDevice/DeviceControl/DeviceUserID: left\nGain: 6\n");
}

static void what_is_in_the_file_is_set(void **state)
{
    struct fixture *f = *state;
    put_file(f, "two", "ExposureAuto: Off\nGain: 6.5\nWidth: 32\nBrightness: -20\n");
    start(f, "two");
    until_set(f, "Gain", "6.5");
    until_set(f, "Width", "32");
    until_set(f, "Brightness", "-20");
    assert_int_equal(write_setting(f, "Gain", "1"), 0);
    end_set(f);
    says(f, "two", "ExposureAuto: Off\nWidth: 32\nBrightness: -20\nGain: 1\n");
}

static void what_was_written_before_the_file_was_read_is_newer(void **state)
{
    struct fixture *f = *state;
    static const char *const nothing[] = {NULL};
    struct camera_config config = stage_config();
    put_file(f, "three", "Gain: 6\nBrightness: 5\n");
    f->set = camera_set_new(f->stage.loop, &config);
    assert_int_equal(camera_set_add(f->set, "sim:?id=three", NULL, &f->camera, NULL), 0);
    assert_int_equal(write_setting(f, "Gain", "2"), 0);
    struct camera_watch_options options = {.schemes = nothing, .settings_folder = f->kept};
    assert_int_equal(camera_set_watch(f->set, &options, NULL), 0);
    until_set(f, "Brightness", "5");
    until_set(f, "Gain", "2");
}

static void hostile_lines_do_no_harm(void **state)
{
    struct fixture *f = *state;
    put_file(f, "four",
             "Gain: 1e999\nGain/../Gain: 2\nBrightness: 100000\nDeviceTemperature: 3\nDeviceReset: \n"
             "TestPattern: nothing\nZoom: 3\n\n::::\nWidth: 16777216\nReverseX: true\n");
    start(f, "four");
    until_set(f, "ReverseX", "true");
    until_set(f, "Gain", "0");
    until_set(f, "Width", "64");
}

static void a_folder_that_cannot_be_does_no_harm(void **state)
{
    struct fixture *f = *state;
    snprintf(f->kept, sizeof f->kept, "/proc/none/of/this");
    start(f, "five");
    assert_int_equal(write_setting(f, "Gain", "3"), 0);
    end_set(f);
}

#define on_set(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    log_set_level(LOG_ERROR);
    const struct CMUnitTest tests[] = {
        on_set(what_is_written_is_in_the_file),
        on_set(what_is_in_the_file_is_set),
        on_set(what_was_written_before_the_file_was_read_is_newer),
        on_set(hostile_lines_do_no_harm),
        on_set(a_folder_that_cannot_be_does_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
