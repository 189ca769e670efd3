/* SPDX-License-Identifier: Apache-2.0 */
#include "app/camera_list.h"

#include "app/command.h"
#include "app/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- collecting ---- */

static void *copy_of(const void *what, size_t size)
{
    void *copy = malloc(size);
    return copy ? memcpy(copy, what, size) : NULL;
}

static void add_camera(void *user, const struct camera_identity *id)
{
    struct camera_list *l = user;
    if (l->count < CAMERA_LIST_MOST && (l->cameras[l->count] = copy_of(id, sizeof *id)))
        l->count++;
}

static void add_device(void *user, const struct onvif_device *d)
{
    struct camera_list *l = user;
    if (l->device_count < CAMERA_LIST_MOST && (l->devices[l->device_count] = copy_of(d, sizeof *d)))
        l->device_count++;
}

bool camera_list_collect(struct camera_list *l, bool ask_network)
{
    bool good = true;
    struct err_text why;
    for (const struct backend *const *b = backends(); *b; b++) {
        if (!(*b)->detect || (*b)->detect(add_camera, l, &why) == 0)
            continue;
        command_failed("%s: %s", (*b)->scheme, why.text);
        good = false;
    }
    if (ask_network && onvif_discover(add_device, l, &why)) {
        command_failed("onvif: %s", why.text);
        good = false;
    }
    return good;
}

void camera_list_clear(struct camera_list *l)
{
    for (size_t i = 0; i < l->count; i++)
        free(l->cameras[i]);
    for (size_t i = 0; i < l->device_count; i++)
        free(l->devices[i]);
    *l = (struct camera_list){0};
}

/* ---- looking at one ---- */

static const char *state_name(int state)
{
    switch (state) {
    case 0:
        return "ready";
    case ERR_BUSY:
        return "busy";
    case ERR_DENIED:
        return "denied";
    case ERR_GONE:
        return "unplugged";
    default:
        return "failed";
    }
}

static void look(const struct camera_identity *id, struct camera_probe *out)
{
    struct err_text why = {0};
    memset(out, 0, sizeof *out);
    int rc = backend_of(id->uri)->probe(id, out, &why);
    if (rc && !out->state) {
        out->state = rc;
        out->error = why;
    }
}

/* ---- for people ---- */

static void print_modes(const struct camera_probe *p)
{
    for (size_t i = 0; i < p->mode_count; i++) {
        const struct camera_mode *m = &p->modes[i];
        printf("    %-6s %5ux%-5u", pixel_format_info(m->format)->name, m->width, m->height);
        if (m->max_fps > 0)
            printf(" %6.4g fps", m->max_fps);
        printf("\n");
    }
}

static void print_camera(const struct camera_identity *id, const struct camera_probe *p)
{
    printf("%s\n    name   %s\n    uri    %s\n    driver %s at %s\n    state  %s%s%s\n", id->id, id->name,
           id->uri, id->driver, id->address, state_name(p->state), p->error.text[0] ? ": " : "",
           p->error.text);
    print_modes(p);
}

static void print_devices(const struct camera_list *l)
{
    printf("%sIn the network, by ONVIF; each needs a line in the configuration (docs/cameras.md):\n",
           l->count ? "\n" : "");
    for (size_t i = 0; i < l->device_count; i++) {
        const struct onvif_device *d = l->devices[i];
        printf("    %s%s%s%s  %s\n", d->name[0] ? d->name : d->endpoint, d->hardware[0] ? " (" : "",
               d->hardware, d->hardware[0] ? ")" : "", d->service);
    }
}

void camera_list_print(const struct camera_list *l)
{
    for (size_t i = 0; i < l->count; i++) {
        struct camera_probe probe;
        look(l->cameras[i], &probe);
        print_camera(l->cameras[i], &probe);
    }
    if (l->device_count)
        print_devices(l);
    if (l->count == 0)
        fprintf(stderr, "no camera is attached to this machine; `uacam serve` will offer a simulated one\n");
}

/* ---- for scripts ---- */

struct json_text {
    const char *key;
    const char *value;
};

static void print_texts(const struct json_text *texts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        printf("%s\"%s\": ", i ? ", " : "", texts[i].key);
        json_print_string(stdout, texts[i].value);
    }
}

static void print_json_camera(const struct camera_identity *id, const struct camera_probe *p)
{
    const struct json_text texts[] = {
        {"kind", backend_of(id->uri)->scheme},
        {"id", id->id},
        {"name", id->name},
        {"uri", id->uri},
        {"state", state_name(p->state)},
        {"error", p->error.text},
        {"manufacturer", id->manufacturer},
        {"model", id->model},
        {"serial", id->serial},
        {"driver", id->driver},
        {"address", id->address},
    };
    printf("  {");
    print_texts(texts, ARRAY_LEN(texts));
    printf(", \"formats\": [");
    for (size_t i = 0; i < p->mode_count; i++) {
        const struct camera_mode *m = &p->modes[i];
        printf("%s{\"format\": \"%s\", \"width\": %u, \"height\": %u, \"fps\": %g}", i ? ", " : "",
               pixel_format_info(m->format)->name, m->width, m->height, m->max_fps);
    }
    printf("]}");
}

static void print_json_device(const struct onvif_device *d)
{
    const struct json_text texts[] = {
        {"kind", "onvif"},         {"endpoint", d->endpoint}, {"name", d->name},
        {"hardware", d->hardware}, {"location", d->location}, {"service", d->service},
    };
    printf("  {");
    print_texts(texts, ARRAY_LEN(texts));
    printf("}");
}

void camera_list_print_json(const struct camera_list *l)
{
    const char *before = "\n";
    printf("[");
    for (size_t i = 0; i < l->count; i++, before = ",\n") {
        struct camera_probe probe;
        look(l->cameras[i], &probe);
        printf("%s", before);
        print_json_camera(l->cameras[i], &probe);
    }
    for (size_t i = 0; i < l->device_count; i++, before = ",\n") {
        printf("%s", before);
        print_json_device(l->devices[i]);
    }
    printf("%s]\n", l->count + l->device_count ? "\n" : "");
}
