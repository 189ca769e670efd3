/* SPDX-License-Identifier: Apache-2.0
 * CloseSession (Part 4 §5.7.4) and Cancel (§5.7.5). */
#include "service/event/audit.h"
#include "service/server_private.h"
#include "service/session/session.h"

void close_session(struct request *r, const void *decoded)
{
    const struct ua_close_session_request *req = decoded;
    audit_end_session(r->session, r);
    session_close(r->session, UA_BAD_SESSION_CLOSED, req->delete_subscriptions);
    struct ua_close_session_response out = {0};
    request_finish(r, &out);
}

void cancel(struct request *r, const void *decoded)
{
    const struct ua_cancel_request *req = decoded;
    struct ua_cancel_response out = {0};
    for (struct list_link *l = r->peer->requests.first, *next; l; l = next) {
        next = l->next;
        struct request *other = container_of(l, struct request, link);
        if (other->handling || other->session != r->session || other->handle != req->request_handle)
            continue;
        request_give_up(other, UA_BAD_REQUEST_CANCELLED_BY_CLIENT);
        out.cancel_count++;
    }
    request_finish(r, &out);
}
