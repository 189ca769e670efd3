/* SPDX-License-Identifier: Apache-2.0
 * Who may log in: a file with a line for each user,
 *
 *     NAME:ROLE:HASH:THUMBPRINT
 *
 * with the hash of the password and the thumbprint of the certificate, each empty for a user without. A file
 * with one wrong line is wrong as a whole: nobody is let in by what is left of it. One thread at a time. */
#ifndef UACAM_APP_SECURITY_USERS_H
#define UACAM_APP_SECURITY_USERS_H

#include "crypto/certificate.h"
#include "crypto/password.h"
#include "service/session/access.h"

enum { USERS_MAX = 1000, USER_NAME_MAX = 64, USER_THUMBPRINT_SIZE = 2 * THUMBPRINT_SIZE + 1 };

struct user {
    char name[USER_NAME_MAX + 1];
    enum role role;
    char hash[PASSWORD_HASH_SIZE];         /* empty: no password lets in */
    char thumbprint[USER_THUMBPRINT_SIZE]; /* empty: no certificate does */
};

/* Zero it to begin. */
struct users {
    struct user *all;
    size_t count;
};

void users_clear(struct users *u);

/* Could it be a user's? Letters, digits and .-_@ of ASCII, or any other UTF-8; no '-' at the front. */
bool user_name_is_good(struct slice name);

/* "observer", "operator", "administrator", and back; ROLE_COUNT for another word. */
const char *user_role_name(enum role role);
enum role user_role_of(struct slice word);

/* Reads a file's content. ERR_INVALID with "line N: ...", ERR_LIMIT, ERR_NO_MEMORY; then there are none. */
must_check int users_read(struct slice content, struct users *out, struct err_text *why);

/* From and to the file; none when there is no file. */
must_check int users_load(const char *path, struct users *out, struct err_text *why);
must_check int users_save(const char *path, const struct users *u, struct err_text *why);

/* NULL: there is none. */
struct user *users_find(const struct users *u, struct slice name);
struct user *users_find_certificate(const struct users *u, const struct certificate *c);

/* A new one with this name, which no other has; all else empty. ERR_LIMIT, ERR_NO_MEMORY. Pointers to others
 * move. */
must_check int users_add(struct users *u, const char *name, struct user **out, struct err_text *why);
void users_remove(struct users *u, struct user *user);

#endif
