/* SPDX-License-Identifier: Apache-2.0
 * How many pictures of a film each deadband lets through: by the luma of whole pictures, as of cameras that
 * deliver raw ones, against that of a quarter of each side, as of JPEG.
 *
 *     bench_change_table FRAME.jpg...          prints a Markdown table */
#include "base/compiler.h"
#include "image/decode.h"
#include "image/luma.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { THRESHOLD = 30, DEADBANDS = 8, MAX_PIXELS = 64000000, MAX_FILE = 64 << 20 };
static const double deadbands[DEADBANDS] = {0.5, 1, 2, 3, 5, 7.5, 10, 20};

/* One way to look at the film. */
struct view {
    struct luma *sent[DEADBANDS]; /* last */
    unsigned count[DEADBANDS];
    struct luma *before;
    double change; /* since the frame before */
};

struct difference {
    double sum, most;
    unsigned count;
};

static void fail(const char *path, const char *why)
{
    fprintf(stderr, "change_table: %s: %s\n", path, why);
    exit(1);
}

static struct frame *read_jpeg(const char *path)
{
    uint8_t *storage;
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0)
        fail(path, "cannot read");
    long size = ftell(file);
    rewind(file);
    if (size <= 0 || size > MAX_FILE)
        fail(path, "no picture");
    struct frame *f = frame_new(PIXEL_MJPEG, 1, 1, (size_t)size, &storage);
    if (!f || fread(storage, 1, (size_t)size, file) != (size_t)size)
        fail(path, "cannot read");
    fclose(file);
    return f;
}

static struct luma *luma_of(const char *path, const struct frame *f)
{
    struct err_text why;
    struct luma *l;
    if (luma_of_frame(f, &l, &why) != 0)
        fail(path, why.text);
    return l;
}

static struct luma *whole_luma_of(const char *path, const struct frame *jpeg)
{
    struct err_text why;
    struct frame *raw;
    if (image_decode(jpeg->bytes, MAX_PIXELS, &raw, &why) != 0)
        fail(path, why.text);
    struct luma *l = luma_of(path, raw);
    frame_unref(raw);
    return l;
}

/* Takes `l`. */
static void look(struct view *v, struct luma *l)
{
    for (size_t i = 0; i < DEADBANDS; i++) {
        if (v->sent[i] && luma_change(v->sent[i], l, THRESHOLD) <= deadbands[i])
            continue;
        luma_unref(v->sent[i]);
        v->sent[i] = luma_ref(l);
        v->count[i]++;
    }
    v->change = v->before ? luma_change(v->before, l, THRESHOLD) : 0;
    luma_unref(v->before);
    v->before = l;
}

static void clear(struct view *v)
{
    for (size_t i = 0; i < DEADBANDS; i++)
        luma_unref(v->sent[i]);
    luma_unref(v->before);
}

static void note(struct difference *d, double difference)
{
    d->sum += difference;
    d->most = difference > d->most ? difference : d->most;
    d->count++;
}

static void print_table(const struct view *whole, const struct view *quarter, int frames)
{
    printf("| deadband | pictures sent, full size | pictures sent, quarter size |\n|---|---|---|\n");
    printf("| none | %d (100 %%) | %d (100 %%) |\n", frames, frames);
    for (size_t i = 0; i < DEADBANDS; i++)
        printf("| %g %% | %u (%.0f %%) | %u (%.0f %%) |\n", deadbands[i], whole->count[i],
               100.0 * whole->count[i] / frames, quarter->count[i], 100.0 * quarter->count[i] / frames);
}

int main(int argc, char **argv)
{
    struct view whole = {0}, quarter = {0};
    struct difference steps = {0}, apart = {0};
    if (argc < 3) {
        fputs("usage: bench_change_table FRAME.jpg...\n", stderr);
        return 2;
    }
    for (int i = 1; i < argc; i++) {
        struct frame *jpeg = read_jpeg(argv[i]);
        look(&whole, whole_luma_of(argv[i], jpeg));
        look(&quarter, luma_of(argv[i], jpeg));
        frame_unref(jpeg);
        note(&steps, whole.change);
        note(&apart, fabs(whole.change - quarter.change));
    }
    print_table(&whole, &quarter, argc - 1);
    printf("\nFrom one frame to the next %.2f %% of the samples change on average, %.2f %% at most; the two "
           "measures "
           "of that are %.2f points apart on average, %.2f at most.\n",
           steps.sum / steps.count, steps.most, apart.sum / apart.count, apart.most);
    clear(&whole);
    clear(&quarter);
    return 0;
}
