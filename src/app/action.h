/* SPDX-License-Identifier: Apache-2.0
 * Commands that are a family of actions on the state folder: `uacam user add`, `uacam trust list`. */
#ifndef UACAM_APP_ACTION_H
#define UACAM_APP_ACTION_H

#include "app/command.h"
#include "app/security/state_folder.h"

/* What was written behind `uacam user add`. */
struct action_words {
    const struct command *command;
    const char *action;
    const char *operands[2]; /* NULL: not given */
    const char *role;        /* --role */
    const char *certificate; /* --certificate */
    const char *file;        /* -c */
    bool server, issuer, client, next, pem, der;
};

/* Which of the options an action takes, as bits. */
enum action_option {
    OPTION_ROLE = 1 << 0,
    OPTION_CERTIFICATE = 1 << 1,
    OPTION_SERVER = 1 << 2,
    OPTION_ISSUER = 1 << 3,
    OPTION_CLIENT = 1 << 4,
    OPTION_NEXT = 1 << 5,
    OPTION_PEM = 1 << 6, /* and --der */
};

struct action {
    const char *name;
    size_t operands; /* exactly so many */
    unsigned options;
    int (*run)(const struct action_words *words);
};

/* Runs the action that argv[1] names. */
int action_run(const struct command *self, const struct action *actions, size_t count, int argc, char **argv);

/* Reads the configuration and opens the state folder that it names, as its owner; with --server or --client
 * that of the person. On failure EXIT_FAILED, and it has been said. */
must_check int action_open_state(const struct action_words *words, struct state_folder *out);

#endif
