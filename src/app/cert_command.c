/* SPDX-License-Identifier: Apache-2.0 */
#include "app/action.h"
#include "app/config.h"
#include "base/small_file.h"
#include "crypto/certificate.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void describe(const struct certificate *c, const char *path)
{
    char thumbprint[2 * THUMBPRINT_SIZE + 1], from[CERTIFICATE_DATE], until[CERTIFICATE_DATE];
    certificate_thumbprint_text(c, thumbprint);
    printf("subject     %.*s\n", SLICE_ARGS(c->common_name));
    printf("uri         %.*s\n", SLICE_ARGS(c->application_uri));
    for (size_t i = 0; i < c->host_count; i++)
        printf("%-11s %.*s\n", i ? "" : "hosts", SLICE_ARGS(c->hosts[i]));
    printf("valid       %s to %s\n", certificate_date_text(c->not_before_s, from),
           certificate_date_text(c->not_after_s, until));
    printf("key         RSA, %u bits\n", c->key_bits);
    printf("thumbprint  %s\n", thumbprint);
    printf("file        %s\n", path);
}

static int print(struct slice bytes)
{
    if (fwrite(bytes.data, 1, bytes.len, stdout) != bytes.len || fflush(stdout))
        return command_failed("cannot write to standard output: %s", strerror(errno));
    return EXIT_DONE;
}

static int print_pem(const struct certificate *c)
{
    struct buf pem;
    buf_init(&pem, SMALL_FILE_MAX);
    int rc = certificate_write_pem(c, &pem) ? command_failed("no memory") : print(buf_slice(&pem));
    buf_clear(&pem);
    return rc;
}

static int show_file(const struct action_words *words, const char *path)
{
    struct buf content;
    struct certificate *c = NULL;
    struct err_text why;
    buf_init(&content, SMALL_FILE_MAX);
    int rc = small_file_read(path, &content, &why);
    if (rc == ERR_NOT_FOUND)
        err_set(&why, ERR_NOT_FOUND, "%s is not there%s", path,
                words->next     ? ": no next certificate is needed yet"
                : words->client ? ": `uacam get` and `uacam watch` make it when they need it"
                                : " yet: `uacam serve` makes it at its first start");
    if (!rc)
        rc = certificate_read_text(buf_slice(&content), &c, &why);
    buf_clear(&content);
    if (rc)
        return command_failed("%s", why.text);
    int exit_code = EXIT_DONE;
    if (words->der)
        exit_code = print(c->der);
    else if (words->pem)
        exit_code = print_pem(c);
    else
        describe(c, path);
    certificate_free(c);
    return exit_code;
}

static int show(const struct action_words *words)
{
    struct state_folder state;
    static struct config config;
    struct err_text why;
    char path[PATH_MAX];
    if (words->next && words->client)
        return command_misused(words->command, "only one of --next and --client");
    if (words->der && isatty(STDOUT_FILENO))
        return command_misused(words->command,
                               "DER is no text for a terminal: write it to a file with > FILE");
    if (config_load_effective(&config, words->file, &why))
        return command_failed("%s", why.text);
    if (config.security.certificate[0] && !words->client && !words->next)
        return show_file(words, config.security.certificate);
    if (action_open_state(words, &state))
        return EXIT_FAILED;
    const char *name = words->client ? "client/own/certificate.der"
                       : words->next ? "own/next.der"
                                     : "own/certificate.der";
    return show_file(words, state_folder_path(&state, name, path));
}

static const struct action actions[] = {{"show", 0, OPTION_NEXT | OPTION_CLIENT | OPTION_PEM, show}};

static int run(const struct command *self, int argc, char **argv)
{
    return action_run(self, actions, ARRAY_LEN(actions), argc, argv);
}

const struct command cert_command = {
    .name = "cert",
    .summary = "show the certificate by which clients know this server",
    .help = "usage: uacam cert show [--next | --client] [--pem | --der]\n\n"
            "  --next             the one that takes its place at its end\n"
            "  --client           the one by which servers know `uacam get` and `uacam watch`\n"
            "  --pem, --der       the certificate itself on standard output, for a client to import\n"
            "  -c, --config FILE  the configuration of the server\n",
    .run = run,
};
