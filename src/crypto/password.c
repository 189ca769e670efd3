/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/password.h"

#include "crypto/secret.h"

#include <crypt.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define METHOD "$y$"

/* A salt with the cost that password_hash() takes, for users who do not exist. */
static const char nobody[] = METHOD "j9T$nobodynobodynobodynob0$";

/* What crypt_r() works with: most of it must be wiped. */
struct work {
    struct crypt_data data;
    char password[PASSWORD_MAX + 1];
};

static bool is_usable(struct slice password)
{
    return password.len > 0 && password.len <= PASSWORD_MAX && !memchr(password.data, 0, password.len);
}

/* Borrowed from `w`; NULL on failure. */
static const char *hash_with(struct work *w, struct slice password, const char *setting)
{
    memcpy(w->password, password.data, password.len);
    return crypt_rn(w->password, setting, &w->data, sizeof w->data);
}

static void work_free(struct work *w)
{
    if (w)
        secret_wipe(w, sizeof *w);
    free(w);
}

int password_hash(struct slice password, char out[PASSWORD_HASH_SIZE], struct err_text *why)
{
    char setting[CRYPT_GENSALT_OUTPUT_SIZE];
    out[0] = '\0';
    if (!is_usable(password))
        return err_set(why, ERR_INVALID, "a password has 1 to %d bytes, none of them zero", PASSWORD_MAX);
    struct work *w = calloc(1, sizeof *w);
    if (!w)
        return err_set(why, ERR_NO_MEMORY, "no memory");
    const char *hash = NULL;
    if (crypt_gensalt_rn(METHOD, 0, NULL, 0, setting, sizeof setting))
        hash = hash_with(w, password, setting);
    int rc = 0;
    if (hash && strlen(hash) < PASSWORD_HASH_SIZE)
        strcpy(out, hash);
    else
        rc = err_errno(why, hash ? ERANGE : errno, "cannot hash the password");
    work_free(w);
    return rc;
}

bool password_matches(struct slice password, const char *hash)
{
    struct work *w = calloc(1, sizeof *w);
    if (!w)
        return false;
    bool usable = is_usable(password);
    const char *made = hash_with(w, usable ? password : slice_of("-"), hash ? hash : nobody);
    size_t len = made && hash ? strlen(hash) : 0;
    bool matches = len && usable && strlen(made) == len && secret_equal(made, hash, len);
    work_free(w);
    return matches;
}

bool password_is_hash(struct slice text)
{
    static const char letters[] = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz$";
    if (text.len <= strlen(METHOD) || text.len >= PASSWORD_HASH_SIZE ||
        memcmp(text.data, METHOD, strlen(METHOD)) != 0)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (!memchr(letters, text.data[i], sizeof letters - 1))
            return false;
    return true;
}
