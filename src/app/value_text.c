/* SPDX-License-Identifier: Apache-2.0 */
#include "app/value_text.h"

#include "app/picture.h"

#include <inttypes.h>
#include <stdio.h>

static void put_text(struct slice text, char *out, size_t size)
{
    snprintf(out, size, "%.*s", SLICE_ARGS(text));
    plain_text(out);
}

static int64_t signed_of(const struct ua_variant *v)
{
    switch (v->type) {
    case UA_SBYTE:
        return v->sbyte;
    case UA_INT16:
        return v->int16;
    case UA_INT32:
        return v->int32;
    default:
        return v->int64;
    }
}

static uint64_t unsigned_of(const struct ua_variant *v)
{
    switch (v->type) {
    case UA_BYTE:
        return v->byte;
    case UA_UINT16:
        return v->uint16;
    case UA_UINT32:
        return v->uint32;
    default:
        return v->uint64;
    }
}

bool value_text(const struct ua_variant *v, char *out, size_t size)
{
    char utc[UTC_TEXT];
    if (v->is_array)
        return false;
    switch (v->type) {
    case UA_BOOLEAN:
        snprintf(out, size, "%s", v->boolean ? "true" : "false");
        return true;
    case UA_SBYTE:
    case UA_INT16:
    case UA_INT32:
    case UA_INT64:
        snprintf(out, size, "%" PRId64, signed_of(v));
        return true;
    case UA_BYTE:
    case UA_UINT16:
    case UA_UINT32:
    case UA_UINT64:
        snprintf(out, size, "%" PRIu64, unsigned_of(v));
        return true;
    case UA_FLOAT:
        snprintf(out, size, "%.7g", (double)v->float32);
        return true;
    case UA_DOUBLE:
        snprintf(out, size, "%.15g", v->float64);
        return true;
    case UA_DATETIME:
        snprintf(out, size, "%s", utc_text(ua_datetime_to_utc_ns(v->int64), utc));
        return true;
    case UA_STRING:
        put_text(v->bytes, out, size);
        return true;
    case UA_LOCALIZEDTEXT:
        put_text(v->localized_text.text, out, size);
        return true;
    default:
        return false;
    }
}
