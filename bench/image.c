/* SPDX-License-Identifier: Apache-2.0
 * What looking at a picture costs: luma of every format, the change of a pair, the luma of a JPEG against
 * libjpeg's own; and passing a JPEG on against making it anew.
 *
 *     bench_image SECONDS [PICTURE.png]
 *
 * The picture, or noise without one, tiled to 1920x1080. Prints lines "name value": milliseconds, each the
 * best of many, measured in turn. */
#include "bare_jpeg.h"
#include "mjpeg_pass.h"

#include "base/clock.h"
#include "camera/sim/canvas.h"
#include "camera/sim/script.h"
#include "image/decode.h"
#include "image/encode.h"
#include "image/luma.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 1920, HEIGHT = 1080, THRESHOLD = 30, MAX_FILE = 16 << 20, MAX_PIXELS = 4 << 20, SHRINK = 4 };
enum { BURST = 3 }; /* of the same measure: the later ones find their data in the caches */
enum { SIM_WIDTH = 640, SIM_HEIGHT = 480, QUALITY = 85 };

struct bench {
    struct frame *raw[PIXEL_FORMAT_COUNT];        /* NULL for MJPEG */
    struct bare_picture bare[PIXEL_FORMAT_COUNT]; /* the same for libjpeg: of those that are encoded */
    struct frame *jpeg;
    struct luma *before, *after; /* at hand */
    struct frame *simulated;     /* as `sim:` gives by default */
    struct multipart stream;     /* of an MJPEG camera */
};

static _Noreturn void fail(const char *what)
{
    fprintf(stderr, "bench_image: %s\n", what);
    exit(1);
}

/* ---- the pictures ---- */

static struct frame *new_frame(enum pixel_format format, uint32_t width, uint32_t height, uint8_t **storage)
{
    struct frame *f = frame_new(format, width, height, pixel_format_size(format, width, height), storage);
    if (!f)
        fail("no memory");
    f->full_range = true;
    return f;
}

static struct frame *read_picture(const char *path)
{
    struct err_text why;
    struct frame *f;
    uint8_t *bytes = malloc(MAX_FILE);
    FILE *file = fopen(path, "rb");
    if (!bytes || !file)
        fail(path);
    size_t size = fread(bytes, 1, MAX_FILE, file);
    fclose(file);
    if (image_decode((struct slice){bytes, size}, MAX_PIXELS, &f, &why) != 0)
        fail(why.text);
    free(bytes);
    return f;
}

static struct frame *make_noise(void)
{
    uint8_t *out;
    uint32_t state = 1;
    struct frame *f = new_frame(PIXEL_RGB24, WIDTH, HEIGHT, &out);
    for (size_t i = 0; i < f->bytes.len; i++) {
        state = state * 1664525 + 1013904223;
        out[i] = (uint8_t)(i / 3 % WIDTH / 8 + (state >> 28));
    }
    return f;
}

/* A sample of a tiled RGB24 picture. */
static uint8_t sample_of(const struct frame *picture, uint32_t x, uint32_t y, unsigned component)
{
    const struct plane *p = &picture->planes[0];
    return p->data[y % picture->height * p->stride + x % picture->width * 3 + component];
}

/* Components of `format` are taken from those of the picture as they come: what they cost does not depend on
 * what they show. */
static struct frame *tile(const struct frame *picture, enum pixel_format format)
{
    uint8_t *storage;
    struct frame *f = new_frame(format, WIDTH, HEIGHT, &storage);
    for (unsigned k = 0; k < pixel_format_info(format)->component_count; k++) {
        struct samples s = frame_samples(f, k);
        uint8_t *out = storage + (s.data - storage);
        uint32_t every_x = WIDTH / s.width, every_y = HEIGHT / s.height;
        for (uint32_t y = 0; y < s.height; y++)
            for (uint32_t x = 0; x < s.width; x++)
                out[y * s.stride + x * s.step] = sample_of(picture, x * every_x, y * every_y, k);
    }
    return f;
}

