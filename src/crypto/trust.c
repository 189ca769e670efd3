/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/trust.h"

#include "base/log.h"
#include "base/map.h"
#include "base/small_file.h"
#include "crypto/crl.h"
#include "crypto/openssl_error.h"
#include "crypto/trust_folder.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum folder { TRUSTED_CERTS, TRUSTED_CRL, ISSUERS_CERTS, ISSUERS_CRL, REJECTED_CERTS, FOLDER_COUNT };

static const char *const folder_names[FOLDER_COUNT] = {
    [TRUSTED_CERTS] = "trusted/certs", [TRUSTED_CRL] = "trusted/crl",       [ISSUERS_CERTS] = "issuers/certs",
    [ISSUERS_CRL] = "issuers/crl",     [REJECTED_CERTS] = "rejected/certs",
};

struct trust {
    char paths[FOLDER_COUNT][PATH_MAX];
    size_t max_rejected;
    struct trust_list list;
    uint64_t seen; /* the files that `list` was made of */
};

/* ---- walking a folder ---- */

typedef void (*file_visit)(void *user, const char *path, const struct stat *st);

static void each_file(const char *folder, file_visit visit, void *user)
{
    char path[PATH_MAX];
    struct stat st;
    struct dirent *entry;
    DIR *dir = opendir(folder);
    if (!dir)
        return; /* as good as empty */
    for (size_t n = 0; n < TRUST_MAX_FILES && (entry = readdir(dir));) {
        int len = snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (entry->d_name[0] == '.' || (size_t)len >= sizeof path)
            continue;
        if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
            continue;
        visit(user, path, &st);
        n++;
    }
    closedir(dir);
}

/* ---- reading ---- */

static bool make_room(void **array, size_t count, size_t size)
{
    if (count & (count - 1)) /* room doubles at powers of two */
        return true;
    void *more = realloc(*array, (count ? 2 * count : 1) * size);
    if (more)
        *array = more;
    return more;
}

static bool add_certificate(struct certificate ***list, size_t *count, struct slice content,
                            struct err_text *why)
{
    struct certificate *c;
    if (certificate_read_text(content, &c, why))
        return false;
    if (!make_room((void **)list, *count, sizeof **list)) {
        certificate_free(c);
        err_set(why, ERR_NO_MEMORY, "no memory");
        return false;
    }
    (*list)[(*count)++] = c;
    return true;
}

static bool add_crl(struct trust_list *list, struct slice content, struct err_text *why)
{
    X509_CRL *crl = crl_parse(content);
    if (crl && make_room((void **)&list->crls, list->crl_count, sizeof *list->crls)) {
        list->crls[list->crl_count++] = crl;
        return true;
    }
    openssl_failed(why, ERR_INVALID, "no revocation list");
    X509_CRL_free(crl);
    return false;
}

/* Which list a folder goes to. */
struct destination {
    struct trust_list *list;
    enum folder folder;
};

static bool add_file(struct destination *to, struct slice content, struct err_text *why)
{
    struct trust_list *list = to->list;
    if (to->folder == TRUSTED_CERTS)
        return add_certificate(&list->trusted, &list->trusted_count, content, why);
    if (to->folder == ISSUERS_CERTS)
        return add_certificate(&list->issuers, &list->issuer_count, content, why);
    return add_crl(list, content, why);
}

static void read_file(void *user, const char *path, const struct stat *st)
{
    (void)st;
    struct buf content;
    struct err_text why;
    buf_init(&content, SMALL_FILE_MAX);
    if (small_file_read(path, &content, &why))
        log_warning("crypto", "passed over: %s", why.text);
    else if (!add_file(user, buf_slice(&content), &why))
        log_warning("crypto", "passed over %s: %s", path, why.text);
    buf_clear(&content);
}

static void clear_list(struct trust_list *list)
{
    for (size_t i = 0; i < list->trusted_count; i++)
        certificate_free(list->trusted[i]);
    for (size_t i = 0; i < list->issuer_count; i++)
        certificate_free(list->issuers[i]);
    for (size_t i = 0; i < list->crl_count; i++)
        X509_CRL_free(list->crls[i]);
    free(list->trusted);
    free(list->issuers);
    free(list->crls);
    *list = (struct trust_list){0};
}

/* ---- noticing changes ---- */

/* Any order of the files gives the same sum. */
static void add_to_sum(void *user, const char *path, const struct stat *st)
{
    uint64_t *sum = user;
    int64_t facts[] = {st->st_mtim.tv_sec, st->st_mtim.tv_nsec, st->st_size, (int64_t)st->st_ino};
    uint64_t start = map_hash_bytes((struct slice){(const uint8_t *)facts, sizeof facts}, 0);
    *sum += map_hash_bytes(slice_of(path), start);
}

