/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/ip/module/multipart.h"

#include "camera/uri.h"

#include <string.h>
#include <strings.h>

enum { READ_SIZE = 64 << 10 };

bool multipart_is(const char *content_type)
{
    return strncasecmp(content_type, "multipart/", 10) == 0;
}

void multipart_init(struct multipart *m)
{
    *m = (struct multipart){0};
    buf_init(&m->bytes, MULTIPART_MAX + MULTIPART_MAX_HEADER + READ_SIZE);
}

void multipart_clear(struct multipart *m)
{
    buf_clear(&m->bytes);
}

/* ---- reading into it ---- */

/* The part that was given is over. */
static void go_on(struct multipart *m)
{
    if (!m->consumed)
        return;
    buf_consume(&m->bytes, m->consumed);
    m->consumed = m->body = m->length = m->searched = 0;
}

int multipart_room(struct multipart *m, uint8_t **at, size_t *room)
{
    go_on(m);
    *at = NULL;
    *room = READ_SIZE;
    size_t have = m->bytes.len, whole = m->body + m->length;
    if (m->length && whole > have) {
        /* No further than the part, and not all of a large claim at once. */
        size_t most = have > READ_SIZE ? have : READ_SIZE;
        *room = whole - have < most ? whole - have : most;
    }
    if (have - m->body > MULTIPART_MAX)
        return ERR_LIMIT;
    int rc = buf_reserve(&m->bytes, *room);
    if (rc == 0)
        *at = m->bytes.data + have;
    return rc;
}

void multipart_filled(struct multipart *m, size_t count)
{
    m->bytes.len += count;
}

/* ---- lines ---- */

/* Cuts the line that begins at `at` without its end; *next is behind it. False when its end is not there. */
static bool line_at(const struct multipart *m, size_t at, struct slice *line, size_t *next)
{
    const uint8_t *begin = m->bytes.data + at;
    const uint8_t *end = at < m->bytes.len ? memchr(begin, '\n', m->bytes.len - at) : NULL;
    if (!end)
        return false;
    *line = (struct slice){begin, (size_t)(end - begin)};
    *next = at + line->len + 1;
    while (line->len > 0 && strchr("\r \t", line->data[line->len - 1]) && line->data[line->len - 1])
        line->len--;
    return true;
}

/* Two dashes or more, then the boundary. The first such line tells what the boundary is. */
static bool is_delimiter(struct multipart *m, struct slice line)
{
    size_t dashes = 0;
    while (dashes < line.len && line.data[dashes] == '-')
        dashes++;
    size_t len = line.len - dashes;
    if (dashes < 2 || len == 0)
        return false;
    size_t known = strlen(m->boundary);
    if (known)
        return len >= known && memcmp(line.data + dashes, m->boundary, known) == 0;
    if (len > MULTIPART_MAX_BOUNDARY || memchr(line.data, '\0', line.len))
        return false;
    memcpy(m->boundary, line.data + dashes, len);
    m->boundary[len] = '\0';
    return true;
}

static void take_header(struct multipart *m, struct slice line)
{
    static const char name[] = "Content-Length:";
    size_t n = sizeof name - 1;
    uint32_t length;
    if (line.len <= n || strncasecmp((const char *)line.data, name, n) != 0)
        return;
    while (n < line.len && line.data[n] == ' ')
        n++;
    if (uri_u32((struct slice){line.data + n, line.len - n}, 1, MULTIPART_MAX, &length))
        m->length = length;
}

/* Drops what precedes the delimiter. False when no delimiter is there yet. */
static bool find_first_delimiter(struct multipart *m, size_t *next)
{
    size_t at = 0;
    struct slice line;
    while (line_at(m, at, &line, next)) {
        if (is_delimiter(m, line)) {
            *next -= at;
            buf_consume(&m->bytes, at);
            return true;
        }
        at = *next;
    }
    bool endless = m->bytes.len - at > MULTIPART_MAX_HEADER;
    buf_consume(&m->bytes, endless ? m->bytes.len : at);
    return false;
}

/* Sets `body` and `length`. False when more bytes are needed. */
static bool read_header(struct multipart *m)
{
    size_t at;
    struct slice line;
    while (find_first_delimiter(m, &at)) {
        m->length = 0;
        while (line_at(m, at, &line, &at)) {
            if (line.len == 0) {
                m->body = m->searched = at;
                return true;
            }
            take_header(m, line);
        }
        if (m->bytes.len <= MULTIPART_MAX_HEADER)
            return false;
        buf_consume(&m->bytes, 2); /* no header is so long: not a delimiter any more */
    }
    return false;
}

/* ---- the body ---- */

/* The delimiter behind `from`: where its dashes begin and where the body before it ends. */
static bool find_delimiter(const struct multipart *m, size_t from, size_t *begin, size_t *body_end)
{
    const uint8_t *data = m->bytes.data;
    size_t len = strlen(m->boundary);
    for (const uint8_t *at; (at = memmem(data + from, m->bytes.len - from, m->boundary, len));
         from = (size_t)(at - data) + 1) {
        size_t dashes = (size_t)(at - data);
        while (dashes > m->body && data[dashes - 1] == '-')
            dashes--;
        if ((size_t)(at - data) - dashes < 2)
            continue;
        size_t end = dashes;
        if (end > m->body && data[end - 1] == '\n')
            end -= end - 1 > m->body && data[end - 2] == '\r' ? 2 : 1;
        else if (end > m->body && (end - m->body < 2 || data[end - 2] != 0xFF || data[end - 1] != 0xD9))
            continue; /* neither on a line of its own nor behind the end of a JPEG */
        *begin = dashes;
        *body_end = end;
        return true;
    }
    return false;
}

int multipart_next(struct multipart *m, struct slice *part)
{
    size_t begin, end;
    go_on(m);
    *part = (struct slice){0};
    if (!m->body && !read_header(m))
        return 0;
    size_t whole = m->length ? m->body + m->length : 0, len = strlen(m->boundary);
    if (find_delimiter(m, m->searched, &begin, &end)) {
        if (whole && end > whole)
            begin = end = whole;
    } else if (whole && m->bytes.len >= whole) {
        begin = end = whole;
    } else {
        m->searched = m->bytes.len > m->body + len ? m->bytes.len - len : m->body;
        return 0;
    }
    *part = (struct slice){m->bytes.data + m->body, end - m->body};
    m->consumed = begin;
    return 1;
}

void *multipart_take(struct multipart *m)
{
    struct buf rest;
    buf_init(&rest, m->bytes.max);
    /* The next part will be about as large: room for it at once saves moving it. */
    if (buf_reserve(&rest, m->bytes.len) ||
        buf_append(&rest, m->bytes.data + m->consumed, m->bytes.len - m->consumed))
        return NULL;
    void *out = m->bytes.data;
    m->bytes = rest;
    m->consumed = m->body = m->length = m->searched = 0;
    return out;
}