static void release_blob(void *blob)
{
    blob_unref(blob);
}

static struct frame *jpeg_of(struct frame *raw)
{
    struct blob *jpeg;
    struct err_text why;
    if (image_encode(raw, &(struct image_recipe){.format = IMAGE_JPEG}, &jpeg, &why) != 0)
        fail(why.text);
    struct frame *f = frame_new_over(PIXEL_MJPEG, WIDTH, HEIGHT, jpeg->bytes, release_blob, jpeg);
    if (!f)
        fail("no memory");
    return f;
}

static struct frame *simulate(void)
{
    struct sim_pattern pattern = {
        .script = &sim_scripts[0], .width = SIM_WIDTH, .height = SIM_HEIGHT, .seed = 1, .speed = 4};
    struct sim_canvas canvas;
    struct frame *f;
    if (sim_canvas_init(&canvas, PIXEL_RGB24, &pattern) != 0 || sim_canvas_draw(&canvas, 1, &f) != 0)
        fail("no memory");
    sim_canvas_clear(&canvas);
    return f;
}

static struct luma *luma_of(const struct frame *f)
{
    struct err_text why;
    struct luma *l;
    if (luma_of_frame(f, &l, &why) != 0)
        fail(why.text);
    return l;
}

static struct bare_picture bare_of(const struct frame *f)
{
    const struct pixel_format_info *info = pixel_format_info(f->format);
    struct bare_picture p = {.width = f->width, .height = f->height, .rgb = f->format == PIXEL_RGB24};
    p.half_height = info->components[1].half_height;
    if (p.rgb)
        p.planes[0] = (uint8_t *)f->planes[0].data;
    for (unsigned k = 0; !p.rgb && k < info->component_count; k++) {
        struct samples s = frame_samples(f, k);
        p.planes[k] = malloc((size_t)s.width * s.height);
        if (!p.planes[k])
            fail("no memory");
        for (uint32_t y = 0; y < s.height; y++)
            samples_copy(&s, y, 0, s.width, p.planes[k] + (size_t)y * s.width);
    }
    return p;
}

static void prepare(struct bench *b, struct frame *picture)
{
    static const enum pixel_format encoded[] = {PIXEL_RGB24, PIXEL_NV12, PIXEL_YUYV};
    for (int format = 0; format < PIXEL_FORMAT_COUNT; format++)
        if (!pixel_format_info(format)->compressed)
            b->raw[format] = tile(picture, format);
    for (size_t i = 0; i < ARRAY_LEN(encoded); i++)
        b->bare[encoded[i]] = bare_of(b->raw[encoded[i]]);
    b->jpeg = jpeg_of(b->raw[PIXEL_RGB24]);
    b->before = luma_of(b->raw[PIXEL_RGB24]);
    b->after = luma_of(b->raw[PIXEL_YUYV]);
    b->simulated = simulate();
    multipart_init(&b->stream);
}

static void clear(struct bench *b)
{
    for (int format = 0; format < PIXEL_FORMAT_COUNT; format++)
        frame_unref(b->raw[format]);
    frame_unref(b->jpeg);
    frame_unref(b->simulated);
    multipart_clear(&b->stream);
    for (int format = 0; format < PIXEL_FORMAT_COUNT; format++)
        for (int k = 0; k < 3 && !b->bare[format].rgb; k++)
            free(b->bare[format].planes[k]);
    luma_unref(b->before);
    luma_unref(b->after);
}

/* ---- what is measured ---- */

static void make_luma(const struct frame *f)
{
    luma_unref(luma_of(f));
}

static void run_raw(struct bench *b, int format)
{
    make_luma(b->raw[format]);
}

static void run_change(struct bench *b, int unused)
{
    static volatile double change;
    (void)unused;
    change = luma_change(b->before, b->after, THRESHOLD);
    (void)change;
}

