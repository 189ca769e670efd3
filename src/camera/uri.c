/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/uri.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Cuts `text` at the first `mark`: what stands before it is returned, what stands behind stays in `text`. */
static struct slice cut(struct slice *text, char mark)
{
    struct slice head = *text;
    const uint8_t *at = text->len ? memchr(text->data, mark, text->len) : NULL;
    size_t passed = text->len;
    if (at) {
        head.len = (size_t)(at - text->data);
        passed = head.len + 1;
    }
    if (text->data)
        text->data += passed;
    text->len -= passed;
    return head;
}

struct uri_parts uri_split(const char *uri)
{
    struct slice text = slice_of(uri);
    cut(&text, ':');
    struct uri_parts parts = {.rest = cut(&text, '?')};
    parts.options = text;
    return parts;
}

static const struct uri_option *find_option(const struct uri_option_table *table, struct slice name)
{
    for (size_t i = 0; i < table->count; i++)
        if (slice_is(name, table->rows[i].name))
            return &table->rows[i];
    return NULL;
}

static int unknown_option(const struct uri_option_table *table, struct slice name, struct err_text *why)
{
    char names[160] = "";
    size_t used = 0;
    for (size_t i = 0; i < table->count && used < sizeof names; i++)
        used +=
            (size_t)snprintf(names + used, sizeof names - used, "%s%s", i ? ", " : "", table->rows[i].name);
    return err_set(why, ERR_INVALID, "no camera option \"%.*s\"; there are %s, as in %s",
                   name.len < 32 ? (int)name.len : 32, (const char *)name.data, names, table->example);
}

int uri_read_options(struct slice text, const struct uri_option_table *table, void *options,
                     struct err_text *why)
{
    while (text.len > 0) {
        struct slice value = cut(&text, '&');
        struct slice name = cut(&value, '=');
        const struct uri_option *option = find_option(table, name);
        if (!option)
            return unknown_option(table, name, why);
        if (!option->set(options, value))
            return err_set(why, ERR_INVALID, "camera option %s must be %s, as in %s", option->name,
                           option->form, table->example);
    }
    return 0;
}

bool uri_u32(struct slice text, uint32_t min, uint32_t max, uint32_t *out)
{
    uint64_t n = 0;
    if (text.len == 0 || text.len > 10)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
        n = n * 10 + (uint64_t)(text.data[i] - '0');
    }
    if (n < min || n > max)
        return false;
    *out = (uint32_t)n;
    return true;
}

bool uri_double(struct slice text, double min, double max, double *out)
{
    char digits[24];
    if (text.len == 0 || text.len >= sizeof digits)
        return false;
    memcpy(digits, text.data, text.len);
    digits[text.len] = '\0';
    if (strspn(digits, "0123456789.") != text.len)
        return false;
    char *end;
    double n = strtod(digits, &end);
    if (*end || !(n >= min && n <= max))
        return false;
    *out = n;
    return true;
}
