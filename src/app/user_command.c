/* SPDX-License-Identifier: Apache-2.0 */
#include "app/action.h"
#include "app/security/certificate_source.h"
#include "app/security/prompt.h"
#include "app/security/users.h"
#include "crypto/secret.h"
#include "crypto/trust.h"
#include "crypto/trust_folder.h"

#include <stdio.h>
#include <string.h>

#define TRUSTED  "user-pki/trusted/certs"
#define REJECTED "user-pki/rejected/certs"

/* The users while they are changed: nobody else changes them. */
struct change {
    struct state_folder state;
    char path[PATH_MAX];
    struct users users;
};

static int open_users(const struct action_words *words, struct change *c)
{
    struct err_text why;
    struct trust *folders;
    char pki[PATH_MAX];
    *c = (struct change){0};
    if (action_open_state(words, &c->state))
        return EXIT_FAILED;
    if (state_folder_lock(&c->state, &why) ||
        trust_open(state_folder_path(&c->state, "user-pki", pki), 0, &folders, &why))
        return command_failed("%s", why.text);
    trust_close(folders); /* they are there now */
    if (users_load(state_folder_path(&c->state, "users", c->path), &c->users, &why))
        return command_failed("%s", why.text);
    return EXIT_DONE;
}

/* Saves when all went well so far; the end of the change. */
static int close_users(struct change *c, int rc)
{
    struct err_text why;
    if (!rc && users_save(c->path, &c->users, &why))
        rc = command_failed("%s", why.text);
    users_clear(&c->users);
    return rc;
}

static int take_role(const struct action_words *words, const char *word, enum role *role)
{
    *role = user_role_of(slice_of(word));
    if (*role == ROLE_COUNT)
        return command_misused(words->command, "a role is observer, operator or administrator, not '%.40s'",
                               word);
    return EXIT_DONE;
}

static int not_there(const char *name)
{
    return command_failed("there is no user '%.64s': `uacam user list` shows them", name);
}

/* ---- add ---- */

static int ask_password(struct user *user)
{
    struct secret_line password;
    struct err_text why;
    int rc = prompt_new_password(&password, &why);
    if (!rc)
        rc = password_hash(slice_of(password.text), user->hash, &why);
    secret_wipe(&password, sizeof password);
    return rc ? command_failed("%s", why.text) : EXIT_DONE;
}

static int give_certificate(const struct change *c, struct user *user, const struct certificate *certificate)
{
    char folder[PATH_MAX];
    struct err_text why;
    const struct user *owner = users_find_certificate(&c->users, certificate);
    if (owner && owner != user)
        return command_failed("this certificate is that of the user '%s'", owner->name);
    if (trust_folder_add(state_folder_path(&c->state, TRUSTED, folder), certificate, &why))
        return command_failed("%s", why.text);
    certificate_thumbprint_text(certificate, user->thumbprint);
    return EXIT_DONE;
}

/* A user who is there already may be given a certificate. */
static int find_or_add(struct change *c, const char *name, bool certificate, struct user **out)
{
    struct err_text why;
    *out = users_find(&c->users, slice_of(name));
    if (*out && !certificate)
        return command_failed("the user '%s' is there already; `uacam user passwd %s` changes the password",
                              name, name);
    if (!*out && users_add(&c->users, name, out, &why))
        return command_failed("%s", why.text);
    return EXIT_DONE;
}

static int add_to(struct change *c, const struct action_words *words, enum role role,
                  const struct certificate_source *source)
{
    const char *name = words->operands[0];
    struct certificate *certificate = NULL;
    struct err_text why;
    struct user *user;
    char rejected[PATH_MAX];
    if (words->certificate &&
        certificate_source_get(source, state_folder_path(&c->state, REJECTED, rejected), &certificate, &why))
        return command_failed("%s", why.text);
    int rc = find_or_add(c, name, certificate, &user);
    if (!rc && (words->role || !certificate))
        user->role = role;
    if (!rc)
        rc = certificate ? give_certificate(c, user, certificate) : ask_password(user);
    if (!rc)
        fprintf(stderr, "%s is an %s\n", name, user_role_name(user->role));
    certificate_free(certificate);
    return rc;
}

