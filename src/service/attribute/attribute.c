/* SPDX-License-Identifier: Apache-2.0 */
#include "service/attribute/attribute.h"

#include "service/server_private.h"
#include "service/session/permission.h"
#include "service/session/session.h"
#include "wire/reader.h"

enum {
    ALL_CLASSES = 0xff,
    TYPES = NODE_OBJECT_TYPE | NODE_VARIABLE_TYPE | NODE_REFERENCE_TYPE | NODE_DATA_TYPE,
    VARIABLES = NODE_VARIABLE | NODE_VARIABLE_TYPE,
};

/* Part 3 §5.9, table of attributes: which classes have which. */
static const uint8_t classes_of[] = {
    [ATTRIBUTE_NODE_ID] = ALL_CLASSES,
    [ATTRIBUTE_NODE_CLASS] = ALL_CLASSES,
    [ATTRIBUTE_BROWSE_NAME] = ALL_CLASSES,
    [ATTRIBUTE_DISPLAY_NAME] = ALL_CLASSES,
    [ATTRIBUTE_DESCRIPTION] = ALL_CLASSES,
    [ATTRIBUTE_WRITE_MASK] = ALL_CLASSES,
    [ATTRIBUTE_USER_WRITE_MASK] = ALL_CLASSES,
    [ATTRIBUTE_IS_ABSTRACT] = TYPES,
    [ATTRIBUTE_SYMMETRIC] = NODE_REFERENCE_TYPE,
    [ATTRIBUTE_INVERSE_NAME] = NODE_REFERENCE_TYPE,
    [ATTRIBUTE_CONTAINS_NO_LOOPS] = NODE_VIEW,
    [ATTRIBUTE_EVENT_NOTIFIER] = NODE_OBJECT | NODE_VIEW,
    [ATTRIBUTE_VALUE] = VARIABLES,
    [ATTRIBUTE_DATA_TYPE] = VARIABLES,
    [ATTRIBUTE_VALUE_RANK] = VARIABLES,
    [ATTRIBUTE_ARRAY_DIMENSIONS] = VARIABLES,
    [ATTRIBUTE_ACCESS_LEVEL] = NODE_VARIABLE,
    [ATTRIBUTE_USER_ACCESS_LEVEL] = NODE_VARIABLE,
    [ATTRIBUTE_MINIMUM_SAMPLING_INTERVAL] = NODE_VARIABLE,
    [ATTRIBUTE_HISTORIZING] = NODE_VARIABLE,
    [ATTRIBUTE_EXECUTABLE] = NODE_METHOD,
    [ATTRIBUTE_USER_EXECUTABLE] = NODE_METHOD,
    [ATTRIBUTE_DATA_TYPE_DEFINITION] = NODE_DATA_TYPE,
    [ATTRIBUTE_ROLE_PERMISSIONS] = ALL_CLASSES,
    [ATTRIBUTE_USER_ROLE_PERMISSIONS] = ALL_CLASSES,
    [ATTRIBUTE_ACCESS_RESTRICTIONS] = ALL_CLASSES,
    [ATTRIBUTE_ACCESS_LEVEL_EX] = NODE_VARIABLE,
};

bool attribute_is_known(uint32_t attribute)
{
    return attribute > 0 && attribute < ARRAY_LEN(classes_of);
}

bool attribute_exists(const struct node *n, uint32_t attribute)
{
    if (!attribute_is_known(attribute) || !(classes_of[attribute] & n->node_class))
        return false;
    switch (attribute) {
    case ATTRIBUTE_VALUE:
        return n->node_class == NODE_VARIABLE || n->variable.stored.data;
    case ATTRIBUTE_DATA_TYPE_DEFINITION:
        return n->definition.data;
    case ATTRIBUTE_INVERSE_NAME:
        return !n->symmetric;
    default:
        return true;
    }
}

