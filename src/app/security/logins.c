/* SPDX-License-Identifier: Apache-2.0
 *
 *     asked -> WAITING, until its user and its address may -> CHECKING on a worker, for passwords -> told
 */
#include "app/security/logins.h"

#include "base/log.h"
#include "base/map.h"
#include "crypto/secret.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { ADDRESS_SIZE = 64, PREFIX = 12 /* digits of a thumbprint that a person has to type */ };

struct attempt {
    struct list_link link; /* in logins->waiting */
    struct logins *logins;
    struct login *login; /* NULL: the asker is gone */
    char address[ADDRESS_SIZE];
    char name[USER_NAME_MAX + 1]; /* empty: a certificate, or a name that no user can have */
    int64_t due_ns;

    struct certificate *certificate; /* NULL: a password */
    char password[PASSWORD_MAX + 1]; /* one too many shows that it is too long */
    size_t password_len;

    /* Of the check. */
    char hash[PASSWORD_HASH_SIZE]; /* empty: there is no such user */
    enum role role;
    bool matches;
    struct job job;
};

static void attempt_free(struct attempt *a)
{
    certificate_free(a->certificate);
    secret_wipe(a, sizeof *a);
    free(a);
}

static int64_t now_ns(const struct logins *l)
{
    return clock_mono_ns(loop_timers(l->loop)->clock);
}

/* ---- the users ---- */

/* 0: there is no file. */
static uint64_t look_at(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return errno == ENOENT ? 0 : 1;
    int64_t facts[] = {st.st_mtim.tv_sec, st.st_mtim.tv_nsec, st.st_size, (int64_t)st.st_ino,
                       (int64_t)st.st_mode};
    return map_hash_bytes((struct slice){(const uint8_t *)facts, sizeof facts}, 1);
}

static int read_users(struct logins *l, struct err_text *why)
{
    l->users_seen = look_at(l->users_path);
    users_clear(&l->users);
    return users_load(l->users_path, &l->users, why);
}

static void refresh_users(struct logins *l)
{
    struct err_text why;
    if (look_at(l->users_path) != l->users_seen && read_users(l, &why))
        log_error("security", "nobody can log in: %s", why.text);
}

/* ---- the end of an attempt ---- */

static void go_on(struct logins *l);

static void count(struct attempt *a, bool good)
{
    struct logins *l = a->logins;
    if (!good)
        throttle_failed(&l->throttle, a->address, slice_of(a->name), now_ns(l));
    else if (a->login)
        throttle_succeeded(&l->throttle, a->address, slice_of(a->name));
}

static void conclude(struct attempt *a, bool good)
{
    if (!a->certificate) /* nobody guesses a key */
        count(a, good);
    if (good && a->login)
        log_info("security", "login: user \"%s\" from %s, %s", a->name, a->address, user_role_name(a->role));
    struct login *login = a->login;
    enum role role = good ? a->role : ROLE_ANONYMOUS;
    attempt_free(a);
    if (login)
        login->done(login, good ? UA_GOOD : UA_BAD_USER_ACCESS_DENIED, role);
}

/* ---- passwords ---- */

static void match(void *user)
{
    struct attempt *a = user;
    struct slice password = {(const uint8_t *)a->password, a->password_len};
    a->matches = password_matches(password, a->hash[0] ? a->hash : NULL);
}

static void matched(void *user)
{
    struct attempt *a = user;
    struct logins *l = a->logins;
    l->checking = NULL;
    if (!a->matches)
        log_warning("security", "login refused: user \"%s\" from %s: no such user, or a wrong password",
                    a->name, a->address);
    conclude(a, a->matches);
    go_on(l);
}

static void check_password_of(struct attempt *a)
{
    const struct user *user = users_find(&a->logins->users, slice_of(a->name));
    if (user) {
        strcpy(a->hash, user->hash);
        a->role = user->role;
    }
    a->job = (struct job){.work = match, .done = matched, .user = a};
    a->logins->checking = a;
    if (loop_submit(a->logins->loop, &a->job)) {
        a->logins->checking = NULL;
        conclude(a, false);
    }
}

/* ---- certificates ---- */

static void check_certificate_of(struct attempt *a)
{
    struct logins *l = a->logins;
    struct err_text why;
    char thumbprint[USER_THUMBPRINT_SIZE];
    const struct certificate_check check = {
        .now_s = clock_utc_ns(loop_timers(l->loop)->clock) / NS_PER_S,
    };
    const struct user *user = users_find_certificate(&l->users, a->certificate);
    enum certificate_fault found = trust_check(l->trust, a->certificate, &check, &why);
    if (user) {
        a->role = user->role;
        strcpy(a->name, user->name);
    }
    certificate_thumbprint_text(a->certificate, thumbprint);
    if (!user)
        log_warning("security",
                    "%s: a certificate of no user; to let it in: uacam user add NAME --certificate %.*s",
                    a->address, PREFIX, thumbprint);
    else if (found)
        log_warning("security", "%s: the certificate of %s is not good: %s", a->address, user->name,
                    why.text);
    conclude(a, user && !found);
}

/* ---- one after the other ---- */

static int64_t time_of(const struct attempt *a)
{
    int64_t free_ns = a->certificate ? 0 : throttle_address_free_ns(&a->logins->throttle, a->address);
    return free_ns > a->due_ns ? free_ns : a->due_ns;
}

