/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/setting.h"

#include "camera/identity.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What all choices of a camera may take. */
enum { TEXTS_MAX = 1 << 20 };

void setting_list_init(struct setting_list *l)
{
    *l = (struct setting_list){0};
    arena_init(&l->texts, TEXTS_MAX);
}

void setting_list_clear(struct setting_list *l)
{
    free(l->rows);
    arena_clear(&l->texts);
    setting_list_init(l);
}

/* ---- adding ---- */

/* Texts come from devices: only good ones are kept. */
static void clean(char text[SETTING_TEXT])
{
    static_assert((int)SETTING_TEXT == (int)CAMERA_TEXT, "one length of texts");
    char in[SETTING_TEXT];
    memcpy(in, text, sizeof in);
    in[sizeof in - 1] = '\0';
    identity_text(text, in);
}

static const char *copy_choice(struct arena *texts, const char *choice)
{
    char text[SETTING_TEXT];
    identity_text(text, choice);
    return (const char *)arena_printf(texts, "%s", text).data;
}

static int copy_choices(struct setting_list *l, struct setting *s)
{
    const char **copies = arena_alloc(&l->texts, s->choice_count, sizeof *copies);
    if (!copies)
        return ERR_NO_MEMORY;
    for (size_t i = 0; i < s->choice_count; i++)
        if (!(copies[i] = copy_choice(&l->texts, s->choices[i])))
            return ERR_NO_MEMORY;
    s->choices = copies;
    return 0;
}

static int make_room(struct setting_list *l)
{
    if (l->count < l->cap)
        return 0;
    size_t cap = l->cap ? l->cap * 2 : 32;
    struct setting *rows = realloc(l->rows, cap * sizeof *rows);
    if (!rows)
        return ERR_NO_MEMORY;
    l->rows = rows;
    l->cap = cap;
    return 0;
}

static const struct setting *find_row(const struct setting_list *l, struct slice folder, struct slice name)
{
    for (size_t i = 0; i < l->count; i++)
        if (slice_is(name, l->rows[i].name) && slice_is(folder, l->rows[i].folder))
            return &l->rows[i];
    return NULL;
}

int setting_list_add(struct setting_list *l, const struct setting *s)
{
    if (l->count == SETTINGS_MAX || s->choice_count > SETTING_MAX_CHOICES)
        return ERR_LIMIT;
    if (!s->name[0] || strchr(s->name, '/') || find_row(l, slice_of(s->folder), slice_of(s->name)))
        return ERR_INVALID;
    int rc = make_room(l);
    if (rc)
        return rc;
    struct setting copy = *s;
    clean(copy.display_name);
    clean(copy.value.text);
    rc = copy_choices(l, &copy);
    if (!rc)
        l->rows[l->count++] = copy;
    return rc;
}

/* ---- looking up ---- */

const struct setting *setting_find(const struct setting_list *l, const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == path)
        return NULL;
    struct slice folder = {(const uint8_t *)path, slash ? (size_t)(slash - path) : 0};
    return find_row(l, folder, slice_of(slash ? slash + 1 : path));
}

void setting_path(const struct setting *s, char *out, size_t size)
{
    snprintf(out, size, "%s%s%s", s->folder, s->folder[0] ? "/" : "", s->name);
}

/* ---- comparing ---- */

static bool choices_alike(const struct setting *a, const struct setting *b)
{
    if (a->choice_count != b->choice_count)
        return false;
    for (size_t i = 0; i < a->choice_count; i++)
        if (strcmp(a->choices[i], b->choices[i]) != 0)
            return false;
    return true;
}

static bool rows_alike(const struct setting *a, const struct setting *b)
{
    bool bounds = a->min == b->min && a->max == b->max && a->step == b->step;
    bool flags = ((a->flags ^ b->flags) & ~(unsigned)(SETTING_INACTIVE | SETTING_VOLATILE)) == 0;
    return bounds && flags && a->kind == b->kind && strcmp(a->name, b->name) == 0 &&
           strcmp(a->folder, b->folder) == 0 && strcmp(a->display_name, b->display_name) == 0 &&
           strcmp(a->unit, b->unit) == 0 && choices_alike(a, b);
}

bool setting_lists_alike(const struct setting_list *a, const struct setting_list *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!rows_alike(&a->rows[i], &b->rows[i]))
            return false;
    return true;
}

static bool same_value(const struct setting *a, const struct setting *b)
{
    if (a->flags != b->flags || a->readable != b->readable)
        return false;
    switch (a->kind) {
    case SETTING_FLOAT:
        return a->value.number == b->value.number;
    case SETTING_STRING:
        return strcmp(a->value.text, b->value.text) == 0;
    case SETTING_COMMAND:
        return true;
    default:
        return a->value.integer == b->value.integer;
    }
}

bool setting_lists_equal(const struct setting_list *a, const struct setting_list *b)
{
    if (!setting_lists_alike(a, b))
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!same_value(&a->rows[i], &b->rows[i]))
            return false;
    return true;
}