static uint8_t user_access_level(const struct node *n, const struct session *session)
{
    uint8_t level = n->variable.access_level;
    if (!session || !permission_write(session_role(session), n))
        level &= (uint8_t)~ACCESS_WRITE;
    if (!permission_read(session_role(session), n))
        level &= (uint8_t)~ACCESS_READ;
    return level;
}

static bool user_executable(const struct node *n, const struct session *session)
{
    return n->method.handler && session && permission_call(session_role(session), n);
}

static struct ua_variant role_permissions(const struct node *n, enum role role, struct arena *arena)
{
    struct ua_role_permission_type *rows = arena_alloc(arena, PERMISSION_ROLES, sizeof *rows);
    struct ua_extension_object *objects = arena_alloc(arena, PERMISSION_ROLES, sizeof *objects);
    if (!rows || !objects)
        return (struct ua_variant){0};
    size_t count = permission_rows(role, n, rows);
    for (size_t i = 0; i < count; i++)
        objects[i] =
            (struct ua_extension_object){.structure = &ua_role_permission_type_structure, .value = &rows[i]};
    return ua_variant_array(UA_EXTENSIONOBJECT, objects, count);
}

static struct ua_variant decode_definition(const struct node *n, struct arena *arena)
{
    struct reader reader;
    reader_init(&reader, n->definition, arena);
    struct ua_extension_object *object = arena_alloc(arena, 1, sizeof *object);
    if (!object)
        return (struct ua_variant){0};
    *object = read_extension_object(&reader);
    return ua_variant_structure(object);
}

static struct ua_variant byte(uint8_t v)
{
    return (struct ua_variant){.type = UA_BYTE, .byte = v};
}

static struct ua_variant array_dimensions(const struct variable *v)
{
    if (v->value_rank < VALUE_RANK_ARRAY || !v->array_dimensions)
        return (struct ua_variant){0};
    return ua_variant_array(UA_UINT32, v->array_dimensions, (size_t)v->value_rank);
}

/* Every attribute that exists but the Value of a Variable. */
static struct ua_variant plain_attribute(const struct node *n, uint32_t attribute,
                                         const struct session *session, struct arena *arena)
{
    const struct variable *v = &n->variable;
    switch (attribute) {
    case ATTRIBUTE_NODE_ID:
        return ua_variant_nodeid(n->id);
    case ATTRIBUTE_NODE_CLASS:
        return ua_variant_int32(n->node_class);
    case ATTRIBUTE_BROWSE_NAME:
        return ua_variant_qualified_name(n->browse_name.ns, n->browse_name.name);
    case ATTRIBUTE_DISPLAY_NAME:
        return ua_variant_localized_text(n->display_name.data ? n->display_name : n->browse_name.name);
    case ATTRIBUTE_DESCRIPTION:
        return ua_variant_localized_text(n->description);
    case ATTRIBUTE_WRITE_MASK:
    case ATTRIBUTE_USER_WRITE_MASK:
        return ua_variant_uint32(0);
    case ATTRIBUTE_IS_ABSTRACT:
        return ua_variant_boolean(n->is_abstract);
    case ATTRIBUTE_SYMMETRIC:
        return ua_variant_boolean(n->symmetric);
    case ATTRIBUTE_INVERSE_NAME:
        return ua_variant_localized_text(n->inverse_name);
    case ATTRIBUTE_EVENT_NOTIFIER:
        return byte(n->event_notifier);
    case ATTRIBUTE_DATA_TYPE:
        return ua_variant_nodeid(v->data_type);
    case ATTRIBUTE_VALUE_RANK:
        return ua_variant_int32(v->value_rank);
    case ATTRIBUTE_ARRAY_DIMENSIONS:
        return array_dimensions(v);
    case ATTRIBUTE_ACCESS_LEVEL:
        return byte(v->access_level);
    case ATTRIBUTE_ACCESS_LEVEL_EX:
        return ua_variant_uint32(v->access_level);
    case ATTRIBUTE_USER_ACCESS_LEVEL:
        return byte(user_access_level(n, session));
    case ATTRIBUTE_MINIMUM_SAMPLING_INTERVAL:
        return ua_variant_double(v->minimum_sampling_interval);
    case ATTRIBUTE_HISTORIZING:
        return ua_variant_boolean(v->historizing);
    case ATTRIBUTE_EXECUTABLE:
        return ua_variant_boolean(n->method.handler);
    case ATTRIBUTE_USER_EXECUTABLE:
        return ua_variant_boolean(user_executable(n, session));
    case ATTRIBUTE_DATA_TYPE_DEFINITION:
        return decode_definition(n, arena);
    case ATTRIBUTE_ROLE_PERMISSIONS:
        return role_permissions(n, ROLE_ADMINISTRATOR, arena);
    case ATTRIBUTE_USER_ROLE_PERMISSIONS:
        return role_permissions(n, session_role(session), arena);
    case ATTRIBUTE_ACCESS_RESTRICTIONS:
        return (struct ua_variant){.type = UA_UINT16}; /* endpoints restrict, nodes do not */
    default:
        return (struct ua_variant){0};
    }
}