static int add(const struct action_words *words)
{
    const char *name = words->operands[0];
    enum role role;
    struct certificate_source source = {0};
    struct err_text why;
    struct change c;
    int rc = take_role(words, words->role ? words->role : "observer", &role);
    if (rc)
        return rc;
    if (!user_name_is_good(slice_of(name)))
        return command_misused(words->command,
                               "a user's name has up to %d letters, digits and .-_@, and begins with no '-'",
                               USER_NAME_MAX);
    if (words->certificate && certificate_source_open(words->certificate, &source, &why))
        return command_failed("%s", why.text);
    rc = open_users(words, &c);
    if (!rc)
        rc = close_users(&c, add_to(&c, words, role, &source));
    certificate_source_close(&source);
    return rc;
}

/* ---- the others ---- */

static int change_password(const struct action_words *words)
{
    struct change c;
    if (open_users(words, &c))
        return EXIT_FAILED;
    struct user *user = users_find(&c.users, slice_of(words->operands[0]));
    return close_users(&c, user ? ask_password(user) : not_there(words->operands[0]));
}

static int change_role(const struct action_words *words)
{
    enum role role;
    struct change c;
    int rc = take_role(words, words->operands[1], &role);
    if (rc)
        return rc;
    if (open_users(words, &c))
        return EXIT_FAILED;
    struct user *user = users_find(&c.users, slice_of(words->operands[0]));
    if (user)
        user->role = role;
    return close_users(&c, user ? EXIT_DONE : not_there(words->operands[0]));
}

static int forget(struct change *c, struct user *user)
{
    char folder[PATH_MAX];
    struct certificate *certificate;
    state_folder_path(&c->state, TRUSTED, folder);
    if (user->thumbprint[0] && trust_folder_find(folder, user->thumbprint, &certificate, NULL) == 0) {
        struct err_text why;
        int rc = trust_folder_remove(folder, certificate, &why);
        certificate_free(certificate);
        if (rc)
            return command_failed("%s", why.text);
    }
    users_remove(&c->users, user);
    return EXIT_DONE;
}

static int remove_user(const struct action_words *words)
{
    struct change c;
    if (open_users(words, &c))
        return EXIT_FAILED;
    struct user *user = users_find(&c.users, slice_of(words->operands[0]));
    return close_users(&c, user ? forget(&c, user) : not_there(words->operands[0]));
}

static int list(const struct action_words *words)
{
    struct change c;
    if (open_users(words, &c))
        return EXIT_FAILED;
    for (size_t i = 0; i < c.users.count; i++) {
        const struct user *user = &c.users.all[i];
        printf("%-24s %-14s%s%s%s\n", user->name, user_role_name(user->role),
               user->hash[0] ? " password" : "", user->thumbprint[0] ? " certificate " : "",
               user->thumbprint);
    }
    if (c.users.count == 0)
        fprintf(stderr, "there is no user yet: uacam user add NAME\n");
    users_clear(&c.users);
    return EXIT_DONE;
}

static const struct action actions[] = {
    {"add", 1, OPTION_ROLE | OPTION_CERTIFICATE, add},
    {"passwd", 1, 0, change_password},
    {"role", 2, 0, change_role},
    {"list", 0, 0, list},
    {"remove", 1, 0, remove_user},
};

static int run(const struct command *self, int argc, char **argv)
{
    return action_run(self, actions, ARRAY_LEN(actions), argc, argv);
}

const struct command user_command = {
    .name = "user",
    .summary = "who may log in",
    .help =
        "usage: uacam user add NAME [--role ROLE] [--certificate FILE]\n"
        "       uacam user passwd NAME\n"
        "       uacam user role NAME ROLE\n"
        "       uacam user list\n"
        "       uacam user remove NAME\n\n"
        "Passwords are asked for, or read as one line from standard input where that is no terminal. A\n"
        "running server notices each change.\n\n"
        "  --role ROLE          observer looks (the default); operator also writes settings and calls\n"
        "                       methods; administrator also hears audit events: who comes, who is refused\n"
        "  --certificate FILE   log in with this certificate (DER or PEM, or the beginning of the\n"
        "                       thumbprint of one that was refused) instead of a password\n"
        "  -c, --config FILE    the configuration of the server, for its state.folder\n",
    .run = run,
};
