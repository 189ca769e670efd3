/* SPDX-License-Identifier: Apache-2.0 */
#include "service/event/event_operand.h"

#include <string.h>

/* The InstanceDeclaration at the path below this very type. */
static const struct node *declared_by(const struct space *s, const struct node *type,
                                      const struct ua_simple_attribute_operand *in)
{
    const struct node *n = type;
    for (size_t i = 0; n && i < in->browse_path_len; i++) {
        n = space_child(s, n, in->browse_path[i]);
        if (n && n->node_class != NODE_VARIABLE && n->node_class != NODE_OBJECT)
            n = NULL;
    }
    return n;
}

static const struct node *declared_below(const struct space *s, const struct node *type,
                                         const struct ua_simple_attribute_operand *in)
{
    const struct node *found = declared_by(s, type, in);
    for (size_t i = 0; !found && i < type->reference_count; i++) {
        const struct reference *r = &type->references[i];
        if (!r->inverse && ua_nodeid_is(&r->type->id, UA_ID_HASSUBTYPE))
            found = declared_below(s, r->target, in);
    }
    return found;
}

/* Events of the type inherit fields from its supertypes, and may be of its subtypes. */
static const struct node *find_declaration(const struct space *s, const struct node *type,
                                           const struct ua_simple_attribute_operand *in)
{
    const struct node *found = declared_below(s, type, in);
    for (type = space_supertype(type); !found && type; type = space_supertype(type))
        found = declared_by(s, type, in);
    return found;
}

static bool names_are_given(const struct ua_simple_attribute_operand *in)
{
    for (size_t i = 0; i < in->browse_path_len; i++)
        if (in->browse_path[i].name.len == 0)
            return false;
    return true;
}

/* Fields have Values alone; their instances are no nodes, so that NodeIds are null. */
static bool has_attribute(const struct node *declaration, uint32_t attribute)
{
    return attribute == (declaration->node_class == NODE_VARIABLE ? (uint32_t)ATTRIBUTE_VALUE
                                                                  : (uint32_t)ATTRIBUTE_NODE_ID);
}

static bool may_have_parts(const struct space *s, const struct node *declaration)
{
    enum ua_type type = space_builtin_type(s, &declaration->variable.data_type);
    return declaration->variable.value_rank != VALUE_RANK_SCALAR || type == UA_STRING ||
           type == UA_BYTESTRING || type == UA_NULL;
}

/* "A/B"; null for an empty path and for names that are not of namespace 0. False without memory. */
static bool join(const struct ua_simple_attribute_operand *in, struct arena *arena, struct slice *out)
{
    size_t len = 0;
    *out = (struct slice){0};
    for (size_t i = 0; i < in->browse_path_len; i++) {
        if (in->browse_path[i].ns != 0)
            return true;
        len += in->browse_path[i].name.len + 1;
    }
    if (in->browse_path_len <= 1) {
        *out = len ? in->browse_path[0].name : (struct slice){0};
        return true;
    }
    uint8_t *path = arena_alloc(arena, len, 1);
    if (!path)
        return false;
    for (size_t i = 0, at = 0; i < in->browse_path_len; i++) {
        struct slice name = in->browse_path[i].name;
        memcpy(path + at, name.data, name.len);
        path[at + name.len] = '/';
        at += name.len + 1;
    }
    *out = (struct slice){path, len - 1};
    return true;
}

static ua_status check(const struct space *s, const struct ua_simple_attribute_operand *in,
                       const struct index_range *range)
{
    if (!names_are_given(in))
        return UA_BAD_BROWSE_NAME_INVALID;
    if (in->attribute_id < ATTRIBUTE_NODE_ID || in->attribute_id > ATTRIBUTE_ACCESS_LEVEL_EX)
        return UA_BAD_ATTRIBUTE_ID_INVALID;
    const struct node *type = space_find(s, &in->type_definition_id);
    if (!type || !space_is_subtype(s, type, space_ns0(s, UA_ID_BASEEVENTTYPE)))
        return UA_BAD_TYPE_DEFINITION_INVALID;
    const struct node *declaration = find_declaration(s, type, in);
    if (!declaration)
        return UA_BAD_NODE_ID_UNKNOWN;
    if (!has_attribute(declaration, in->attribute_id))
        return UA_BAD_ATTRIBUTE_ID_INVALID;
    if (range->count && (in->attribute_id != ATTRIBUTE_VALUE || !may_have_parts(s, declaration)))
        return UA_BAD_TYPE_MISMATCH;
    return UA_GOOD;
}

ua_status event_operand_parse(const struct filter_reading *reading,
                              const struct ua_simple_attribute_operand *in, struct event_operand *out)
{
    *out = (struct event_operand){0};
    struct index_range range = {0};
    ua_status status = index_range_parse(in->index_range, &range);
    if (!status)
        status = check(reading->space, in, &range);
    if (status)
        return status;
    struct slice path;
    if (!join(in, reading->kept, &path))
        return UA_BAD_OUT_OF_MEMORY;
    *out = (struct event_operand){path, in->type_definition_id, range};
    return UA_GOOD;
}

struct ua_variant event_operand_value(const struct event_operand *o, const struct event_view *e,
                                      struct arena *arena)
{
    const struct ua_variant *field = o->path.data ? event_view_field(e, o->path) : NULL;
    bool any = ua_nodeid_is(&o->type, UA_ID_BASEEVENTTYPE);
    if (!field || !(any || event_view_is(e, &o->type)))
        return (struct ua_variant){0};
    struct ua_variant part;
    ua_status status = index_range_cut(&o->range, arena, field, &part);
    return status ? ua_variant_status(status) : part;
}
