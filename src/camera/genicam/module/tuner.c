/* SPDX-License-Identifier: Apache-2.0
 * The settings of a GenICam camera: those that every camera may have by their SFNC names, the others below
 * Device/<category>. */
#include "camera/genicam/module/failure.h"
#include "camera/genicam/module/feature.h"
#include "camera/genicam/module/format.h"
#include "camera/genicam/module/names.h"
#include "camera/genicam/module/node.h"
#include "camera/genicam/module/picture.h"
#include "camera/genicam/module/run.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_CATEGORIES = 256,
    MOST_VISITS = 8192, /* of features, met again or not */
    PACE_MS = 5000,     /* the device does not tell; reading it all takes it a while */
};

struct tuner {
    struct genicam_device *device;
    struct setting_list listed; /* at last: choices are written by their names */
};

/* A listing under way. */
struct listing {
    struct tuner *tuner;
    const struct capture_wish *wish;
    struct setting_list *out;
    struct err_text *why;
    unsigned visits;
    const ArvGcNode *categories[MOST_CATEGORIES]; /* that were entered, each but once */
    size_t category_count;
};

static int tuner_open(const struct camera_identity *id, void **device, struct err_text *why)
{
    *device = NULL;
    struct tuner *t = calloc(1, sizeof *t);
    if (!t)
        return err_set(why, ERR_NO_MEMORY, "%s: no memory for its settings", id->uri);
    setting_list_init(&t->listed);
    int rc = genicam_open(id, &t->device, why);
    if (rc)
        free(t);
    else
        *device = t;
    return rc;
}

static void tuner_close(void *device)
{
    struct tuner *t = device;
    genicam_close(t->device);
    setting_list_clear(&t->listed);
    free(t);
}

/* ---- one row ---- */

/* As run() would choose it. */
static void show_wish(struct listing *l, struct setting *s)
{
    const struct capture_wish *w = l->wish;
    struct genicam_device *d = l->tuner->device;
    char format[SETTING_NAME];
    if (d->streams)
        return;
    if (strcmp(s->name, "Width") == 0 && w->width)
        s->value.integer = w->width < s->max ? (int64_t)w->width : (int64_t)s->max;
    if (strcmp(s->name, "Height") == 0 && w->height)
        s->value.integer = w->height < s->max ? (int64_t)w->height : (int64_t)s->max;
    if (strcmp(s->name, "AcquisitionFrameRate") == 0 && w->fps > 0)
        s->value.number = w->fps;
    if (strcmp(s->name, "PixelFormat") != 0 || genicam_wished_format(d, w, format, NULL))
        return;
    for (size_t i = 0; i < s->choice_count; i++)
        if (strcmp(s->choices[i], format) == 0) {
            s->value.integer = (int64_t)i;
            s->readable = true;
        }
}

/* Leaves out formats that we cannot read. */
static void sift_formats(struct setting *s, const char **choices)
{
    struct genicam_format f;
    size_t kept = 0;
    int64_t now = s->value.integer, value = -1;
    for (size_t i = 0; i < s->choice_count; i++) {
        if (!genicam_format_of_name(choices[i], &f))
            continue;
        if ((int64_t)i == now)
            value = (int64_t)kept;
        choices[kept++] = choices[i];
    }
    s->choice_count = kept;
    s->readable = s->readable && value >= 0;
    s->value.integer = s->readable ? value : 0;
}

static void adapt_known(struct listing *l, const struct known_feature *known, struct genicam_row *row)
{
    struct setting *s = &row->setting;
    s->folder[0] = '\0';
    s->display_name[0] = '\0';
    snprintf(s->name, sizeof s->name, "%s", known->names[0]);
    if (known->unit)
        snprintf(s->unit, sizeof s->unit, "%s", known->unit);
    s->flags |= known->flags;
    /* What is locked by our own stream can be set: the stream makes way. */
    if (l->tuner->device->streams && s->flags & SETTING_STOPS)
        s->flags &= ~(unsigned)SETTING_INACTIVE;
    if (strcmp(s->name, "PixelFormat") == 0 && row->choices)
        sift_formats(s, row->choices);
    show_wish(l, s);
}

/* Adds one feature; those that do not fit are passed over. 0, or ERR_GONE. */
static int add_node(struct listing *l, ArvGcNode *node, const char *name, const char *folder,
                    const struct known_feature *known)
{
    struct genicam_device *d = l->tuner->device;
    struct genicam_row row;
    if (atomic_load(&d->lost))
        return genicam_gone(d->name, l->why);
    pthread_mutex_lock(&d->lock);
    int rc = node_read(d, node, &row, l->why);
    if (rc > 0) {
        snprintf(row.setting.name, sizeof row.setting.name, "%s", name);
        snprintf(row.setting.folder, sizeof row.setting.folder, "%s", folder);
        if (known)
            adapt_known(l, known, &row);
    }
    pthread_mutex_unlock(&d->lock);
    if (rc <= 0)
        return rc;
    rc = setting_list_add(l->out, &row.setting);
    if (rc == 0 && row.setting.kind == SETTING_MENU)
        rc = setting_list_add(&l->tuner->listed, &row.setting);
    genicam_row_clear(&row);
    return rc == ERR_NO_MEMORY ? err_set(l->why, rc, "%s: no memory for its settings", d->name) : 0;
}

/* ---- all rows ---- */

static int list_known(struct listing *l)
{
    size_t count;
    const struct known_feature *known = known_features(&count);
    for (size_t i = 0; i < count; i++) {
        ArvGcNode *node = NULL;
        for (size_t k = 0; k < NAMES_OF_ONE && known[i].names[k] && !node; k++)
            node = arv_device_get_feature(l->tuner->device->arv, known[i].names[k]);
        int rc = node ? add_node(l, node, known[i].names[0], "", &known[i]) : 0;
        if (rc)
            return rc;
    }
    return 0;
}

