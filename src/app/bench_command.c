/* SPDX-License-Identifier: Apache-2.0 */
#include "app/bench/measurement.h"
#include "app/client_options.h"
#include "app/json.h"

#include <getopt.h>
#include <stdio.h>

enum { LONGEST_INTERVAL_MS = 24 * 3600 * 1000 };

struct benching {
    struct bench_plan plan;
    struct client_options options;
    bool json;
};

static const struct option long_options[] = {
    {"seconds", required_argument, NULL, 's'},
    {"clients", required_argument, NULL, 'c'},
    {"pipelined", required_argument, NULL, 'p'},
    {"max-age", required_argument, NULL, 'a'},
    {"subscribers", required_argument, NULL, 'n'},
    {"interval", required_argument, NULL, 'i'},
    {"json", no_argument, NULL, 'j'},
    CLIENT_OPTIONS,
    {0},
};

/* ---- what was measured ---- */

static const struct percentile {
    const char *name; /* for people */
    const char *key;  /* for programs */
    double percent;
} percentiles[] = {
    {"least", "least_ms", 0}, {"median", "median_ms", 50}, {"90 %", "p90_ms", 90},
    {"99 %", "p99_ms", 99},   {"most", "most_ms", 100},
};

static double percentile_ms(const struct bench_result *r, double percent)
{
    return (double)latencies_percentile(&r->latencies, percent) / NS_PER_MS;
}

static double per_second(const struct bench_result *r, double n)
{
    return r->seconds > 0 ? n / r->seconds : 0;
}

static void print_result(const struct bench_plan *plan, const struct bench_result *r)
{
    const char *what = plan->subscribes ? "pictures" : "reads";
    printf("%llu %s in %.2f s: %.1f %s/s, %.2f MB/s\n", (unsigned long long)r->count, what, r->seconds,
           per_second(r, (double)r->count), what, per_second(r, (double)r->bytes) / 1e6);
    if (r->bytes)
        printf("bytes of one, on average %.0f\n", (double)r->bytes / (double)r->count);
    if (plan->clients > 1)
        printf("%s of each of %lld clients: %llu to %llu\n", what, (long long)plan->clients,
               (unsigned long long)r->fewest, (unsigned long long)r->most);
    if (!r->latencies.count)
        return;
    printf(plan->subscribes ? "age on arrival, ms:" : "from asking to having, ms:");
    for (size_t i = 0; i < ARRAY_LEN(percentiles); i++)
        printf("  %s %.3f", percentiles[i].name, percentile_ms(r, percentiles[i].percent));
    printf("\n");
}

static void print_json(const struct bench_plan *plan, const struct bench_result *r)
{
    printf("{\"url\": ");
    json_print_string(stdout, plan->url);
    printf(", \"mode\": \"%s\", \"clients\": %lld, \"count\": %llu, \"bytes\": %llu, \"seconds\": %.6f, "
           "\"per_second\": %.3f, \"megabytes_per_second\": %.6f, \"fewest\": %llu, \"most\": %llu",
           plan->subscribes ? "subscribe" : "read", (long long)plan->clients, (unsigned long long)r->count,
           (unsigned long long)r->bytes, r->seconds, per_second(r, (double)r->count),
           per_second(r, (double)r->bytes) / 1e6, (unsigned long long)r->fewest, (unsigned long long)r->most);
    for (size_t i = 0; i < ARRAY_LEN(percentiles) && r->latencies.count; i++)
        printf(", \"%s\": %.6f", percentiles[i].key, percentile_ms(r, percentiles[i].percent));
    printf("}\n");
}

/* ---- the command line ---- */

static const struct number {
    int option;
    int64_t min, max;
    size_t offset; /* in struct bench_plan */
    const char *complaint;
} numbers[] = {
    {'s', 1, BENCH_LONGEST_S, offsetof(struct bench_plan, seconds), "--seconds takes a number, 1 to 3600"},
    {'c', 1, BENCH_MOST_CLIENTS, offsetof(struct bench_plan, clients), "--clients takes a number, 1 to 1000"},
    {'p', 1, BENCH_MOST_PIPELINED, offsetof(struct bench_plan, pipelined),
     "--pipelined takes a number, 1 to 100"},
    {'a', 0, INT32_MAX, offsetof(struct bench_plan, max_age_ms), "--max-age takes milliseconds"},
    {'n', 1, BENCH_MOST_CLIENTS, offsetof(struct bench_plan, clients),
     "--subscribers takes a number, 1 to 1000"},
    {'i', 0, LONGEST_INTERVAL_MS, offsetof(struct bench_plan, interval_ms), "--interval takes milliseconds"},
};

static int take(const struct command *self, struct benching *b, int option)
{
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        const struct number *n = &numbers[i];
        int64_t *field = (int64_t *)((char *)&b->plan + n->offset);
        if (n->option == option && command_integer(optarg, n->min, n->max, field))
            return command_misused(self, "%s", n->complaint);
    }
    b->plan.subscribes |= option == 'n';
    return EXIT_DONE;
}

static int parse(const struct command *self, int argc, char **argv, struct benching *b)
{
    int found, rc = EXIT_DONE;
    while (!rc && (found = getopt_long(argc, argv, ":", long_options, NULL)) != -1) {
        if (found == 'j')
            b->json = true;
        else if (found == '?' || found == ':')
            rc = command_bad_option(self, argc, argv, found);
        else if (!client_options_take(&b->options, found))
            rc = take(self, b, found);
    }
    return rc;
}

static int bench(struct benching *b)
{
    static struct bench_result result;
    struct err_text why;
    b->plan.url = b->options.url;
    b->plan.camera = b->options.camera;
    b->plan.security = &b->options.security;
    if (measure(&b->plan, &result, &why))
        return command_failed("%s", why.text);
    if (b->json)
        print_json(&b->plan, &result);
    else
        print_result(&b->plan, &result);
    return EXIT_DONE;
}

static int run(const struct command *self, int argc, char **argv)
{
    struct benching b = {
        .plan = {.clients = 1, .pipelined = 1, .seconds = 5, .max_age_ms = INT32_MAX, .interval_ms = 0}};
    int rc = parse(self, argc, argv, &b);
    if (!rc)
        rc = client_options_names(self, &b.options, argc - optind, argv + optind);
    if (!rc)
        rc = client_options_open(&b.options);
    if (!rc)
        rc = bench(&b);
    client_options_close(&b.options);
    return rc;
}

const struct command bench_command = {
    .name = "bench",
    .summary = "measure how fast a server gives pictures",
    .help =
        "usage: uacam bench URL [CAMERA] [OPTIONS]\n\n"
        "Reads a picture over and over, or subscribes to it, and tells how many came and how long each "
        "took.\n"
        "Works with any OPC UA server, and with any Variable of it.\n\n"
        "  URL              opc.tcp://HOST:PORT, port 4840 when none is given\n"
        "  CAMERA           a camera's id or name, else the first one; or, on any OPC UA server, a "
        "NodeId,\n"
        "                   such as i=2259\n"
        "  --seconds N      measure so long; default 5\n"
        "  --clients N      so many connections that read; default 1\n"
        "  --pipelined N    reads that each has under way; default 1\n"
        "  --max-age MS     a picture this old will do; default: any, so that the camera is not measured\n"
        "  --subscribers N  so many connections that subscribe instead\n"
        "  --interval MS    their sampling interval; default 0, every picture\n"
        "  --json           for programs\n" CLIENT_OPTIONS_HELP,
    .run = run,
};
