/* SPDX-License-Identifier: Apache-2.0 */
#include "service/server_private.h"
#include "service/session/session.h"
#include "service/view/view.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_REFERENCES = 10000 };

/* What is browsed, and how far we are. */
struct browse_walk {
    const struct node *node;
    const struct node *reference_type; /* NULL: all */
    bool include_subtypes;
    int32_t direction;
    uint32_t class_mask;
    uint32_t result_mask;
    size_t next;  /* reference of the node */
    uint32_t max; /* references per response; 0: no limit */
};

/* A walk that was not finished (Part 4 §7.9). */
struct browse_point {
    struct list_link link; /* in session->browse_points */
    uint32_t id;
    struct browse_walk walk;
    struct ua_nodeid node; /* looked up anew: nodes may be gone by the next call; ReferenceTypes stay */
    uint8_t node_text[];   /* what `node` points at */
};

bool reference_type_matches(const struct space *space, const struct node *type, const struct node *wanted,
                            bool include_subtypes)
{
    return !wanted || type == wanted || (include_subtypes && space_is_subtype(space, type, wanted));
}

static bool selects(const struct space *space, const struct browse_walk *walk, const struct reference *ref)
{
    if (walk->direction == UA_BROWSE_DIRECTION_FORWARD && ref->inverse)
        return false;
    if (walk->direction == UA_BROWSE_DIRECTION_INVERSE && !ref->inverse)
        return false;
    if (walk->class_mask && !(walk->class_mask & ref->target->node_class))
        return false;
    return reference_type_matches(space, ref->type, walk->reference_type, walk->include_subtypes);
}

static void describe(const struct browse_walk *walk, const struct reference *ref,
                     struct ua_reference_description *out)
{
    const struct node *target = ref->target;
    uint32_t mask = walk->result_mask;
    *out = (struct ua_reference_description){.node_id = {.id = target->id}};
    if (mask & UA_BROWSE_RESULT_MASK_REFERENCE_TYPE_ID)
        out->reference_type_id = ref->type->id;
    if (mask & UA_BROWSE_RESULT_MASK_IS_FORWARD)
        out->is_forward = !ref->inverse;
    if (mask & UA_BROWSE_RESULT_MASK_NODE_CLASS)
        out->node_class = target->node_class;
    if (mask & UA_BROWSE_RESULT_MASK_BROWSE_NAME)
        out->browse_name = target->browse_name;
    if (mask & UA_BROWSE_RESULT_MASK_DISPLAY_NAME)
        out->display_name.text = target->display_name.data ? target->display_name : target->browse_name.name;
    const struct node *type = mask & UA_BROWSE_RESULT_MASK_TYPE_DEFINITION ? space_type_of(target) : NULL;
    if (type)
        out->type_definition.id = type->id;
}

/* Fills the references of one response; *more when some are left. */
static ua_status walk_on(struct request *r, struct browse_walk *walk, struct ua_browse_result *out,
                         bool *more)
{
    const struct node *n = walk->node;
    const struct space *space = r->server->space;
    size_t max = walk->max && walk->max < MOST_REFERENCES ? walk->max : MOST_REFERENCES;
    size_t left = n->reference_count - walk->next;
    out->references = arena_alloc(&r->arena, left < max ? left : max, sizeof *out->references);
    if (!out->references)
        return UA_BAD_OUT_OF_MEMORY;
    *more = false;
    for (; walk->next < n->reference_count; walk->next++) {
        const struct reference *ref = &n->references[walk->next];
        if (!selects(space, walk, ref))
            continue;
        if (out->references_len == max) {
            *more = true;
            return UA_GOOD;
        }
        describe(walk, ref, &out->references[out->references_len++]);
    }
    return UA_GOOD;
}

static void point_free(struct session *s, struct browse_point *p)
{
    list_remove(&s->browse_points, &p->link);
    free(p);
}

void browse_points_free(struct session *s)
{
    while (s->browse_points.first)
        point_free(s, container_of(s->browse_points.first, struct browse_point, link));
}

static struct browse_point *point_new(struct session *s, const struct browse_walk *walk)
{
    struct ua_nodeid node = walk->node->id;
    bool has_text = node.kind == UA_ID_STRING || node.kind == UA_ID_OPAQUE;
    size_t text_len = has_text ? node.string.len : 0;
    struct browse_point *p = malloc(sizeof *p + text_len);
    if (!p)
        return NULL;
    *p = (struct browse_point){.id = ++s->next_browse_point, .walk = *walk, .node = node};
    if (text_len)
        memcpy(p->node_text, node.string.data, text_len);
    if (has_text)
        p->node.string.data = p->node_text;
    list_append(&s->browse_points, &p->link);
    return p;
}

