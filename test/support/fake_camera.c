/* SPDX-License-Identifier: Apache-2.0 */
#include "support/fake_camera.h"

#include "camera/capture.h"
#include "image/encode.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { PIXELS = FAKE_CAMERA_SIDE * FAKE_CAMERA_SIDE };

/* run() is given no pointer of ours. */
static struct fake_camera *the_camera;

static struct frame *grey_frame(int luma, unsigned patch)
{
    uint8_t *pixels;
    struct frame *f = frame_new(PIXEL_GREY, FAKE_CAMERA_SIDE, FAKE_CAMERA_SIDE, PIXELS, &pixels);
    if (!f)
        abort();
    memset(pixels, luma, PIXELS);
    memset(pixels, 255 - luma, patch);
    return f;
}

static struct frame *broken_frame(void)
{
    uint8_t *bytes;
    struct frame *f = frame_new(PIXEL_MJPEG, FAKE_CAMERA_SIDE, FAKE_CAMERA_SIDE, PIXELS, &bytes);
    if (!f)
        abort();
    memset(bytes, 0x55, PIXELS);
    return f;
}

static struct frame *jpeg_frame(void)
{
    struct frame *grey = grey_frame(100, 0);
    struct blob *jpeg;
    uint8_t *bytes;
    if (image_encode(grey, &(struct image_recipe){.format = IMAGE_JPEG}, &jpeg, NULL) != 0)
        abort();
    struct frame *f = frame_new(PIXEL_MJPEG, FAKE_CAMERA_SIDE, FAKE_CAMERA_SIDE, jpeg->bytes.len, &bytes);
    if (!f)
        abort();
    memcpy(bytes, jpeg->bytes.data, jpeg->bytes.len);
    blob_unref(jpeg);
    frame_unref(grey);
    return f;
}

static struct frame *make_frame(int64_t exposed_ns, int luma, unsigned patch)
{
    struct frame *f = luma == FAKE_CAMERA_JPEG     ? jpeg_frame()
                      : luma == FAKE_CAMERA_BROKEN ? broken_frame()
                                                   : grey_frame(luma, patch);
    f->exposed_mono_ns = exposed_ns;
    f->exposed_utc_ns = exposed_ns;
    return f;
}

/* The lock is held. */
static void offer(struct fake_camera *f, struct capture *c, int64_t exposed_ns)
{
    if (capture_wanted(c, exposed_ns)) {
        capture_deliver(c, make_frame(exposed_ns, f->luma, f->patch));
        f->delivered++;
    } else {
        capture_skip(c);
    }
    f->exposure = false;
    f->offered++;
    pthread_cond_broadcast(&f->changed);
}

static int take_stream_code(struct fake_camera *f)
{
    int code = f->stream_code;
    f->stream_code = 0;
    return code;
}

static int stream(struct fake_camera *f, struct capture *c)
{
    int code = 0;
    while (!capture_stopped(c) && !code) {
        struct pollfd fds[] = {{.fd = capture_stop_fd(c), .events = POLLIN},
                               {.fd = f->bell, .events = POLLIN}};
        pthread_mutex_lock(&f->lock);
        int64_t period = f->period_ns;
        pthread_mutex_unlock(&f->lock);
        poll(fds, 2, period ? (int)(period / NS_PER_MS) : -1);
        eventfd_t rung;
        eventfd_read(f->bell, &rung);
        pthread_mutex_lock(&f->lock);
        if (f->exposure)
            offer(f, c, f->exposed_ns);
        else if (f->period_ns)
            offer(f, c, clock_mono_ns(&system_clock));
        code = take_stream_code(f);
        pthread_mutex_unlock(&f->lock);
    }
    return code;
}

static int stream_when_wanted(struct fake_camera *f, struct capture *c)
{
    while (capture_wait_wanted(c, INT64_MAX) > 0) {
        pthread_mutex_lock(&f->lock);
        f->triggers++;
        offer(f, c, clock_mono_ns(&system_clock));
        pthread_mutex_unlock(&f->lock);
    }
    return 0;
}