static bool enter(struct listing *l, const ArvGcNode *category)
{
    for (size_t i = 0; i < l->category_count; i++)
        if (l->categories[i] == category)
            return false;
    if (l->category_count == MOST_CATEGORIES)
        return false;
    l->categories[l->category_count++] = category;
    return true;
}

static int list_category(struct listing *l, ArvGcNode *category, const char *folder)
{
    int rc = 0;
    if (!enter(l, category))
        return 0;
    const GSList *names = arv_gc_category_get_features(ARV_GC_CATEGORY(category));
    for (; names && !rc && l->visits < MOST_VISITS; names = names->next, l->visits++) {
        const char *name = names->data;
        ArvGcNode *node = arv_device_get_feature(l->tuner->device->arv, name);
        char path[SETTING_TEXT];
        if (!node || strlen(name) >= SETTING_NAME || strchr(name, '/') || known_feature(name) ||
            feature_is_ours(name))
            continue;
        if (!ARV_IS_GC_CATEGORY(node))
            rc = add_node(l, node, name, folder, NULL);
        else if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, name) < sizeof path)
            rc = list_category(l, node, path);
    }
    return rc;
}

static int tuner_list(void *device, const struct capture_wish *wish, struct setting_list *out,
                      struct err_text *why)
{
    struct tuner *t = device;
    struct listing l = {.tuner = t, .wish = wish, .out = out, .why = why};
    setting_list_clear(&t->listed);
    int rc = list_known(&l);
    ArvGcNode *root = arv_device_get_feature(t->device->arv, "Root");
    if (!rc && ARV_IS_GC_CATEGORY(root))
        rc = list_category(&l, root, "Device");
    return rc;
}

/* ---- writing ---- */

/* Those that run() sets for each stream. False for others. */
static bool change_wish(struct capture_wish *wish, const struct setting *s, const struct setting_value *v)
{
    if (strcmp(s->name, "Width") == 0)
        wish->width = (uint32_t)v->integer;
    else if (strcmp(s->name, "Height") == 0)
        wish->height = (uint32_t)v->integer;
    else if (strcmp(s->name, "AcquisitionFrameRate") == 0)
        wish->fps = v->number;
    else if (strcmp(s->name, "PixelFormat") == 0)
        snprintf(wish->pixel_format, sizeof wish->pixel_format, "%s", s->choices[v->integer]);
    else
        return false;
    return true;
}

static ArvGcNode *find_node(const struct genicam_device *d, const char *path)
{
    const char *slash = strrchr(path, '/');
    const struct known_feature *known = slash ? NULL : known_feature(path);
    ArvGcNode *node = NULL;
    for (size_t k = 0; known && k < NAMES_OF_ONE && known->names[k] && !node; k++)
        node = arv_device_get_feature(d->arv, known->names[k]);
    if (slash && !feature_is_ours(slash + 1))
        node = arv_device_get_feature(d->arv, slash + 1);
    return node;
}

/* The lock is held. */
static int write_node(struct tuner *t, struct capture_wish *wish, const char *path,
                      const struct setting_value *v, struct err_text *why)
{
    struct genicam_device *d = t->device;
    struct genicam_row row;
    ArvGcNode *node = find_node(d, path);
    int rc = node ? node_read(d, node, &row, why) : 0;
    if (rc <= 0)
        return rc ? rc : err_set(why, ERR_NOT_FOUND, "%s has no setting %s", d->name, path);
    struct setting *s = &row.setting;
    const struct setting *listed = setting_find(&t->listed, path);
    const char *slash = strrchr(path, '/');
    snprintf(s->name, sizeof s->name, "%s", slash ? slash + 1 : path);
    if (s->kind == SETTING_MENU && listed) {
        s->choices = listed->choices;
        s->choice_count = listed->choice_count;
    }
    if (s->kind == SETTING_MENU && (v->integer < 0 || (uint64_t)v->integer >= s->choice_count))
        rc = err_set(why, ERR_INVALID, "%s has no choice %lld", path, (long long)v->integer);
    else if (!slash && change_wish(wish, s, v))
        rc = 0;
    else if (!(rc = genicam_take_control(d, why))) {
        rc = node_write(d, node, s, v, why);
        genicam_leave_control(d);
    }
    genicam_row_clear(&row);
    return rc;
}

static int tuner_apply(void *device, struct capture_wish *wish, const char *path,
                       const struct setting_value *v, struct err_text *why)
{
    struct tuner *t = device;
    if (atomic_load(&t->device->lost))
        return genicam_gone(t->device->name, why);
    pthread_mutex_lock(&t->device->lock);
    int rc = write_node(t, wish, path, v, why);
    feature_note_exposure(t->device);
    pthread_mutex_unlock(&t->device->lock);
    if (rc == ERR_GONE)
        genicam_lose(t->device);
    return rc;
}

static int tuner_wait(void *device, int wake_fd, struct err_text *why)
{
    struct tuner *t = device;
    struct pollfd wake = {.fd = wake_fd, .events = POLLIN};
    if (poll(&wake, 1, PACE_MS) > 0)
        return 0;
    return atomic_load(&t->device->lost) ? genicam_gone(t->device->name, why) : 1;
}

const struct tuner_ops genicam_module_tuner = {
    .open = tuner_open,
    .close = tuner_close,
    .list = tuner_list,
    .apply = tuner_apply,
    .wait = tuner_wait,
};
