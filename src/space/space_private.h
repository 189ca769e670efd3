/* SPDX-License-Identifier: Apache-2.0
 * What the files of this folder share; nobody else includes it. */
#ifndef UACAM_SPACE_SPACE_PRIVATE_H
#define UACAM_SPACE_SPACE_PRIVATE_H

#include "space/space.h"

struct space {
    struct map by_id;
    struct slice *namespaces; /* each one owned */
    size_t namespace_count, namespace_cap;

    /* The standard nodes lie together, and so do their references until a node gets more of them. */
    struct node *standard_nodes;
    struct reference *standard_references;
    uint32_t *standard_dimensions;
};

/* node.owns */
enum { OWNS_ITSELF = 1, OWNS_STORED = 2, OWNS_DISPLAY_NAME = 4 };

/* Frees what the node owns; references to it are not looked for. */
void node_release(struct node *n);

must_check bool space_index(struct space *s, struct node *n);

/* Room for `more` references without changing any. */
must_check bool references_reserve(struct node *n, size_t more);
/* Both ends must have the room. */
void references_link(struct node *source, struct node *type, struct node *target);
/* Drops every reference from and to the node. */
void references_unlink_all(struct node *n);
bool references_have(const struct node *source, const struct node *type, const struct node *target);

/* The binary encoding of a Variant, on the heap (given). */
must_check ua_status variant_encode(const struct ua_variant *value, struct slice *out);

bool is_reference_type(const struct node *n);
bool is_hierarchical(const struct space *s, const struct node *reference_type);

#endif
