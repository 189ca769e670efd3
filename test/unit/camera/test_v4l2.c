/* SPDX-License-Identifier: Apache-2.0
 * V4L2 without a device: which mode is chosen, who a camera is, who holds a device file. */
#include "camera/v4l2/device.h"
#include "camera/v4l2/holder.h"
#include "camera/v4l2/known.h"
#include "camera/v4l2/mode.h"
#include "camera/v4l2/pixels.h"
#include "support/fake_capture.h"
#include "support/temporary_folder.h"
#include "support/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a camera offers, what is wished, and the mode and rate that must come of it. */
struct choice {
    const struct camera_mode *modes; /* ended by one of width 0 */
    struct capture_wish wish;
    struct camera_mode expected;
    double fps;
};

static struct v4l2_pixels pixels_of(enum pixel_format format)
{
    const char *code = pixel_format_info(format)->fourcc;
    struct v4l2_pixels pixels;
    assert_true(v4l2_pixels_of(v4l2_fourcc(code[0], code[1], code[2], code[3]), &pixels));
    return pixels;
}

static void check_choice(const struct choice *c)
{
    static struct v4l2_modes modes;
    modes.count = 0;
    for (const struct camera_mode *m = c->modes; m->width; m++)
        modes.rows[modes.count++] = (struct v4l2_mode){
            .pixels = pixels_of(m->format), .width = m->width, .height = m->height, .max_fps = m->max_fps};
    /* The order of the driver's list must not matter. */
    for (int turn = 0; turn < 2; turn++) {
        const struct v4l2_mode *got = v4l2_choose(&modes, &c->wish);
        assert_non_null(got);
        assert_int_equal(got->width, c->expected.width);
        assert_int_equal(got->height, c->expected.height);
        assert_string_equal(got->pixels.name, pixel_format_info(c->expected.format)->name);
        assert_true(v4l2_rate(got, &c->wish) == c->fps);
        for (size_t i = 0; i < modes.count / 2; i++) {
            struct v4l2_mode swap = modes.rows[i];
            modes.rows[i] = modes.rows[modes.count - 1 - i];
            modes.rows[modes.count - 1 - i] = swap;
        }
    }
}

static void test_a_usb2_webcam(void **state)
{
    (void)state;
    static const struct camera_mode webcam[] = {
        {PIXEL_YUYV, 640, 480, 30},    {PIXEL_YUYV, 1280, 720, 10},
        {PIXEL_YUYV, 1920, 1080, 5},   {PIXEL_MJPEG, 640, 480, 30},
        {PIXEL_MJPEG, 1280, 720, 30},  {PIXEL_MJPEG, 1920, 1080, 30},
        {PIXEL_MJPEG, 3840, 2160, 30}, {0},
    };
    check_choice(&(struct choice){webcam, {0}, {PIXEL_MJPEG, 1920, 1080, 0}, 30});
    check_choice(&(struct choice){webcam, {640, 480, 0, 0, ""}, {PIXEL_YUYV, 640, 480, 0}, 30});
    check_choice(&(struct choice){webcam, {1200, 700, 10, 0, ""}, {PIXEL_YUYV, 1280, 720, 0}, 10});
    check_choice(&(struct choice){webcam, {1200, 700, 12, 0, ""}, {PIXEL_MJPEG, 1280, 720, 0}, 12});
    check_choice(&(struct choice){webcam, {1300, 0, 0, 0, ""}, {PIXEL_MJPEG, 1280, 720, 0}, 30});
    check_choice(&(struct choice){webcam, {0, 500, 0, 0, ""}, {PIXEL_YUYV, 640, 480, 0}, 30});
    check_choice(&(struct choice){webcam, {9999, 9999, 0, 0, ""}, {PIXEL_MJPEG, 3840, 2160, 0}, 30});
    check_choice(&(struct choice){webcam, {1, 1, 60, 0, ""}, {PIXEL_YUYV, 640, 480, 0}, 30});
    check_choice(&(struct choice){webcam, {0, 0, 5, 0, ""}, {PIXEL_YUYV, 1920, 1080, 0}, 5});
}

