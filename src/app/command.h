/* SPDX-License-Identifier: Apache-2.0
 * The subcommands of the one binary: a row and a file each.
 *
 * Data goes to stdout, words for people to stderr. */
#ifndef UACAM_APP_COMMAND_H
#define UACAM_APP_COMMAND_H

#include "base/compiler.h"

#include <stdint.h>

/* What a command returns: the exit code of the program. */
enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

struct command {
    const char *name;
    const char *summary; /* one line in `uacam --help` */
    const char *help;    /* `uacam NAME --help` */
    /* argv[0] is the command's own name. */
    int (*run)(const struct command *self, int argc, char **argv);
};

extern const struct command serve_command;
extern const struct command cameras_command;
extern const struct command get_command;
extern const struct command watch_command;
extern const struct command bench_command;
extern const struct command user_command;
extern const struct command trust_command;
extern const struct command cert_command;
extern const struct command config_command;

/* "uacam: text" on stderr; returns EXIT_FAILED. */
int command_failed(const char *fmt, ...) printf_like(1, 2);

/* The same with a hint at --help; returns EXIT_USAGE. */
int command_misused(const struct command *self, const char *fmt, ...) printf_like(2, 3);

/* What getopt_long() found wrong with an option, in our words; returns EXIT_USAGE. */
int command_bad_option(const struct command *self, int argc, char **argv, int found);

/* A whole number within the limits; false for anything else. */
must_check int command_integer(const char *text, int64_t min, int64_t max, int64_t *out);

#endif
