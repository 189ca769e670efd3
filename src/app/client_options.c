/* SPDX-License-Identifier: Apache-2.0 */
#include "app/client_options.h"

#include "channel/policy.h"
#include "client/endpoint_url.h"
#include "crypto/secret.h"
#include "crypto/symmetric.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const wishes[] = {
    [CLIENT_WANTS_NONE] = "none",
    [CLIENT_WANTS_SIGN] = "sign",
    [CLIENT_WANTS_ENCRYPT] = "encrypt",
};

bool client_options_take(struct client_options *o, int found)
{
    if (found == OPTION_USER)
        o->security.user = optarg;
    else if (found == OPTION_SECURITY)
        o->wish = optarg;
    else if (found == OPTION_POLICY)
        o->security.policy = optarg;
    else
        return false;
    return true;
}

static bool is_policy(const char *name)
{
    char uri[128];
    snprintf(uri, sizeof uri, "http://opcfoundation.org/UA/SecurityPolicy#%s", name);
    return security_policy_by_uri(slice_of(uri));
}

static int take_security(const struct command *self, struct client_options *o)
{
    if (o->security.policy && !is_policy(o->security.policy))
        return command_misused(self, "--policy takes Basic256Sha256, Aes128_Sha256_RsaOaep or "
                                     "Aes256_Sha256_RsaPss");
    if (!o->wish)
        return EXIT_DONE;
    for (size_t i = 0; i < ARRAY_LEN(wishes); i++)
        if (wishes[i] && strcmp(wishes[i], o->wish) == 0)
            o->security.wish = (enum client_wish)i;
    return o->security.wish ? EXIT_DONE : command_misused(self, "--security takes none, sign or encrypt");
}

int client_options_names(const struct command *self, struct client_options *o, int argc, char **argv)
{
    struct endpoint_url url;
    struct err_text why;
    if (argc < 1)
        return command_misused(self, "%s needs the URL of a server, such as opc.tcp://localhost:4840",
                               self->name);
    if (argc > 2)
        return command_misused(self, "unexpected '%s'", argv[2]);
    if (endpoint_url_parse(argv[0], &url, &why))
        return command_misused(self, "%s", why.text);
    o->url = argv[0];
    o->camera = argc > 1 ? argv[1] : NULL;
    return take_security(self, o);
}

static int ask_password(struct client_options *o)
{
    char question[128];
    struct err_text why;
    const char *given = getenv("UACAM_PASSWORD");
    if (given && strlen(given) < sizeof o->password.text) {
        strcpy(o->password.text, given);
        return EXIT_DONE;
    }
    snprintf(question, sizeof question, "Password of %.80s: ", o->security.user);
    return prompt_secret(question, &o->password, &why) ? command_failed("%s", why.text) : EXIT_DONE;
}

int client_options_open(struct client_options *o)
{
    if (o->security.user && ask_password(o))
        return EXIT_FAILED;
    symmetric_use(NULL); /* the fastest: there is one everywhere */
    o->security.password = o->password.text;
    o->security.own = server_trust_own;
    o->security.verify = server_trust_verify;
    o->security.context = &o->trust;
    return EXIT_DONE;
}

void client_options_close(struct client_options *o)
{
    secret_wipe(&o->password, sizeof o->password);
    server_trust_close(&o->trust);
}
