/* SPDX-License-Identifier: Apache-2.0
 * Snapshot(): always a new picture, with the facts of its exposure. */
#include "model/camera_node.h"
#include "model/model_private.h"
#include "model/status.h"

/* A parked call, in the asker's arena. */
struct snapshot_call {
    struct demand demand;
    struct method_call *call;
};

static void shot(struct demand *d, const struct snapshot *s, int code, const char *why)
{
    (void)why;
    struct snapshot_call *parked = container_of(d, struct snapshot_call, demand);
    struct method_call *m = parked->call;
    m->parked = NULL;
    if (!s) {
        m->give(m, model_status_of_failure(code), NULL, 0);
        return;
    }
    const struct ua_variant outputs[] = {
        ua_variant_blob(s->image, s->image->bytes),
        ua_variant_datetime(ua_datetime_of_utc_ns(s->exposed_utc_ns)),
        ua_variant_uint64(s->frame_number),
    };
    m->give(m, UA_GOOD, outputs, ARRAY_LEN(outputs));
}

static void call_snapshot(void *user, struct method_call *m)
{
    struct camera_member *member = user;
    struct camera_node *n = member->owner;
    struct snapshot_call *parked = arena_alloc(m->arena, 1, sizeof *parked);
    if (!parked) {
        m->give(m, UA_BAD_OUT_OF_MEMORY, NULL, 0);
        return;
    }
    parked->call = m;
    parked->demand = (struct demand){
        .recipe = {.format = IMAGE_JPEG, .quality = n->jpeg_quality},
        .newer_than_mono_ns = clock_mono_ns(n->model->clock),
        .deadline_mono_ns = camera_node_deadline(n, m->deadline_ns),
        .done = shot,
        .user = member,
    };
    m->parked = parked;
    camera_shoot(n->camera, &parked->demand);
}

static void cancel_snapshot(void *user, struct method_call *m)
{
    (void)user;
    struct snapshot_call *parked = m->parked;
    demand_cancel(&parked->demand);
    m->parked = NULL;
}

const struct method_handler snapshot_method = {.call = call_snapshot, .cancel = cancel_snapshot};
