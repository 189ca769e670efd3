/* SPDX-License-Identifier: Apache-2.0 */
#include "app/client_options.h"
#include "app/image_finder.h"
#include "app/last_error.h"
#include "app/picture.h"
#include "client/subscription.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    ANSWER_MS = 10000,
    PUBLISHING_MS = 50, /* how late a picture may come */
    LONGEST_INTERVAL_MS = 24 * 3600 * 1000,
    QUEUE = 10, /* pictures that wait for the next Publish */
};

struct watching {
    struct client_options options;
    const char *folder; /* NULL: nothing is saved */
    int64_t interval_ms;
    double deadband; /* percent; 0: none */
    int64_t count;   /* 0: until it is stopped */

    struct loop *loop;
    struct client *client;
    struct image_finder finder;
    struct last_error last_error;
    int64_t seen;      /* pictures */
    struct luma *last; /* of the picture before; NULL: none, or of a kind that we cannot compare */
    int exit_code;
};

static const struct option long_options[] = {
    {"interval", required_argument, NULL, 'i'},
    {"deadband", required_argument, NULL, 'd'},
    {"output", required_argument, NULL, 'o'},
    {"count", required_argument, NULL, 'n'},
    CLIENT_OPTIONS,
    {0},
};

static void stop(struct watching *w, int exit_code)
{
    w->exit_code = exit_code;
    client_close(w->client);
}

static const char *camera_name(const struct watching *w)
{
    return w->options.camera ? w->options.camera : "the first camera";
}

/* ---- what comes ---- */

static void print_now(struct watching *w)
{
    if (fflush(stdout))
        stop(w, command_failed("cannot write to standard output: %s", strerror(errno)));
}

/* "DIR/2026-01-31T12:00:00.123Z-000007.jpg": sorted by name is sorted by time. */
static int save(const struct watching *w, const struct picture *p, int64_t utc_ns, char *path, size_t size)
{
    char utc[UTC_TEXT];
    struct err_text why;
    int n = snprintf(path, size, "%s/%s-%06lld.%s", w->folder, utc_text(utc_ns, utc), (long long)w->seen,
                     p->extension);
    if (n < 0 || (size_t)n >= size)
        return command_failed("%s: the name is too long", w->folder);
    return picture_save(p, path, &why) ? command_failed("%s", why.text) : EXIT_DONE;
}

/* Of the same measure as the server's deadband (docs/change.md), at its usual threshold. */
enum { CHANGE_THRESHOLD = 30 };

/* "change 3.2 %" against the picture before; empty for the first one. */
static const char *describe_change(struct watching *w, const struct picture *p, char *out, size_t size)
{
    struct luma *luma = picture_luma(p);
    out[0] = '\0';
    if (luma && w->last)
        snprintf(out, size, ", change %.1f %%", luma_change(w->last, luma, CHANGE_THRESHOLD));
    luma_unref(w->last);
    w->last = luma;
    return out;
}

static void show_picture(struct watching *w, const struct ua_data_value *value, const struct picture *p)
{
    char utc[UTC_TEXT], description[160], change[32], path[4096] = "";
    int64_t now_ns = clock_utc_ns(&system_clock);
    int64_t taken_ns = value->source_timestamp ? ua_datetime_to_utc_ns(value->source_timestamp) : now_ns;
    const char *status = ua_status_name(value->status);
    w->seen++;
    if (w->folder && save(w, p, taken_ns, path, sizeof path)) {
        stop(w, EXIT_FAILED);
        return;
    }
    printf("%s  %s%s  %s%s%s\n", utc_text(taken_ns, utc),
           picture_describe(p, value->source_timestamp, description, sizeof description),
           describe_change(w, p, change, sizeof change), status ? status : "unknown status",
           path[0] ? "  " : "", path);
    print_now(w);
    if (w->count && w->seen >= w->count)
        client_close(w->client);
}

static void show_trouble(void *user, const struct err_text *why)
{
    struct watching *w = user;
    char utc[UTC_TEXT];
    printf("%s  %s\n", utc_text(clock_utc_ns(&system_clock), utc), why->text);
    print_now(w);
}

