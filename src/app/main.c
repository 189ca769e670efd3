/* SPDX-License-Identifier: Apache-2.0 */
#include "app/command.h"
#include "app/version.h"
#include "camera/module.h"
#include "crypto/symmetric.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct command *const commands[] = {
    &serve_command, &cameras_command, &get_command,  &watch_command,  &bench_command,
    &user_command,  &trust_command,   &cert_command, &config_command,
};

static void print_line(const char *fmt, va_list args)
{
    fprintf(stderr, "uacam: ");
    vfprintf(stderr, fmt, args);
    fprintf(stderr, "\n");
}

int command_failed(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    print_line(fmt, args);
    va_end(args);
    return EXIT_FAILED;
}

int command_misused(const struct command *self, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    print_line(fmt, args);
    va_end(args);
    fprintf(stderr, "Try 'uacam %s --help'.\n", self->name);
    return EXIT_USAGE;
}

int command_bad_option(const struct command *self, int argc, char **argv, int found)
{
    const char *option = optind > 0 && optind <= argc ? argv[optind - 1] : "";
    if (found == ':')
        return command_misused(self, "%s needs a value", option);
    return command_misused(self, "unknown option %s", option);
}

int command_integer(const char *text, int64_t min, int64_t max, int64_t *out)
{
    char *end;
    errno = 0;
    long long n = strtoll(text, &end, 10);
    *out = 0;
    if (end == text || *end || errno || n < min || n > max)
        return -1;
    *out = n;
    return 0;
}

static int help(FILE *out)
{
    fprintf(out, "uacam gives every camera of this machine an OPC UA address.\n\n"
                 "usage: uacam COMMAND [OPTIONS]\n\n");
    for (size_t i = 0; i < ARRAY_LEN(commands); i++)
        fprintf(out, "  %-8s %s\n", commands[i]->name, commands[i]->summary);
    fprintf(out, "\n  uacam COMMAND --help tells more about one; uacam --version what is built in.\n");
    return out == stdout ? EXIT_DONE : EXIT_USAGE;
}

static int version(void)
{
    printf("uacam %s\ncameras:", UACAM_VERSION);
    for (const struct backend *const *b = backends(); *b; b++)
        printf(" %s", (*b)->scheme);
    for (const struct camera_module_kind *k = camera_module_kinds; k->name; k++) {
        const struct camera_module *module;
        struct err_text why;
        int rc = camera_module_load(k->name, &module, &why);
        printf("\nmodule %s (%s): %s", k->name, k->serves, rc ? why.text : module->library);
    }
    printf("\nsecurity policies: None Basic256Sha256 Aes128_Sha256_RsaOaep Aes256_Sha256_RsaPss\n");
    char engine[SYMMETRIC_ENGINE_TEXT] = "none";
    if (symmetric_use(NULL)) /* there is one everywhere */
        symmetric_engine_text(engine);
    printf("encryption: %s\n", engine);
    return EXIT_DONE;
}

static bool is_word(const char *arg, const char *a, const char *b)
{
    return strcmp(arg, a) == 0 || strcmp(arg, b) == 0;
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN);
    opterr = 0;
    if (argc < 2)
        return help(stderr);
    if (is_word(argv[1], "--help", "-h") || is_word(argv[1], "help", "help"))
        return help(stdout);
    if (is_word(argv[1], "--version", "-V"))
        return version();
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        const struct command *c = commands[i];
        if (strcmp(argv[1], c->name) != 0)
            continue;
        if (argc > 2 && is_word(argv[2], "--help", "-h")) {
            printf("%s", c->help);
            return EXIT_DONE;
        }
        return c->run(c, argc - 1, argv + 1);
    }
    fprintf(stderr, "uacam: there is no command '%s'\n", argv[1]);
    return help(stderr);
}
