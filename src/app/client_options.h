/* SPDX-License-Identifier: Apache-2.0
 * What the commands that are clients have in common: URL and CAMERA, the user, the security.
 *
 *     static const struct option long_options[] = {{"output", ...}, CLIENT_OPTIONS, {0}};
 *     ... client_options_take(&o, found) for what the command itself does not know ...
 *     client_options_names(), then client_options_open(), and o.security goes into the client's config */
#ifndef UACAM_APP_CLIENT_OPTIONS_H
#define UACAM_APP_CLIENT_OPTIONS_H

#include "app/command.h"
#include "app/security/prompt.h"
#include "app/security/server_trust.h"
#include "client/client_security.h"

enum { OPTION_USER = 0x1000, OPTION_SECURITY, OPTION_POLICY };

#define CLIENT_OPTIONS                                                                                       \
    {"user", required_argument, NULL, OPTION_USER}, {"security", required_argument, NULL, OPTION_SECURITY},  \
    {                                                                                                        \
        "policy", required_argument, NULL, OPTION_POLICY                                                     \
    }

#define CLIENT_OPTIONS_HELP                                                                                  \
    "  --user NAME        log in; the password is asked for, or taken from $UACAM_PASSWORD\n"                \
    "  --security HOW     none, sign or encrypt; default: encrypt, and none within this machine\n"           \
    "  --policy NAME      Basic256Sha256, Aes128_Sha256_RsaOaep or Aes256_Sha256_RsaPss; default:\n"         \
    "                     the best that the server has\n"

/* Zero it. */
struct client_options {
    const char *url;
    const char *camera; /* NULL: the first */
    struct client_security security;

    const char *wish;
    struct secret_line password;
    struct server_trust trust;
};

/* False: it is none of these. */
bool client_options_take(struct client_options *o, int found);

/* The words that are left: URL [CAMERA]. EXIT_USAGE when they are not. */
must_check int client_options_names(const struct command *self, struct client_options *o, int argc,
                                    char **argv);

/* Asks for the password where there is a user. EXIT_FAILED: it has been said. */
must_check int client_options_open(struct client_options *o);

/* Wipes what is secret. */
void client_options_close(struct client_options *o);

#endif
