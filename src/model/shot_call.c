/* SPDX-License-Identifier: Apache-2.0
 * Methods that shoot: Snapshot, and whatever else needs a new picture before it can answer. */
#include "model/camera_node.h"
#include "model/model_private.h"
#include "model/status.h"

/* A parked call, in the asker's arena. */
struct shot_call {
    struct demand demand;
    struct method_call *call;
    shot_taken taken;
};

static void shot(struct demand *d, const struct snapshot *s, int code, const char *why)
{
    (void)why; /* clients find it in Status/LastError */
    struct shot_call *parked = container_of(d, struct shot_call, demand);
    parked->call->parked = NULL;
    parked->taken(parked->call, d->user, s, code);
}

void shoot_for_call(struct camera_member *member, struct method_call *m, shot_taken taken)
{
    struct camera_node *n = member->owner;
    struct shot_call *parked = arena_alloc(m->arena, 1, sizeof *parked);
    if (!parked) {
        m->give(m, UA_BAD_OUT_OF_MEMORY, NULL, 0);
        return;
    }
    parked->call = m;
    parked->taken = taken;
    parked->demand = (struct demand){
        .recipe = {.format = IMAGE_JPEG, .quality = n->jpeg_quality},
        .newer_than_mono_ns = clock_mono_ns(n->model->clock),
        .deadline_mono_ns = m->deadline_ns,
        .done = shot,
        .user = member,
    };
    m->parked = parked;
    camera_shoot(n->camera, &parked->demand);
}

void cancel_shot_for_call(void *user, struct method_call *m)
{
    (void)user;
    struct shot_call *parked = m->parked;
    demand_cancel(&parked->demand);
    m->parked = NULL;
}

static void snapshot_taken(struct method_call *m, void *user, const struct snapshot *s, int code)
{
    (void)user;
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
    shoot_for_call(user, m, snapshot_taken);
}

const struct method_handler snapshot_method = {.call = call_snapshot, .cancel = cancel_shot_for_call};