#define MODES(...) ((const struct camera_mode[]){__VA_ARGS__, {0}})

static void test_slow_sizes_are_avoided(void **state)
{
    const struct choice choices[] = {
        {MODES({PIXEL_YUYV, 640, 480, 25}, {PIXEL_YUYV, 1280, 720, 12.5}, {PIXEL_YUYV, 1920, 1080, 5}),
         {0},
         {PIXEL_YUYV, 640, 480, 0},
         25},
        /* All too slow: the fastest. */
        {MODES({PIXEL_YUYV, 1280, 720, 4}, {PIXEL_YUYV, 1920, 1080, 2}), {0}, {PIXEL_YUYV, 1280, 720, 0}, 4},
        /* None small enough: the smallest. */
        {MODES({PIXEL_YUYV, 3840, 2160, 30}, {PIXEL_YUYV, 2560, 1440, 30}),
         {0},
         {PIXEL_YUYV, 2560, 1440, 0},
         30},
        /* Equally near: the larger. */
        {MODES({PIXEL_YUYV, 1280, 720, 30}, {PIXEL_YUYV, 1280, 960, 30}),
         {1280, 0, 0, 0, ""},
         {PIXEL_YUYV, 1280, 960, 0},
         30},
        /* 29.97 is 30. */
        {MODES({PIXEL_MJPEG, 640, 480, 30}, {PIXEL_YUYV, 640, 480, 29.97}),
         {0},
         {PIXEL_YUYV, 640, 480, 0},
         29.97},
        /* An unknown rate is trusted. */
        {MODES({PIXEL_YUYV, 320, 240, 30}, {PIXEL_UYVY, 640, 480, 0}), {0}, {PIXEL_UYVY, 640, 480, 0}, 30},
        /* Colour at half the rate before grey at full rate. */
        {MODES({PIXEL_GREY, 640, 480, 30}, {PIXEL_YUYV, 640, 480, 15}), {0}, {PIXEL_YUYV, 640, 480, 0}, 15},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(choices); i++)
        check_choice(&choices[i]);
}

static void test_order_of_formats(void **state)
{
    static const enum pixel_format order[] = {PIXEL_YUYV,  PIXEL_NV12,  PIXEL_YU12,  PIXEL_UYVY,
                                              PIXEL_RGB24, PIXEL_BGR24, PIXEL_MJPEG, PIXEL_GREY};
    (void)state;
    for (size_t best = 0; best < ARRAY_LEN(order); best++) {
        struct camera_mode modes[ARRAY_LEN(order) + 1] = {0};
        for (size_t i = best; i < ARRAY_LEN(order); i++)
            modes[i - best] = (struct camera_mode){order[i], 640, 480, 30};
        check_choice(&(struct choice){modes, {0}, {order[best], 640, 480, 0}, 30});
    }
}

static void test_no_modes(void **state)
{
    (void)state;
    assert_null(v4l2_choose(&(struct v4l2_modes){0}, &(struct capture_wish){0}));
}

static void test_a_wished_format(void **state)
{
    static const struct camera_mode webcam[] = {
        {PIXEL_YUYV, 640, 480, 30},
        {PIXEL_YUYV, 1280, 720, 10},
        {PIXEL_MJPEG, 640, 480, 30},
        {PIXEL_MJPEG, 1920, 1080, 30},
        {0},
    };
    (void)state;
    check_choice(&(struct choice){webcam, {0, 0, 0, 0, "YUYV"}, {PIXEL_YUYV, 640, 480, 0}, 30});
    check_choice(&(struct choice){webcam, {0, 0, 5, 0, "YUYV"}, {PIXEL_YUYV, 1280, 720, 0}, 5});
    check_choice(&(struct choice){webcam, {640, 480, 0, 0, "MJPEG"}, {PIXEL_MJPEG, 640, 480, 0}, 30});
    check_choice(&(struct choice){webcam, {1920, 1080, 0, 0, "YUYV"}, {PIXEL_YUYV, 1280, 720, 0}, 10});
    /* Not offered: as if it were not wished. */
    check_choice(&(struct choice){webcam, {640, 480, 0, 0, "RGB8"}, {PIXEL_YUYV, 640, 480, 0}, 30});
}

