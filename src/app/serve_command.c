/* SPDX-License-Identifier: Apache-2.0 */
#include "app/command.h"
#include "app/config.h"
#include "app/serve.h"
#include "base/log.h"
#include "camera/backend.h"
#include "camera/uri_secret.h"

#include <getopt.h>
#include <string.h>

/* What the command line says over the configuration file. */
struct serve_options {
    const char *file;
    int64_t port; /* 0: as configured */
    bool open;
    char cameras[CONFIG_MAX_CAMERAS][CONFIG_URI];
    size_t camera_count;
};

static const struct option long_options[] = {
    {"config", required_argument, NULL, 'c'},
    {"port", required_argument, NULL, 'p'},
    {"camera", required_argument, NULL, 'C'},
    {"open", no_argument, NULL, 'o'},
    {0},
};

/* What the URI holds of secrets goes from the command line, which everybody on this machine may read. */
static int take_camera(const struct command *self, struct serve_options *options, char *uri)
{
    if (options->camera_count == CONFIG_MAX_CAMERAS)
        return command_misused(self, "at most %d cameras", CONFIG_MAX_CAMERAS);
    if (strlen(uri) >= CONFIG_URI)
        return command_misused(self, "--camera: the URI is too long");
    size_t size = strlen(uri) + 1;
    char *own = options->cameras[options->camera_count++];
    memcpy(own, uri, size);
    memset(uri, 0, size);
    uri_mask(own, uri, size);
    return EXIT_DONE;
}

static int parse(const struct command *self, int argc, char **argv, struct serve_options *out)
{
    int found, rc = EXIT_DONE;
    while (!rc && (found = getopt_long(argc, argv, ":c:", long_options, NULL)) != -1) {
        switch (found) {
        case 'c':
            out->file = optarg;
            break;
        case 'p':
            if (command_integer(optarg, 1, 65535, &out->port))
                rc = command_misused(self, "--port takes a port, 1 to 65535");
            break;
        case 'C':
            rc = take_camera(self, out, optarg);
            break;
        case 'o':
            out->open = true;
            break;
        default:
            rc = command_bad_option(self, argc, argv, found);
        }
    }
    if (!rc && optind < argc)
        rc = command_misused(self, "unexpected '%s'", argv[optind]);
    return rc;
}

/* The cameras of the command line replace those of the file, and those that would be found. */
static void override(struct config *config, const struct serve_options *options)
{
    if (options->port)
        config->port = options->port;
    if (options->open)
        config->security.none = NONE_FOR_ALL;
    if (options->camera_count) {
        config->camera_count = options->camera_count;
        config->detected_kinds = 0;
    }
    for (size_t i = 0; i < options->camera_count; i++) {
        config->cameras[i] = config_camera_of(config);
        snprintf(config->cameras[i].uri, CONFIG_URI, "%s", options->cameras[i]);
    }
}

/* What is wrong with the URI, serving it tells. */
static int look_at(const char *uri, struct err_text *why)
{
    const struct backend *backend = backend_of(uri);
    struct camera_identity identity;
    struct camera_probe probe;
    if (!backend || backend->identify(uri, &identity, why))
        return 0;
    int rc = backend->probe(&identity, &probe, why);
    if (rc)
        return rc;
    *why = probe.error;
    return probe.state;
}

/* A camera that is named here and not there is a mistake; one in the file may come later. One that has other
 * troubles is served: they may pass. */
static bool all_there(const struct serve_options *options, struct err_text *why)
{
    for (size_t i = 0; i < options->camera_count; i++) {
        int state = look_at(options->cameras[i], why);
        if (state == ERR_GONE)
            return false;
        if (state)
            log_warning("serve", "%s", why->text);
    }
    return true;
}

static int run(const struct command *self, int argc, char **argv)
{
    static struct serve_options options;
    static struct config config;
    struct err_text why = {0};
    int usage = parse(self, argc, argv, &options);
    if (usage)
        return usage;
    if (config_load_effective(&config, options.file, &why) || !all_there(&options, &why))
        return command_failed("%s", why.text);
    override(&config, &options);
    log_set_level((enum log_level)config.log_level);
    return serve(&config, options.file, &why) ? command_failed("%s", why.text) : EXIT_DONE;
}

const struct command serve_command = {
    .name = "serve",
    .summary = "run the server",
    .help = "usage: uacam serve [-c FILE] [--port N] [--camera URI]... [--open]\n\n"
            "  -c, --config FILE  configuration (else $XDG_CONFIG_HOME/uacam/uacam.yaml,\n"
            "                     then /etc/uacam/uacam.yaml)\n"
            "  --port N           TCP port, default 4840\n"
            "  --camera URI       serve this camera instead of all that are found; may repeat:\n"
            "                       v4l2:/dev/video0      a camera of this machine\n"
            "                       gige:NAME             a GigE Vision camera; usb3v: is USB3 Vision\n"
            "                       rtsp://HOST/PATH      an IP camera; http:// works too\n"
            "                       file:PATH             a picture, a folder of them, or a video\n"
            "                       sim:?size=640x480&fps=30   a simulated one\n"
            "  --open             let everybody who reaches the port look, without encryption\n",
    .run = run,
};
