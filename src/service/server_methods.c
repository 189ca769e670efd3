/* SPDX-License-Identifier: Apache-2.0
 * The Methods of the Server object: GetMonitoredItems and ResendData (Part 5 §9.1, §9.2). */
#include "service/server_object.h"
#include "service/session/session.h"
#include "service/subscription/monitored_item.h"
#include "service/subscription/subscription.h"

/* The subscription that the first argument names, if it is the caller's. */
static ua_status own_subscription(const struct server *s, const struct method_call *m,
                                  struct subscription **out)
{
    *out = subscription_find(s, m->inputs[0].uint32);
    if (!*out)
        return UA_BAD_SUBSCRIPTION_ID_INVALID;
    if (!(*out)->session || (*out)->session->key != m->session_key)
        return UA_BAD_USER_ACCESS_DENIED;
    return UA_GOOD;
}

static void get_monitored_items(void *user, struct method_call *m)
{
    struct subscription *sub;
    ua_status status = own_subscription(user, m, &sub);
    if (status) {
        m->give(m, status, NULL, 0);
        return;
    }
    size_t count = sub->items.count, i = 0;
    uint32_t *server_handles = arena_alloc(m->arena, count, sizeof *server_handles);
    uint32_t *client_handles = arena_alloc(m->arena, count, sizeof *client_handles);
    if (!server_handles || !client_handles) {
        m->give(m, UA_BAD_OUT_OF_MEMORY, NULL, 0);
        return;
    }
    for (struct list_link *l = sub->items.first; l; l = l->next, i++) {
        const struct monitored_item *item = container_of(l, struct monitored_item, link);
        server_handles[i] = item->id;
        client_handles[i] = item->settings.client_handle;
    }
    const struct ua_variant outputs[] = {
        ua_variant_array(UA_UINT32, server_handles, count),
        ua_variant_array(UA_UINT32, client_handles, count),
    };
    m->give(m, UA_GOOD, outputs, ARRAY_LEN(outputs));
}

static void resend_data(void *user, struct method_call *m)
{
    struct subscription *sub;
    ua_status status = own_subscription(user, m, &sub);
    if (!status)
        subscription_resend(sub);
    m->give(m, status, NULL, 0);
}

static const struct {
    uint32_t id;
    struct method_handler handler;
} methods[] = {
    {UA_ID_SERVER_GETMONITOREDITEMS, {.call = get_monitored_items}},
    {UA_ID_SERVER_RESENDDATA, {.call = resend_data}},
};

ua_status server_methods_attach(struct server *s)
{
    for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
        struct node *n = space_ns0(s->space, methods[i].id);
        if (!n)
            return UA_BAD_NODE_ID_UNKNOWN;
        n->method.handler = &methods[i].handler;
        n->method.handler_user = s;
        n->guard = GUARD_EVERYBODY;
    }
    return UA_GOOD;
}