static void give_status(struct attribute_read *read, ua_status status)
{
    struct ua_data_value value = {.status = status};
    read->answer.give(&read->answer, &value);
}

static void give_stored(struct server *s, const struct variable *v, struct attribute_read *read)
{
    struct ua_data_value value = {
        .status = v->stored_status,
        .source_timestamp = v->stored_at ? v->stored_at : s->started_at,
    };
    if (v->stored.data) {
        struct reader reader;
        reader_init(&reader, v->stored, read->answer.arena);
        value.value = read_variant(&reader);
        value.has_value = true;
        if (reader.status)
            value = (struct ua_data_value){.status = reader.status};
    }
    read->answer.give(&read->answer, &value);
}

void attribute_read_start(struct server *s, const struct ua_nodeid *node, uint32_t attribute,
                          struct attribute_read *read)
{
    const struct node *n = space_find(s->space, node);
    if (!n) {
        give_status(read, UA_BAD_NODE_ID_UNKNOWN);
    } else if (!attribute_exists(n, attribute)) {
        give_status(read, UA_BAD_ATTRIBUTE_ID_INVALID);
    } else if (attribute != ATTRIBUTE_VALUE) {
        struct ua_data_value value = {.has_value = true};
        value.value = plain_attribute(n, attribute, read->session, read->answer.arena);
        read->answer.give(&read->answer, &value);
    } else if (n->node_class == NODE_VARIABLE && !(n->variable.access_level & ACCESS_READ)) {
        give_status(read, UA_BAD_NOT_READABLE);
    } else if (!permission_read(session_role(read->session), n)) {
        give_status(read, UA_BAD_USER_ACCESS_DENIED);
    } else if (n->variable.source) {
        read->source = n->variable.source;
        read->source_user = n->variable.source_user;
        read->source->read(read->source_user, n, &read->answer);
    } else {
        give_stored(s, &n->variable, read);
    }
}

void attribute_read_cancel(struct attribute_read *read)
{
    if (read->source && read->source->cancel)
        read->source->cancel(read->source_user, &read->answer);
    read->source = NULL;
}

void attribute_stamp(const struct server *s, uint32_t attribute, int32_t timestamps_to_return,
                     struct ua_data_value *value)
{
    bool source = timestamps_to_return == UA_TIMESTAMPS_TO_RETURN_SOURCE ||
                  timestamps_to_return == UA_TIMESTAMPS_TO_RETURN_BOTH;
    bool server = timestamps_to_return == UA_TIMESTAMPS_TO_RETURN_SERVER ||
                  timestamps_to_return == UA_TIMESTAMPS_TO_RETURN_BOTH;
    if (!source || attribute != ATTRIBUTE_VALUE) {
        value->source_timestamp = 0;
        value->source_picoseconds = 0;
    }
    value->server_timestamp = server ? server_datetime(s) : 0;
    value->server_picoseconds = 0;
}