static void check_pixels(uint32_t fourcc, const char *name, enum pixel_format format, int buffers)
{
    struct v4l2_pixels got;
    assert_true(v4l2_pixels_of(fourcc, &got));
    assert_string_equal(got.name, name);
    assert_int_equal(got.format, format);
    assert_int_equal(got.buffers, buffers);
}

static void test_fourccs(void **state)
{
    struct v4l2_pixels mono8, mono16, got;
    (void)state;
    check_pixels(V4L2_PIX_FMT_YUYV, "YUYV", PIXEL_YUYV, 1);
    check_pixels(V4L2_PIX_FMT_YUV420, "YU12", PIXEL_YU12, 1);
    check_pixels(V4L2_PIX_FMT_YUV420M, "YU12", PIXEL_YU12, 3);
    check_pixels(V4L2_PIX_FMT_NV12M, "NV12", PIXEL_NV12, 2);
    check_pixels(V4L2_PIX_FMT_RGB24, "RGB8", PIXEL_RGB24, 1);
    check_pixels(V4L2_PIX_FMT_BGR24, "BGR8", PIXEL_BGR24, 1);
    check_pixels(V4L2_PIX_FMT_MJPEG, "MJPEG", PIXEL_MJPEG, 1);
    check_pixels(V4L2_PIX_FMT_JPEG, "MJPEG", PIXEL_MJPEG, 1);
    check_pixels(V4L2_PIX_FMT_SBGGR8, "BayerBG8", PIXEL_RGB24, 1);
    check_pixels(V4L2_PIX_FMT_SRGGB8, "BayerRG8", PIXEL_RGB24, 1);
    check_pixels(V4L2_PIX_FMT_Y10, "Mono10", PIXEL_GREY, 1);
    check_pixels(V4L2_PIX_FMT_Y16, "Mono16", PIXEL_GREY, 1);
    assert_false(v4l2_pixels_of(V4L2_PIX_FMT_Z16, &got));
    assert_false(v4l2_pixels_of(V4L2_PIX_FMT_Y16_BE, &got));
    assert_false(v4l2_pixels_of(0, &got));
    assert_true(v4l2_pixels_of(V4L2_PIX_FMT_GREY, &mono8) && v4l2_pixels_of(V4L2_PIX_FMT_Y16, &mono16));
    assert_true(mono8.rank < mono16.rank);
}

/* By its serial number, or by its place when that says nothing. */
static void check_id(struct v4l2_facts facts, const char *id)
{
    struct camera_identity got;
    char serial[CAMERA_TEXT];
    v4l2_identity(&got, &facts, v4l2_id(&facts, V4L2_BY_SERIAL, serial) ? V4L2_BY_SERIAL : V4L2_BY_PLACE);
    assert_string_equal(got.id, id);
    assert_string_equal(got.key, id);
}

static void test_id_of_a_camera(void **state)
{
    static const char *const shared[] = {"", "0", "000000", "0001", "SN0001", "FFFFFFFF", "200901010001"};
    struct v4l2_facts f = {
        .bus = "usb-0000:00:14.0-1.2", .vendor_id = "046d", .product_id = "0825", .serial = "8F2A 1/c"};
    (void)state;
    check_id(f, "usb-046d-0825-8F2A-1-c");
    f.interface = 2;
    check_id(f, "usb-046d-0825-8F2A-1-c-if2");
    f.index = 1;
    check_id(f, "usb-046d-0825-8F2A-1-c-if2-1");
    f.interface = 0;
    for (size_t i = 0; i < ARRAY_LEN(shared); i++) {
        strcpy(f.serial, shared[i]);
        check_id(f, "usb-0000-00-14.0-1.2-1");
    }
    check_id((struct v4l2_facts){.bus = "platform:vivid.0", .card = "vivid"}, "platform-vivid.0");
}

