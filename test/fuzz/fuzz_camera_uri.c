/* SPDX-License-Identifier: Apache-2.0
 * A camera URI from anywhere: named, opened, shown. What is shown has no user and is no longer than the URI;
 * what is opened holds nothing that would end a line of a request. */
#include "camera/ip/ip_uri.h"
#include "camera/uri_secret.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look(const char *uri, size_t size)
{
    char *text = malloc(2 * size + 16);
    assert(text);
    uri_mask(uri, text, 2 * size + 16);
    uri_show(uri, text, size + 1);
    const struct backend *b = backend_of(uri);
    const char *authority = strstr(text, "://");
    if (b && authority && authority[3] != '/' && strcspn(text, ":") == (size_t)(authority - text))
        assert(!strchr(authority, '@'));
    strcpy(text, uri);
    uri_scrub(text);
    assert(strlen(text) <= size);
    free(text);
}

static void open_it(const char *uri)
{
    struct ip_uri u;
    struct err_text why;
    char url[4 * CAMERA_URI];
    if (ip_uri_read(&u, uri, &why) || ip_uri_expand(&u, url, sizeof url, &why))
        return;
    for (const char *s = url; *s; s++)
        assert(*s > ' ' && *s < 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct camera_identity identity;
    struct err_text why;
    char *uri = malloc(size + 1);
    assert(uri);
    memcpy(uri, data, size);
    uri[size] = '\0';
    setenv("E", "a b/\r\n@", 1);
    look(uri, size);
    open_it(uri);
    const struct backend *b = backend_of(uri);
    if (b && !b->identify(uri, &identity, &why))
        assert(identity.id[0] && strlen(identity.id) < sizeof identity.id);
    free(uri);
    return 0;
}
