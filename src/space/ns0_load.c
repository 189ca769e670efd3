/* SPDX-License-Identifier: Apache-2.0
 * The standard nodes: from the table into the space, once, when it is made. */
#include "space/ns0.h"

#include "space/space_private.h"

#include <stdlib.h>

static struct slice pooled(uint32_t place)
{
    if (!place)
        return (struct slice){0};
    const uint8_t *at = (const uint8_t *)ns0_pool + place;
    return (struct slice){at + 2, at[0] | (size_t)at[1] << 8};
}

static void fill_variable(struct variable *v, const struct ns0_node *row, const uint32_t *dimensions)
{
    v->data_type = ua_nodeid_numeric(0, row->data_type);
    v->value_rank = row->value_rank;
    v->array_dimensions = row->dimension_count ? dimensions : NULL;
    v->access_level = row->access_level;
    v->minimum_sampling_interval = -1;
}

static void fill(struct node *n, const struct ns0_node *row, const uint32_t *dimensions)
{
    n->id = ua_nodeid_numeric(0, row->id);
    n->node_class = row->node_class;
    n->is_abstract = row->is_abstract;
    n->symmetric = row->symmetric;
    n->event_notifier = row->event_notifier;
    n->browse_name.name = pooled(row->browse_name);
    if (row->node_class == NODE_REFERENCE_TYPE)
        n->inverse_name = pooled(row->more);
    if (row->node_class == NODE_DATA_TYPE)
        n->definition = pooled(row->more);
    if (row->node_class == NODE_VARIABLE || row->node_class == NODE_VARIABLE_TYPE) {
        fill_variable(&n->variable, row, dimensions);
        n->variable.stored = pooled(row->more);
    }
}

static bool load_nodes(struct space *s)
{
    s->standard_nodes = calloc(NS0_NODE_COUNT, sizeof *s->standard_nodes);
    s->standard_dimensions = calloc(NS0_DIMENSION_COUNT, sizeof *s->standard_dimensions);
    if (!s->standard_nodes || !s->standard_dimensions)
        return false;

    uint32_t *dimensions = s->standard_dimensions;
    for (size_t i = 0; i < NS0_NODE_COUNT; i++) {
        const struct ns0_node *row = &ns0_nodes[i];
        fill(&s->standard_nodes[i], row, dimensions);
        if (!space_index(s, &s->standard_nodes[i]))
            return false;
        if (row->dimension_count) {
            *dimensions = row->first_dimension;
            dimensions += row->dimension_count;
        }
    }
    return true;
}

/* Counts first, so that the references of all nodes fit into one block. */
static bool load_references(struct space *s)
{
    struct node *nodes = s->standard_nodes;
    s->standard_references = calloc(NS0_REFERENCE_COUNT, 2 * sizeof *s->standard_references);
    if (!s->standard_references)
        return false;
    for (size_t i = 0; i < NS0_REFERENCE_COUNT; i++) {
        nodes[ns0_references[i].source].reference_count++;
        nodes[ns0_references[i].target].reference_count++;
    }
    struct reference *at = s->standard_references;
    for (size_t i = 0; i < NS0_NODE_COUNT; i++) {
        nodes[i].references = at;
        at += nodes[i].reference_count;
        nodes[i].reference_count = 0;
    }
    for (size_t i = 0; i < NS0_REFERENCE_COUNT; i++) {
        const struct ns0_reference *r = &ns0_references[i];
        references_link(&nodes[r->source], &nodes[r->type], &nodes[r->target]);
    }
    return true;
}

bool ns0_load(struct space *s)
{
    return load_nodes(s) && load_references(s);
}
