/* SPDX-License-Identifier: Apache-2.0
 * The address space: nodes, references between them, namespaces. Loop thread only.
 *
 * A new space holds the standard nodes of namespace 0, loaded from a compact table (space/ns0_gen.c).
 * Everything else is added through here. Nodes stay where they are until removed; pointers to them may be
 * kept by whoever removes them, others look them up anew. */
#ifndef UACAM_SPACE_SPACE_H
#define UACAM_SPACE_SPACE_H

#include "space/ids_gen.h"
#include "space/node.h"

struct space;

/* `application_uri` becomes namespace 1. Gives NULL without memory. */
must_check struct space *space_new(struct slice application_uri);
void space_free(struct space *s);

/* Index of the namespace, added when it is new. ERR_LIMIT past 65535, ERR_NO_MEMORY. */
must_check int space_add_namespace(struct space *s, struct slice uri, uint16_t *index);
size_t space_namespace_count(const struct space *s);
struct slice space_namespace(const struct space *s, size_t index);

/* NULL: no such node. */
struct node *space_find(const struct space *s, const struct ua_nodeid *id);
struct node *space_ns0(const struct space *s, uint32_t numeric_id);

/* What a new node is. All slices and NodeIds are copied. */
struct node_spec {
    struct ua_nodeid id;
    enum node_class node_class;
    struct ua_qualified_name browse_name;
    struct slice display_name; /* null: as the browse name */
    struct slice description;
    struct ua_nodeid parent;          /* null: none yet */
    uint32_t reference_type;          /* from the parent, in ns 0; e.g. UA_ID_HASCOMPONENT */
    struct ua_nodeid type_definition; /* Objects and Variables */
    bool is_abstract;
    uint8_t event_notifier;
    uint8_t guard; /* enum node_guard */
    /* Variables and VariableTypes: source or value, type (null: BaseDataType), rank, access; `stored` is
     * ignored, use `value`. */
    struct variable variable;
    struct ua_variant value;
    struct method method;
    struct slice definition; /* DataTypes: the DataTypeDefinition as an encoded ExtensionObject, or null */
};

/* Bad_NodeIdExists, Bad_ParentNodeIdInvalid, Bad_ReferenceTypeIdInvalid, Bad_TypeDefinitionInvalid,
 * Bad_OutOfMemory, Bad_EncodingLimitsExceeded; on failure nothing was added. `out` may be NULL. */
must_check ua_status space_add(struct space *s, const struct node_spec *spec, struct node **out);

/* Both directions. Adding what is there already changes nothing. */
must_check ua_status space_add_reference(struct space *s, struct node *source, uint32_t reference_type,
                                         struct node *target);

/* Both directions. Removing what is not there changes nothing. */
void space_remove_reference(struct space *s, struct node *source, uint32_t reference_type,
                            struct node *target);

/* Copied. Bad_OutOfMemory: the old name stays. */
must_check ua_status space_set_display_name(struct space *s, struct node *n, struct slice name);

/* Of a Variable: ACCESS_READ, ACCESS_WRITE. */
void space_set_access_level(struct space *s, struct node *variable, uint8_t level);

/* Removes it and every reference from and to it; not what stands below it. No ReferenceType. */
void space_remove(struct space *s, struct node *n);

/* Stores a value (copied), its status and source timestamp. Bad_OutOfMemory; Bad_EncodingLimitsExceeded past
 * 64 MiB; then the old value stays. */
must_check ua_status space_store(struct space *s, struct node *variable, const struct ua_data_value *value);

/* Is `type` the type `super` or below it by HasSubtype? */
bool space_is_subtype(const struct space *s, const struct node *type, const struct node *super);

/* NULL: none. */
const struct node *space_supertype(const struct node *type);

/* The first target of a forward hierarchical reference with this browse name; NULL without any. */
struct node *space_child(const struct space *s, const struct node *parent, struct ua_qualified_name name);

/* The TypeDefinition of an Object or Variable, NULL without. */
const struct node *space_type_of(const struct node *n);

/* The built-in type that values of this DataType have on the wire (Image -> ByteString, UtcTime -> DateTime,
 * an enumeration -> Int32, a structure -> ExtensionObject); UA_NULL for BaseDataType, Number and unknown
 * ones. */
enum ua_type space_builtin_type(const struct space *s, const struct ua_nodeid *data_type);

/* May a value of this shape be written to the variable? Bad_TypeMismatch when not (Part 4 §5.11.4). */
ua_status space_check_type(const struct space *s, const struct variable *v, const struct ua_variant *value);

/* The method of an object; `method` names it or the one that the object's type declares (Part 4 §5.12.2).
 * NULL: the object has no such method. */
const struct node *space_method_of(const struct space *s, const struct node *object,
                                   const struct ua_nodeid *method);

#endif