/* Keeps the walk for BrowseNext and puts the ticket for it into the result. */
static ua_status keep_point(struct request *r, const struct browse_walk *walk, struct ua_browse_result *out)
{
    struct session *s = r->session;
    if (s->browse_points.count >= r->server->limits.browse_points_per_session)
        return UA_BAD_NO_CONTINUATION_POINTS;
    uint32_t *ticket = arena_alloc(&r->arena, 1, sizeof *ticket);
    struct browse_point *p = ticket ? point_new(s, walk) : NULL;
    if (!p)
        return UA_BAD_OUT_OF_MEMORY;
    *ticket = p->id;
    out->continuation_point = (struct slice){(const uint8_t *)ticket, sizeof *ticket};
    return UA_GOOD;
}

static void answer(struct request *r, struct browse_walk *walk, struct ua_browse_result *out)
{
    bool more = false;
    out->status_code = walk_on(r, walk, out, &more);
    if (!out->status_code && more)
        out->status_code = keep_point(r, walk, out);
    if (out->status_code)
        out->references_len = 0;
}

static ua_status begin_walk(struct request *r, const struct ua_browse_description *what, uint32_t max,
                            struct browse_walk *walk)
{
    const struct space *space = r->server->space;
    *walk = (struct browse_walk){
        .node = space_find(space, &what->node_id),
        .include_subtypes = what->include_subtypes,
        .direction = what->browse_direction,
        .class_mask = what->node_class_mask,
        .result_mask = what->result_mask,
        .max = max,
    };
    if (!walk->node)
        return UA_BAD_NODE_ID_UNKNOWN;
    if (what->browse_direction < UA_BROWSE_DIRECTION_FORWARD ||
        what->browse_direction > UA_BROWSE_DIRECTION_BOTH)
        return UA_BAD_BROWSE_DIRECTION_INVALID;
    if (ua_nodeid_is_null(&what->reference_type_id))
        return UA_GOOD;
    walk->reference_type = space_find(space, &what->reference_type_id);
    if (!walk->reference_type || walk->reference_type->node_class != NODE_REFERENCE_TYPE)
        return UA_BAD_REFERENCE_TYPE_ID_INVALID;
    return UA_GOOD;
}

void browse(struct request *r, const void *decoded)
{
    const struct ua_browse_request *req = decoded;
    size_t count = req->nodes_to_browse_len;
    if (!ua_nodeid_is_null(&req->view.view_id)) {
        request_fault(r, UA_BAD_VIEW_ID_UNKNOWN);
        return;
    }
    struct ua_browse_response out = {.results_len = count};
    out.results = request_results(r, count, sizeof *out.results);
    if (!out.results)
        return;
    for (size_t i = 0; i < count; i++) {
        struct browse_walk walk;
        ua_status status =
            begin_walk(r, &req->nodes_to_browse[i], req->requested_max_references_per_node, &walk);
        if (status)
            out.results[i].status_code = status;
        else
            answer(r, &walk, &out.results[i]);
    }
    request_finish(r, &out);
}

static struct browse_point *find_point(const struct session *s, struct slice ticket)
{
    uint32_t id;
    if (ticket.len != sizeof id)
        return NULL;
    memcpy(&id, ticket.data, sizeof id);
    for (struct list_link *l = s->browse_points.first; l; l = l->next) {
        struct browse_point *p = container_of(l, struct browse_point, link);
        if (p->id == id)
            return p;
    }
    return NULL;
}

static void go_on(struct request *r, struct slice ticket, bool release, struct ua_browse_result *out)
{
    struct browse_point *p = find_point(r->session, ticket);
    if (!p) {
        out->status_code = UA_BAD_CONTINUATION_POINT_INVALID;
        return;
    }
    struct browse_walk walk = p->walk;
    walk.node = space_find(r->server->space, &p->node);
    point_free(r->session, p);
    if (release)
        return;
    if (walk.node && walk.next <= walk.node->reference_count)
        answer(r, &walk, out);
    else
        out->status_code = UA_BAD_CONTINUATION_POINT_INVALID;
}

void browse_next(struct request *r, const void *decoded)
{
    const struct ua_browse_next_request *req = decoded;
    size_t count = req->continuation_points_len;
    struct ua_browse_next_response out = {.results_len = count};
    out.results = request_results(r, count, sizeof *out.results);
    if (!out.results)
        return;
    for (size_t i = 0; i < count; i++)
        go_on(r, req->continuation_points[i], req->release_continuation_points, &out.results[i]);
    request_finish(r, &out);
}