static void refresh(struct trust *t)
{
    uint64_t sum = 1; /* 0: never looked */
    for (enum folder f = 0; f < REJECTED_CERTS; f++)
        each_file(t->paths[f], add_to_sum, &sum);
    if (sum == t->seen)
        return;
    clear_list(&t->list);
    for (enum folder f = 0; f < REJECTED_CERTS; f++)
        each_file(t->paths[f], read_file, &(struct destination){&t->list, f});
    t->seen = sum;
}

/* ---- rejected ones ---- */

struct oldest {
    char path[PATH_MAX];
    struct timespec time;
    size_t count;
};

static void find_oldest(void *user, const char *path, const struct stat *st)
{
    struct oldest *o = user;
    struct timespec t = st->st_mtim;
    bool older = t.tv_sec < o->time.tv_sec || (t.tv_sec == o->time.tv_sec && t.tv_nsec < o->time.tv_nsec);
    if (o->count++ == 0 || older) {
        o->time = t;
        memcpy(o->path, path, strlen(path) + 1);
    }
}

static bool drop_oldest_rejected(const struct trust *t)
{
    struct oldest o = {.count = 0};
    each_file(t->paths[REJECTED_CERTS], find_oldest, &o);
    return o.count >= t->max_rejected && o.count > 0 && unlink(o.path) == 0;
}

static void keep_rejected(const struct trust *t, const struct certificate *c)
{
    struct err_text why;
    const char *folder = t->paths[REJECTED_CERTS];
    if (t->max_rejected == 0 || trust_folder_holds(folder, c))
        return;
    while (drop_oldest_rejected(t))
        ;
    if (trust_folder_add(folder, c, &why))
        log_warning("crypto", "cannot keep a rejected certificate: %s", why.text);
}

uint64_t trust_version(struct trust *t)
{
    refresh(t);
    return t->seen;
}

/* ---- telling ---- */

size_t trust_count(const struct trust *t)
{
    return t->list.trusted_count + t->list.issuer_count + t->list.crl_count;
}

static void tell_certificates(enum trusted_kind kind, struct certificate *const *all, size_t count,
                              void (*visit)(void *user, const struct trusted *what), void *user)
{
    for (size_t i = 0; i < count; i++) {
        struct trusted what = {.kind = kind, .name = all[i]->common_name};
        memcpy(what.thumbprint, all[i]->thumbprint, sizeof what.thumbprint);
        visit(user, &what);
    }
}

void trust_each(const struct trust *t, void (*visit)(void *user, const struct trusted *what), void *user)
{
    const struct trust_list *list = &t->list;
    tell_certificates(TRUSTED_CERTIFICATE, list->trusted, list->trusted_count, visit, user);
    tell_certificates(TRUSTED_ISSUER, list->issuers, list->issuer_count, visit, user);
    for (size_t i = 0; i < list->crl_count; i++) {
        struct trusted what = {.kind = TRUSTED_REVOCATIONS};
        if (X509_CRL_digest(list->crls[i], EVP_sha1(), what.thumbprint, NULL))
            visit(user, &what);
    }
}

/* ---- checking ---- */

enum certificate_fault trust_check(struct trust *t, const struct certificate *c,
                                   const struct certificate_check *check, struct err_text *why)
{
    refresh(t);
    enum certificate_fault fault = certificate_check(c, check, &t->list, why);
    if (fault && fault != CERTIFICATE_INVALID)
        keep_rejected(t, c);
    return fault;
}

/* ---- life ---- */

/* Makes the folder with those that it lies in. */
static int make_folder(char *path, struct err_text *why)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        int rc = mkdir(path, 0700) == 0 || errno == EEXIST ? 0 : err_errno(why, errno, "%s", path);
        *slash = '/';
        if (rc)
            return rc;
    }
    return mkdir(path, 0700) == 0 || errno == EEXIST ? 0 : err_errno(why, errno, "%s", path);
}

int trust_open(const char *folder, size_t max_rejected, struct trust **out, struct err_text *why)
{
    int rc = 0;
    *out = NULL;
    struct trust *t = calloc(1, sizeof *t);
    if (!t)
        return err_set(why, ERR_NO_MEMORY, "no memory");
    t->max_rejected = max_rejected;
    for (enum folder f = 0; !rc && f < FOLDER_COUNT; f++) {
        int len = snprintf(t->paths[f], sizeof t->paths[f], "%s/%s", folder, folder_names[f]);
        if (len < 0 || (size_t)len >= sizeof t->paths[f])
            rc = err_set(why, ERR_INVALID, "%s: the path is too long", folder);
        else
            rc = make_folder(t->paths[f], why);
    }
    if (rc)
        trust_close(t);
    else
        *out = t;
    return rc;
}

void trust_close(struct trust *t)
{
    if (!t)
        return;
    clear_list(&t->list);
    free(t);
}
