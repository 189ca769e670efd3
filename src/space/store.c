/* SPDX-License-Identifier: Apache-2.0
 * Stored values: kept as they go over the wire, so that a Read only copies bytes. */
#include "space/space_private.h"
#include "wire/writer.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_STORED = 64 << 20 };

static ua_status flatten(const struct rope *r, struct slice *out)
{
    uint8_t *bytes = malloc(r->len);
    if (!bytes)
        return UA_BAD_OUT_OF_MEMORY;
    struct rope_cursor at = {0};
    size_t done = 0;
    for (struct slice s = rope_next(r, &at, r->len); s.len; s = rope_next(r, &at, r->len)) {
        memcpy(bytes + done, s.data, s.len);
        done += s.len;
    }
    *out = (struct slice){bytes, done};
    return UA_GOOD;
}

ua_status variant_encode(const struct ua_variant *value, struct slice *out)
{
    *out = (struct slice){0};
    struct rope rope;
    rope_init(&rope, MAX_STORED);
    struct writer w;
    writer_init(&w, &rope);
    write_variant(&w, value);
    ua_status status = w.status;
    if (!ua_is_bad(status))
        status = flatten(&rope, out);
    rope_clear(&rope);
    return status;
}

ua_status space_store(struct space *s, struct node *variable, const struct ua_data_value *value)
{
    (void)s;
    struct variable *v = &variable->variable;
    struct slice encoded = {0};
    if (value->has_value && value->value.type != UA_NULL) {
        ua_status status = variant_encode(&value->value, &encoded);
        if (ua_is_bad(status))
            return status;
    }
    if (variable->owns & OWNS_STORED)
        free((void *)v->stored.data);
    variable->owns = (uint8_t)(encoded.data ? variable->owns | OWNS_STORED : variable->owns & ~OWNS_STORED);
    v->stored = encoded;
    v->stored_status = value->status;
    v->stored_at = value->source_timestamp;
    return UA_GOOD;
}
