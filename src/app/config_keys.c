/* SPDX-License-Identifier: Apache-2.0 */
#include "app/config.h"

#include "base/compiler.h"
#include "camera/uri_secret.h"

#include <string.h>

static const char *const image_formats[] = {"jpeg", "png", "bmp", NULL};      /* enum image_format */
static const char *const listen_places[] = {"all", "loopback", NULL};         /* enum listen_on */
static const char *const none_places[] = {"loopback", "never", "open", NULL}; /* enum none_for */
static const char *const policies[] = {"Basic256Sha256", "Aes128_Sha256_RsaOaep", "Aes256_Sha256_RsaPss",
                                       NULL};
static const char *const engines[] = {"auto", "openssl", "ipsec-mb", NULL}; /* enum engine_choice */
const char *const config_kinds[] = {"v4l2", "gige", "usb3v", NULL};
static const char *const log_levels[] = {"error", "warning", "info", "debug", NULL};

#define AT(field) .offset = offsetof(struct config, field)

const struct config_key config_keys[] = {
    {"server.port", CONFIG_INTEGER, AT(port), .min = 1, .max = 65535, .initial = 4840,
     .allowed = "a port, 1 to 65535"},
    {"server.listen", CONFIG_CHOICE, AT(listen), .choices = listen_places, .initial = LISTEN_ON_ALL,
     .allowed = "all or loopback"},
    {"server.default_camera", CONFIG_TEXT, AT(default_camera), .allowed = "the id of a camera"},
    {"state.folder", CONFIG_TEXT, AT(state_folder), .allowed = "the path of a folder"},
    {"state.keep_settings", CONFIG_BOOLEAN, AT(keep_settings), .initial = true, .allowed = "true or false"},
    {"security.none", CONFIG_CHOICE, AT(security.none), .choices = none_places, .initial = NONE_FOR_LOOPBACK,
     .allowed = "loopback, never or open"},
    {"security.anonymous", CONFIG_BOOLEAN, AT(security.anonymous), .initial = true,
     .allowed = "true or false"},
    {"security.policies", CONFIG_SET, AT(security.policies), .choices = policies, .initial = 7,
     .allowed = "a list of Basic256Sha256, Aes128_Sha256_RsaOaep, Aes256_Sha256_RsaPss"},
    {"security.min_key_bits", CONFIG_INTEGER, AT(security.min_key_bits), .min = 2048, .max = 4096,
     .initial = 2048, .allowed = "bits, 2048 to 4096"},
    {"security.key_bits", CONFIG_INTEGER, AT(security.key_bits), .min = 2048, .max = 4096, .initial = 2048,
     .allowed = "bits, 2048 to 4096"},
    {"security.host_names", CONFIG_TEXT, AT(security.host_names),
     .allowed = "names and addresses with commas between them"},
    {"security.engine", CONFIG_CHOICE, AT(security.engine), .choices = engines, .initial = ENGINE_AUTO,
     .allowed = "auto, openssl or ipsec-mb"},
    {"security.certificate", CONFIG_TEXT, AT(security.certificate), .allowed = "the path of a file"},
    {"security.key", CONFIG_TEXT, AT(security.key), .allowed = "the path of a file"},
    {"log.level", CONFIG_CHOICE, AT(log_level), .choices = log_levels, .initial = 2,
     .allowed = "error, warning, info or debug"},
    {"camera.linger", CONFIG_NUMBER, AT(camera.linger), .min = 0, .max = 3600, .initial = 5,
     .allowed = "seconds, 0 to 3600"},
    {"camera.warmup", CONFIG_INTEGER, AT(camera.warmup), .min = 0, .max = 1000, .initial = 0,
     .allowed = "frames, 0 to 1000"},
    {"camera.capture_timeout", CONFIG_NUMBER, AT(camera.capture_timeout), .min = 0.1, .max = 60, .initial = 5,
     .allowed = "seconds, 0.1 to 60"},
    {"camera.width", CONFIG_INTEGER, AT(camera.width), .min = 0, .max = 32768, .initial = 0,
     .allowed = "pixels, 1 to 32768, or 0 for the camera's best"},
    {"camera.height", CONFIG_INTEGER, AT(camera.height), .min = 0, .max = 32768, .initial = 0,
     .allowed = "pixels, 1 to 32768, or 0 for the camera's best"},
    {"camera.frame_rate", CONFIG_NUMBER, AT(camera.frame_rate), .min = 0, .max = 1000, .initial = 0,
     .allowed = "frames per second, up to 1000, or 0 for the camera's best"},
    {"image.format", CONFIG_CHOICE, AT(camera.image_format), .choices = image_formats, .initial = 0,
     .allowed = "jpeg, png or bmp"},
    {"image.quality", CONFIG_INTEGER, AT(camera.jpeg_quality), .min = 1, .max = 100, .initial = 85,
     .allowed = "1 to 100"},
    {"image.max_size", CONFIG_INTEGER, AT(camera.image_max_size), .min = 0, .max = 32768, .initial = 0,
     .allowed = "pixels, 1 to 32768, or 0 for the camera's own size"},
    {"change.threshold", CONFIG_INTEGER, AT(camera.change_threshold), .min = 0, .max = 254, .initial = 30,
     .allowed = "0 to 254"},
    {"detection.kinds", CONFIG_SET, AT(detected_kinds), .choices = config_kinds, .initial = 7,
     .allowed = "a list of v4l2, gige, usb3v"},
    {"cameras", CONFIG_LIST, AT(cameras),
     .allowed = "a list of camera URIs such as v4l2:/dev/video0, or of uri: or id: with settings of its own"},
};

