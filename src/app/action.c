/* SPDX-License-Identifier: Apache-2.0 */
#include "app/action.h"

#include "app/config.h"

#include <getopt.h>
#include <string.h>

static const struct option long_options[] = {
    {"config", required_argument, NULL, 'c'},
    {"role", required_argument, NULL, OPTION_ROLE << 8},
    {"certificate", required_argument, NULL, OPTION_CERTIFICATE << 8},
    {"server", no_argument, NULL, OPTION_SERVER << 8},
    {"issuer", no_argument, NULL, OPTION_ISSUER << 8},
    {"client", no_argument, NULL, OPTION_CLIENT << 8},
    {"next", no_argument, NULL, OPTION_NEXT << 8},
    {"pem", no_argument, NULL, OPTION_PEM << 8},
    {"der", no_argument, NULL, OPTION_PEM << 8 | 1},
    {0},
};

static void take(struct action_words *words, int found)
{
    words->role = found == OPTION_ROLE << 8 ? optarg : words->role;
    words->certificate = found == OPTION_CERTIFICATE << 8 ? optarg : words->certificate;
    words->file = found == 'c' ? optarg : words->file;
    words->server |= found == OPTION_SERVER << 8;
    words->issuer |= found == OPTION_ISSUER << 8;
    words->client |= found == OPTION_CLIENT << 8;
    words->next |= found == OPTION_NEXT << 8;
    words->pem |= found == OPTION_PEM << 8;
    words->der |= found == (OPTION_PEM << 8 | 1);
}

static const char *option_name(int found)
{
    const struct option *o = long_options;
    while (o->val != found)
        o++;
    return o->name;
}

static int parse(const struct action *action, int argc, char **argv, struct action_words *words)
{
    int found;
    while ((found = getopt_long(argc, argv, ":c:", long_options, NULL)) != -1) {
        bool known = found == 'c' || (found > 0xff && (unsigned)found >> 8 & action->options);
        if (found > 0xff && !known)
            return command_misused(words->command, "%s %s takes no --%s", words->command->name, action->name,
                                   option_name(found));
        if (!known)
            return command_bad_option(words->command, argc, argv, found);
        take(words, found);
    }
    if ((size_t)(argc - optind) != action->operands)
        return command_misused(words->command, "%s %s takes %zu argument%s", words->command->name,
                               action->name, action->operands, action->operands == 1 ? "" : "s");
    for (size_t i = 0; i < action->operands; i++)
        words->operands[i] = argv[optind + (int)i];
    return EXIT_DONE;
}

int action_run(const struct command *self, const struct action *actions, size_t count, int argc, char **argv)
{
    struct action_words words = {.command = self};
    for (size_t i = 0; argc > 1 && i < count; i++) {
        if (strcmp(argv[1], actions[i].name) != 0)
            continue;
        words.action = argv[1];
        int rc = parse(&actions[i], argc - 1, argv + 1, &words);
        return rc ? rc : actions[i].run(&words);
    }
    return command_misused(self, argc > 1 ? "%s has no action '%s'" : "%s needs an action", self->name,
                           argc > 1 ? argv[1] : "");
}

int action_open_state(const struct action_words *words, struct state_folder *out)
{
    static struct config config;
    struct err_text why;
    if (words->server || words->client)
        return state_folder_open_of_user(out, &why) ? command_failed("%s", why.text) : EXIT_DONE;
    if (config_load_effective(&config, words->file, &why) ||
        state_folder_open_as_owner(config.state_folder, out, &why))
        return command_failed("%s", why.text);
    return EXIT_DONE;
}
