/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/trust_folder.h"

#include "base/small_file.h"
#include "crypto/crl.h"
#include "crypto/openssl_error.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static void visit_file(const char *path, trust_folder_visit visit, void *user)
{
    struct buf content;
    struct certificate *c = NULL;
    buf_init(&content, SMALL_FILE_MAX);
    if (!small_file_read(path, &content, NULL) && !certificate_read_text(buf_slice(&content), &c, NULL))
        visit(user, path, c);
    certificate_free(c);
    buf_clear(&content);
}

int trust_folder_each(const char *folder, trust_folder_visit visit, void *user, struct err_text *why)
{
    char path[PATH_MAX];
    struct dirent *entry;
    DIR *dir = opendir(folder);
    if (!dir)
        return err_errno(why, errno, "%s", folder);
    while ((entry = readdir(dir))) {
        int len = snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (entry->d_name[0] != '.' && (size_t)len < sizeof path)
            visit_file(path, visit, user);
    }
    closedir(dir);
    return 0;
}

/* ---- find ---- */

struct search {
    const char *prefix;
    struct certificate *found;
    bool ambiguous; /* a second one was found */
    bool no_memory;
};

static void compare(void *user, const char *path, const struct certificate *c)
{
    struct search *s = user;
    char thumbprint[2 * THUMBPRINT_SIZE + 1];
    (void)path;
    certificate_thumbprint_text(c, thumbprint);
    if (strncasecmp(thumbprint, s->prefix, strlen(s->prefix)) != 0)
        return;
    if (s->found)
        s->ambiguous |= !certificate_equal(s->found, c);
    else if (certificate_read(c->der, &s->found, NULL))
        s->no_memory = true;
}

int trust_folder_find(const char *folder, const char *prefix, struct certificate **out, struct err_text *why)
{
    struct search s = {.prefix = prefix};
    *out = NULL;
    int rc = trust_folder_each(folder, compare, &s, why);
    if (!rc && s.no_memory)
        rc = err_set(why, ERR_NO_MEMORY, "no memory");
    else if (!rc && s.ambiguous)
        rc = err_set(why, ERR_INVALID, "more than one certificate in %s begins with \"%s\"", folder, prefix);
    else if (!rc && !s.found)
        rc = err_set(why, ERR_NOT_FOUND, "no certificate in %s begins with \"%s\"", folder, prefix);
    if (rc)
        certificate_free(s.found);
    else
        *out = s.found;
    return rc;
}

/* ---- add, remove ---- */

/* False: it is too long. */
static bool path_of(const char *folder, const struct certificate *c, char out[PATH_MAX])
{
    char thumbprint[2 * THUMBPRINT_SIZE + 1];
    certificate_thumbprint_text(c, thumbprint);
    return snprintf(out, PATH_MAX, "%s/%s.der", folder, thumbprint) < PATH_MAX;
}

bool trust_folder_holds(const char *folder, const struct certificate *c)
{
    char path[PATH_MAX];
    return path_of(folder, c, path) && access(path, F_OK) == 0;
}

int trust_folder_add(const char *folder, const struct certificate *c, struct err_text *why)
{
    char path[PATH_MAX];
    if (!path_of(folder, c, path))
        return err_set(why, ERR_INVALID, "%s: the path is too long", folder);
    return small_file_replace(path, c->der, why);
}

int trust_folder_add_crl(const char *folder, struct slice content, struct err_text *why)
{
    char path[PATH_MAX];
    uint8_t digest[EVP_MAX_MD_SIZE];
    X509_CRL *crl = crl_parse(content);
    if (!crl)
        return openssl_failed(why, ERR_INVALID, "no revocation list");
    X509_CRL_free(crl);
    if (!EVP_Digest(content.data, content.len, digest, NULL, EVP_sha1(), NULL))
        return openssl_failed(why, ERR_IO, "cannot name the revocation list");
    int len = snprintf(path, sizeof path, "%s/", folder);
    for (size_t i = 0; i < THUMBPRINT_SIZE && (size_t)len < sizeof path; i++)
        len += snprintf(path + len, sizeof path - (size_t)len, "%02x%s", digest[i],
                        i == THUMBPRINT_SIZE - 1 ? ".crl" : "");
    if ((size_t)len >= sizeof path)
        return err_set(why, ERR_INVALID, "%s: the path is too long", folder);
    return small_file_replace(path, content, why);
}

struct removal {
    const struct certificate *what;
    size_t count;
    int errnum; /* of the first that failed */
};

static void remove_equal(void *user, const char *path, const struct certificate *c)
{
    struct removal *r = user;
    if (!certificate_equal(c, r->what))
        return;
    if (unlink(path) == 0)
        r->count++;
    else if (!r->errnum)
        r->errnum = errno;
}

int trust_folder_remove(const char *folder, const struct certificate *c, struct err_text *why)
{
    struct removal r = {.what = c};
    int rc = trust_folder_each(folder, remove_equal, &r, why);
    if (rc)
        return rc;
    if (r.errnum)
        return err_errno(why, r.errnum, "cannot remove a certificate of %s", folder);
    return r.count ? 0 : err_set(why, ERR_NOT_FOUND, "the certificate is not in %s", folder);
}
