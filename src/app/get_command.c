/* SPDX-License-Identifier: Apache-2.0 */
#include "app/client_options.h"
#include "app/image_finder.h"
#include "app/last_error.h"
#include "app/picture.h"
#include "app/value_text.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NO_TEXT "a picture is no text for a terminal: name a file with -o FILE"

enum {
    ANSWER_MS = 10000,
    PICTURE_MS = 90000, /* a camera may have to start; its server knows how long that takes */
    VALUE_TEXT = 4096,
};

struct getting {
    struct client_options options;
    const char *variable;
    const char *file; /* NULL: stdout */
    int64_t max_age_ms;

    struct client *client;
    struct image_finder finder;
    struct last_error last_error;
    int exit_code;
};

static const struct option long_options[] = {
    {"output", required_argument, NULL, 'o'},
    {"max-age", required_argument, NULL, 'a'},
    {"png", no_argument, NULL, 'p'},
    {"bmp", no_argument, NULL, 'b'},
    {"thumbnail", no_argument, NULL, 't'},
    CLIENT_OPTIONS,
    {0},
};

/* ---- the picture ---- */

static void stop(struct getting *g, int exit_code)
{
    g->exit_code = exit_code;
    client_close(g->client);
}

static int print(struct slice bytes)
{
    if (fwrite(bytes.data, 1, bytes.len, stdout) != bytes.len || fflush(stdout))
        return command_failed("cannot write to standard output: %s", strerror(errno));
    return EXIT_DONE;
}

static const char *camera_name(const struct getting *g)
{
    return g->options.camera ? g->options.camera : "the first camera";
}

static bool needs_file(const struct getting *g)
{
    return !g->file && isatty(STDOUT_FILENO);
}

static int deliver_picture(const struct getting *g, const struct ua_data_value *value)
{
    struct picture picture;
    struct err_text why;
    char description[160];
    if (picture_of_value(value, camera_name(g), &picture, &why))
        return command_failed("%s", why.text);
    if (needs_file(g))
        return command_failed(NO_TEXT);
    picture_describe(&picture, value->source_timestamp, description, sizeof description);
    if (g->file && picture_save(&picture, g->file, &why))
        return command_failed("%s", why.text);
    int rc = g->file ? EXIT_DONE : print(picture.bytes);
    if (rc == EXIT_DONE)
        fprintf(stderr, "%s: %s\n", g->file ? g->file : "standard output", description);
    return rc;
}

/* What a NodeId leads to may be no picture at all. */
static int deliver(const struct getting *g, const struct ua_data_value *value)
{
    char text[VALUE_TEXT];
    if (g->file || !value_text(&value->value, text, sizeof text))
        return deliver_picture(g, value);
    if (puts(text) < 0 || fflush(stdout))
        return command_failed("cannot write to standard output: %s", strerror(errno));
    return EXIT_DONE;
}

static int status_failed(ua_status status)
{
    struct err_text why;
    client_explain(&why, status, "cannot read the picture");
    return command_failed("%s", why.text);
}

static void picture_read(void *user, ua_status status, const void *response)
{
    struct getting *g = user;
    const struct ua_read_response *r = response;
    if (!status && r->results_len != 1)
        status = UA_BAD_UNKNOWN_RESPONSE;
    if (status)
        stop(g, status_failed(status));
    else if (ua_is_bad(r->results[0].status))
        last_error_ask(&g->last_error, r->results[0].status);
    else
        stop(g, deliver(g, &r->results[0]));
}

/* ---- the way there ---- */

static void image_missing(void *user, const struct err_text *why)
{
    stop(user, command_failed("%s", why->text));
}

static void image_found(void *user, const struct ua_nodeid *node)
{
    struct getting *g = user;
    g->last_error = (struct last_error){
        .client = g->client,
        .camera = camera_name(g),
        .told = image_missing,
        .user = g,
    };
    last_error_of(&g->last_error, node);
    ua_status status = client_read(g->client, node, 1, (double)g->max_age_ms, PICTURE_MS, picture_read, g);
    if (status)
        stop(g, status_failed(status));
}

