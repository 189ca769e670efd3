/* SPDX-License-Identifier: Apache-2.0
 * Questions about types: what is below what, and which values fit (Part 3 §5.8, Part 4 §5.11.4). */
#include "space/space_private.h"
#include "wire/structure.h"

static const struct node *first(const struct node *n, uint32_t reference_type, bool inverse)
{
    for (size_t i = 0; i < n->reference_count; i++) {
        const struct reference *r = &n->references[i];
        if (r->inverse == inverse && ua_nodeid_is(&r->type->id, reference_type))
            return r->target;
    }
    return NULL;
}

const struct node *space_supertype(const struct node *type)
{
    return first(type, UA_ID_HASSUBTYPE, true);
}

const struct node *space_type_of(const struct node *n)
{
    return first(n, UA_ID_HASTYPEDEFINITION, false);
}

bool space_is_subtype(const struct space *s, const struct node *type, const struct node *super)
{
    (void)s;
    while (type && type != super)
        type = space_supertype(type);
    return type && super;
}

static enum ua_type builtin_of(const struct node *data_type)
{
    for (const struct node *n = data_type; n; n = space_supertype(n)) {
        if (n->id.ns != 0 || n->id.kind != UA_ID_NUMERIC)
            continue;
        if (n->id.numeric == UA_ID_ENUMERATION)
            return UA_INT32;
        if (n->id.numeric == UA_ID_BASEDATATYPE)
            return UA_NULL;
        if (n->id.numeric <= UA_DIAGNOSTICINFO)
            return (enum ua_type)n->id.numeric;
    }
    return UA_NULL;
}

enum ua_type space_builtin_type(const struct space *s, const struct ua_nodeid *data_type)
{
    return builtin_of(space_find(s, data_type));
}

/* ---- methods ---- */

static bool has_component(const struct space *s, const struct node *parent, const struct node *child)
{
    const struct node *component = space_ns0(s, UA_ID_HASCOMPONENT);
    for (size_t i = 0; i < child->reference_count; i++) {
        const struct reference *r = &child->references[i];
        if (r->inverse && r->target == parent && space_is_subtype(s, r->type, component))
            return true;
    }
    return false;
}

/* The object's own method in place of the one that its type declares. */
static const struct node *own_method(const struct space *s, const struct node *object,
                                     const struct node *declared)
{
    const struct node *own = space_child(s, object, declared->browse_name);
    if (own && own->node_class == NODE_METHOD)
        return own;
    return declared->method.handler ? declared : NULL;
}

const struct node *space_method_of(const struct space *s, const struct node *object,
                                   const struct ua_nodeid *method)
{
    const struct node *m = space_find(s, method);
    if (!m || m->node_class != NODE_METHOD)
        return NULL;
    if (has_component(s, object, m))
        return m;
    for (const struct node *type = space_type_of(object); type; type = space_supertype(type)) {
        if (has_component(s, type, m))
            return own_method(s, object, m);
    }
    return NULL;
}

/* ---- values ---- */

static bool rank_fits(int32_t rank, size_t dimensions)
{
    switch (rank) {
    case -3:
        return dimensions <= 1;
    case -2:
        return true;
    case VALUE_RANK_SCALAR:
        return dimensions == 0;
    case 0:
        return dimensions >= 1;
    default:
        return rank > 0 && dimensions == (size_t)rank;
    }
}

/* ArrayDimensions bound the lengths; 0 leaves one open. */
static bool lengths_fit(const struct variable *v, const struct ua_variant *value)
{
    if (!v->array_dimensions || v->value_rank < 1 || !value->is_array)
        return true;
    if (v->value_rank == 1)
        return v->array_dimensions[0] == 0 || value->len <= v->array_dimensions[0];
    for (size_t i = 0; i < value->dims_len; i++) {
        if (v->array_dimensions[i] != 0 && (uint32_t)value->dims[i] > v->array_dimensions[i])
            return false;
    }
    return true;
}

static const struct node *data_type_of(const struct space *s, const struct ua_extension_object *o)
{
    if (o->structure)
        return space_ns0(s, o->structure->data_type_id);
    const struct node *encoding = space_find(s, &o->type);
    return encoding ? first(encoding, UA_ID_HASENCODING, true) : NULL;
}

static bool structures_fit(const struct space *s, const struct node *wanted, const struct ua_variant *value)
{
    const struct ua_extension_object *objects = value->array;
    size_t count = value->is_array ? value->len : 1;
    for (size_t i = 0; i < count; i++) {
        if (!space_is_subtype(s, data_type_of(s, &objects[i]), wanted))
            return false;
    }
    return true;
}

static bool type_fits(const struct space *s, const struct node *wanted, const struct ua_variant *value)
{
    if (ua_nodeid_is(&wanted->id, UA_ID_BASEDATATYPE))
        return true;
    if (value->type == UA_NULL)
        return false;
    if (value->type == UA_EXTENSIONOBJECT && !ua_nodeid_is(&wanted->id, UA_ID_STRUCTURE))
        return structures_fit(s, wanted, value);
    enum ua_type builtin = builtin_of(wanted);
    if (builtin != UA_NULL)
        return value->type == builtin;
    return space_is_subtype(s, space_ns0(s, value->type), wanted);
}

ua_status space_check_type(const struct space *s, const struct variable *v, const struct ua_variant *value)
{
    const struct node *wanted = space_find(s, &v->data_type);
    size_t dimensions = !value->is_array ? 0 : value->dims_len > 1 ? value->dims_len : 1;
    if (!wanted || wanted->node_class != NODE_DATA_TYPE)
        return UA_BAD_TYPE_MISMATCH;
    /* Part 4 §5.11.4.2: a ByteString is welcome where an array of Byte is expected. */
    if (value->type == UA_BYTESTRING && !value->is_array && builtin_of(wanted) == UA_BYTE)
        return rank_fits(v->value_rank, 1) ? UA_GOOD : UA_BAD_TYPE_MISMATCH;
    bool fits = type_fits(s, wanted, value) && rank_fits(v->value_rank, dimensions) && lengths_fit(v, value);
    return fits ? UA_GOOD : UA_BAD_TYPE_MISMATCH;
}
