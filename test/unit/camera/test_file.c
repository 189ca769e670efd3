/* SPDX-License-Identifier: Apache-2.0
 * Pictures from files: replayed in order, broken ones passed over, and whatever else may lie in a folder. */
#include "image/encode.h"
#include "support/fake_capture.h"
#include "support/temporary_folder.h"
#include "support/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[TEMPORARY_FOLDER_SIZE];
static struct capture capture;
static struct camera_identity identity;
static struct err_text why;

static int setup(void **state)
{
    (void)state;
    fake_capture_init(&capture);
    return temporary_folder_make(folder) ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    fake_capture_clear(&capture);
    return temporary_folder_remove(folder);
}

static const char *in_folder(const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void put(const char *name, const void *data, size_t len)
{
    FILE *f = fopen(in_folder(name), "w");
    assert_non_null(f);
    assert_int_equal(fwrite(data, 1, len, f), len);
    fclose(f);
}

/* A flat grey picture, to be told by its width. */
static struct blob *picture(enum image_format format, uint32_t width)
{
    uint8_t *storage;
    struct blob *blob;
    struct frame *f = frame_new(PIXEL_RGB24, width, 8, (size_t)width * 24, &storage);
    assert_non_null(f);
    memset(storage, 100, (size_t)width * 24);
    assert_int_equal(image_encode(f, &(struct image_recipe){.format = format}, &blob, &why), 0);
    frame_unref(f);
    return blob;
}

static void put_picture(const char *name, enum image_format format, uint32_t width)
{
    struct blob *b = picture(format, width);
    put(name, b->bytes.data, b->bytes.len);
    blob_unref(b);
}

static int run(const char *name, const char *options)
{
    char uri[512];
    snprintf(uri, sizeof uri, "file:%s%s", name ? in_folder(name) : folder, options);
    assert_int_equal(file_backend.identify(uri, &identity, &why), 0);
    return file_backend.run(&capture, &identity, &why);
}

static void check_widths(const uint32_t *widths, size_t count)
{
    assert_int_equal(capture.delivered, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(capture.frames[i]->width, widths[i]);
}

static void test_a_jpeg_is_passed_on_untouched(void **state)
{
    struct blob *b = picture(IMAGE_JPEG, 16);
    (void)state;
    put("one.jpg", b->bytes.data, b->bytes.len);
    capture.stop_after = 3;
    assert_int_equal(run("one.jpg", "?fps=200"), 0);
    check_widths((const uint32_t[]){16, 16, 16}, 3);
    assert_int_equal(capture.width, 16);
    assert_int_equal(capture.height, 8);
    assert_true(capture.fps == 200);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(capture.frames[i]->format, PIXEL_MJPEG);
        assert_true(slice_equal(capture.frames[i]->bytes, b->bytes));
    }
    assert_true(capture.frames[2]->exposed_mono_ns - capture.frames[0]->exposed_mono_ns >= 10 * NS_PER_MS);
    blob_unref(b);
}

static void test_a_png_is_decoded(void **state)
{
    (void)state;
    put_picture("one.png", IMAGE_PNG, 24);
    capture.stop_after = 1;
    assert_int_equal(run("one.png", ""), 0);
    check_widths((const uint32_t[]){24}, 1);
    assert_int_equal(capture.frames[0]->format, PIXEL_RGB24);
    assert_int_equal(capture.frames[0]->bytes.data[0], 100);
    assert_true(capture.fps == 10);
}

static void test_the_name_does_not_matter_for_one_file(void **state)
{
    (void)state;
    put_picture("snapshot.dat", IMAGE_JPEG, 16);
    capture.stop_after = 1;
    assert_int_equal(run("snapshot.dat", ""), 0);
    check_widths((const uint32_t[]){16}, 1);
}

static void test_a_folder_is_replayed_in_order(void **state)
{
    (void)state;
    put_picture("f10.JPG", IMAGE_JPEG, 40);
    put_picture("f9.jpeg", IMAGE_JPEG, 32);
    put_picture("f1.png", IMAGE_PNG, 24);
    put("notes.txt", "x", 1);
    put(".hidden.jpg", "x", 1);
    capture.stop_after = 5;
    assert_int_equal(run(NULL, "?fps=500"), 0);
    check_widths((const uint32_t[]){24, 32, 40, 24, 32}, 5);
}

static void test_what_is_not_wanted_is_passed_over(void **state)
{
    (void)state;
    put_picture("a.jpg", IMAGE_JPEG, 16);
    put_picture("b.jpg", IMAGE_JPEG, 24);
    put_picture("c.jpg", IMAGE_JPEG, 32);
    capture.stop_after = 6;
    capture.wanted_each = 2;
    assert_int_equal(run(NULL, "?fps=500"), 0);
    check_widths((const uint32_t[]){16, 32, 24}, 3);
    assert_int_equal(capture.skipped, 3);
}

static void test_broken_files_are_lost(void **state)
{
    struct blob *png = picture(IMAGE_PNG, 64);
    (void)state;
    put("a.jpg", "", 0);
    put("b.jpg", "\xff\xd8\xff\xe0 no more", 12);
    put("c.png", png->bytes.data, png->bytes.len / 2);
    blob_unref(png);
    put("d.jpg", "GIF89a", 6);
    assert_int_equal(mkdir(in_folder("e.jpg"), 0700), 0);
    assert_int_equal(mkfifo(in_folder("f.jpg"), 0600), 0);
    assert_int_equal(symlink("/dev/zero", in_folder("g.jpg")), 0);
    assert_int_equal(symlink("nowhere", in_folder("h.jpg")), 0);
    put("i.jpg", "x", 1);
    assert_int_equal(truncate(in_folder("i.jpg"), (64 << 20) + 1), 0);
    put_picture("j.jpg", IMAGE_JPEG, 16);
    capture.stop_after = 2;
    assert_int_equal(run(NULL, "?fps=20"), 0);
    check_widths((const uint32_t[]){16, 16}, 2);
    assert_true(capture.lost >= 18);
}

static void test_no_usable_picture(void **state)
{
    (void)state;
    assert_int_equal(run(NULL, ""), ERR_INVALID);
    assert_non_null(strstr(why.text, folder));
    put("broken.jpg", "x", 1);
    assert_int_equal(run(NULL, ""), ERR_INVALID);
    assert_int_equal(run("nothing.jpg", ""), ERR_GONE);
    assert_non_null(strstr(why.text, "no such file"));
    assert_int_equal(capture.started, 0);
}

static void test_a_video_needs_a_module(void **state)
{
    (void)state;
    put("film.mp4", "ftyp", 4);
    assert_int_equal(setenv("UACAM_MODULES", folder, 1), 0);
    assert_int_equal(run("film.mp4", ""), ERR_UNSUPPORTED);
    assert_non_null(strstr(why.text, "uacam-ffmpeg"));
    assert_int_equal(unsetenv("UACAM_MODULES"), 0);
}

static void test_the_wish_sets_the_rate(void **state)
{
    (void)state;
    put_picture("a.jpg", IMAGE_JPEG, 16);
    capture.stop_after = 1;
    capture.wish.fps = 100;
    assert_int_equal(run("a.jpg", ""), 0);
    assert_true(capture.fps == 100);
}

static void unlink_it(struct capture *c, const struct frame *f)
{
    (void)c;
    (void)f;
    unlink(in_folder("a.jpg"));
}

static void test_a_file_that_vanishes(void **state)
{
    (void)state;
    put_picture("a.jpg", IMAGE_JPEG, 16);
    capture.on_frame = unlink_it;
    assert_int_equal(run("a.jpg", "?fps=500"), ERR_INVALID);
    assert_non_null(strstr(why.text, "no such file"));
    assert_int_equal(capture.delivered, 1);
    assert_int_equal(run("a.jpg", ""), ERR_GONE);
}

static void test_ids(void **state)
{
    static const struct {
        const char *uri, *id;
    } cases[] = {
        {"file:/var/pictures", "file-pictures-fbc2f1f7"},
        {"file:/var/pictures/", "file-pictures-fbc2f1f7"},
        {"file:/var/pictures?fps=3", "file-pictures-fbc2f1f7"},
        {"file:///var/pictures", "file-pictures-fbc2f1f7"},
    };
    char first[CAMERA_TEXT];
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_int_equal(file_backend.identify(cases[i].uri, &identity, &why), 0);
        assert_string_equal(identity.id, cases[i].id);
        assert_string_equal(identity.uri, cases[i].uri);
        assert_true(identity.simulated);
    }
    strcpy(first, identity.id);
    assert_int_equal(file_backend.identify("file:/srv/pictures", &identity, &why), 0);
    assert_string_not_equal(identity.id, first);
    assert_int_equal(file_backend.identify("file:/srv/B\xc3\xbcro 1", &identity, &why), 0);
    assert_memory_equal(identity.id, "file-B-ro-1-", 12);
    assert_int_equal(file_backend.identify("file:/", &identity, &why), 0);
}

