/* SPDX-License-Identifier: Apache-2.0 */
#include "space/space_private.h"

#include "base/err.h"
#include "space/ns0.h"

#include <stdlib.h>
#include <string.h>

struct space *space_new(struct slice application_uri)
{
    struct space *s = calloc(1, sizeof *s);
    uint16_t index;
    if (!s)
        return NULL;
    if (space_add_namespace(s, slice_of("http://opcfoundation.org/UA/"), &index) ||
        space_add_namespace(s, application_uri, &index) || !ns0_load(s)) {
        space_free(s);
        return NULL;
    }
    return s;
}

void space_free(struct space *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->by_id.bucket_count; i++) {
        for (struct map_link *l = s->by_id.buckets[i], *next; l; l = next) {
            next = l->next;
            node_release(container_of(l, struct node, by_id));
        }
    }
    map_clear(&s->by_id);
    for (size_t i = 0; i < s->namespace_count; i++)
        free((void *)s->namespaces[i].data);
    free(s->namespaces);
    free(s->standard_nodes);
    free(s->standard_references);
    free(s->standard_dimensions);
    free(s);
}

static int grow_namespaces(struct space *s)
{
    size_t cap = s->namespace_cap ? s->namespace_cap * 2 : 4;
    struct slice *bigger = realloc(s->namespaces, cap * sizeof *bigger);
    if (!bigger)
        return ERR_NO_MEMORY;
    s->namespaces = bigger;
    s->namespace_cap = cap;
    return 0;
}

int space_add_namespace(struct space *s, struct slice uri, uint16_t *index)
{
    *index = 0;
    for (size_t i = 0; i < s->namespace_count; i++) {
        if (slice_equal(s->namespaces[i], uri)) {
            *index = (uint16_t)i;
            return 0;
        }
    }
    if (s->namespace_count > UINT16_MAX)
        return ERR_LIMIT;
    if (s->namespace_count == s->namespace_cap && grow_namespaces(s))
        return ERR_NO_MEMORY;
    uint8_t *copy = malloc(uri.len + 1);
    if (!copy)
        return ERR_NO_MEMORY;
    if (uri.len)
        memcpy(copy, uri.data, uri.len);
    *index = (uint16_t)s->namespace_count;
    s->namespaces[s->namespace_count++] = (struct slice){copy, uri.len};
    return 0;
}

size_t space_namespace_count(const struct space *s)
{
    return s->namespace_count;
}

struct slice space_namespace(const struct space *s, size_t index)
{
    return index < s->namespace_count ? s->namespaces[index] : (struct slice){0};
}

bool space_index(struct space *s, struct node *n)
{
    return map_add(&s->by_id, &n->by_id, ua_nodeid_hash(&n->id)) == 0;
}

struct node *space_find(const struct space *s, const struct ua_nodeid *id)
{
    for (struct map_link *l = map_first(&s->by_id, ua_nodeid_hash(id)); l; l = map_next(l)) {
        struct node *n = container_of(l, struct node, by_id);
        if (ua_nodeid_equal(&n->id, id))
            return n;
    }
    return NULL;
}

struct node *space_ns0(const struct space *s, uint32_t numeric_id)
{
    struct ua_nodeid id = ua_nodeid_numeric(0, numeric_id);
    return space_find(s, &id);
}