static void check_told(const struct v4l2_facts *f, enum v4l2_telling how, const char *id)
{
    char got[CAMERA_TEXT];
    assert_int_equal(v4l2_id(f, how, got), id[0] != '\0');
    assert_string_equal(got, id);
}

static void test_ways_to_tell_cameras_apart(void **state)
{
    struct v4l2_facts webcam = {.bus = "usb-a-2",
                                .node_name = "Webcam",
                                .vendor_id = "046d",
                                .product_id = "0825",
                                .serial = "20200522"};
    struct v4l2_facts chip = {.bus = "platform:vivid.0", .node_name = "vivid-001-vid-cap", .serial = "A12"};
    (void)state;
    check_told(&webcam, V4L2_BY_SERIAL, "usb-046d-0825-20200522");
    check_told(&webcam, V4L2_BY_PLACE, "usb-a-2");
    check_told(&webcam, V4L2_BY_NAME, "usb-a-2-Webcam");
    check_told(&chip, V4L2_BY_SERIAL, "");
    check_told(&chip, V4L2_BY_PLACE, "platform-vivid.0");
    check_told(&chip, V4L2_BY_NAME, "platform-vivid.0-vivid-001-vid-cap");
    check_told(&(struct v4l2_facts){0}, V4L2_BY_PLACE, "");
    /* It is found again by each, a twin or another node of it is not. */
    assert_true(v4l2_is(&webcam, "usb-a-2"));
    assert_true(v4l2_is(&webcam, "usb-046d-0825-20200522"));
    assert_true(v4l2_is(&webcam, "usb-a-2-Webcam"));
    assert_false(v4l2_is(&webcam, "usb-a-1"));
    webcam.index = 1;
    assert_false(v4l2_is(&webcam, "usb-a-2"));
    assert_false(v4l2_is(&(struct v4l2_facts){0}, ""));
}

static void check_known(const struct v4l2_facts *f, int expected)
{
    enum v4l2_telling how;
    assert_int_equal(v4l2_known_find(f, &how) ? (int)how : -1, expected);
}

static void test_known_cameras(void **state)
{
    struct v4l2_facts a = {.bus = "usb-a-1", .node_name = "Webcam", .serial = "20200522"}, b = a, other = a;
    (void)state;
    strcpy(b.bus, "usb-a-2");
    strcpy(other.serial, "20200523");
    v4l2_known_put(&a, V4L2_BY_SERIAL);
    v4l2_known_put(&b, V4L2_BY_PLACE);
    v4l2_known_sweep();
    check_known(&a, V4L2_BY_SERIAL);
    check_known(&b, V4L2_BY_PLACE);
    /* Another one in its port. */
    check_known(&other, -1);
    v4l2_known_put(&b, V4L2_BY_PLACE);
    v4l2_known_sweep();
    check_known(&a, -1);
    check_known(&b, V4L2_BY_PLACE);
    v4l2_known_sweep();
    check_known(&b, -1);
}

static void check_name(const char *card, const char *product, const char *name, const char *model)
{
    struct v4l2_facts f = {.bus = "b"};
    struct camera_identity got;
    strcpy(f.card, card);
    strcpy(f.product, product);
    v4l2_identity(&got, &f, V4L2_BY_PLACE);
    assert_string_equal(got.name, name);
    assert_string_equal(got.model, model);
}

static void test_name_of_a_camera(void **state)
{
    (void)state;
    check_name("vivid", "", "vivid", "vivid");
    check_name("HD Webcam: HD Web", "HD Webcam", "HD Webcam", "HD Webcam");
    check_name("Integrated C: Integrated I", "Integrated C", "Integrated C: Integrated I", "Integrated C");
    check_name("UVC Camera (046d:0825)", "C270", "UVC Camera (046d:0825)", "C270");
}

