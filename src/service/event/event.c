/* SPDX-License-Identifier: Apache-2.0 */
#include "service/event/event.h"

#include "base/log.h"
#include "service/server_private.h"
#include "service/session/session.h"
#include "service/subscription/monitored_item.h"
#include "service/subscription/subscription.h"

bool server_has_listeners(const struct server *s)
{
    return s->event_items.count > 0;
}

/* Does the item stand at this notifier, and may its client see the event? */
static bool is_for(const struct monitored_item *item, const struct node *notifier, const struct event *e)
{
    const struct session *session = item->subscription->session;
    bool here = ua_nodeid_is(&item->node_id, UA_ID_SERVER) ||
                (notifier && ua_nodeid_equal(&item->node_id, &notifier->id));
    return here && (!e->for_administrators || session_role(session) >= ROLE_ADMINISTRATOR);
}

void server_emit(struct server *s, const struct node *notifier, const struct event *e)
{
    if (!server_has_listeners(s))
        return;
    struct arena made, scratch;
    struct event_view view;
    arena_init(&made, s->limits.arena_bytes);
    arena_init(&scratch, s->limits.arena_bytes);
    if (event_view_make(s, e, &made, &view)) {
        for (struct list_link *l = s->event_items.first; l; l = l->next) {
            struct monitored_item *item = container_of(l, struct monitored_item, event_link);
            if (is_for(item, notifier, e))
                event_item_offer(item, &view, &scratch);
            arena_reset(&scratch);
        }
    } else {
        log_warning("service", "an event is lost: no memory");
    }
    arena_clear(&scratch);
    arena_clear(&made);
}
