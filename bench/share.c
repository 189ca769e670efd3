/* SPDX-License-Identifier: Apache-2.0
 * What many who want pictures of one camera share: 50 demands, deadbands of three kinds, a real loop.
 *
 *     bench_share FRAMES
 *
 * 10 percent of the simulated scene change from frame to frame, so a third of the demands, without deadband,
 * gets every frame, as does a third at 3 percent, which compares each frame with the one before; a third at
 * 15 percent gets the first one alone, and compares each with that. So there are two distinct pairs a frame.
 * Prints frames, encodes, distinct pairs, comparisons, answers. */
#include "camera/camera_set.h"
#include "net/loop.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { DEMANDS = 50, KINDS = 3, SETTLE_MS = 200 };
static const double deadbands[KINDS] = {0, 3, 15};
static const char uri[] = "sim:?fps=30&size=640x480&scene=square&percent=10";

struct bench {
    struct loop *loop;
    struct demand demands[DEMANDS];
    struct timer settled;
    uint64_t answers, frames;
    int failure;
};

static void stop(struct timer *t)
{
    loop_stop(container_of(t, struct bench, settled)->loop);
}

/* What is under way comes to its end unheard. */
static void leave(struct bench *b)
{
    for (size_t i = 0; i < DEMANDS; i++)
        demand_cancel(&b->demands[i]);
    b->failure |= timer_start_in(loop_timers(b->loop), &b->settled, SETTLE_MS * NS_PER_MS);
}

static void count_answer(struct demand *d, const struct snapshot *s, int code, const char *why)
{
    struct bench *b = d->user;
    if (!s) {
        fprintf(stderr, "bench_share: %s\n", why);
        b->failure = code;
        leave(b);
        return;
    }
    b->answers++;
    if (d == &b->demands[0] && --b->frames == 0)
        leave(b);
}

static void ask(struct bench *b, struct camera *camera)
{
    for (size_t i = 0; i < DEMANDS; i++) {
        b->demands[i] = (struct demand){
            .deadband_percent = deadbands[i % KINDS],
            .done = count_answer,
            .user = b,
        };
        camera_follow(camera, &b->demands[i]);
    }
}

static int run(struct bench *b, struct err_text *why)
{
    const struct camera_config config = {
        .linger_ns = NS_PER_S, .capture_timeout_ns = 5 * NS_PER_S, .change_threshold = 30};
    struct camera *camera;
    struct camera_set *set = camera_set_new(b->loop, &config);
    if (!set)
        return err_set(why, ERR_NO_MEMORY, "no memory");
    int rc = camera_set_add(set, uri, NULL, &camera, why);
    if (!rc) {
        ask(b, camera);
        loop_run(b->loop);
        const struct camera_facts *f = camera_facts(camera);
        printf("%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", f->frames_captured,
               f->encodes, 2 * f->frames_captured - 3, f->comparisons, b->answers);
        rc = b->failure;
    }
    camera_set_free(set);
    return rc;
}

int main(int argc, char **argv)
{
    struct err_text why = {0};
    struct bench b = {.settled.callback = stop, .frames = argc == 2 ? strtoull(argv[1], NULL, 10) : 0};
    if (b.frames < 2) {
        fputs("bench_share is used by bench/run\n", stderr);
        return 2;
    }
    int rc = loop_new(&b.loop, &why);
    if (!rc) {
        rc = run(&b, &why);
        loop_free(b.loop);
    }
    if (rc)
        fprintf(stderr, "bench_share: %s\n", why.text);
    return rc ? 1 : 0;
}