/* A sysfs of our own, of one USB camera. */
static void put(const char *folder, const char *name, const char *text)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void test_facts_from_sysfs(void **state)
{
    char top[TEMPORARY_FOLDER_SIZE], usb[256], interface[300], node[400], link[450], line[1024];
    struct v4l2_facts facts;
    (void)state;
    assert_true(temporary_folder_make(top));
    snprintf(usb, sizeof usb, "%s/0000:00:14.0/usb1/1-1.2", top);
    snprintf(interface, sizeof interface, "%s/1-1.2:1.2", usb);
    snprintf(node, sizeof node, "%s/video4linux/video4", interface);
    snprintf(link, sizeof link, "%s/device", node);
    snprintf(line, sizeof line, "mkdir -p '%s'", node);
    assert_int_equal(system(line), 0);
    assert_int_equal(symlink("../..", link), 0);
    put(usb, "idVendor", "046d\n");
    put(usb, "idProduct", "0825\n");
    put(usb, "manufacturer", "Maker\n");
    put(usb, "product", "Webcam\n");
    put(usb, "serial", "ABC123\n");
    put(usb, "devpath", "1.2\n");
    put(interface, "bInterfaceNumber", "0a\n");
    put(node, "index", "1\n");
    put(node, "name", "Webcam: Webcam\n");

    v4l2_read_facts(&facts, node, NULL);
    assert_string_equal(facts.vendor_id, "046d");
    assert_string_equal(facts.product_id, "0825");
    assert_string_equal(facts.manufacturer, "Maker");
    assert_string_equal(facts.product, "Webcam");
    assert_string_equal(facts.serial, "ABC123");
    assert_string_equal(facts.bus, "usb-0000:00:14.0-1.2");
    assert_string_equal(facts.card, "Webcam: Webcam");
    assert_int_equal(facts.interface, 10);
    assert_int_equal(facts.index, 1);

    struct v4l2_capability cap = {.card = "Card", .driver = "uvcvideo"};
    v4l2_read_facts(&facts, node, &cap);
    assert_string_equal(facts.card, "Card");
    assert_string_equal(facts.driver, "uvcvideo");
    assert_string_equal(facts.node_name, "Webcam: Webcam");
    assert_int_equal(temporary_folder_remove(top), 0);
}

/* Cameras that are no USB devices: one on a chip, one of a driver without hardware. */
static void test_facts_of_other_buses(void **state)
{
    char top[TEMPORARY_FOLDER_SIZE], chip[100], node[200], line[1024];
    struct v4l2_facts facts;
    (void)state;
    assert_true(temporary_folder_make(top));
    snprintf(chip, sizeof chip, "%s/devices/3f801000.csi", top);
    snprintf(node, sizeof node, "%s/video4linux/video0", chip);
    snprintf(line, sizeof line,
             "mkdir -p '%s' '%s/bus/platform' '%s/drivers/unicam' && cd '%s' && ln -s ../../bus/platform "
             "subsystem && ln -s ../../drivers/unicam driver && ln -s ../.. '%s/device'",
             node, top, top, chip, node);
    assert_int_equal(system(line), 0);
    put(node, "name", "unicam-image\n");
    v4l2_read_facts(&facts, node, NULL);
    assert_string_equal(facts.bus, "platform:3f801000.csi");
    assert_string_equal(facts.driver, "unicam");
    assert_string_equal(facts.card, "unicam-image");

    snprintf(line, sizeof line, "rm '%s/device'", node);
    assert_int_equal(system(line), 0);
    v4l2_read_facts(&facts, node, NULL);
    assert_string_equal(facts.bus, "virtual:unicam-image");
    assert_int_equal(temporary_folder_remove(top), 0);
}

static void test_facts_of_nothing(void **state)
{
    struct v4l2_facts facts;
    (void)state;
    v4l2_read_facts(&facts, "/nowhere", NULL);
    assert_string_equal(facts.node_name, "");
    assert_string_equal(facts.card, "");
    assert_int_equal(facts.index, 0);
}

static void test_holder(void **state)
{
    struct stat full;
    struct v4l2_holder holder;
    int ready[2];
    (void)state;
    assert_int_equal(stat("/dev/full", &full), 0);
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_NAME, "holds-it");
        if (open("/dev/full", O_RDWR) < 0 || write(ready[1], "", 1) != 1)
            _exit(1);
        pause();
        _exit(0);
    }
    char byte;
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_true(v4l2_find_holder(full.st_rdev, &holder));
    assert_int_equal(holder.pid, child);
    assert_string_equal(holder.name, "holds-it");
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    assert_false(v4l2_find_holder(full.st_rdev, &holder));
    close(ready[0]);
    close(ready[1]);
}

