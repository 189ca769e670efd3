/* SPDX-License-Identifier: Apache-2.0
 * The standard nodes as a table: what tools/gen_space.py makes of schema/model/ns0.txt.
 *
 * Rows are sorted by id. Texts and values are places in one pool of bytes, so that the table needs no
 * relocation; nodes point into it. */
#ifndef UACAM_SPACE_NS0_H
#define UACAM_SPACE_NS0_H

#include "base/bytes.h"
#include "space/ns0_gen.h"

struct ns0_node {
    uint16_t id;
    uint8_t node_class; /* enum node_class */
    uint8_t is_abstract;
    uint8_t symmetric;
    uint8_t event_notifier;
    uint8_t access_level;
    int16_t value_rank;
    uint8_t dimension_count; /* 0: no ArrayDimensions; else value_rank */
    uint8_t first_dimension; /* the others are 0 */
    uint16_t data_type;
    uint32_t browse_name; /* places in the pool; 0: none */
    uint32_t more;        /* InverseName, DataTypeDefinition or Value: the class tells which */
};

/* Rows of ns0_nodes; forward. */
struct ns0_reference {
    uint16_t source, type, target;
};

extern const struct ns0_node ns0_nodes[NS0_NODE_COUNT];
extern const struct ns0_reference ns0_references[NS0_REFERENCE_COUNT];

/* Stretches of bytes, each behind its length in two bytes, low one first. */
extern const char ns0_pool[];

struct space;

/* Fills the empty space. False without memory: what was loaded is freed with the space. */
must_check bool ns0_load(struct space *s);

#endif