static int run(struct capture *c, const struct camera_identity *id, struct err_text *why)
{
    struct fake_camera *f = the_camera;
    pthread_mutex_lock(&f->lock);
    f->opens++;
    f->wish = *capture_wish(c);
    while (f->hangs)
        pthread_cond_wait(&f->changed, &f->lock);
    int code = f->open_code;
    f->streams = !code;
    if (f->holder)
        capture_held_by(c, f->holder);
    pthread_cond_broadcast(&f->changed);
    pthread_mutex_unlock(&f->lock);
    if (!code) {
        capture_started(c, FAKE_CAMERA_SIDE, FAKE_CAMERA_SIDE, PIXEL_GREY, 30);
        code = f->triggered ? stream_when_wanted(f, c) : stream(f, c);
    }
    pthread_mutex_lock(&f->lock);
    f->streams = false;
    f->ends++;
    pthread_cond_broadcast(&f->changed);
    pthread_mutex_unlock(&f->lock);
    return code ? err_set(why, (enum err)code, "%s: %s as told", id->uri, err_name(code)) : 0;
}

void fake_camera_init(struct fake_camera *f)
{
    *f = (struct fake_camera){.backend = {.scheme = "fake", .run = run},
                              .bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    pthread_mutex_init(&f->lock, NULL);
    pthread_cond_init(&f->changed, NULL);
    the_camera = f;
}

void fake_camera_clear(struct fake_camera *f)
{
    pthread_mutex_lock(&f->lock);
    while (f->ends < f->opens)
        pthread_cond_wait(&f->changed, &f->lock);
    pthread_mutex_unlock(&f->lock);
    close(f->bell);
    pthread_cond_destroy(&f->changed);
    pthread_mutex_destroy(&f->lock);
    the_camera = NULL;
}

void fake_camera_fail_open(struct fake_camera *f, int code)
{
    pthread_mutex_lock(&f->lock);
    f->open_code = code;
    pthread_mutex_unlock(&f->lock);
}

void fake_camera_fail_stream(struct fake_camera *f, int code)
{
    pthread_mutex_lock(&f->lock);
    f->stream_code = code;
    pthread_mutex_unlock(&f->lock);
    eventfd_write(f->bell, 1);
}

void fake_camera_hang(struct fake_camera *f, bool hangs)
{
    pthread_mutex_lock(&f->lock);
    f->hangs = hangs;
    pthread_cond_broadcast(&f->changed);
    pthread_mutex_unlock(&f->lock);
}

void fake_camera_patch(struct fake_camera *f, unsigned pixels)
{
    pthread_mutex_lock(&f->lock);
    f->patch = pixels;
    pthread_mutex_unlock(&f->lock);
}

void fake_camera_run_freely(struct fake_camera *f, int64_t period_ns)
{
    pthread_mutex_lock(&f->lock);
    f->period_ns = period_ns;
    f->luma = 100;
    pthread_mutex_unlock(&f->lock);
    eventfd_write(f->bell, 1);
}

void fake_camera_expose(struct fake_camera *f, int64_t exposed_ns, int luma)
{
    pthread_mutex_lock(&f->lock);
    f->exposure = true;
    f->exposed_ns = exposed_ns;
    f->luma = luma;
    eventfd_write(f->bell, 1);
    while (f->exposure)
        pthread_cond_wait(&f->changed, &f->lock);
    pthread_mutex_unlock(&f->lock);
}

static unsigned read_count(struct fake_camera *f, const unsigned *count)
{
    pthread_mutex_lock(&f->lock);
    unsigned n = *count;
    pthread_mutex_unlock(&f->lock);
    return n;
}

unsigned fake_camera_opens(struct fake_camera *f)
{
    return read_count(f, &f->opens);
}

unsigned fake_camera_ends(struct fake_camera *f)
{
    return read_count(f, &f->ends);
}

unsigned fake_camera_delivered(struct fake_camera *f)
{
    return read_count(f, &f->delivered);
}

unsigned fake_camera_triggers(struct fake_camera *f)
{
    return read_count(f, &f->triggers);
}

bool fake_camera_streams(struct fake_camera *f)
{
    pthread_mutex_lock(&f->lock);
    bool streams = f->streams;
    pthread_mutex_unlock(&f->lock);
    return streams;
}
