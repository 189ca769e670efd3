/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/sim/memory.h"

#include "camera/sim/script.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MEMORIES_MAX = 1024 };

struct sim_memory {
    struct sim_memory *next;
    char id[CAMERA_TEXT];
    struct sim_knobs knobs;
    unsigned runs;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of all memories */
static struct sim_memory *memories;
static size_t memory_count;

static const struct sim_knobs first_knobs = {.exposure_us = SIM_EXPOSURE_US};

/* The lock is held. */
static struct sim_memory *add(const char *id)
{
    struct sim_memory *m = memory_count < MEMORIES_MAX ? calloc(1, sizeof *m) : NULL;
    if (!m)
        return NULL;
    snprintf(m->id, sizeof m->id, "%s", id);
    m->knobs = first_knobs;
    m->next = memories;
    memories = m;
    memory_count++;
    return m;
}

struct sim_memory *sim_memory_of(const char *id)
{
    pthread_mutex_lock(&lock);
    struct sim_memory *m = memories;
    while (m && strcmp(m->id, id) != 0)
        m = m->next;
    if (!m)
        m = add(id);
    pthread_mutex_unlock(&lock);
    return m;
}

struct sim_knobs sim_memory_read(struct sim_memory *m)
{
    pthread_mutex_lock(&lock);
    struct sim_knobs knobs = m->knobs;
    pthread_mutex_unlock(&lock);
    return knobs;
}

void sim_memory_write(struct sim_memory *m, const struct sim_knobs *knobs)
{
    pthread_mutex_lock(&lock);
    m->knobs = *knobs;
    pthread_mutex_unlock(&lock);
}

void sim_memory_reset(struct sim_memory *m)
{
    struct sim_knobs knobs = first_knobs, now = sim_memory_read(m);
    knobs.width = now.width;
    knobs.height = now.height;
    knobs.fps = now.fps;
    knobs.format = now.format;
    sim_memory_write(m, &knobs);
}

void sim_memory_streams(struct sim_memory *m, bool streams)
{
    pthread_mutex_lock(&lock);
    m->runs += streams ? 1 : -1u;
    pthread_mutex_unlock(&lock);
}

bool sim_memory_is_streaming(struct sim_memory *m)
{
    pthread_mutex_lock(&lock);
    bool streaming = m->runs > 0;
    pthread_mutex_unlock(&lock);
    return streaming;
}

/* ---- what it comes to ---- */

/* Gain is in dB of amplitude; an exposure that rules itself is always right. */
static double light_of(const struct sim_knobs *k)
{
    double exposure = k->exposure_auto == SIM_AUTO_CONTINUOUS ? 1 : k->exposure_us / SIM_EXPOSURE_US;
    return exposure * pow(10, k->gain_db / 20);
}

void sim_knobs_tune(const struct sim_knobs *k, struct sim_options *o)
{
    if (k->width)
        o->pattern.width = (uint32_t)k->width;
    if (k->height)
        o->pattern.height = (uint32_t)k->height;
    if (k->fps > 0)
        o->fps = k->fps;
    if (k->format)
        o->format = (enum pixel_format)(k->format - 1);
    if (k->scene)
        o->pattern.script = &sim_scripts[k->scene - 1];
    o->look =
        (struct sim_look){.light = light_of(k), .offset = (int)k->brightness, .mirrored = k->reverse_x != 0};
}
