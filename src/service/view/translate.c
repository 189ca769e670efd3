/* SPDX-License-Identifier: Apache-2.0
 * TranslateBrowsePathsToNodeIds, RegisterNodes and UnregisterNodes (Part 4 §5.9.4 - §5.9.6). */
#include "service/server_private.h"
#include "service/view/view.h"

enum { MOST_TARGETS = 1000, MOST_PATH_ELEMENTS = 100 };

/* Nodes that a path has led to so far. */
struct node_set {
    const struct node **nodes; /* room for MOST_TARGETS */
    size_t count;
};

static ua_status add(struct node_set *set, const struct node *n)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->nodes[i] == n)
            return UA_GOOD;
    if (set->count == MOST_TARGETS)
        return UA_BAD_TOO_MANY_MATCHES;
    set->nodes[set->count++] = n;
    return UA_GOOD;
}

static bool names_equal(const struct ua_qualified_name *a, const struct ua_qualified_name *b)
{
    return a->ns == b->ns && slice_equal(a->name, b->name);
}

/* One element of the path from one node. */
static ua_status step(const struct space *space, const struct node *from,
                      const struct ua_relative_path_element *e, struct node_set *to)
{
    const struct node *wanted = NULL;
    if (!ua_nodeid_is_null(&e->reference_type_id)) {
        wanted = space_find(space, &e->reference_type_id);
        if (!wanted || wanted->node_class != NODE_REFERENCE_TYPE)
            return UA_BAD_NO_MATCH;
    }
    for (size_t i = 0; i < from->reference_count; i++) {
        const struct reference *ref = &from->references[i];
        if (ref->inverse != e->is_inverse || !names_equal(&ref->target->browse_name, &e->target_name) ||
            !reference_type_matches(space, ref->type, wanted, e->include_subtypes))
            continue;
        ua_status status = add(to, ref->target);
        if (status)
            return status;
    }
    return UA_GOOD;
}

static ua_status check_path(const struct ua_relative_path *path)
{
    if (path->elements_len == 0)
        return UA_BAD_NOTHING_TO_DO;
    if (path->elements_len > MOST_PATH_ELEMENTS)
        return UA_BAD_TOO_MANY_OPERATIONS;
    for (size_t i = 0; i < path->elements_len; i++)
        if (path->elements[i].target_name.name.len == 0)
            return UA_BAD_BROWSE_NAME_INVALID;
    return UA_GOOD;
}

/* Follows the path breadth first, from `here` to `there` and back; the end is in *here. */
static ua_status follow(const struct space *space, const struct ua_browse_path *path, struct node_set *here,
                        struct node_set *there)
{
    ua_status status = check_path(&path->relative_path);
    const struct node *start = space_find(space, &path->starting_node);
    if (!start)
        return UA_BAD_NODE_ID_UNKNOWN;
    if (status)
        return status;
    here->count = 1;
    here->nodes[0] = start;
    for (size_t e = 0; e < path->relative_path.elements_len; e++) {
        there->count = 0;
        for (size_t i = 0; i < here->count; i++) {
            status = step(space, here->nodes[i], &path->relative_path.elements[e], there);
            if (status)
                return status;
        }
        struct node_set swap = *here;
        *here = *there;
        *there = swap;
    }
    return here->count ? UA_GOOD : UA_BAD_NO_MATCH;
}

static ua_status put_targets(struct request *r, const struct node_set *found,
                             struct ua_browse_path_result *out)
{
    out->targets = arena_alloc(&r->arena, found->count, sizeof *out->targets);
    if (!out->targets)
        return UA_BAD_OUT_OF_MEMORY;
    out->targets_len = found->count;
    for (size_t i = 0; i < found->count; i++) {
        out->targets[i].target_id.id = found->nodes[i]->id;
        out->targets[i].remaining_path_index = UINT32_MAX; /* the path was followed to its end */
    }
    return UA_GOOD;
}

void translate_browse_paths(struct request *r, const void *decoded)
{
    const struct ua_translate_browse_paths_to_node_ids_request *req = decoded;
    size_t count = req->browse_paths_len;
    struct ua_translate_browse_paths_to_node_ids_response out = {.results_len = count};
    out.results = request_results(r, count, sizeof *out.results);
    if (!out.results)
        return;
    const struct node **room = request_alloc(r, 2 * MOST_TARGETS, sizeof *room);
    if (!room)
        return;
    for (size_t i = 0; i < count; i++) {
        struct node_set here = {.nodes = room}, there = {.nodes = room + MOST_TARGETS};
        ua_status status = follow(r->server->space, &req->browse_paths[i], &here, &there);
        if (!status)
            status = put_targets(r, &here, &out.results[i]);
        out.results[i].status_code = status;
    }
    request_finish(r, &out);
}

/* Our NodeIds are as quick as any handle could be: they come back as they are. */
void register_nodes(struct request *r, const void *decoded)
{
    const struct ua_register_nodes_request *req = decoded;
    if (!request_check_count(r, req->nodes_to_register_len))
        return;
    struct ua_register_nodes_response out = {
        .registered_node_ids = req->nodes_to_register,
        .registered_node_ids_len = req->nodes_to_register_len,
    };
    request_finish(r, &out);
}

void unregister_nodes(struct request *r, const void *decoded)
{
    const struct ua_unregister_nodes_request *req = decoded;
    if (!request_check_count(r, req->nodes_to_unregister_len))
        return;
    struct ua_unregister_nodes_response out = {0};
    request_finish(r, &out);
}