static void changed(void *user, size_t item, const struct ua_data_value *value)
{
    (void)item;
    struct watching *w = user;
    struct picture picture;
    struct err_text why;
    if (ua_is_bad(value->status))
        last_error_ask(&w->last_error, value->status);
    else if (picture_of_value(value, camera_name(w), &picture, &why))
        show_trouble(w, &why);
    else
        show_picture(w, value, &picture);
}

/* ---- subscribing ---- */

static int refused(const struct watching *w, ua_status status)
{
    struct err_text why;
    if (w->deadband > 0 &&
        (status == UA_BAD_FILTER_NOT_ALLOWED || status == UA_BAD_MONITORED_ITEM_FILTER_UNSUPPORTED ||
         status == UA_BAD_DEADBAND_FILTER_INVALID))
        return command_failed("the server does not compare pictures here, so it refuses --deadband (%s): "
                              "leave it out",
                              ua_status_name(status));
    client_explain(&why, status, "the server does not let the picture be monitored");
    return command_failed("%s", why.text);
}

static void started(void *user, const struct ua_monitored_item_create_result *results, size_t count)
{
    (void)count; /* as many as there are items: one */
    struct watching *w = user;
    const char *camera = camera_name(w);
    if (ua_is_bad(results[0].status_code))
        stop(w, refused(w, results[0].status_code));
    else if (results[0].revised_sampling_interval > 0)
        fprintf(stderr, "watching %s, a picture every %g ms%s; Ctrl+C ends it\n", camera,
                results[0].revised_sampling_interval, w->deadband > 0 ? " if it changed" : "");
    else
        fprintf(stderr, "watching %s, every picture%s; Ctrl+C ends it\n", camera,
                w->deadband > 0 ? " that changed" : "");
}

static void ended(void *user, const struct err_text *why)
{
    stop(user, command_failed("%s", why->text));
}

static const struct client_subscription_events subscription_events = {
    .started = started, .changed = changed, .ended = ended};

static void image_found(void *user, const struct ua_nodeid *node)
{
    struct watching *w = user;
    struct err_text why;
    w->last_error = (struct last_error){
        .client = w->client,
        .camera = camera_name(w),
        .told = show_trouble,
        .user = w,
    };
    last_error_of(&w->last_error, node);
    const struct client_item item = {
        .node = *node,
        .sampling_interval_ms = (double)w->interval_ms,
        .deadband_percent = w->deadband,
        .queue_size = w->interval_ms < PUBLISHING_MS ? QUEUE : 1,
    };
    ua_status status = client_subscribe(w->client, &(struct client_subscription_config){
                                                       .publishing_interval_ms = PUBLISHING_MS,
                                                       .items = &item,
                                                       .item_count = 1,
                                                       .events = &subscription_events,
                                                       .user = w,
                                                   });
    if (!status)
        return;
    client_explain(&why, status, "cannot subscribe");
    stop(w, command_failed("%s", why.text));
}

static void image_missing(void *user, const struct err_text *why)
{
    stop(user, command_failed("%s", why->text));
}

/* ---- the connection ---- */

static void connected(void *user)
{
    struct watching *w = user;
    w->finder = (struct image_finder){
        .client = w->client,
        .camera = w->options.camera,
        .variable = "CameraImage",
        .found = image_found,
        .failed = image_missing,
        .user = w,
    };
    image_finder_start(&w->finder);
}

static void closed(void *user, const struct err_text *why)
{
    struct watching *w = user;
    w->client = NULL;
    loop_unwatch_signals(w->loop);
    if (why->text[0])
        w->exit_code = command_failed("%s", why->text);
}

static const struct client_events client_events = {.ready = connected, .closed = closed};

static void stop_asked(void *user)
{
    struct watching *w = user;
    client_close(w->client);
}