static void check_failure(int errnum, int code, const char *part)
{
    const struct v4l2_device d = {.fd = -1, .path = "/dev/fake"};
    struct err_text why;
    assert_int_equal(v4l2_failed(&d, errnum, "VIDIOC_X", &why), code);
    assert_non_null(strstr(why.text, part));
}

static void test_texts_of_failures(void **state)
{
    (void)state;
    check_failure(ENODEV, ERR_GONE, "/dev/fake was unplugged");
    check_failure(EBUSY, ERR_BUSY, "/dev/fake is in use by another program");
    check_failure(ENOSPC, ERR_IO,
                  "/dev/fake: not enough USB bandwidth; use another port, or a smaller size or rate");
    check_failure(EINVAL, ERR_IO, "/dev/fake: VIDIOC_X failed: Invalid argument");
}

static void test_uris(void **state)
{
    static const char *const bad[] = {"v4l2:", "v4l2:video0", "v4l2:/etc/passwd", "v4l2:/dev/null"};
    struct camera_identity id;
    struct err_text why;
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_int_equal(v4l2_backend.identify(bad[i], &id, &why), ERR_INVALID);
        assert_string_equal(id.id, "");
    }
    assert_string_equal(why.text, "/dev/null is no camera that uacam can use");
    assert_int_equal(v4l2_backend.identify(bad[1], &id, &why), ERR_INVALID);
    assert_string_equal(why.text, "v4l2:video0 is no device file; write v4l2:/dev/video0");
    assert_int_equal(v4l2_backend.identify("/dev/video4711", &id, &why), 0);
    assert_string_equal(id.uri, "v4l2:/dev/video4711");
    assert_string_equal(id.id, "v4l2-video4711");
    assert_string_equal(id.key, "");
}

static void test_a_camera_that_is_not_there(void **state)
{
    static struct camera_probe probe;
    struct camera_identity id;
    struct err_text why;
    struct capture c;
    (void)state;
    fake_capture_init(&c);
    assert_int_equal(v4l2_backend.identify("v4l2:/dev/video4711", &id, &why), 0);
    assert_int_equal(v4l2_backend.run(&c, &id, &why), ERR_GONE);
    assert_string_equal(why.text, "/dev/video4711 is not there: is the camera plugged in?");
    assert_int_equal(v4l2_backend.probe(&id, &probe, &why), 0);
    assert_int_equal(probe.state, ERR_GONE);
    assert_non_null(strstr(probe.error.text, "/dev/video4711"));
    /* A known camera whose place another one, or none, has taken. */
    strcpy(id.key, "usb-046d-0825-ABC");
    strcpy(id.name, "Webcam");
    assert_int_equal(v4l2_backend.run(&c, &id, &why), ERR_GONE);
    assert_string_equal(why.text, "Webcam is not there: is the camera plugged in? It was /dev/video4711");
    assert_int_equal(c.started, 0);
    fake_capture_clear(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_usb2_webcam),
        cmocka_unit_test(test_slow_sizes_are_avoided),
        cmocka_unit_test(test_order_of_formats),
        cmocka_unit_test(test_a_wished_format),
        cmocka_unit_test(test_no_modes),
        cmocka_unit_test(test_fourccs),
        cmocka_unit_test(test_id_of_a_camera),
        cmocka_unit_test(test_ways_to_tell_cameras_apart),
        cmocka_unit_test(test_known_cameras),
        cmocka_unit_test(test_name_of_a_camera),
        cmocka_unit_test(test_facts_from_sysfs),
        cmocka_unit_test(test_facts_of_other_buses),
        cmocka_unit_test(test_facts_of_nothing),
        cmocka_unit_test(test_holder),
        cmocka_unit_test(test_texts_of_failures),
        cmocka_unit_test(test_uris),
        cmocka_unit_test(test_a_camera_that_is_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