static void run_jpeg(struct bench *b, int unused)
{
    (void)unused;
    make_luma(b->jpeg);
}

static void run_bare_jpeg(struct bench *b, int unused)
{
    (void)unused;
    if (bare_jpeg_decode(b->jpeg->bytes, SHRINK) != 0)
        fail("libjpeg");
}

static void encode(struct frame *f)
{
    struct blob *jpeg;
    struct err_text why;
    struct image_recipe recipe = {.format = IMAGE_JPEG, .quality = QUALITY};
    if (image_encode(f, &recipe, &jpeg, &why) != 0)
        fail(why.text);
    blob_unref(jpeg);
}

static void run_encode_sim(struct bench *b, int unused)
{
    (void)unused;
    encode(b->simulated);
}

static void run_encode(struct bench *b, int format)
{
    encode(b->raw[format]);
}

static void run_bare_encode(struct bench *b, int format)
{
    bare_jpeg_encode(&b->bare[format], QUALITY);
}

static void run_pass(struct bench *b, int unused)
{
    (void)unused;
    if (!mjpeg_pass(&b->stream, b->jpeg->bytes))
        fail("no memory");
}

static void run_recode(struct bench *b, int unused)
{
    (void)unused;
    if (!mjpeg_recode(b->jpeg->bytes))
        fail("no memory");
}

static const struct measure {
    const char *name;
    void (*run)(struct bench *b, int format);
    int format;
} measures[] = {
    {"change", run_change, 0},
    {"luma_mono8", run_raw, PIXEL_GREY},
    {"luma_nv12", run_raw, PIXEL_NV12},
    {"luma_yuyv", run_raw, PIXEL_YUYV},
    {"luma_rgb8", run_raw, PIXEL_RGB24},
    {"luma_mjpeg", run_jpeg, 0},
    {"bare_mjpeg", run_bare_jpeg, 0},
    {"encode_sim", run_encode_sim, 0},
    {"pass_mjpeg", run_pass, 0},
    {"recode_mjpeg", run_recode, 0},
    {"encode_rgb8", run_encode, PIXEL_RGB24},
    {"bare_rgb8", run_bare_encode, PIXEL_RGB24},
    {"encode_nv12", run_encode, PIXEL_NV12},
    {"bare_nv12", run_bare_encode, PIXEL_NV12},
    {"encode_yuyv", run_encode, PIXEL_YUYV},
    {"bare_yuyv", run_bare_encode, PIXEL_YUYV},
};

int main(int argc, char **argv)
{
    double best[ARRAY_LEN(measures)];
    struct bench b = {0};
    if (argc < 2 || argc > 3) {
        fputs("bench_image is used by bench/run\n", stderr);
        return 2;
    }
    for (size_t i = 0; i < ARRAY_LEN(measures); i++)
        best[i] = INFINITY;
    struct frame *picture = argc == 3 ? read_picture(argv[2]) : make_noise();
    prepare(&b, picture);
    int64_t begun = clock_mono_ns(&system_clock), now = begun;
    int64_t end = begun + (int64_t)(strtod(argv[1], NULL) * (double)NS_PER_S);
    for (unsigned round = 0; now < end; round++) {
        const struct measure *m = &measures[round / BURST % ARRAY_LEN(measures)];
        int64_t before = clock_mono_ns(&system_clock);
        m->run(&b, m->format);
        now = clock_mono_ns(&system_clock);
        double *ms = &best[m - measures];
        *ms = fmin(*ms, (double)(now - before) / (double)NS_PER_MS);
    }
    for (size_t i = 0; i < ARRAY_LEN(measures); i++)
        printf("%s %.4f\n", measures[i].name, best[i]);
    printf("jpeg_bytes %zu\n", b.jpeg->bytes.len);
    clear(&b);
    frame_unref(picture);
    return 0;
}
