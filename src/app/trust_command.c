/* SPDX-License-Identifier: Apache-2.0 */
#include "app/action.h"
#include "app/security/certificate_source.h"
#include "crypto/trust.h"
#include "crypto/trust_folder.h"

#include <stdio.h>

/* The folders that certificates move between. */
struct folders {
    char trusted[PATH_MAX], issuers[PATH_MAX], rejected[PATH_MAX];
    char trusted_crl[PATH_MAX], issuers_crl[PATH_MAX];
};

/* --server: those of servers, for `uacam get` and `uacam watch`. */
static int open_folders(const struct action_words *words, struct folders *f)
{
    struct state_folder state;
    struct trust *made;
    struct err_text why;
    char pki[PATH_MAX / 2 + 32];
    if (action_open_state(words, &state))
        return EXIT_FAILED;
    snprintf(pki, sizeof pki, "%s/%s", state.path, words->server ? "client/pki" : "pki");
    if (state_folder_lock(&state, &why) || trust_open(pki, 0, &made, &why))
        return command_failed("%s", why.text);
    trust_close(made); /* they are there now */
    snprintf(f->trusted, PATH_MAX, "%s/trusted/certs", pki);
    snprintf(f->issuers, PATH_MAX, "%s/issuers/certs", pki);
    snprintf(f->rejected, PATH_MAX, "%s/rejected/certs", pki);
    snprintf(f->trusted_crl, PATH_MAX, "%s/trusted/crl", pki);
    snprintf(f->issuers_crl, PATH_MAX, "%s/issuers/crl", pki);
    return EXIT_DONE;
}

/* ---- list ---- */

static void print_certificate(void *user, const char *path, const struct certificate *c)
{
    char thumbprint[2 * THUMBPRINT_SIZE + 1], until[CERTIFICATE_DATE];
    (void)path;
    certificate_thumbprint_text(c, thumbprint);
    printf("%s  %-8s  until %s  %.*s  %.*s\n", thumbprint, (const char *)user,
           certificate_date_text(c->not_after_s, until), SLICE_ARGS(c->common_name),
           SLICE_ARGS(c->application_uri));
}

static int print_folder(const char *folder, const char *what)
{
    char word[16];
    struct err_text why;
    snprintf(word, sizeof word, "%s", what);
    return trust_folder_each(folder, print_certificate, word, &why) ? command_failed("%s", why.text)
                                                                    : EXIT_DONE;
}

static int list(const struct action_words *words)
{
    struct folders f;
    int rc = open_folders(words, &f);
    if (!rc)
        rc = print_folder(f.trusted, "trusted");
    return rc ? rc : print_folder(f.issuers, "issuer");
}

static int list_rejected(const struct action_words *words)
{
    struct folders f;
    int rc = open_folders(words, &f);
    return rc ? rc : print_folder(f.rejected, "rejected");
}

/* ---- add, remove ---- */

static void say(const struct certificate *c, const char *what)
{
    char thumbprint[2 * THUMBPRINT_SIZE + 1];
    certificate_thumbprint_text(c, thumbprint);
    fprintf(stderr, "%s  %.*s  %s\n", thumbprint, SLICE_ARGS(c->common_name), what);
}

static int add_certificate(const struct folders *f, const struct action_words *words,
                           const struct certificate *c)
{
    struct err_text why;
    if (trust_folder_add(words->issuer ? f->issuers : f->trusted, c, &why))
        return command_failed("%s", why.text);
    if (trust_folder_holds(f->rejected, c) && trust_folder_remove(f->rejected, c, &why))
        return command_failed("%s", why.text);
    say(c, words->issuer ? "may be an issuer of others" : "is trusted");
    return EXIT_DONE;
}

static int add_crl(const struct folders *f, const struct action_words *words,
                   const struct certificate_source *source)
{
    struct err_text why;
    const char *folder = words->issuer ? f->issuers_crl : f->trusted_crl;
    if (trust_folder_add_crl(folder, buf_slice(&source->content), &why))
        return command_failed("%s is neither a certificate nor a revocation list", source->name);
    fprintf(stderr, "%s is heeded\n", source->name);
    return EXIT_DONE;
}

static int add_source(const struct action_words *words, const struct certificate_source *source)
{
    struct folders f;
    struct certificate *c;
    struct err_text why;
    if (open_folders(words, &f))
        return EXIT_FAILED;
    int found = certificate_source_get(source, f.rejected, &c, &why);
    if (found && source->is_file)
        return add_crl(&f, words, source);
    if (found)
        return command_failed("%s", why.text);
    int rc = add_certificate(&f, words, c);
    certificate_free(c);
    return rc;
}

static int remove_source(const struct action_words *words, const struct certificate_source *source)
{
    struct folders f;
    struct certificate *c;
    struct err_text why;
    if (open_folders(words, &f))
        return EXIT_FAILED;
    int found = certificate_source_get(source, f.trusted, &c, &why);
    if (found == ERR_NOT_FOUND)
        found = certificate_source_get(source, f.issuers, &c, &why);
    if (found)
        return command_failed("%s", why.text);
    bool trusted = trust_folder_remove(f.trusted, c, &why) == 0;
    bool issuer = trust_folder_remove(f.issuers, c, &why) == 0;
    if (trusted || issuer)
        say(c, "is not trusted any more");
    certificate_free(c);
    return trusted || issuer ? EXIT_DONE : command_failed("%s", why.text);
}

static int with_source(const struct action_words *words,
                       int (*use)(const struct action_words *words, const struct certificate_source *source))
{
    struct certificate_source source;
    struct err_text why;
    int rc = certificate_source_open(words->operands[0], &source, &why) ? command_failed("%s", why.text)
                                                                        : use(words, &source);
    certificate_source_close(&source);
    return rc;
}

static int add(const struct action_words *words)
{
    return with_source(words, add_source);
}

static int remove_one(const struct action_words *words)
{
    return with_source(words, remove_source);
}

static const struct action actions[] = {
    {"list", 0, OPTION_SERVER, list},
    {"rejected", 0, OPTION_SERVER, list_rejected},
    {"add", 1, OPTION_SERVER | OPTION_ISSUER, add},
    {"remove", 1, OPTION_SERVER, remove_one},
};

static int run(const struct command *self, int argc, char **argv)
{
    return action_run(self, actions, ARRAY_LEN(actions), argc, argv);
}

const struct command trust_command = {
    .name = "trust",
    .summary = "which certificates are trusted",
    .help =
        "usage: uacam trust list | rejected [--server]\n"
        "       uacam trust add THUMBPRINT | FILE [--server] [--issuer]\n"
        "       uacam trust remove THUMBPRINT | FILE [--server]\n\n"
        "list      the clients that are trusted, and the issuers\n"
        "rejected  the clients that came and were refused\n"
        "add       trusts one of these, by the beginning of its thumbprint, or the certificate in a file\n"
        "          (DER or PEM); heeds a revocation list in a file\n"
        "remove    trusts it no more\n\n"
        "A running server notices each change.\n\n"
        "  --server           servers, for `uacam get` and `uacam watch`, instead of clients\n"
        "  --issuer           an authority: only to complete chains, not trusted for what it issued\n"
        "  -c, --config FILE  the configuration of the server, for its state.folder\n",
    .run = run,
};
