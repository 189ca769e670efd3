/* SPDX-License-Identifier: Apache-2.0 */
#include "app/security/users.h"

#include "app/security/state_folder.h"
#include "base/small_file.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME, ROLE, HASH, THUMBPRINT, FIELD_COUNT };
enum { MAX_LINE = USER_NAME_MAX + PASSWORD_HASH_SIZE + USER_THUMBPRINT_SIZE + 32 };

static const char *const role_names[ROLE_COUNT] = {
    [ROLE_OBSERVER] = "observer",
    [ROLE_OPERATOR] = "operator",
    [ROLE_ADMINISTRATOR] = "administrator",
};

void users_clear(struct users *u)
{
    free(u->all);
    *u = (struct users){0};
}

/* ---- words ---- */

bool user_name_is_good(struct slice name)
{
    if (name.len == 0 || name.len > USER_NAME_MAX || name.data[0] == '-')
        return false;
    for (size_t i = 0; i < name.len; i++)
        if (name.data[i] < 0x80 && !isalnum(name.data[i]) && !memchr(".-_@", name.data[i], 4))
            return false;
    return true;
}

const char *user_role_name(enum role role)
{
    return role < ROLE_COUNT && role_names[role] ? role_names[role] : "anonymous";
}

enum role user_role_of(struct slice word)
{
    for (enum role r = 0; r < ROLE_COUNT; r++)
        if (role_names[r] && slice_is(word, role_names[r]))
            return r;
    return ROLE_COUNT;
}

static bool is_thumbprint(struct slice text)
{
    if (text.len != 2 * THUMBPRINT_SIZE)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (!isxdigit(text.data[i]) || isupper(text.data[i]))
            return false;
    return true;
}

/* ---- adding, removing, finding ---- */

int users_add(struct users *u, const char *name, struct user **out, struct err_text *why)
{
    *out = NULL;
    if (u->count == USERS_MAX)
        return err_set(why, ERR_LIMIT, "there are %d users already", USERS_MAX);
    struct user *all = realloc(u->all, (u->count + 1) * sizeof *all);
    if (!all)
        return err_set(why, ERR_NO_MEMORY, "no memory");
    u->all = all;
    *out = &all[u->count++];
    **out = (struct user){.role = ROLE_OBSERVER};
    snprintf((*out)->name, sizeof(*out)->name, "%s", name);
    return 0;
}

void users_remove(struct users *u, struct user *user)
{
    size_t index = (size_t)(user - u->all);
    memmove(user, user + 1, (--u->count - index) * sizeof *user);
}

struct user *users_find(const struct users *u, struct slice name)
{
    for (size_t i = 0; i < u->count; i++)
        if (slice_is(name, u->all[i].name))
            return &u->all[i];
    return NULL;
}

struct user *users_find_certificate(const struct users *u, const struct certificate *c)
{
    char thumbprint[USER_THUMBPRINT_SIZE];
    certificate_thumbprint_text(c, thumbprint);
    for (size_t i = 0; i < u->count; i++)
        if (strcmp(u->all[i].thumbprint, thumbprint) == 0)
            return &u->all[i];
    return NULL;
}

/* ---- reading ---- */

/* Up to the separator, which is dropped; all that is left when there is none. */
static struct slice cut(struct slice *rest, char separator)
{
    const uint8_t *end = rest->len ? memchr(rest->data, separator, rest->len) : NULL;
    size_t len = end ? (size_t)(end - rest->data) : rest->len;
    struct slice part = {rest->data, len};
    rest->data += len + (end ? 1 : 0);
    rest->len -= len + (end ? 1 : 0);
    return part;
}

static void keep(char *to, struct slice text)
{
    if (text.data)
        memcpy(to, text.data, text.len);
    to[text.len] = '\0';
}

/* NULL: it is fine. */
static const char *fault_of(const struct users *u, const struct slice fields[FIELD_COUNT])
{
    if (!fields[THUMBPRINT].data)
        return "NAME:ROLE:HASH:THUMBPRINT is expected";
    if (!user_name_is_good(fields[NAME]))
        return "this is no user's name";
    if (users_find(u, fields[NAME]))
        return "this name stands there twice";
    if (user_role_of(fields[ROLE]) == ROLE_COUNT)
        return "the role is observer, operator or administrator";
    if (fields[HASH].len && !password_is_hash(fields[HASH]))
        return "this is no yescrypt hash";
    if (fields[THUMBPRINT].len && !is_thumbprint(fields[THUMBPRINT]))
        return "this is no thumbprint";
    return NULL;
}

static int read_line(struct users *u, struct slice line, size_t number, struct err_text *why)
{
    struct slice fields[FIELD_COUNT] = {0};
    struct user *user;
    char name[USER_NAME_MAX + 1];
    for (size_t i = 0; i < THUMBPRINT && line.len && memchr(line.data, ':', line.len); i++)
        fields[i] = cut(&line, ':');
    if (fields[HASH].data)
        fields[THUMBPRINT] = line;
    const char *fault = fault_of(u, fields);
    if (fault)
        return err_set(why, ERR_INVALID, "line %zu: %s", number, fault);
    keep(name, fields[NAME]);
    int rc = users_add(u, name, &user, why);
    if (rc)
        return rc;
    user->role = user_role_of(fields[ROLE]);
    keep(user->hash, fields[HASH]);
    keep(user->thumbprint, fields[THUMBPRINT]);
    return 0;
}

int users_read(struct slice content, struct users *out, struct err_text *why)
{
    *out = (struct users){0};
    int rc = 0;
    for (size_t number = 1; !rc && content.len; number++) {
        struct slice line = cut(&content, '\n');
        if (line.len && line.data[0] != '#')
            rc = read_line(out, line, number, why);
    }
    if (rc)
        users_clear(out);
    return rc;
}

int users_load(const char *path, struct users *out, struct err_text *why)
{
    struct buf content;
    struct err_text reason;
    *out = (struct users){0};
    buf_init(&content, SMALL_FILE_MAX);
    int rc = private_file_check(path, false, why);
    if (rc)
        return rc;
    rc = small_file_read(path, &content, why);
    if (!rc && (rc = users_read(buf_slice(&content), out, &reason)))
        err_set(why, (enum err)rc, "%s, %s", path, reason.text);
    buf_clear(&content);
    return rc == ERR_NOT_FOUND ? 0 : rc;
}

/* ---- writing ---- */

int users_save(const char *path, const struct users *u, struct err_text *why)
{
    static const char title[] = "# NAME:ROLE:HASH:THUMBPRINT, written by `uacam user`\n";
    char line[MAX_LINE];
    struct buf content;
    buf_init(&content, SMALL_FILE_MAX);
    int rc = buf_append(&content, title, sizeof title - 1);
    for (size_t i = 0; !rc && i < u->count; i++) {
        const struct user *user = &u->all[i];
        int len = snprintf(line, sizeof line, "%s:%s:%s:%s\n", user->name, user_role_name(user->role),
                           user->hash, user->thumbprint);
        rc = buf_append(&content, line, (size_t)len);
    }
    if (rc)
        rc = err_set(why, (enum err)rc, "%s: %s", path, err_name(rc));
    else
        rc = small_file_replace(path, buf_slice(&content), why);
    buf_clear(&content);
    return rc;
}
