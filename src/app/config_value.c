/* SPDX-License-Identifier: Apache-2.0 */
#include "app/config_value.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *config_value_text(const yaml_node_t *n)
{
    return (const char *)n->data.scalar.value;
}

static bool is_word(const yaml_node_t *n, const char *word)
{
    return n->type == YAML_SCALAR_NODE && strcmp(config_value_text(n), word) == 0;
}

static bool parse_number(const yaml_node_t *n, bool whole, double *out)
{
    if (n->type != YAML_SCALAR_NODE || n->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
        return false;
    const char *text = config_value_text(n);
    char *end;
    errno = 0;
    *out = whole ? (double)strtoll(text, &end, 10) : strtod(text, &end);
    return end != text && *end == '\0' && errno == 0 && !isnan(*out);
}

static bool take_number(const struct config_key *k, const yaml_node_t *value, void *field)
{
    double number;
    bool whole = k->kind == CONFIG_INTEGER;
    if (!parse_number(value, whole, &number) || number < k->min || number > k->max)
        return false;
    if (whole)
        *(int64_t *)field = (int64_t)number;
    else
        *(double *)field = number;
    return true;
}

static bool take_boolean(const yaml_node_t *value, bool *field)
{
    *field = is_word(value, "true");
    return *field || is_word(value, "false");
}

static bool take_choice(const struct config_key *k, const yaml_node_t *value, int64_t *field)
{
    int64_t i = 0;
    while (k->choices[i] && !is_word(value, k->choices[i]))
        i++;
    if (!k->choices[i])
        return false;
    *field = i;
    return true;
}

static bool take_text(const yaml_node_t *value, char *field)
{
    if (value->type != YAML_SCALAR_NODE || value->data.scalar.length >= CONFIG_TEXT_SIZE ||
        strlen(config_value_text(value)) != value->data.scalar.length)
        return false;
    strcpy(field, config_value_text(value));
    return true;
}

/* What is wrong in it; NULL: nothing. */
static const yaml_node_t *take_set(const struct config_key *k, yaml_document_t *doc, const yaml_node_t *value,
                                   int64_t *field)
{
    int64_t choice;
    if (value->type != YAML_SEQUENCE_NODE)
        return value;
    *field = 0;
    yaml_node_item_t *item = value->data.sequence.items.start;
    for (; item < value->data.sequence.items.top; item++) {
        const yaml_node_t *n = yaml_document_get_node(doc, *item);
        if (!take_choice(k, n, &choice))
            return n;
        *field |= (int64_t)1 << choice;
    }
    return NULL;
}

const yaml_node_t *config_value_take(const struct config_key *k, yaml_document_t *doc,
                                     const yaml_node_t *value, void *field)
{
    switch (k->kind) {
    case CONFIG_INTEGER:
    case CONFIG_NUMBER:
        return take_number(k, value, field) ? NULL : value;
    case CONFIG_BOOLEAN:
        return take_boolean(value, field) ? NULL : value;
    case CONFIG_CHOICE:
        return take_choice(k, value, field) ? NULL : value;
    case CONFIG_SET:
        return take_set(k, doc, value, field);
    case CONFIG_TEXT:
        return take_text(value, field) ? NULL : value;
    case CONFIG_LIST:
        break;
    }
    return value;
}
