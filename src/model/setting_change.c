/* SPDX-License-Identifier: Apache-2.0
 * Writing settings, calling commands: the camera does it, whoever asked waits. */
#include "base/log.h"
#include "model/model_private.h"
#include "model/setting_nodes.h"
#include "model/status.h"

#include <stdlib.h>

/* A write or a call under way. */
struct setting_change {
    struct list_link link; /* in owner->changes */
    struct setting_node *node;
    struct setting_request request;
    struct timer deadline;
    /* Who waits: one of them. */
    struct value_write *write;
    struct method_call *call;
};

static void change_free(struct setting_change *c)
{
    struct setting_nodes *s = c->node->owner;
    list_remove(&s->changes, &c->link);
    timer_stop(s->model->timers, &c->deadline);
    setting_request_cancel(&c->request);
    free(c);
}

static void finish(struct setting_change *c, ua_status status)
{
    struct value_write *write = c->write;
    struct method_call *call = c->call;
    change_free(c);
    if (write) {
        write->parked = NULL;
        write->done(write, status);
    } else {
        call->parked = NULL;
        call->give(call, status, NULL, 0);
    }
}

/* The camera checks a value when its turn comes: what was written before it may have changed the rules.
 * Bad_InvalidState rather than Bad_NotWritable while another setting rules this one: the AccessLevel, by
 * which Part 4 §5.11.4.3 defines the latter, still says that it can be written. */
static ua_status status_of(const struct setting_change *c, int code)
{
    const struct setting *s = setting_find(camera_settings(c->node->owner->camera), c->node->path);
    switch (code) {
    case 0:
        return UA_GOOD;
    case ERR_INVALID:
        return UA_BAD_OUT_OF_RANGE;
    case ERR_BUSY:
        return s && s->flags & SETTING_INACTIVE ? UA_BAD_INVALID_STATE : UA_BAD_RESOURCE_UNAVAILABLE;
    case ERR_DENIED:
        return s && s->flags & SETTING_READ_ONLY ? UA_BAD_NOT_WRITABLE : UA_BAD_DEVICE_FAILURE;
    case ERR_LIMIT:
        return UA_BAD_TOO_MANY_OPERATIONS;
    default:
        return model_status_of_failure(code);
    }
}

static void carried_out(struct setting_request *request, int code, const char *why)
{
    struct setting_change *c = request->user;
    struct setting_nodes *s = c->node->owner;
    ua_status status = status_of(c, code);
    if (code)
        log_info("model", "%s: %s was not set: %s", camera_identity(s->camera)->id, c->node->path, why);
    else
        setting_nodes_refresh(s);
    finish(c, status);
}

static void too_late(struct timer *t)
{
    struct setting_change *c = container_of(t, struct setting_change, deadline);
    log_info("model", "%s: %s is not set yet: the camera takes longer than the client waits",
             camera_identity(c->node->owner->camera)->id, c->node->path);
    finish(c, UA_BAD_TIMEOUT);
}

/* NULL without memory. */
static struct setting_change *change_new(struct setting_node *n, int64_t deadline_ns)
{
    struct setting_change *c = calloc(1, sizeof *c);
    if (!c || timer_start_at(n->owner->model->timers, &c->deadline, deadline_ns)) {
        free(c);
        return NULL;
    }
    c->node = n;
    c->deadline.callback = too_late;
    c->request = (struct setting_request){.done = carried_out, .user = c};
    list_append(&n->owner->changes, &c->link);
    return c;
}

static void begin(struct setting_change *c, const struct setting_value *v)
{
    camera_write_setting(c->node->owner->camera, c->node->path, v, &c->request);
}

void setting_write(void *user, const struct node *node, const struct ua_data_value *value,
                   struct value_write *w)
{
    (void)node;
    struct setting_node *n = user;
    struct setting_value v;
    ua_status status = setting_of_variant(&n->shape, &value->value, &v);
    struct setting_change *c = status ? NULL : change_new(n, w->deadline_ns);
    if (!c) {
        w->done(w, status ? status : UA_BAD_OUT_OF_MEMORY);
        return;
    }
    c->write = w;
    w->parked = c;
    begin(c, &v);
}

void setting_write_cancel(void *user, struct value_write *w)
{
    (void)user;
    change_free(w->parked);
    w->parked = NULL;
}

static void call_command(void *user, struct method_call *m)
{
    struct setting_change *c = change_new(user, m->deadline_ns);
    if (!c) {
        m->give(m, UA_BAD_OUT_OF_MEMORY, NULL, 0);
        return;
    }
    c->call = m;
    m->parked = c;
    begin(c, &(struct setting_value){0});
}

static void cancel_command(void *user, struct method_call *m)
{
    (void)user;
    change_free(m->parked);
    m->parked = NULL;
}

const struct method_handler setting_command = {.call = call_command, .cancel = cancel_command};

static struct setting_change *of_node(const struct setting_nodes *s, const struct setting_node *n)
{
    for (struct list_link *l = s->changes.first; l; l = l->next) {
        struct setting_change *c = container_of(l, struct setting_change, link);
        if (!n || c->node == n)
            return c;
    }
    return NULL;
}

void setting_changes_end(struct setting_nodes *s, const struct setting_node *n)
{
    struct setting_change *c;
    while ((c = of_node(s, n)))
        finish(c, UA_BAD_NODE_ID_UNKNOWN);
}
