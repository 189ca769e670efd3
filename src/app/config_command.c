/* SPDX-License-Identifier: Apache-2.0 */
#include "app/command.h"
#include "app/config.h"

#include <string.h>

static int show(const struct command *self, int argc, char **argv)
{
    struct config config;
    struct err_text why;
    bool given = argc == 4 && strcmp(argv[2], "-c") == 0;
    if (argc != 2 && !given)
        return command_misused(self, "config show takes -c FILE or nothing");
    if (config_load_effective(&config, given ? argv[3] : NULL, &why))
        return command_failed("%s", why.text);
    config_show(&config, stdout);
    return EXIT_DONE;
}

static int check(const struct command *self, int argc, char **argv)
{
    struct config config;
    struct err_text why;
    if (argc != 3)
        return command_misused(self, "config check takes one file");
    config_init(&config);
    if (config_load(&config, argv[2], &why))
        return command_failed("%s", why.text);
    fprintf(stderr, "%s is fine\n", argv[2]);
    return EXIT_DONE;
}

static int run(const struct command *self, int argc, char **argv)
{
    if (argc >= 2 && strcmp(argv[1], "show") == 0)
        return show(self, argc, argv);
    if (argc >= 2 && strcmp(argv[1], "check") == 0)
        return check(self, argc, argv);
    return command_misused(self, "config takes 'check FILE' or 'show'");
}

const struct command config_command = {
    .name = "config",
    .summary = "check a configuration file, or show the one in effect",
    .help = "usage: uacam config check FILE\n"
            "       uacam config show [-c FILE]\n\n"
            "check  reads FILE and names the first mistake with its line and column\n"
            "show   prints the configuration that `uacam serve` would use\n",
    .run = run,
};
