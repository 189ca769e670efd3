/* SPDX-License-Identifier: Apache-2.0 */
#include "model/setting_nodes.h"

#include "base/log.h"
#include "model/model_private.h"
#include "wire/messages_gen.h"

#include <stdlib.h>
#include <string.h>

const struct value_source setting_source = {
    .read = setting_read,
    .cancel = setting_read_cancel,
    .write = setting_write,
    .cancel_write = setting_write_cancel,
    .watch = setting_watch,
    .unwatch = setting_unwatch,
};

static struct setting_node *node_at(struct list_link *l)
{
    return container_of(l, struct setting_node, link);
}

void setting_nodes_init(struct setting_nodes *s, struct model *m, struct camera *c)
{
    *s = (struct setting_nodes){.model = m, .camera = c};
}

void setting_nodes_clear(struct setting_nodes *s)
{
    setting_reads_end(s, NULL);
    setting_changes_end(s, NULL);
    timer_stop(s->model->timers, &s->gathering);
    setting_request_cancel(&s->request);
    struct list_link *l;
    while ((l = list_pop(&s->all))) {
        setting_watches_end(node_at(l));
        free(node_at(l));
    }
}

/* ---- values ---- */

/* Lists keep their order as a rule. NULL: it is not there any more. */
static const struct setting *row_of(const struct setting_node *n)
{
    const struct setting_list *l = camera_settings(n->owner->camera);
    char path[sizeof n->path] = "";
    if (n->row < l->count)
        setting_path(&l->rows[n->row], path, sizeof path);
    return strcmp(path, n->path) == 0 ? &l->rows[n->row] : setting_find(l, n->path);
}

static ua_status status_of(const struct setting_node *n, const struct setting *row)
{
    if (camera_facts(n->owner->camera)->state == CAMERA_UNPLUGGED || !row)
        return UA_BAD_NO_COMMUNICATION;
    return row->readable ? UA_GOOD : UA_BAD_NOT_READABLE;
}

static void take_flags(struct setting_node *n, const struct setting *row)
{
    if (n->shape.node_class == NODE_VARIABLE)
        space_set_access_level(n->owner->model->space, n->node, setting_access(row));
    bool is_volatile = row->flags & SETTING_VOLATILE;
    if (is_volatile != n->is_volatile) {
        n->is_volatile = is_volatile;
        setting_repace(n);
    }
}

static void refresh(struct setting_node *n)
{
    const struct setting *row = row_of(n);
    ua_status status = status_of(n, row);
    if (row)
        take_flags(n, row);
    bool same = status == n->status && (status || setting_value_equal(n->shape.kind, &row->value, &n->value));
    if (same && n->since_utc_ns)
        return;
    n->status = status;
    if (!status)
        n->value = row->value;
    n->since_utc_ns = clock_utc_ns(n->owner->model->clock);
    setting_tell(n);
}

void setting_nodes_refresh(struct setting_nodes *s)
{
    for (struct list_link *l = s->all.first; l; l = l->next)
        refresh(node_at(l));
}

struct ua_data_value setting_told(const struct setting_node *n)
{
    struct ua_data_value value = {
        .status = n->status,
        .source_timestamp = ua_datetime_of_utc_ns(n->since_utc_ns),
    };
    if (!value.status)
        value.status = setting_to_variant(&n->shape, &n->value, &value.value);
    value.has_value = !value.status;
    return value;
}

/* ---- nodes ---- */

static void forget(struct setting_node *n)
{
    setting_watches_end(n);
    setting_reads_end(n->owner, n);
    setting_changes_end(n->owner, n);
    setting_demolish(n);
    list_remove(&n->owner->all, &n->link);
    free(n);
}

static ua_status add(struct setting_nodes *s, size_t i)
{
    const struct setting *row = &camera_settings(s->camera)->rows[i];
    struct setting_node *n = calloc(1, sizeof *n);
    if (!n)
        return UA_BAD_OUT_OF_MEMORY;
    n->owner = s;
    n->row = i;
    n->shape = setting_shape_of(row);
    setting_path(row, n->path, sizeof n->path);
    ua_status status = setting_build(n, row);
    if (status) {
        free(n);
        return status;
    }
    list_append(&s->all, &n->link);
    return UA_GOOD;
}

static struct setting_node *of_row(const struct setting_nodes *s, size_t i)
{
    for (struct list_link *l = s->all.first; l; l = l->next)
        if (node_at(l)->row == i)
            return node_at(l);
    return NULL;
}

/* Keeps the node if it can stay what it is. */
static unsigned take_row(struct setting_nodes *s, size_t i)
{
    unsigned verbs = 0;
    const struct setting *row = &camera_settings(s->camera)->rows[i];
    struct setting_node *n = of_row(s, i);
    struct setting_shape shape = setting_shape_of(row);
    ua_status status;
    if (n && setting_shape_equal(&n->shape, &shape)) {
        status = setting_adjust(n, row);
    } else {
        if (n) {
            forget(n);
            verbs |= UA_MODEL_CHANGE_STRUCTURE_VERB_MASK_REFERENCE_DELETED;
        }
        status = add(s, i);
        if (!status)
            verbs |= UA_MODEL_CHANGE_STRUCTURE_VERB_MASK_REFERENCE_ADDED;
    }
    if (status)
        log_warning("model", "%s: the setting %s%s%s is not shown: %s", camera_identity(s->camera)->id,
                    row->folder, row->folder[0] ? "/" : "", row->name, ua_status_name(status));
    return verbs;
}

/* Nodes that are gone go first: others may come in their place. Those that stay learn their new row. */
static unsigned drop_missing(struct setting_nodes *s)
{
    unsigned verbs = 0;
    for (struct list_link *l = s->all.first, *next; l; l = next) {
        next = l->next;
        struct setting_node *n = node_at(l);
        const struct setting *row = row_of(n);
        if (row) {
            n->row = (size_t)(row - camera_settings(s->camera)->rows);
        } else {
            forget(n);
            verbs |= UA_MODEL_CHANGE_STRUCTURE_VERB_MASK_REFERENCE_DELETED;
        }
    }
    return verbs;
}

unsigned setting_nodes_rebuild(struct setting_nodes *s)
{
    const struct setting_list *list = camera_settings(s->camera);
    unsigned verbs = drop_missing(s);
    for (size_t i = 0; i < list->count; i++)
        verbs |= take_row(s, i);
    s->listed_mono_ns = clock_mono_ns(s->model->clock);
    setting_nodes_refresh(s);
    return verbs;
}
