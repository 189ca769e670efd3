/* SPDX-License-Identifier: Apache-2.0 */
#include "app/security/state_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define SERVICE_FOLDER "/var/lib/uacam"

/* ---- where ---- */

static const char *word_of(const char *variable)
{
    const char *value = getenv(variable);
    return value && value[0] ? value : NULL;
}

/* False: the path is too long. */
static bool find_of_user(struct state_folder *s)
{
    const char *xdg = word_of("XDG_STATE_HOME"), *home = word_of("HOME");
    int n = xdg ? snprintf(s->path, sizeof s->path, "%s/uacam", xdg)
                : snprintf(s->path, sizeof s->path, "%s/.local/state/uacam", home ? home : "");
    s->sudo = "";
    return n > 0 && (size_t)n < sizeof s->path;
}

/* Likewise. */
static bool find(const char *configured, struct state_folder *s)
{
    const char *systemd = word_of("STATE_DIRECTORY");
    int n;
    s->sudo = systemd ? "sudo " : "";
    if (configured[0])
        n = snprintf(s->path, sizeof s->path, "%s", configured);
    else if (systemd)
        n = snprintf(s->path, sizeof s->path, "%.*s", (int)strcspn(systemd, ":"), systemd);
    else if (geteuid() == 0 && !word_of("XDG_STATE_HOME"))
        n = snprintf(s->path, sizeof s->path, SERVICE_FOLDER);
    else
        return find_of_user(s);
    return n > 0 && (size_t)n < sizeof s->path;
}

/* ---- making and checking ---- */

static int make_one(const char *path, struct err_text *why)
{
    if (mkdir(path, 0700) == 0 || errno == EEXIST)
        return 0;
    return err_errno(why, errno, "cannot make the state folder %s", path);
}

static int make_all(const char *path, struct err_text *why)
{
    char part[PATH_MAX];
    for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        snprintf(part, sizeof part, "%.*s", (int)(slash - path), path);
        int rc = make_one(part, why);
        if (rc)
            return rc;
    }
    return make_one(path, why);
}

static int check_folder(const char *path, struct stat *st, struct err_text *why)
{
    if (stat(path, st) != 0)
        return err_errno(why, errno, "cannot use the state folder %s", path);
    if (!S_ISDIR(st->st_mode))
        return err_set(why, ERR_INVALID, "the state folder %s is no folder", path);
    if (st->st_mode & 077)
        return err_set(why, ERR_DENIED,
                       "others can read the state folder %s, which holds keys and users: chmod 700 %s", path,
                       path);
    return 0;
}

/* `found`: its path is not too long. */
static int make_and_check(const struct state_folder *s, bool found, struct stat *st, struct err_text *why)
{
    if (!found)
        return err_set(why, ERR_INVALID, "the path of the state folder is too long");
    int rc = access(s->path, F_OK) == 0 ? 0 : make_all(s->path, why);
    return rc ? rc : check_folder(s->path, st, why);
}

static int wrong_owner(const struct state_folder *s, const struct stat *st, struct err_text *why)
{
    return err_set(why, ERR_DENIED,
                   "the state folder %s belongs to the user with the id %u: be that user or root, or name "
                   "another folder (state.folder in the configuration)",
                   s->path, (unsigned)st->st_uid);
}

int state_folder_open(const char *configured, struct state_folder *out, struct err_text *why)
{
    struct stat st = {0};
    int rc = make_and_check(out, find(configured, out), &st, why);
    return !rc && st.st_uid != geteuid() ? wrong_owner(out, &st, why) : rc;
}

int state_folder_open_of_user(struct state_folder *out, struct err_text *why)
{
    struct stat st = {0};
    int rc = make_and_check(out, find_of_user(out), &st, why);
    return !rc && st.st_uid != geteuid() ? wrong_owner(out, &st, why) : rc;
}

int state_folder_open_as_owner(const char *configured, struct state_folder *out, struct err_text *why)
{
    struct stat st = {0};
    int rc = make_and_check(out, find(configured, out), &st, why);
    if (rc || st.st_uid == geteuid())
        return rc;
    if (geteuid() != 0)
        return wrong_owner(out, &st, why);
    if (setgroups(0, NULL) || setresgid(st.st_gid, st.st_gid, st.st_gid) ||
        setresuid(st.st_uid, st.st_uid, st.st_uid))
        return err_errno(why, errno, "cannot become the owner of %s", out->path);
    return 0;
}

/* ---- what is in it ---- */

const char *state_folder_path(const struct state_folder *s, const char *name, char out[PATH_MAX])
{
    snprintf(out, PATH_MAX, "%s/%s", s->path, name);
    return out;
}

int state_folder_make(const struct state_folder *s, const char *name, struct err_text *why)
{
    char path[PATH_MAX];
    return make_all(state_folder_path(s, name, path), why);
}

int state_folder_lock(const struct state_folder *s, struct err_text *why)
{
    int fd = open(s->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || flock(fd, LOCK_EX))
        return err_errno(why, errno, "cannot lock the state folder %s", s->path);
    return 0; /* it stays open, and thereby locked */
}

int private_file_check(const char *path, bool group, struct err_text *why)
{
    struct stat st;
    if (stat(path, &st) != 0 && errno == ENOENT)
        return 0;
    if (stat(path, &st) != 0)
        return err_errno(why, errno, "%s", path);
    if (st.st_mode & (group ? 007 : 077))
        return err_set(why, ERR_DENIED, "others can read or change %s: chmod %s %s", path,
                       group ? "o-rwx" : "600", path);
    return 0;
}
