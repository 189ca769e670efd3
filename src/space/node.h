/* SPDX-License-Identifier: Apache-2.0
 * A node of the address space (Part 3 §5), as readers see it.
 *
 * Made and changed through space/space.h only. Texts belong to the space and live as long as the node. */
#ifndef UACAM_SPACE_NODE_H
#define UACAM_SPACE_NODE_H

#include "base/map.h"
#include "space/value_source.h"

/* Part 3 §8.29 */
enum node_class {
    NODE_OBJECT = 1,
    NODE_VARIABLE = 2,
    NODE_METHOD = 4,
    NODE_OBJECT_TYPE = 8,
    NODE_VARIABLE_TYPE = 16,
    NODE_REFERENCE_TYPE = 32,
    NODE_DATA_TYPE = 64,
    NODE_VIEW = 128,
};

enum attribute {
    ATTRIBUTE_NODE_ID = 1,
    ATTRIBUTE_NODE_CLASS = 2,
    ATTRIBUTE_BROWSE_NAME = 3,
    ATTRIBUTE_DISPLAY_NAME = 4,
    ATTRIBUTE_DESCRIPTION = 5,
    ATTRIBUTE_WRITE_MASK = 6,
    ATTRIBUTE_USER_WRITE_MASK = 7,
    ATTRIBUTE_IS_ABSTRACT = 8,
    ATTRIBUTE_SYMMETRIC = 9,
    ATTRIBUTE_INVERSE_NAME = 10,
    ATTRIBUTE_CONTAINS_NO_LOOPS = 11,
    ATTRIBUTE_EVENT_NOTIFIER = 12,
    ATTRIBUTE_VALUE = 13,
    ATTRIBUTE_DATA_TYPE = 14,
    ATTRIBUTE_VALUE_RANK = 15,
    ATTRIBUTE_ARRAY_DIMENSIONS = 16,
    ATTRIBUTE_ACCESS_LEVEL = 17,
    ATTRIBUTE_USER_ACCESS_LEVEL = 18,
    ATTRIBUTE_MINIMUM_SAMPLING_INTERVAL = 19,
    ATTRIBUTE_HISTORIZING = 20,
    ATTRIBUTE_EXECUTABLE = 21,
    ATTRIBUTE_USER_EXECUTABLE = 22,
    ATTRIBUTE_DATA_TYPE_DEFINITION = 23,
    ATTRIBUTE_ROLE_PERMISSIONS = 24,
    ATTRIBUTE_USER_ROLE_PERMISSIONS = 25,
    ATTRIBUTE_ACCESS_RESTRICTIONS = 26,
    ATTRIBUTE_ACCESS_LEVEL_EX = 27,
};

enum { ACCESS_READ = 1, ACCESS_WRITE = 2 };
enum { VALUE_RANK_SCALAR = -1, VALUE_RANK_ARRAY = 1 };

/* Who may write its Value or call it (Part 3 §8.55); whoever has a session may look at everything but SECRET.
 */
enum node_guard {
    GUARD_OPERATOR,  /* what is not said otherwise */
    GUARD_EVERYBODY, /* Methods that only look: whoever has a session; Variables as GUARD_OPERATOR */
    GUARD_ADMINISTRATOR,
    GUARD_SECRET, /* administrators alone see the Value at all */
};

struct reference {
    struct node *type;   /* a ReferenceType */
    struct node *target; /* the other end */
    bool inverse;        /* the target points here */
};

/* Variables and VariableTypes. */
struct variable {
    struct ua_nodeid data_type;
    int32_t value_rank;
    const uint32_t *array_dimensions; /* value_rank of them, or NULL */
    uint8_t access_level;
    bool historizing;
    double minimum_sampling_interval; /* ms; -1: unknown */

    /* Either a source... */
    const struct value_source *source;
    void *source_user;
    /* ...or a stored value: a Variant in its binary encoding; null without any. */
    struct slice stored;
    ua_status stored_status;
    int64_t stored_at; /* SourceTimestamp; 0: when the server started */
};

struct method {
    const struct method_handler *handler; /* NULL: not executable */
    void *handler_user;
};

struct node {
    struct map_link by_id;
    struct ua_nodeid id;
    uint8_t node_class;     /* enum node_class */
    bool is_abstract;       /* types */
    bool symmetric;         /* ReferenceTypes */
    uint8_t event_notifier; /* Objects */
    uint8_t guard;          /* enum node_guard */
    uint8_t owns;           /* the space's own business */
    struct ua_qualified_name browse_name;
    struct slice display_name; /* null: as the browse name */
    struct slice description;
    struct slice inverse_name; /* ReferenceTypes */
    struct slice definition;   /* DataTypes: the DataTypeDefinition, an encoded ExtensionObject, or null */
    struct reference *references;
    size_t reference_count, reference_cap;
    union {
        struct variable variable;
        struct method method;
    };
};

#endif
