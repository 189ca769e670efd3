/* SPDX-License-Identifier: Apache-2.0 */
#include "support/fake_tuner.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* The ops are given no pointer of ours. */
static struct fake_tuner *the_tuner;

/* The lock is held. Hangs or fails as told. */
static int enter(struct fake_tuner *t, enum fake_tuner_op op, struct err_text *why)
{
    while (t->hangs == op)
        pthread_cond_wait(&t->changed, &t->lock);
    return t->fails == op ? err_set(why, (enum err)t->code, "fake: %s as told", err_name(t->code)) : 0;
}

static int open_device(const struct camera_identity *id, void **device, struct err_text *why)
{
    (void)id;
    struct fake_tuner *t = the_tuner;
    pthread_mutex_lock(&t->lock);
    t->opens++;
    int rc = enter(t, FAKE_OPEN, why);
    if (rc)
        t->closes++;
    pthread_mutex_unlock(&t->lock);
    *device = rc ? NULL : t;
    return rc;
}

static void close_device(void *device)
{
    struct fake_tuner *t = device;
    pthread_mutex_lock(&t->lock);
    t->closes++;
    pthread_cond_broadcast(&t->changed);
    pthread_mutex_unlock(&t->lock);
}

static int list_settings(void *device, const struct capture_wish *wish, struct setting_list *out,
                         struct err_text *why)
{
    static const char *const autos[] = {"Off", "Continuous"};
    struct fake_tuner *t = device;
    pthread_mutex_lock(&t->lock);
    const struct setting rows[] = {
        {.name = "Gain",
         .kind = SETTING_FLOAT,
         .max = t->gain_max,
         .flags = t->gain_auto ? SETTING_INACTIVE : 0,
         .value.number = t->gain,
         .readable = true},
        {.name = "GainAuto",
         .kind = SETTING_MENU,
         .choices = autos,
         .choice_count = 2,
         .value.integer = t->gain_auto,
         .readable = true},
        {.name = "Width",
         .kind = SETTING_INTEGER,
         .min = 8,
         .max = 64,
         .value.integer = wish->width ? wish->width : FAKE_CAMERA_SIDE,
         .readable = true},
        {.name = "Mode",
         .folder = "Device",
         .kind = SETTING_INTEGER,
         .max = 3,
         .flags = SETTING_STOPS,
         .value.integer = t->mode,
         .readable = true},
        {.name = "Reset", .kind = SETTING_COMMAND},
        {.name = "Serial",
         .kind = SETTING_STRING,
         .flags = SETTING_READ_ONLY,
         .value.text = "7",
         .readable = true},
    };
    t->lists++;
    int rc = enter(t, FAKE_LIST, why);
    for (size_t i = 0; i < ARRAY_LEN(rows) && !rc; i++)
        rc = setting_list_add(out, &rows[i]);
    pthread_mutex_unlock(&t->lock);
    return rc;
}

/* The lock is held. */
static int set(struct fake_tuner *t, struct capture_wish *wish, const char *path,
               const struct setting_value *v, struct err_text *why)
{
    if (strcmp(path, "Gain") == 0)
        t->gain = v->number;
    else if (strcmp(path, "GainAuto") == 0)
        t->gain_auto = v->integer;
    else if (strcmp(path, "Width") == 0)
        wish->width = (uint32_t)v->integer;
    else if (strcmp(path, "Reset") == 0)
        t->resets++;
    else if (fake_camera_streams(t->camera))
        return err_set(why, ERR_BUSY, "fake: it streams");
    else
        t->mode = v->integer;
    return 0;
}

static int apply(void *device, struct capture_wish *wish, const char *path, const struct setting_value *v,
                 struct err_text *why)
{
    struct fake_tuner *t = device;
    pthread_mutex_lock(&t->lock);
    t->applies++;
    int rc = enter(t, FAKE_APPLY, why);
    if (!rc)
        rc = set(t, wish, path, v, why);
    size_t used = strlen(t->applied);
    if (!rc)
        snprintf(t->applied + used, sizeof t->applied - used, "%s ", path);
    t->opens_of_camera = fake_camera_opens(t->camera);
    pthread_mutex_unlock(&t->lock);
    return rc;
}

static int wait_for_change(void *device, int wake_fd, struct err_text *why)
{
    (void)why;
    struct fake_tuner *t = device;
    struct pollfd fds[] = {{.fd = wake_fd, .events = POLLIN}, {.fd = t->bell, .events = POLLIN}};
    eventfd_t rung;
    poll(fds, 2, -1);
    return eventfd_read(t->bell, &rung) == 0;
}

void fake_tuner_init(struct fake_tuner *t, struct fake_camera *camera)
{
    *t = (struct fake_tuner){
        .ops = {.open = open_device,
                .close = close_device,
                .list = list_settings,
                .apply = apply,
                .wait = wait_for_change},
        .camera = camera,
        .bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
        .gain_max = 10,
    };
    pthread_mutex_init(&t->lock, NULL);
    pthread_cond_init(&t->changed, NULL);
    the_tuner = t;
}

void fake_tuner_clear(struct fake_tuner *t)
{
    pthread_mutex_lock(&t->lock);
    while (t->closes < t->opens)
        pthread_cond_wait(&t->changed, &t->lock);
    pthread_mutex_unlock(&t->lock);
    close(t->bell);
    pthread_cond_destroy(&t->changed);
    pthread_mutex_destroy(&t->lock);
    the_tuner = NULL;
}

void fake_tuner_hang(struct fake_tuner *t, enum fake_tuner_op op)
{
    pthread_mutex_lock(&t->lock);
    t->hangs = op;
    pthread_cond_broadcast(&t->changed);
    pthread_mutex_unlock(&t->lock);
}

void fake_tuner_fail(struct fake_tuner *t, enum fake_tuner_op op, int code)
{
    pthread_mutex_lock(&t->lock);
    t->fails = op;
    t->code = code;
    pthread_mutex_unlock(&t->lock);
}

void fake_tuner_turn(struct fake_tuner *t, double gain)
{
    pthread_mutex_lock(&t->lock);
    t->gain = gain;
    pthread_mutex_unlock(&t->lock);
    eventfd_write(t->bell, 1);
}

void fake_tuner_limit(struct fake_tuner *t, double gain_max)
{
    pthread_mutex_lock(&t->lock);
    t->gain_max = gain_max;
    pthread_mutex_unlock(&t->lock);
}

double fake_tuner_gain(struct fake_tuner *t)
{
    pthread_mutex_lock(&t->lock);
    double gain = t->gain;
    pthread_mutex_unlock(&t->lock);
    return gain;
}

unsigned fake_tuner_count(struct fake_tuner *t, const unsigned *count)
{
    pthread_mutex_lock(&t->lock);
    unsigned n = *count;
    pthread_mutex_unlock(&t->lock);
    return n;
}