const size_t config_key_count = ARRAY_LEN(config_keys);

bool config_key_is_of_camera(const struct config_key *k)
{
    size_t first = offsetof(struct config, camera);
    return k->offset >= first && k->offset < first + sizeof(struct camera_options);
}

void *config_camera_field(const struct config_key *k, struct camera_options *options)
{
    return (char *)options + (k->offset - offsetof(struct config, camera));
}

struct config_camera config_camera_of(const struct config *c)
{
    return (struct config_camera){.options = c->camera, .enabled = true};
}

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
        else if (k->kind != CONFIG_LIST && k->kind != CONFIG_TEXT)
            *(int64_t *)field = (int64_t)k->initial;
    }
}

/* "camera" of "camera.linger"; the whole path of a key at the top. */
static int section_len(const char *path)
{
    int n = 0;
    while (path[n] && path[n] != '.')
        n++;
    return n;
}

static void show_quoted(const char *text, FILE *out)
{
    fputc('"', out);
    for (; *text; text++)
        fprintf(out, *text == '"' || *text == '\\' ? "\\%c" : "%c", *text);
    fputc('"', out);
}

static void show_set(const struct config_key *k, int64_t bits, FILE *out)
{
    const char *before = "";
    fputc('[', out);
    for (int i = 0; k->choices[i]; i++)
        if (bits >> i & 1) {
            fprintf(out, "%s%s", before, k->choices[i]);
            before = ", ";
        }
    fprintf(out, "]\n");
}

static void show_text(const char *text, FILE *out)
{
    show_quoted(text, out);
    fputc('\n', out);
}

static void show_value(const struct config_key *k, const void *field, FILE *out)
{
    if (k->kind == CONFIG_NUMBER)
        fprintf(out, "%g\n", *(const double *)field);
    else if (k->kind == CONFIG_BOOLEAN)
        fprintf(out, "%s\n", *(const bool *)field ? "true" : "false");
    else if (k->kind == CONFIG_CHOICE)
        fprintf(out, "%s\n", k->choices[*(const int64_t *)field]);
    else if (k->kind == CONFIG_SET)
        show_set(k, *(const int64_t *)field, out);
    else if (k->kind == CONFIG_TEXT)
        show_text(field, out);
    else
        fprintf(out, "%lld\n", (long long)*(const int64_t *)field);
}

static bool same_value(const struct config_key *k, const void *a, const void *b)
{
    return k->kind == CONFIG_NUMBER ? *(const double *)a == *(const double *)b
                                    : *(const int64_t *)a == *(const int64_t *)b;
}

/* The keys of a section each on its line, below the section's name where it begins. */
static void show_key(const struct config_key *k, const void *field, const char *before, const char *indent,
                     FILE *out)
{
    int n = section_len(k->path);
    if (strncmp(before, k->path, (size_t)n + 1) != 0)
        fprintf(out, "%s%.*s:\n", indent, n, k->path);
    fprintf(out, "%s  %s: ", indent, k->path + n + 1);
    show_value(k, field, out);
}

/* A camera with what it has of its own. */
static void show_camera(const struct config *c, const struct config_camera *camera, FILE *out)
{
    struct camera_options own = camera->options, common = c->camera;
    const char *before = "";
    char masked[2 * CONFIG_URI];
    uri_mask(camera->uri, masked, sizeof masked);
    const char *texts[][2] = {{"uri", masked}, {"id", camera->id}, {"name", camera->name}};
    const char *indent = "  - ";
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        if (!texts[i][1][0])
            continue;
        fprintf(out, "%s%s: ", indent, texts[i][0]);
        show_quoted(texts[i][1], out);
        fputc('\n', out);
        indent = "    ";
    }
    if (!camera->enabled)
        fprintf(out, "    enabled: false\n");
    for (size_t i = 0; i < config_key_count; i++) {
        const struct config_key *k = &config_keys[i];
        if (!config_key_is_of_camera(k) ||
            same_value(k, config_camera_field(k, &own), config_camera_field(k, &common)))
            continue;
        show_key(k, config_camera_field(k, &own), before, "    ", out);
        before = k->path;
    }
}

void config_show(const struct config *c, FILE *out)
{
    const char *before = "";
    for (size_t i = 0; i < config_key_count; i++) {
        const struct config_key *k = &config_keys[i];
        if (k->kind == CONFIG_LIST)
            continue;
        show_key(k, (const char *)c + k->offset, before, "", out);
        before = k->path;
    }
    fprintf(out, c->camera_count ? "cameras:\n" : "cameras: []\n");
    for (size_t i = 0; i < c->camera_count; i++)
        show_camera(c, &c->cameras[i], out);
}