static int begin(struct watching *w, struct err_text *why)
{
    int rc = loop_watch_signal(w->loop, SIGINT, stop_asked, w, why);
    if (!rc)
        rc = loop_watch_signal(w->loop, SIGTERM, stop_asked, w, why);
    const struct client_config config = {
        .url = w->options.url,
        .name = "uacam watch",
        .timeout_ms = ANSWER_MS,
        .security = &w->options.security,
        .events = &client_events,
        .user = w,
    };
    if (!rc)
        rc = client_open(w->loop, &config, &w->client, why);
    return rc;
}

static int watch(struct watching *w)
{
    struct err_text why = {0};
    if (loop_new(&w->loop, &why))
        return command_failed("%s", why.text);
    if (begin(w, &why)) {
        w->exit_code = command_failed("%s", why.text);
        loop_unwatch_signals(w->loop);
    }
    loop_run(w->loop);
    loop_free(w->loop);
    luma_unref(w->last);
    return w->exit_code;
}

/* ---- the command line ---- */

static int take_deadband(const struct command *self, const char *text, double *out)
{
    char *end;
    *out = strtod(text, &end);
    if (end == text || *end || !(*out >= 0 && *out <= 100))
        return command_misused(self, "--deadband takes a percentage, 0 to 100");
    return EXIT_DONE;
}

static int parse(const struct command *self, int argc, char **argv, struct watching *w)
{
    int found, rc = EXIT_DONE;
    while (!rc && (found = getopt_long(argc, argv, ":o:", long_options, NULL)) != -1) {
        switch (found) {
        case 'i':
            if (command_integer(optarg, 0, LONGEST_INTERVAL_MS, &w->interval_ms))
                rc = command_misused(self, "--interval takes milliseconds, 0 to %d", LONGEST_INTERVAL_MS);
            break;
        case 'd':
            rc = take_deadband(self, optarg, &w->deadband);
            break;
        case 'o':
            w->folder = optarg;
            break;
        case 'n':
            if (command_integer(optarg, 1, INT32_MAX, &w->count))
                rc = command_misused(self, "--count takes a number of pictures, at least 1");
            break;
        default:
            if (!client_options_take(&w->options, found))
                rc = command_bad_option(self, argc, argv, found);
        }
    }
    return rc;
}

/* Makes it when only the last part of its path is missing. */
static int make_folder(const char *path)
{
    struct stat st;
    if (mkdir(path, 0777) == 0 || (stat(path, &st) == 0 && S_ISDIR(st.st_mode)))
        return EXIT_DONE;
    return command_failed("cannot create the folder %s: %s", path, strerror(errno));
}

static int run(const struct command *self, int argc, char **argv)
{
    struct watching w = {.interval_ms = 1000};
    int rc = parse(self, argc, argv, &w);
    if (!rc)
        rc = client_options_names(self, &w.options, argc - optind, argv + optind);
    if (!rc && w.folder)
        rc = make_folder(w.folder);
    if (!rc)
        rc = client_options_open(&w.options);
    if (!rc)
        rc = watch(&w);
    client_options_close(&w.options);
    return rc;
}

const struct command watch_command = {
    .name = "watch",
    .summary = "follow the pictures of a camera",
    .help = "usage: uacam watch URL [CAMERA] [--interval MS] [--deadband PCT] [-o DIR] [--count N]\n"
            "                   [--user NAME] [--security none|sign|encrypt] [--policy NAME]\n\n"
            "Subscribes to a picture and prints a line for each one that comes, until Ctrl+C: when it\n"
            "was taken, its size, its age, how much changed since the one before, its status.\n\n"
            "  URL               opc.tcp://HOST:PORT, port 4840 when none is given\n"
            "  CAMERA            a camera's id or name, else the first one; or, on any OPC UA "
            "server, the\n"
            "                    NodeId of the picture, such as 'ns=2;s=Camera.Image'\n"
            "  --interval MS     at most one picture in this time; default 1000, 0 is every one\n"
            "  --deadband PCT    only pictures in which more than so many percent of the pixels changed\n"
            "  -o, --output DIR  save each picture there\n"
            "  --count N         end after N pictures\n" CLIENT_OPTIONS_HELP,
    .run = run,
};
