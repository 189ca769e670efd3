/* SPDX-License-Identifier: Apache-2.0
 * References (Part 3 §5.3): each is written down at both of its ends. */
#include "space/space_private.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_CAP = 4 };

/* A capacity of 0 says that the references lie in the block of the standard nodes. */
bool references_reserve(struct node *n, size_t more)
{
    size_t need = n->reference_count + more;
    if (need <= n->reference_cap)
        return true;
    size_t cap = need < FIRST_CAP ? FIRST_CAP : need + need / 2;
    struct reference *old = n->reference_cap ? n->references : NULL;
    struct reference *bigger = realloc(old, cap * sizeof *bigger);
    if (!bigger)
        return false;
    if (!old && n->references)
        memcpy(bigger, n->references, n->reference_count * sizeof *bigger);
    n->references = bigger;
    n->reference_cap = cap;
    return true;
}

void references_link(struct node *source, struct node *type, struct node *target)
{
    source->references[source->reference_count++] = (struct reference){type, target, false};
    target->references[target->reference_count++] = (struct reference){type, source, true};
}

static struct reference *find(const struct node *n, const struct node *type, const struct node *other,
                              bool inverse)
{
    for (size_t i = 0; i < n->reference_count; i++) {
        struct reference *r = &n->references[i];
        if (r->type == type && r->target == other && r->inverse == inverse)
            return r;
    }
    return NULL;
}

/* Looks at the end that has fewer of them: a type may have thousands. */
bool references_have(const struct node *source, const struct node *type, const struct node *target)
{
    return source->reference_count <= target->reference_count ? find(source, type, target, false)
                                                              : find(target, type, source, true);
}

/* Keeps the order of the others, by which clients browse. */
static void drop(struct node *n, struct reference *r)
{
    struct reference *end = n->references + n->reference_count;
    memmove(r, r + 1, (size_t)(end - (r + 1)) * sizeof *r);
    n->reference_count--;
}

void references_unlink_all(struct node *n)
{
    while (n->reference_count) {
        struct reference *last = &n->references[n->reference_count - 1];
        struct reference gone = *last;
        drop(n, last);
        drop(gone.target, find(gone.target, gone.type, n, !gone.inverse));
    }
}

bool is_reference_type(const struct node *n)
{
    return n && n->node_class == NODE_REFERENCE_TYPE;
}

bool is_hierarchical(const struct space *s, const struct node *reference_type)
{
    return space_is_subtype(s, reference_type, space_ns0(s, UA_ID_HIERARCHICALREFERENCES));
}

ua_status space_add_reference(struct space *s, struct node *source, uint32_t reference_type,
                              struct node *target)
{
    struct node *type = space_ns0(s, reference_type);
    if (!is_reference_type(type) || type->is_abstract)
        return UA_BAD_REFERENCE_TYPE_ID_INVALID;
    if (references_have(source, type, target))
        return UA_GOOD;
    size_t at_source = source == target ? 2 : 1;
    if (!references_reserve(source, at_source) || !references_reserve(target, 1))
        return UA_BAD_OUT_OF_MEMORY;
    references_link(source, type, target);
    return UA_GOOD;
}

void space_remove_reference(struct space *s, struct node *source, uint32_t reference_type,
                            struct node *target)
{
    struct node *type = space_ns0(s, reference_type);
    struct reference *forward = find(source, type, target, false);
    if (!forward)
        return;
    drop(source, forward);
    drop(target, find(target, type, source, true));
}

struct node *space_child(const struct space *s, const struct node *parent, struct ua_qualified_name name)
{
    for (size_t i = 0; i < parent->reference_count; i++) {
        const struct reference *r = &parent->references[i];
        const struct ua_qualified_name *is = &r->target->browse_name;
        if (!r->inverse && is->ns == name.ns && slice_equal(is->name, name.name) &&
            is_hierarchical(s, r->type))
            return r->target;
    }
    return NULL;
}
