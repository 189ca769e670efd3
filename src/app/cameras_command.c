/* SPDX-License-Identifier: Apache-2.0 */
#include "app/camera_list.h"
#include "app/camera_watch.h"
#include "app/command.h"

#include <getopt.h>

static const struct option long_options[] = {{"json", no_argument, NULL, 'j'},
                                             {"local", no_argument, NULL, 'l'},
                                             {"watch", no_argument, NULL, 'w'},
                                             {0}};

static int list(bool json, bool ask_network)
{
    static struct camera_list l;
    bool good = camera_list_collect(&l, ask_network);
    (json ? camera_list_print_json : camera_list_print)(&l);
    camera_list_clear(&l);
    return good ? EXIT_DONE : EXIT_FAILED;
}

static int watch(bool json)
{
    struct err_text why;
    return camera_watch(json, &why) ? command_failed("%s", why.text) : EXIT_DONE;
}

static int run(const struct command *self, int argc, char **argv)
{
    bool json = false, ask_network = true, watches = false;
    int found;
    while ((found = getopt_long(argc, argv, ":", long_options, NULL)) != -1) {
        if (found == 'j')
            json = true;
        else if (found == 'l')
            ask_network = false;
        else if (found == 'w')
            watches = true;
        else
            return command_bad_option(self, argc, argv, found);
    }
    if (optind < argc)
        return command_misused(self, "unexpected '%s'", argv[optind]);
    return watches ? watch(json) : list(json, ask_network);
}

const struct command cameras_command = {
    .name = "cameras",
    .summary = "list the cameras of this machine",
    .help = "usage: uacam cameras [--json] [--local] [--watch]\n\n"
            "Lists each camera: its id, name, state (for a busy or forbidden one why, and what to do)\n"
            "and the formats it offers; then the ONVIF devices that answer in the network, which are\n"
            "served once they are named in the configuration. Needs no running server and disturbs none.\n\n"
            "  --json   for programs\n"
            "  --watch  tell which cameras are here, come and go, until Ctrl+C\n"
            "  --local  do not ask the network for ONVIF devices\n",
    .run = run,
};