static void test_wrong_uris(void **state)
{
    char longer[2000];
    static const char *const bad[] = {"file:", "file:?fps=3", "file:/a?fps=0", "file:/a?rate=1",
                                      "file:/a?fps=x"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_int_equal(file_backend.identify(bad[i], &identity, &why), ERR_INVALID);
        assert_non_null(strstr(why.text, "file:/var/pictures?fps=10"));
    }
    memset(longer, 'a', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    memcpy(longer, "file:", 5);
    assert_int_equal(file_backend.identify(longer, &identity, &why), ERR_INVALID);
    longer[1027] = '\0';
    assert_int_equal(file_backend.identify(longer, &identity, &why), ERR_INVALID);
}

static void test_probe(void **state)
{
    static struct camera_probe probe;
    char uri[128];
    (void)state;
    snprintf(uri, sizeof uri, "file:%s?fps=4", folder);
    assert_int_equal(file_backend.identify(uri, &identity, &why), 0);
    assert_int_equal(file_backend.probe(&identity, &probe, &why), 0);
    assert_int_equal(probe.state, ERR_INVALID);
    put("a.jpg", "x", 1);
    put_picture("b.png", IMAGE_PNG, 24);
    assert_int_equal(file_backend.probe(&identity, &probe, &why), 0);
    assert_int_equal(probe.state, 0);
    assert_int_equal(probe.mode_count, 1);
    assert_int_equal(probe.modes[0].width, 24);
    assert_true(probe.modes[0].max_fps == 4);
}

static void test_stops_at_once(void **state)
{
    (void)state;
    put_picture("a.jpg", IMAGE_JPEG, 16);
    fake_capture_stop(&capture);
    assert_int_equal(run("a.jpg", "?fps=0.01"), 0);
    assert_int_equal(capture.delivered, 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_a_jpeg_is_passed_on_untouched),
        CASE(test_a_png_is_decoded),
        CASE(test_the_name_does_not_matter_for_one_file),
        CASE(test_a_folder_is_replayed_in_order),
        CASE(test_what_is_not_wanted_is_passed_over),
        CASE(test_broken_files_are_lost),
        CASE(test_no_usable_picture),
        CASE(test_a_video_needs_a_module),
        CASE(test_the_wish_sets_the_rate),
        CASE(test_a_file_that_vanishes),
        CASE(test_ids),
        CASE(test_wrong_uris),
        CASE(test_probe),
        CASE(test_stops_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
