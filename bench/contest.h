/* SPDX-License-Identifier: Apache-2.0
 * What a client of bench/run says to it: "ready", the bytes of a request and of an answer; when it has been
 * given a line, it goes on; at the end its score: answers, bytes received, seconds. */
#ifndef UACAM_BENCH_CONTEST_H
#define UACAM_BENCH_CONTEST_H

#include "rally.h"

/* Says "ready" and waits for the line. Ends the program when none comes. */
void contest_stand_ready(size_t request_size, size_t answer_size);
void contest_print_score(const struct score *s);

/* A rally from being ready to the score. `args`: WINDOW SECONDS. */
must_check int contest_rally(struct opponent *o, size_t answer_size, char **args, struct err_text *why);

/* The same of `once`, again and again for so many seconds: each counts as an answer. */
must_check int contest_repeat(int (*once)(void *user, struct err_text *why), void *user, double seconds,
                              struct err_text *why);

/* ---- the programs ---- */

struct contest_command {
    const char *name;
    int arguments;
    int (*run)(char **args, struct err_text *why);
};

/* Runs the one that the first argument names, with those behind it. What main() returns. */
int contest_main(const char *program, const struct contest_command *commands, size_t count, int argc,
                 char **argv);

#endif
