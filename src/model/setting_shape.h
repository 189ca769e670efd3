/* SPDX-License-Identifier: Apache-2.0
 * What a camera's setting looks like as a node, and its values as those of OPC UA. Any thread. */
#ifndef UACAM_MODEL_SETTING_SHAPE_H
#define UACAM_MODEL_SETTING_SHAPE_H

#include "camera/setting.h"
#include "space/node.h"

/* What cannot change while a node stays the same node. */
struct setting_shape {
    enum setting_kind kind;
    enum node_class node_class;
    uint32_t type_definition; /* in ns 0; 0 for Methods */
    uint32_t data_type;       /* in ns 0: a built-in type */
    bool ranged;              /* it has an EURange */
    char unit[16];
};

struct setting_shape setting_shape_of(const struct setting *s);
bool setting_shape_equal(const struct setting_shape *a, const struct setting_shape *b);

/* ACCESS_READ, ACCESS_WRITE. A setting that is inactive now stays writable: another one decides that. */
uint8_t setting_access(const struct setting *s);

/* Borrows the text of `v`. Bad_OutOfRange: the device tells a value that the node's DataType has no room for.
 */
must_check ua_status setting_to_variant(const struct setting_shape *shape, const struct setting_value *v,
                                        struct ua_variant *out);

/* `v` has the node's DataType. Bad_OutOfRange: no camera could take it. */
must_check ua_status setting_of_variant(const struct setting_shape *shape, const struct ua_variant *v,
                                        struct setting_value *out);

/* Are these values of a setting of this kind the same? */
bool setting_value_equal(enum setting_kind kind, const struct setting_value *a,
                         const struct setting_value *b);

#endif
