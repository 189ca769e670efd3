/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/genicam/module/run.h"

#include "camera/exposure.h"
#include "camera/genicam/discover.h"
#include "camera/genicam/module/failure.h"
#include "camera/genicam/module/stream.h"

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>

static const int64_t USUAL_PATIENCE_NS = 5 * NS_PER_S;
static const int64_t LOOK_NS = NS_PER_S;           /* how often a camera that waits is looked after */
static const int64_t SILENCE_NS = 700 * NS_PER_MS; /* after which a stream is asked about */

/* One run. */
struct run {
    struct capture *capture;
    struct genicam_device *device;
    struct genicam_stream stream;
    int64_t patience_ns;
    int64_t last_ns;     /* a good picture came, or waiting for one began */
    uint64_t incomplete; /* pictures since then */
};

static int64_t now_ns(void)
{
    return clock_mono_ns(&system_clock);
}

/* ---- pictures ---- */

/* Passes one on; `exposed_ns` 0: as the buffer tells. Was it good, wanted or not? */
static bool pass_on(struct run *r, struct genicam_shot *shot, int64_t exposed_ns)
{
    struct frame *f = NULL;
    if (!exposed_ns)
        exposed_ns = shot->exposed_mono_ns;
    bool good = shot->complete;
    if (good && !capture_wanted(r->capture, exposed_ns)) {
        capture_skip(r->capture);
    } else if (good) {
        f = genicam_stream_copy(shot);
        good = f != NULL;
    }
    if (!good)
        shot->dropped++;
    if (shot->dropped)
        capture_lost(r->capture, shot->dropped);
    genicam_stream_return(&r->stream, shot);
    if (f) {
        exposure_stamp(f, exposed_ns);
        capture_deliver(r->capture, f);
    }
    return good;
}

/* Passes on all that came. How many were good? */
static unsigned pass_all_on(struct run *r, int64_t exposed_ns)
{
    struct genicam_shot shot;
    unsigned good = 0;
    eventfd_t news;
    eventfd_read(r->device->news_fd, &news);
    while (!capture_stopped(r->capture) && genicam_stream_take(&r->stream, &shot)) {
        if (pass_on(r, &shot, exposed_ns))
            good++;
        else
            r->incomplete++;
    }
    if (good) {
        r->last_ns = now_ns();
        r->incomplete = 0;
    }
    return good;
}

/* ---- waiting ---- */

/* How long a picture may take. */
static int64_t patience_of(const struct run *r)
{
    return r->patience_ns + atomic_load(&r->device->exposure_ns);
}

/* Sleeps until there is news or `until_ns`. False when stopped. */
static bool wait_for_news(const struct run *r, int64_t until_ns)
{
    struct pollfd fds[] = {{.fd = r->device->news_fd, .events = POLLIN},
                           {.fd = capture_stop_fd(r->capture), .events = POLLIN}};
    int64_t left = until_ns - now_ns();
    struct timespec wait = {left > 0 ? left / NS_PER_S : 0, left > 0 ? left % NS_PER_S : 0};
    ppoll(fds, ARRAY_LEN(fds), &wait, NULL);
    return fds[1].revents == 0;
}

static int no_picture(const struct run *r, struct err_text *why)
{
    double seconds = (double)r->patience_ns / NS_PER_S;
    const char *name = r->device->name;
    if (r->incomplete)
        return err_set(
            why, ERR_TIMEOUT,
            "only incomplete pictures from %s for %.0f s: packets get lost; try packet_size=1500 or "
            "packet_delay=100 in its URI, a lower rate, or larger receive buffers (sysctl "
            "net.core.rmem_max)",
            name, seconds);
    if (r->device->gige)
        return err_set(why, ERR_TIMEOUT,
                       "no picture from %s for %.0f s, though it answers: does a firewall drop its UDP "
                       "packets, are they too large for the network (packet_size=1500)?",
                       name, seconds);
    return err_set(why, ERR_TIMEOUT, "no picture from %s for %.0f s: plug it out and in", name, seconds);
}

/* A stream that fell silent: does the camera still answer? */
static int look_after(struct run *r, struct err_text *why)
{
    struct gige_place place;
    if (!r->device->gige || gige_ask(r->device->address, &place, NULL) == 0)
        return 0;
    genicam_lose(r->device);
    return genicam_gone(r->device->name, why);
}

