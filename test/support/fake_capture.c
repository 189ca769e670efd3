/* SPDX-License-Identifier: Apache-2.0 */
#include "support/fake_capture.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

void fake_capture_init(struct capture *c)
{
    *c = (struct capture){.wish.timeout_ns = 5 * NS_PER_S, .wanted_each = 1, .first_number = 1};
    c->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (c->stop_fd < 0)
        abort();
}

void fake_capture_clear(struct capture *c)
{
    for (size_t i = 0; i < FAKE_CAPTURE_FRAMES; i++)
        frame_unref(c->frames[i]);
    close(c->stop_fd);
}

void fake_capture_stop(struct capture *c)
{
    if (eventfd_write(c->stop_fd, 1))
        abort();
}

const struct capture_wish *capture_wish(const struct capture *c)
{
    return &c->wish;
}

int capture_stop_fd(const struct capture *c)
{
    return c->stop_fd;
}

static bool stopped_within(const struct capture *c, int64_t ns)
{
    struct pollfd stop = {.fd = c->stop_fd, .events = POLLIN};
    struct timespec wait = {ns > 0 ? ns / NS_PER_S : 0, ns > 0 ? ns % NS_PER_S : 0};
    return ppoll(&stop, 1, &wait, NULL) > 0;
}

bool capture_stopped(const struct capture *c)
{
    return stopped_within(c, 0);
}

bool capture_sleep_until(const struct capture *c, int64_t mono_ns)
{
    return !stopped_within(c, mono_ns - clock_mono_ns(&system_clock));
}

void capture_started(struct capture *c, uint32_t width, uint32_t height, enum pixel_format format, double fps)
{
    c->started++;
    c->width = width;
    c->height = height;
    c->format = format;
    c->fps = fps;
}

/* An exposure more: is it the last? */
static void count_exposure(struct capture *c)
{
    if (c->stop_after && c->delivered + c->skipped >= c->stop_after)
        fake_capture_stop(c);
}

bool capture_wanted(const struct capture *c, int64_t exposed_mono_ns)
{
    (void)exposed_mono_ns;
    return c->wanted_each && (c->delivered + c->skipped) % c->wanted_each == 0;
}

int capture_wait_wanted(struct capture *c, int64_t until_mono_ns)
{
    if (capture_stopped(c))
        return -1;
    if (c->wanted_each)
        return 1;
    return capture_sleep_until(c, until_mono_ns) ? 0 : -1;
}

void capture_skip(struct capture *c)
{
    c->skipped++;
    count_exposure(c);
}

uint64_t capture_next_number(const struct capture *c)
{
    return c->first_number + c->delivered;
}

void capture_deliver(struct capture *c, struct frame *f)
{
    f->number = capture_next_number(c);
    if (c->on_frame)
        c->on_frame(c, f);
    if (c->delivered < FAKE_CAPTURE_FRAMES)
        c->frames[c->delivered] = f;
    else
        frame_unref(f);
    c->delivered++;
    count_exposure(c);
}

void capture_lost(struct capture *c, uint64_t count)
{
    c->lost += count;
}

void capture_held_by(struct capture *c, const char *who)
{
    snprintf(c->held_by, sizeof c->held_by, "%s", who);
}
