/* SPDX-License-Identifier: Apache-2.0 */
#include "app/security/certificate_source.h"

#include "base/small_file.h"
#include "crypto/trust_folder.h"

#include <string.h>
#include <unistd.h>

enum { SHORTEST_PREFIX = 4 };

static bool is_thumbprint(const char *name)
{
    size_t len = strlen(name);
    return len >= SHORTEST_PREFIX && len <= 2 * THUMBPRINT_SIZE &&
           strspn(name, "0123456789abcdefABCDEF") == len;
}

int certificate_source_open(const char *name, struct certificate_source *out, struct err_text *why)
{
    *out = (struct certificate_source){.name = name};
    buf_init(&out->content, SMALL_FILE_MAX);
    out->is_file = access(name, F_OK) == 0;
    if (out->is_file)
        return small_file_read(name, &out->content, why);
    if (is_thumbprint(name))
        return 0;
    return err_set(why, ERR_NOT_FOUND, "'%.200s' is neither a file nor the beginning of a thumbprint", name);
}

void certificate_source_close(struct certificate_source *s)
{
    buf_clear(&s->content);
}

int certificate_source_get(const struct certificate_source *s, const char *folder, struct certificate **out,
                           struct err_text *why)
{
    struct err_text reason;
    if (!s->is_file)
        return trust_folder_find(folder, s->name, out, why);
    int rc = certificate_read_text(buf_slice(&s->content), out, &reason);
    return rc ? err_set(why, (enum err)rc, "%.200s: %s", s->name, reason.text) : 0;
}
