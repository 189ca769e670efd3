/* SPDX-License-Identifier: Apache-2.0 */
#include "app/command.h"
#include "app/json.h"
#include "camera/backend.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_CAMERAS = 256 };

/* What detection found, in the order found. */
struct found_cameras {
    struct camera_identity *all[MOST_CAMERAS];
    size_t count;
};

static void found(void *user, const struct camera_identity *id)
{
    struct found_cameras *f = user;
    if (f->count == MOST_CAMERAS)
        return;
    struct camera_identity *copy = malloc(sizeof *copy);
    if (!copy)
        return;
    *copy = *id;
    f->all[f->count++] = copy;
}

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

static void print_json_camera(const struct camera_identity *id, const struct camera_probe *p)
{
    const char *const texts[][2] = {
        {"id", id->id},           {"name", id->name},
        {"uri", id->uri},         {"state", state_name(p->state)},
        {"error", p->error.text}, {"manufacturer", id->manufacturer},
        {"model", id->model},     {"serial", id->serial},
        {"driver", id->driver},   {"address", id->address},
    };
    printf("  {");
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        printf("%s\"%s\": ", i ? ", " : "", texts[i][0]);
        json_print_string(stdout, texts[i][1]);
    }
    printf(", \"formats\": [");
    for (size_t i = 0; i < p->mode_count; i++) {
        const struct camera_mode *m = &p->modes[i];
        printf("%s{\"format\": \"%s\", \"width\": %u, \"height\": %u, \"fps\": %g}", i ? ", " : "",
               pixel_format_info(m->format)->name, m->width, m->height, m->max_fps);
    }
    printf("]}");
}

static int list(struct found_cameras *f, bool json)
{
    int rc = EXIT_DONE;
    for (const struct backend *const *b = backends(); *b; b++) {
        struct err_text why = {0};
        if ((*b)->detect && (*b)->detect(found, f, &why))
            rc = command_failed("%s: %s", (*b)->scheme, why.text);
    }
    if (json)
        printf("[");
    for (size_t i = 0; i < f->count; i++) {
        struct camera_probe probe;
        look(f->all[i], &probe);
        if (json) {
            printf("%s\n", i ? "," : "");
            print_json_camera(f->all[i], &probe);
        } else {
            print_camera(f->all[i], &probe);
        }
        free(f->all[i]);
    }
    if (json)
        printf("%s]\n", f->count ? "\n" : "");
    else if (f->count == 0)
        fprintf(stderr, "no camera is attached to this machine; `uacam serve` will offer a simulated one\n");
    return rc;
}

static int run(const struct command *self, int argc, char **argv)
{
    static struct found_cameras f;
    bool json = argc == 2 && strcmp(argv[1], "--json") == 0;
    if (argc > 1 && !json)
        return command_misused(self, "cameras takes --json or nothing");
    return list(&f, json);
}

const struct command cameras_command = {
    .name = "cameras",
    .summary = "list the cameras of this machine",
    .help = "usage: uacam cameras [--json]\n\n"
            "Lists each camera: its id, name, state (for a busy or forbidden one why, and what to do)\n"
            "and the formats it offers. Needs no running server and disturbs none.\n",
    .run = run,
};
