/* SPDX-License-Identifier: Apache-2.0
 * Nodes that are added and removed while the server runs. */
#include "space/space_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Where the texts of a node go: behind it, in the same allocation. */
struct tail {
    uint8_t *at;
};

static struct slice put(struct tail *t, struct slice text)
{
    if (!text.data)
        return text;
    struct slice copy = {t->at, text.len};
    memcpy(t->at, text.data, text.len);
    t->at += text.len;
    return copy;
}

static struct ua_nodeid put_id(struct tail *t, struct ua_nodeid id)
{
    if (id.kind == UA_ID_STRING || id.kind == UA_ID_OPAQUE)
        id.string = put(t, id.string);
    return id;
}

static size_t id_size(const struct ua_nodeid *id)
{
    return id->kind == UA_ID_STRING || id->kind == UA_ID_OPAQUE ? id->string.len : 0;
}

static bool has_value(enum node_class c)
{
    return c == NODE_VARIABLE || c == NODE_VARIABLE_TYPE;
}

static size_t dimensions_size(const struct node_spec *spec)
{
    const struct variable *v = &spec->variable;
    if (!has_value(spec->node_class) || !v->array_dimensions || v->value_rank <= 0)
        return 0;
    return (size_t)v->value_rank * sizeof(uint32_t);
}

static void put_variable(struct tail *t, struct variable *v, const struct node_spec *spec)
{
    *v = spec->variable;
    v->array_dimensions = NULL;
    v->stored = (struct slice){0};
    size_t size = dimensions_size(spec);
    if (size) {
        v->array_dimensions = (const uint32_t *)(const void *)t->at;
        (void)put(t, (struct slice){(const uint8_t *)spec->variable.array_dimensions, size});
    }
    if (ua_nodeid_is_null(&v->data_type))
        v->data_type = ua_nodeid_numeric(0, UA_ID_BASEDATATYPE);
    v->data_type = put_id(t, v->data_type);
}

/* Dimensions come first: they want to be aligned. */
static struct node *node_new(const struct node_spec *spec)
{
    size_t size = sizeof(struct node) + dimensions_size(spec) + id_size(&spec->id) +
                  id_size(&spec->variable.data_type) + spec->browse_name.name.len + spec->display_name.len +
                  spec->description.len + spec->definition.len;
    struct node *n = calloc(1, size);
    if (!n)
        return NULL;
    struct tail tail = {(uint8_t *)(n + 1)};
    n->owns = OWNS_ITSELF;
    n->node_class = (uint8_t)spec->node_class;
    n->is_abstract = spec->is_abstract;
    n->event_notifier = spec->event_notifier;
    n->guard = spec->guard;
    if (has_value(spec->node_class))
        put_variable(&tail, &n->variable, spec);
    else if (spec->node_class == NODE_METHOD)
        n->method = spec->method;
    n->id = put_id(&tail, spec->id);
    n->browse_name = (struct ua_qualified_name){spec->browse_name.ns, put(&tail, spec->browse_name.name)};
    n->display_name = put(&tail, spec->display_name);
    n->description = put(&tail, spec->description);
    n->definition = put(&tail, spec->definition);
    return n;
}

void node_release(struct node *n)
{
    if (n->owns & OWNS_STORED)
        free((void *)n->variable.stored.data);
    if (n->owns & OWNS_DISPLAY_NAME)
        free((void *)n->display_name.data);
    if (n->reference_cap)
        free(n->references);
    if (n->owns & OWNS_ITSELF)
        free(n);
}

/* The nodes that a new one is tied to. NULL: none wanted. */
struct ties {
    struct node *parent, *parent_reference, *type, *type_reference;
};

static bool is_type_for(const struct node *type, enum node_class c)
{
    if (!type || type->is_abstract)
        return false;
    return type->node_class == (c == NODE_OBJECT ? NODE_OBJECT_TYPE : NODE_VARIABLE_TYPE);
}

static ua_status find_ties(const struct space *s, const struct node_spec *spec, struct ties *t)
{
    *t = (struct ties){0};
    if (!ua_nodeid_is_null(&spec->parent)) {
        t->parent = space_find(s, &spec->parent);
        if (!t->parent)
            return UA_BAD_PARENT_NODE_ID_INVALID;
        t->parent_reference = space_ns0(s, spec->reference_type);
        if (!is_reference_type(t->parent_reference) || t->parent_reference->is_abstract ||
            !is_hierarchical(s, t->parent_reference))
            return UA_BAD_REFERENCE_TYPE_ID_INVALID;
    }
    if (spec->node_class == NODE_OBJECT || spec->node_class == NODE_VARIABLE) {
        t->type = space_find(s, &spec->type_definition);
        if (!is_type_for(t->type, spec->node_class))
            return UA_BAD_TYPE_DEFINITION_INVALID;
        t->type_reference = space_ns0(s, UA_ID_HASTYPEDEFINITION);
    }
    return UA_GOOD;
}

static bool reserve_ties(struct node *n, const struct ties *t)
{
    return references_reserve(n, 2) && (!t->parent || references_reserve(t->parent, 1)) &&
           (!t->type || references_reserve(t->type, 1));
}

static ua_status encode_value(struct node *n, const struct ua_variant *value)
{
    if (!has_value(n->node_class) || value->type == UA_NULL)
        return UA_GOOD;
    ua_status status = variant_encode(value, &n->variable.stored);
    if (!ua_is_bad(status))
        n->owns |= OWNS_STORED;
    return status;
}

ua_status space_add(struct space *s, const struct node_spec *spec, struct node **out)
{
    struct ties ties;
    struct node *n = NULL;
    if (out)
        *out = NULL;
    if (space_find(s, &spec->id))
        return UA_BAD_NODE_ID_EXISTS;
    ua_status status = find_ties(s, spec, &ties);
    if (ua_is_bad(status))
        return status;

    n = node_new(spec);
    if (!n)
        return UA_BAD_OUT_OF_MEMORY;
    status = encode_value(n, &spec->value);
    if (ua_is_bad(status))
        goto out;
    if (!reserve_ties(n, &ties) || !space_index(s, n)) {
        status = UA_BAD_OUT_OF_MEMORY;
        goto out;
    }
    if (ties.type)
        references_link(n, ties.type_reference, ties.type);
    if (ties.parent)
        references_link(ties.parent, ties.parent_reference, n);
    if (out)
        *out = n;
    n = NULL;
out:
    if (n)
        node_release(n);
    return status;
}

ua_status space_set_display_name(struct space *s, struct node *n, struct slice name)
{
    (void)s;
    uint8_t *copy = malloc(name.len ? name.len : 1);
    if (!copy)
        return UA_BAD_OUT_OF_MEMORY;
    if (name.len)
        memcpy(copy, name.data, name.len);
    if (n->owns & OWNS_DISPLAY_NAME)
        free((void *)n->display_name.data);
    n->display_name = (struct slice){copy, name.len};
    n->owns |= OWNS_DISPLAY_NAME;
    return UA_GOOD;
}

void space_set_access_level(struct space *s, struct node *variable, uint8_t level)
{
    (void)s;
    assert(variable->node_class == NODE_VARIABLE);
    variable->variable.access_level = level;
}

void space_remove(struct space *s, struct node *n)
{
    assert(n->node_class != NODE_REFERENCE_TYPE);
    references_unlink_all(n);
    map_remove(&s->by_id, &n->by_id);
    node_release(n);
}
