/* SPDX-License-Identifier: Apache-2.0
 * The services that every user needs, without the ceremony. */
#include "base/arena.h"
#include "client/client.h"

enum { VALUE_ATTRIBUTE = 13, HIERARCHICAL_REFERENCES = 33, MAX_ARGUMENTS = 1 << 20 };

ua_status client_read(struct client *c, const struct ua_nodeid *nodes, size_t count, double max_age_ms,
                      uint32_t timeout_ms, client_answered answered, void *user)
{
    struct arena arena;
    arena_init(&arena, MAX_ARGUMENTS);
    ua_status status = UA_BAD_OUT_OF_MEMORY;
    struct ua_read_value_id *items = arena_alloc(&arena, count, sizeof *items);
    if (!items)
        goto out;
    for (size_t i = 0; i < count; i++)
        items[i] = (struct ua_read_value_id){.node_id = nodes[i], .attribute_id = VALUE_ATTRIBUTE};
    struct ua_read_request request = {
        .max_age = max_age_ms,
        .timestamps_to_return = UA_TIMESTAMPS_TO_RETURN_BOTH,
        .nodes_to_read = items,
        .nodes_to_read_len = count,
    };
    status = client_request(c, &(struct client_call){
                                   .request_type = &ua_read_request_structure,
                                   .request = &request,
                                   .response_type = &ua_read_response_structure,
                                   .timeout_ms = timeout_ms,
                                   .answered = answered,
                                   .user = user,
                               });
out:
    arena_clear(&arena);
    return status;
}

ua_status client_browse(struct client *c, const struct ua_nodeid *node, uint32_t classes,
                        client_answered answered, void *user)
{
    struct ua_browse_description what = {
        .node_id = *node,
        .browse_direction = UA_BROWSE_DIRECTION_FORWARD,
        .reference_type_id = ua_nodeid_numeric(0, HIERARCHICAL_REFERENCES),
        .include_subtypes = true,
        .node_class_mask = classes,
        .result_mask = UA_BROWSE_RESULT_MASK_ALL,
    };
    struct ua_browse_request request = {.nodes_to_browse = &what, .nodes_to_browse_len = 1};
    return client_request(c, &(struct client_call){
                                 .request_type = &ua_browse_request_structure,
                                 .request = &request,
                                 .response_type = &ua_browse_response_structure,
                                 .answered = answered,
                                 .user = user,
                             });
}

ua_status client_translate(struct client *c, const struct ua_nodeid *start,
                           const struct ua_qualified_name *names, size_t count, client_answered answered,
                           void *user)
{
    struct arena arena;
    arena_init(&arena, MAX_ARGUMENTS);
    ua_status status = UA_BAD_OUT_OF_MEMORY;
    struct ua_relative_path_element *steps = arena_alloc(&arena, count, sizeof *steps);
    if (!steps)
        goto out;
    for (size_t i = 0; i < count; i++)
        steps[i] = (struct ua_relative_path_element){
            .reference_type_id = ua_nodeid_numeric(0, HIERARCHICAL_REFERENCES),
            .include_subtypes = true,
            .target_name = names[i],
        };
    struct ua_browse_path path = {
        .starting_node = *start,
        .relative_path = {.elements = steps, .elements_len = count},
    };
    struct ua_translate_browse_paths_to_node_ids_request request = {
        .browse_paths = &path,
        .browse_paths_len = 1,
    };
    status = client_request(c, &(struct client_call){
                                   .request_type = &ua_translate_browse_paths_to_node_ids_request_structure,
                                   .request = &request,
                                   .response_type = &ua_translate_browse_paths_to_node_ids_response_structure,
                                   .answered = answered,
                                   .user = user,
                               });
out:
    arena_clear(&arena);
    return status;
}
