/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/setting_memory.h"

#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void setting_memory_clear(struct setting_memory *m)
{
    free(m->rows);
    *m = (struct setting_memory){0};
}

/* ---- rows ---- */

static bool fits_a_line(const char *text)
{
    for (const char *s = text; *s; s++)
        if ((unsigned char)*s < ' ')
            return false;
    return true;
}

static void forget(struct setting_memory *m, const char *path)
{
    for (size_t i = 0; i < m->count; i++)
        if (strcmp(m->rows[i].path, path) == 0) {
            memmove(&m->rows[i], &m->rows[i + 1], (--m->count - i) * sizeof *m->rows);
            return;
        }
}

int setting_memory_put(struct setting_memory *m, const char *path, const char *text)
{
    if (!*path || strlen(path) >= SETTING_PATH || strlen(text) >= SETTING_TEXT || strchr(path, ':') ||
        !fits_a_line(path) || !fits_a_line(text))
        return ERR_INVALID;
    if (!m->rows)
        m->rows = malloc(SETTING_MEMORY_MAX * sizeof *m->rows);
    if (!m->rows)
        return ERR_NO_MEMORY;
    forget(m, path);
    if (m->count == SETTING_MEMORY_MAX)
        return ERR_LIMIT;
    struct remembered_setting *row = &m->rows[m->count++];
    snprintf(row->path, sizeof row->path, "%s", path);
    snprintf(row->text, sizeof row->text, "%s", text);
    return 0;
}

int setting_memory_copy(const struct setting_memory *m, struct setting_memory *out)
{
    *out = (struct setting_memory){0};
    for (size_t i = 0; i < m->count; i++) {
        int rc = setting_memory_put(out, m->rows[i].path, m->rows[i].text);
        if (rc) {
            setting_memory_clear(out);
            return rc;
        }
    }
    return 0;
}

/* ---- lines ---- */

/* "Path: text" into the memory. */
static int read_line(struct setting_memory *m, struct slice line)
{
    char path[SETTING_PATH], text[SETTING_TEXT];
    const uint8_t *colon = line.len ? memchr(line.data, ':', line.len) : NULL;
    if (!colon || memchr(line.data, '\0', line.len))
        return ERR_INVALID;
    size_t path_len = (size_t)(colon - line.data), text_at = path_len + 2;
    if (text_at > line.len || colon[1] != ' ' || path_len >= sizeof path || line.len - text_at >= sizeof text)
        return ERR_INVALID;
    snprintf(path, sizeof path, "%.*s", (int)path_len, (const char *)line.data);
    snprintf(text, sizeof text, "%.*s", (int)(line.len - text_at), (const char *)line.data + text_at);
    return setting_memory_put(m, path, text);
}

int setting_memory_read(struct setting_memory *m, struct slice text, size_t *bad)
{
    *bad = 0;
    while (text.len > 0) {
        const uint8_t *end = memchr(text.data, '\n', text.len);
        struct slice line = {text.data, end ? (size_t)(end - text.data) : text.len};
        int rc = read_line(m, line);
        if (rc == ERR_NO_MEMORY)
            return rc;
        *bad += rc != 0;
        size_t used = line.len + (end ? 1 : 0);
        text = (struct slice){text.data + used, text.len - used};
    }
    return 0;
}

int setting_memory_show(const struct setting_memory *m, struct buf *out)
{
    int rc = 0;
    for (size_t i = 0; i < m->count && !rc; i++) {
        char line[SETTING_PATH + SETTING_TEXT + 4];
        int len = snprintf(line, sizeof line, "%s: %s\n", m->rows[i].path, m->rows[i].text);
        rc = buf_append(out, line, (size_t)len);
    }
    return rc;
}

/* ---- restoring ---- */

/* A device that is being set back to what it was. */
struct restoring {
    const struct tuner_ops *ops;
    void *device;
    struct capture_wish *wish;
    struct setting_list list;
    bool stale; /* something was written since */
};

static int list_again(struct restoring *r, struct err_text *why)
{
    setting_list_clear(&r->list);
    r->stale = false;
    return r->ops->list(r->device, r->wish, &r->list, why);
}

static int check(const struct restoring *r, const struct remembered_setting *row, struct setting_value *value,
                 struct err_text *why)
{
    const struct setting *s = setting_find(&r->list, row->path);
    if (!s)
        return err_set(why, ERR_NOT_FOUND, "the device has no %s", row->path);
    int rc = setting_value_read(s, row->text, value, why);
    return rc ? rc : setting_check(s, value, why);
}

/* What was written before may have changed what can be written now. */
static int restore_one(struct restoring *r, const struct remembered_setting *row, struct err_text *why)
{
    struct setting_value value;
    int rc = check(r, row, &value, why);
    if (rc && r->stale) {
        rc = list_again(r, why);
        if (!rc)
            rc = check(r, row, &value, why);
    }
    if (rc)
        return rc;
    r->stale = true;
    return r->ops->apply(r->device, r->wish, row->path, &value, why);
}

int setting_memory_restore(const struct setting_memory *m, const struct tuner_ops *ops, void *device,
                           const char *id, struct capture_wish *wish, struct err_text *why)
{
    struct restoring r = {.ops = ops, .device = device, .wish = wish};
    setting_list_init(&r.list);
    int rc = list_again(&r, why);
    for (size_t i = 0; i < m->count && !rc; i++) {
        struct err_text refusal;
        int code = restore_one(&r, &m->rows[i], &refusal);
        if (code)
            log_write(code == ERR_NOT_FOUND ? LOG_DEBUG : LOG_WARNING, "camera", "%s: not set as it was: %s",
                      id, refusal.text);
    }
    setting_list_clear(&r.list);
    return rc;
}