/* ---- how cameras are run ---- */

static int run_stream(struct run *r, struct err_text *why)
{
    int64_t looked_ns = 0;
    for (;;) {
        int64_t silence = SILENCE_NS + atomic_load(&r->device->exposure_ns);
        if (r->stream.fps > 0)
            silence += (int64_t)(2 * NS_PER_S / r->stream.fps);
        int64_t since = r->last_ns > looked_ns ? r->last_ns : looked_ns;
        if (!wait_for_news(r, since + silence))
            return 0;
        pass_all_on(r, 0);
        if (atomic_load(&r->device->lost))
            return genicam_gone(r->device->name, why);
        int64_t now = now_ns();
        if (now >= r->last_ns + patience_of(r))
            return no_picture(r, why);
        if (now < r->last_ns + silence || now < looked_ns + silence)
            continue;
        int rc = look_after(r, why);
        if (rc)
            return rc;
        looked_ns = now_ns();
    }
}

/* Waits for the picture of an exposure that began at `began_ns`. 1: it came; 0: stopped. */
static int wait_for_shot(struct run *r, int64_t began_ns, struct err_text *why)
{
    int64_t until = began_ns + patience_of(r);
    while (now_ns() < until) {
        if (!wait_for_news(r, until))
            return 0;
        uint64_t broken = r->incomplete;
        /* A broken one is made up for by the next exposure. */
        if (pass_all_on(r, began_ns) || r->incomplete > broken)
            return 1;
        if (atomic_load(&r->device->lost))
            return genicam_gone(r->device->name, why);
    }
    return no_picture(r, why);
}

/* Nothing is exposed unless it is wanted. */
static int run_on_demand(struct run *r, struct err_text *why)
{
    for (;;) {
        int wanted = capture_wait_wanted(r->capture, now_ns() + LOOK_NS);
        if (wanted < 0)
            return 0;
        if (atomic_load(&r->device->lost))
            return genicam_gone(r->device->name, why);
        if (!wanted)
            continue;
        pass_all_on(r, 0); /* what nobody asked for */
        int64_t began = now_ns();
        int rc = genicam_stream_trigger(&r->stream, why);
        if (!rc)
            rc = wait_for_shot(r, began, why);
        if (rc <= 0)
            return rc;
    }
}

/* The pictures of a line come when they come: their absence is no failure. */
static int run_by_line(struct run *r, struct err_text *why)
{
    while (wait_for_news(r, now_ns() + LOOK_NS)) {
        pass_all_on(r, 0);
        if (atomic_load(&r->device->lost))
            return genicam_gone(r->device->name, why);
        if (capture_wait_wanted(r->capture, now_ns()) < 0)
            return 0;
    }
    return 0;
}

static int run_device(struct run *r, const struct genicam_options *o, struct err_text *why)
{
    static int (*const ways[])(struct run *, struct err_text *) = {
        [GENICAM_STREAMS] = run_stream,
        [GENICAM_ON_DEMAND] = run_on_demand,
        [GENICAM_BY_LINE] = run_by_line,
    };
    struct genicam_stream *s = &r->stream;
    const struct capture_wish *wish = capture_wish(r->capture);
    int rc = genicam_stream_start(s, r->device, wish, o, why);
    if (!rc) {
        r->patience_ns = wish->timeout_ns > 0 ? wish->timeout_ns : USUAL_PATIENCE_NS;
        if (s->fps > 0 && r->patience_ns < 3 * NS_PER_S / s->fps)
            r->patience_ns = (int64_t)(3 * NS_PER_S / s->fps);
        r->last_ns = now_ns();
        capture_started(r->capture, s->width, s->height, s->format, s->fps);
        rc = ways[s->beat](r, why);
    }
    if (rc == ERR_GONE)
        genicam_lose(r->device);
    genicam_stream_stop(s);
    return rc;
}

int genicam_module_run(struct capture *c, const struct camera_identity *id, struct err_text *why)
{
    struct genicam_options o;
    struct run r = {.capture = c};
    int rc = genicam_options_read(&o, id->uri, why);
    if (!rc)
        rc = genicam_open(id, &r.device, why);
    if (rc)
        return rc;
    rc = run_device(&r, &o, why);
    genicam_close(r.device);
    return rc;
}