static void connected(void *user)
{
    struct getting *g = user;
    g->finder = (struct image_finder){
        .client = g->client,
        .camera = g->options.camera,
        .variable = g->variable,
        .found = image_found,
        .failed = image_missing,
        .user = g,
    };
    image_finder_start(&g->finder);
}

static void closed(void *user, const struct err_text *why)
{
    struct getting *g = user;
    if (why->text[0])
        g->exit_code = command_failed("%s", why->text);
}

static const struct client_events events = {.ready = connected, .closed = closed};

static int get(struct getting *g)
{
    struct loop *loop;
    struct err_text why = {0};
    if (loop_new(&loop, &why))
        return command_failed("%s", why.text);
    const struct client_config config = {
        .url = g->options.url,
        .name = "uacam get",
        .timeout_ms = ANSWER_MS,
        .security = &g->options.security,
        .events = &events,
        .user = g,
    };
    if (client_open(loop, &config, &g->client, &why))
        g->exit_code = command_failed("%s", why.text);
    loop_run(loop);
    loop_free(loop);
    return g->exit_code;
}

/* ---- the command line ---- */

static int choose(const struct command *self, struct getting *g, const char *variable)
{
    if (g->variable)
        return command_misused(self, "only one of --png, --bmp and --thumbnail");
    g->variable = variable;
    return EXIT_DONE;
}

static int parse(const struct command *self, int argc, char **argv, struct getting *g)
{
    int found, rc = EXIT_DONE;
    while (!rc && (found = getopt_long(argc, argv, ":o:", long_options, NULL)) != -1) {
        switch (found) {
        case 'o':
            g->file = optarg;
            break;
        case 'a':
            if (command_integer(optarg, 0, INT32_MAX, &g->max_age_ms))
                rc = command_misused(self, "--max-age takes milliseconds, 0 to %d", INT32_MAX);
            break;
        case 'p':
            rc = choose(self, g, "CameraImagePng");
            break;
        case 'b':
            rc = choose(self, g, "CameraImageBmp");
            break;
        case 't':
            rc = choose(self, g, "Thumbnail");
            break;
        default:
            if (!client_options_take(&g->options, found))
                rc = command_bad_option(self, argc, argv, found);
        }
    }
    return rc;
}

static int take_names(const struct command *self, int argc, char **argv, struct getting *g)
{
    int rc = client_options_names(self, &g->options, argc, argv);
    if (rc)
        return rc;
    bool is_node = g->options.camera && image_finder_is_nodeid(g->options.camera);
    if (g->variable && is_node)
        return command_misused(self,
                               "a NodeId says already which picture: leave --png, --bmp and --thumbnail "
                               "out");
    if (!g->variable)
        g->variable = "CameraImage";
    if (!is_node && needs_file(g))
        return command_misused(self, NO_TEXT);
    return EXIT_DONE;
}

static int run(const struct command *self, int argc, char **argv)
{
    struct getting g = {0};
    int usage = parse(self, argc, argv, &g);
    if (!usage)
        usage = take_names(self, argc - optind, argv + optind, &g);
    if (usage)
        return usage;
    int rc = client_options_open(&g.options);
    if (!rc)
        rc = get(&g);
    client_options_close(&g.options);
    return rc;
}

const struct command get_command = {
    .name = "get",
    .summary = "read one picture from a server",
    .help = "usage: uacam get URL [CAMERA] [-o FILE] [--max-age MS] [--png | --bmp | --thumbnail]\n"
            "                 [--user NAME] [--security none|sign|encrypt] [--policy NAME]\n\n"
            "  URL                opc.tcp://HOST:PORT, port 4840 when none is given\n"
            "  CAMERA             a camera's id or name, else the first one; or, on any OPC UA "
            "server, the\n"
            "                     NodeId of the picture, such as 'ns=2;s=Camera.Image'; a number or a "
            "text\n"
            "                     that is there instead is printed\n"
            "  -o, --output FILE  write the picture there; default standard output\n"
            "  --max-age MS       a picture this old will do; default 0, a new one\n"
            "  --png, --bmp       another format than JPEG\n"
            "  --thumbnail        a small picture\n" CLIENT_OPTIONS_HELP,
    .run = run,
};
