/* SPDX-License-Identifier: Apache-2.0 */
#include "contest.h"

#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double WARM_UP_SECONDS = 0.05;

void contest_stand_ready(size_t request_size, size_t answer_size)
{
    char line[16];
    printf("ready %zu %zu\n", request_size, answer_size);
    fflush(stdout);
    if (!fgets(line, sizeof line, stdin))
        exit(1);
}

void contest_print_score(const struct score *s)
{
    printf("%llu %llu %.9f\n", (unsigned long long)s->answers, (unsigned long long)s->bytes, s->seconds);
}

int contest_rally(struct opponent *o, size_t answer_size, char **args, struct err_text *why)
{
    struct score score;
    size_t window = strtoul(args[0], NULL, 10);
    int rc = rally_run(o, window, WARM_UP_SECONDS, &score, why);
    if (rc)
        return rc;
    contest_stand_ready(o->request_len, answer_size);
    rc = rally_run(o, window, strtod(args[1], NULL), &score, why);
    if (!rc)
        contest_print_score(&score);
    return rc;
}

int contest_repeat(int (*once)(void *user, struct err_text *why), void *user, double seconds,
                   struct err_text *why)
{
    struct score score = {0};
    int rc = 0;
    contest_stand_ready(0, 0);
    int64_t begun = clock_mono_ns(&system_clock), now = begun;
    int64_t end = begun + (int64_t)(seconds * (double)NS_PER_S);
    while (!rc && now < end) {
        rc = once(user, why);
        score.answers++;
        now = clock_mono_ns(&system_clock);
    }
    score.seconds = (double)(now - begun) / (double)NS_PER_S;
    if (!rc)
        contest_print_score(&score);
    return rc;
}

int contest_main(const char *program, const struct contest_command *commands, size_t count, int argc,
                 char **argv)
{
    struct err_text why;
    for (size_t i = 0; i < count; i++) {
        const struct contest_command *c = &commands[i];
        if (argc != c->arguments + 2 || strcmp(argv[1], c->name) != 0)
            continue;
        int rc = c->run(argv + 2, &why);
        if (rc)
            fprintf(stderr, "%s %s: %s\n", program, c->name, why.text);
        return rc ? 1 : 0;
    }
    fprintf(stderr, "%s is used by bench/run\n", program);
    return 2;
}