static struct attempt *earliest(const struct logins *l)
{
    struct attempt *best = NULL;
    for (struct list_link *link = l->waiting.first; link; link = link->next) {
        struct attempt *a = container_of(link, struct attempt, link);
        if (!best || time_of(a) < time_of(best))
            best = a;
    }
    return best;
}

static void go_on(struct logins *l)
{
    struct attempt *a;
    while (!l->checking && (a = earliest(l)) && time_of(a) <= now_ns(l)) {
        list_remove(&l->waiting, &a->link);
        refresh_users(l);
        if (a->certificate)
            check_certificate_of(a);
        else
            check_password_of(a);
    }
    a = l->checking ? NULL : earliest(l);
    if (a && timer_start_at(loop_timers(l->loop), &l->wake, time_of(a)))
        log_error("security", "no memory: logins wait for the next one");
}

static void woken(struct timer *t)
{
    go_on(container_of(t, struct logins, wake));
}

/* ---- being asked ---- */

static bool has_room(const struct logins *l, const char *address)
{
    size_t same = 0;
    for (struct list_link *link = l->waiting.first; link; link = link->next)
        same += strcmp(container_of(link, struct attempt, link)->address, address) == 0;
    return l->waiting.count < LOGINS_MAX && same < LOGINS_MAX_PER_ADDRESS;
}

/* NULL: there is no room; the asker was told. */
static struct attempt *attempt_new(struct logins *l, struct login *login)
{
    struct attempt *a = has_room(l, login->address) ? calloc(1, sizeof *a) : NULL;
    if (!a) {
        log_warning("security", "login refused: too many wait, from %s or altogether", login->address);
        login->parked = NULL;
        login->done(login, UA_BAD_SERVER_TOO_BUSY, ROLE_ANONYMOUS);
        return NULL;
    }
    a->logins = l;
    a->login = login;
    login->parked = a;
    snprintf(a->address, sizeof a->address, "%s", login->address);
    if (user_name_is_good(login->user))
        snprintf(a->name, sizeof a->name, "%.*s", SLICE_ARGS(login->user));
    return a;
}

/* It begins later: nobody is answered from within the question. */
static void enqueue(struct attempt *a)
{
    struct logins *l = a->logins;
    int64_t now = now_ns(l);
    a->due_ns = now + (a->certificate ? 0 : throttle_user_delay_ns(&l->throttle, slice_of(a->name), now));
    list_append(&l->waiting, &a->link);
    if (!l->checking && timer_start_at(loop_timers(l->loop), &l->wake, now))
        log_error("security", "no memory: logins wait for the next one");
}

static void check_password(void *user, struct login *login, struct slice password)
{
    struct attempt *a = attempt_new(user, login);
    if (!a)
        return;
    a->password_len = password.len < sizeof a->password ? password.len : sizeof a->password;
    if (a->password_len)
        memcpy(a->password, password.data, a->password_len);
    enqueue(a);
}

static void check_certificate(void *user, struct login *login, const struct certificate *c)
{
    struct attempt *a = attempt_new(user, login);
    if (!a)
        return;
    if (certificate_read(c->der, &a->certificate, NULL))
        conclude(a, false);
    else
        enqueue(a);
}

/* One that is being checked goes on, and counts. */
static void cancel(void *user, struct login *login)
{
    struct logins *l = user;
    struct attempt *a = login->parked;
    if (!a)
        return;
    a->login = NULL;
    if (a == l->checking)
        return;
    list_remove(&l->waiting, &a->link);
    attempt_free(a);
}

const struct access_ops logins_ops = {
    .check_password = check_password,
    .check_certificate = check_certificate,
    .cancel = cancel,
};

/* ---- who is in ---- */

uint64_t logins_version(struct logins *l)
{
    refresh_users(l);
    return l->users_seen;
}

/* Services call the owner of a certificate "NAME (THUMBPRINT)". */
static bool is_certificate_of(const struct user *user, const struct principal *who)
{
    size_t len = strlen(who->user), end = strlen(user->thumbprint) + 1;
    return user->thumbprint[0] && len > end && who->user[len - 1] == ')' &&
           memcmp(who->user + len - end, user->thumbprint, end - 1) == 0;
}

bool logins_let_stay(void *logins, const struct principal *who, enum role role)
{
    const struct logins *l = logins;
    for (size_t i = 0; i < l->users.count; i++) {
        const struct user *user = &l->users.all[i];
        bool same = who->token == TOKEN_X509 ? is_certificate_of(user, who)
                                             : user->hash[0] && strcmp(user->name, who->user) == 0;
        if (same)
            return user->role == role;
    }
    return false;
}

/* ---- life ---- */

int logins_start(struct logins *l, struct err_text *why)
{
    l->wake.callback = woken;
    return read_users(l, why);
}

void logins_stop(struct logins *l)
{
    struct list_link *link;
    if (l->loop)
        timer_stop(loop_timers(l->loop), &l->wake);
    while ((link = list_pop(&l->waiting)))
        attempt_free(container_of(link, struct attempt, link));
}

void logins_clear(struct logins *l)
{
    users_clear(&l->users);
}
