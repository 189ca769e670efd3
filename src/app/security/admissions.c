/* SPDX-License-Identifier: Apache-2.0 */
#include "app/security/admissions.h"

#include "base/map.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum kind { USER, TRUSTED, ISSUER, REVOCATIONS };

struct admission {
    enum kind kind;
    char id[USER_NAME_MAX + 1];   /* the user's name, a thumbprint */
    char name[USER_NAME_MAX + 1]; /* the user's role, the name in a certificate */
    uint64_t secrets;             /* of a user: another number when password or certificate are others */
};

/* Events are called as the Methods that do the same (Part 12 §7.8.2, Part 18 §5.2). */
static const struct {
    const char *added, *removed, *changed;
    bool is_user;
    const char *as;
} kinds[] = {
    [USER] = {"AddUser", "RemoveUser", "ModifyUser", true, NULL},
    [TRUSTED] = {"AddCertificate", "RemoveCertificate", NULL, false, "trusted"},
    [ISSUER] = {"AddCertificate", "RemoveCertificate", NULL, false, "issuer"},
    [REVOCATIONS] = {"AddRevocationList", "RemoveRevocationList", NULL, false, "revocation list"},
};

static int compare(const void *a, const void *b)
{
    const struct admission *x = a, *y = b;
    return x->kind != y->kind ? (int)x->kind - (int)y->kind : strcmp(x->id, y->id);
}

static bool same(const struct admission *a, const struct admission *b)
{
    return a->secrets == b->secrets && strcmp(a->name, b->name) == 0;
}

/* ---- looking ---- */

static void add_user(struct admissions *to, const struct user *user)
{
    struct admission *a = &to->all[to->count++];
    *a = (struct admission){.kind = USER};
    strcpy(a->id, user->name);
    strcpy(a->name, user_role_name(user->role));
    a->secrets = map_hash_bytes(slice_of(user->thumbprint), map_hash_bytes(slice_of(user->hash), 1));
}

static void add_trusted(void *user, const struct trusted *what)
{
    static const enum kind kinds_of[] = {
        [TRUSTED_CERTIFICATE] = TRUSTED, [TRUSTED_ISSUER] = ISSUER, [TRUSTED_REVOCATIONS] = REVOCATIONS};
    struct admissions *to = user;
    struct admission *a = &to->all[to->count++];
    *a = (struct admission){.kind = kinds_of[what->kind]};
    for (size_t i = 0; i < THUMBPRINT_SIZE; i++)
        snprintf(a->id + 2 * i, 3, "%02x", what->thumbprint[i]);
    snprintf(a->name, sizeof a->name, "%.*s", SLICE_ARGS(what->name));
}

/* A certificate may lie in two files. */
static void drop_repeated(struct admissions *a)
{
    size_t kept = 0;
    for (size_t i = 0; i < a->count; i++)
        if (kept == 0 || compare(&a->all[kept - 1], &a->all[i]) != 0)
            a->all[kept++] = a->all[i];
    a->count = kept;
}

static int look(struct admissions *out, const struct users *users, struct trust *trust)
{
    *out = (struct admissions){0};
    out->all = calloc(users->count + trust_count(trust) + 1, sizeof *out->all);
    if (!out->all)
        return ERR_NO_MEMORY;
    for (size_t i = 0; i < users->count; i++)
        add_user(out, &users->all[i]);
    trust_each(trust, add_trusted, out);
    qsort(out->all, out->count, sizeof *out->all, compare);
    drop_repeated(out);
    return 0;
}

/* ---- telling ---- */

typedef void (*teller)(void *user, const struct audited_admission *what);

static void tell(const struct admission *a, const char *event, teller told, void *user)
{
    if (!event)
        return;
    const struct audited_admission what = {
        .event = event,
        .is_user = kinds[a->kind].is_user,
        .id = a->id,
        .name = a->name,
        .as = kinds[a->kind].as,
    };
    told(user, &what);
}

/* Both are sorted. */
static void tell_differences(const struct admissions *before, const struct admissions *now, teller told,
                             void *user)
{
    size_t b = 0, n = 0;
    while (b < before->count || n < now->count) {
        const struct admission *old = b < before->count ? &before->all[b] : NULL;
        const struct admission *new = n < now->count ? &now->all[n] : NULL;
        int order = !old ? 1 : !new ? -1 : compare(old, new);
        if (order < 0)
            tell(old, kinds[old->kind].removed, told, user);
        else if (order > 0)
            tell(new, kinds[new->kind].added, told, user);
        else if (!same(old, new))
            tell(new, kinds[new->kind].changed, told, user);
        b += order <= 0;
        n += order >= 0;
    }
}

int admissions_look(struct admissions *a, const struct users *users, struct trust *trust, teller told,
                    void *user)
{
    struct admissions now;
    int rc = look(&now, users, trust);
    if (rc)
        return rc;
    if (told)
        tell_differences(a, &now, told, user);
    admissions_clear(a);
    *a = now;
    return 0;
}

void admissions_clear(struct admissions *a)
{
    free(a->all);
    *a = (struct admissions){0};
}
