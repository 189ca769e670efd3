/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/uri_secret.h"

#include "base/compiler.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A text that is being written, cut at its end. */
struct sink {
    char *out;
    size_t size, used;
};

static void put(struct sink *s, const char *text, size_t len)
{
    size_t room = s->size - s->used - 1;
    if (len > room)
        len = room;
    memcpy(s->out + s->used, text, len);
    s->used += len;
    s->out[s->used] = '\0';
}

/* Where the user and password of "scheme://..." would begin; NULL for URIs of another form. */
static const char *authority_of(const char *uri)
{
    size_t scheme = strcspn(uri, ":");
    if (scheme == 0 || strncmp(uri + scheme, "://", 3) != 0 || uri[scheme + 3] == '/')
        return NULL;
    return uri + scheme + 3;
}

/* A password may hold any character, by mistake even a slash: what precedes the last @ is none of the host.
 */
static const char *host_of(const char *authority)
{
    const char *at = strrchr(authority, '@');
    return at ? at + 1 : authority;
}

/* The length of "${NAME}" at `text`, 0 when there is none. */
static size_t reference_length(const char *text)
{
    if (strncmp(text, "${", 2) != 0)
        return 0;
    size_t len = strcspn(text, "}&@/?# ");
    return text[len] == '}' ? len + 1 : 0;
}

static bool is_secret_name(const char *name, size_t len)
{
    static const char *const words[] = {"pass", "pwd", "token", "secret", "auth", "key", "sign", "session"};
    for (size_t w = 0; w < ARRAY_LEN(words); w++)
        for (size_t i = 0; i + strlen(words[w]) <= len; i++)
            if (strncasecmp(name + i, words[w], strlen(words[w])) == 0)
                return true;
    return false;
}

/* The value of the next secret at or behind `text`, and its length; NULL when there is none. In a path nobody
 * knows where a value ends. */
static const char *find_secret(const char *text, bool in_query, size_t *len)
{
    const char *name = text;
    for (const char *s = text; *s; s++) {
        if (strchr("?#", *s))
            in_query = true;
        if (strchr("/?&;#", *s)) {
            name = s + 1;
        } else if (*s == '=') {
            const char *value = s + 1;
            if (is_secret_name(name, (size_t)(s - name)) && !reference_length(value)) {
                *len = strcspn(value, in_query ? "&;#" : "?#");
                return value;
            }
            name = value;
        }
    }
    *len = 0;
    return NULL;
}

void uri_show(const char *uri, char *out, size_t size)
{
    struct sink s = {.out = out, .size = size};
    const char *authority = authority_of(uri);
    if (!authority) {
        put(&s, uri, strlen(uri));
        return;
    }
    const char *host = host_of(authority);
    size_t secret_len, len = strcspn(host, "?#");
    const char *secret = find_secret(host, false, &secret_len);
    if (secret && (size_t)(secret - host) < len)
        len = (size_t)(secret - host);
    put(&s, uri, (size_t)(authority - uri));
    put(&s, host, len);
}

static void mask_login(struct sink *s, const char *login, size_t len)
{
    const char *colon = memchr(login, ':', len);
    size_t user = colon ? (size_t)(colon - login) + 1 : 0;
    put(s, login, user);
    if (reference_length(login + user) == len - user)
        put(s, login + user, len - user);
    else
        put(s, "***", 3);
}

void uri_mask(const char *uri, char *out, size_t size)
{
    struct sink s = {.out = out, .size = size};
    const char *authority = authority_of(uri), *rest = uri;
    if (authority) {
        rest = host_of(authority);
        put(&s, uri, (size_t)(authority - uri));
        if (rest > authority) {
            mask_login(&s, authority, (size_t)(rest - authority) - 1);
            put(&s, "@", 1);
        }
        size_t len;
        bool in_query = false;
        for (const char *secret; (secret = find_secret(rest, in_query, &len)); rest = secret + len) {
            in_query |= strcspn(rest, "?#") < (size_t)(secret - rest);
            put(&s, rest, (size_t)(secret - rest));
            if (len)
                put(&s, "***", 3);
        }
    }
    put(&s, rest, strlen(rest));
}

bool uri_has_secret(const char *uri)
{
    size_t size = 2 * strlen(uri) + 8;
    char *masked = malloc(size);
    if (!masked)
        return true;
    uri_mask(uri, masked, size);
    bool differs = strcmp(uri, masked) != 0;
    free(masked);
    return differs;
}

static bool is_of_scheme(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* The URL between `begin` and `end` shrinks to what may be seen of it; gives its new end. */
static char *shrink(char *begin, char *end)
{
    char behind = *end;
    size_t size = (size_t)(end - begin) + 1;
    char *shown = malloc(size);
    *end = '\0';
    if (shown)
        uri_show(begin, shown, size);
    size_t len = shown ? strlen(shown) : 0;
    if (shown)
        memcpy(begin, shown, len);
    free(shown);
    *end = behind;
    memmove(begin + len, end, strlen(end) + 1);
    return begin + len;
}

void uri_scrub(char *text)
{
    for (char *mark; (mark = strstr(text, "://"));) {
        char *begin = mark, *end = mark + strcspn(mark, " \t\r\n'\"<>");
        while (begin > text && is_of_scheme(begin[-1]))
            begin--;
        text = shrink(begin, end);
    }
}
