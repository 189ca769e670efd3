/* SPDX-License-Identifier: Apache-2.0 */
#include "app/config.h"

#include "base/compiler.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const image_formats[] = {"jpeg", "png", "bmp", NULL}; /* enum image_format */
static const char *const log_levels[] = {"error", "warning", "info", "debug", NULL};

#define AT(field) .offset = offsetof(struct config, field)

const struct config_key config_keys[] = {
    {"server.port", CONFIG_INTEGER, AT(port), .min = 1, .max = 65535, .initial = 4840,
     .allowed = "a port, 1 to 65535"},
    {"server.open", CONFIG_BOOLEAN, AT(open), .initial = false, .allowed = "true or false"},
    {"log.level", CONFIG_CHOICE, AT(log_level), .choices = log_levels, .initial = 2,
     .allowed = "error, warning, info or debug"},
    {"camera.linger", CONFIG_NUMBER, AT(linger), .min = 0, .max = 3600, .initial = 5,
     .allowed = "seconds, 0 to 3600"},
    {"camera.warmup", CONFIG_INTEGER, AT(warmup), .min = 0, .max = 1000, .initial = 0,
     .allowed = "frames, 0 to 1000"},
    {"camera.capture_timeout", CONFIG_NUMBER, AT(capture_timeout), .min = 0.1, .max = 60, .initial = 5,
     .allowed = "seconds, 0.1 to 60"},
    {"camera.width", CONFIG_INTEGER, AT(max_width), .min = 0, .max = 32768, .initial = 0,
     .allowed = "pixels, 1 to 32768, or 0 for the camera's best"},
    {"camera.height", CONFIG_INTEGER, AT(max_height), .min = 0, .max = 32768, .initial = 0,
     .allowed = "pixels, 1 to 32768, or 0 for the camera's best"},
    {"camera.frame_rate", CONFIG_NUMBER, AT(frame_rate), .min = 0, .max = 1000, .initial = 0,
     .allowed = "frames per second, up to 1000, or 0 for the camera's best"},
    {"image.format", CONFIG_CHOICE, AT(image_format), .choices = image_formats, .initial = 0,
     .allowed = "jpeg, png or bmp"},
    {"image.quality", CONFIG_INTEGER, AT(jpeg_quality), .min = 1, .max = 100, .initial = 85,
     .allowed = "1 to 100"},
    {"image.max_width", CONFIG_INTEGER, AT(image_max_width), .min = 0, .max = 32768, .initial = 0,
     .allowed = "pixels, 1 to 32768, or 0 for the camera's own width"},
    {"change.threshold", CONFIG_INTEGER, AT(change_threshold), .min = 0, .max = 254, .initial = 30,
     .allowed = "0 to 254"},
    {"cameras", CONFIG_LIST, AT(cameras),
     .allowed = "a list of camera URIs such as v4l2:/dev/video0 or sim:"},
};

const size_t config_key_count = ARRAY_LEN(config_keys);

void config_init(struct config *c)
{
    *c = (struct config){0};
    for (size_t i = 0; i < config_key_count; i++) {
        const struct config_key *k = &config_keys[i];
        void *field = (char *)c + k->offset;
        if (k->kind == CONFIG_NUMBER)
            *(double *)field = k->initial;
        else if (k->kind == CONFIG_BOOLEAN)
            *(bool *)field = k->initial != 0;
        else if (k->kind != CONFIG_LIST)
            *(int64_t *)field = (int64_t)k->initial;
    }
}

bool config_find(char *path, size_t size)
{
    const char *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    if (xdg && xdg[0])
        snprintf(path, size, "%s/uacam/uacam.yaml", xdg);
    else
        snprintf(path, size, "%s/.config/uacam/uacam.yaml", home ? home : "");
    if (access(path, F_OK) == 0)
        return true;
    snprintf(path, size, "/etc/uacam/uacam.yaml");
    return access(path, F_OK) == 0;
}

/* "camera" of "camera.linger"; the whole path of a key at the top. */
static int section_len(const char *path)
{
    int n = 0;
    while (path[n] && path[n] != '.')
        n++;
    return n;
}

static void show_value(const struct config_key *k, const void *field, FILE *out)
{
    if (k->kind == CONFIG_NUMBER)
        fprintf(out, "%g\n", *(const double *)field);
    else if (k->kind == CONFIG_BOOLEAN)
        fprintf(out, "%s\n", *(const bool *)field ? "true" : "false");
    else if (k->kind == CONFIG_CHOICE)
        fprintf(out, "%s\n", k->choices[*(const int64_t *)field]);
    else
        fprintf(out, "%lld\n", (long long)*(const int64_t *)field);
}

/* URIs hold no quotes that would need more care: a backslash or quote is escaped, the rest stands. */
static void show_list(const struct config *c, FILE *out)
{
    if (c->camera_count == 0)
        fprintf(out, "cameras: []\n");
    else
        fprintf(out, "cameras:\n");
    for (size_t i = 0; i < c->camera_count; i++) {
        fprintf(out, "  - \"");
        for (const char *p = c->cameras[i]; *p; p++)
            fprintf(out, *p == '"' || *p == '\\' ? "\\%c" : "%c", *p);
        fprintf(out, "\"\n");
    }
}

void config_show(const struct config *c, FILE *out)
{
    const char *before = "";
    for (size_t i = 0; i < config_key_count; i++) {
        const struct config_key *k = &config_keys[i];
        if (k->kind == CONFIG_LIST) {
            show_list(c, out);
            continue;
        }
        int n = section_len(k->path);
        if (strncmp(before, k->path, (size_t)n + 1) != 0)
            fprintf(out, "%.*s:\n", n, k->path);
        before = k->path;
        fprintf(out, "  %s: ", k->path + n + 1);
        show_value(k, (const char *)c + k->offset, out);
    }
}
