/* SPDX-License-Identifier: Apache-2.0 */
#include "model/fact.h"

#include "camera/camera.h"
#include "model/model.h"

struct ua_variant fact_value(enum fact_kind kind, const void *field, struct arena *arena)
{
    switch (kind) {
    case FACT_TEXT:
        return ua_variant_string(slice_of(field));
    case FACT_URN:
        return ua_variant_string(arena_printf(arena, "%s:%s", MODEL_NAMESPACE, (const char *)field));
    case FACT_BOOLEAN:
        return ua_variant_boolean(*(const bool *)field);
    case FACT_STATE:
        return ua_variant_int32((int32_t) * (const enum camera_state *)field);
    case FACT_CONNECTED:
        return ua_variant_boolean(*(const enum camera_state *)field != CAMERA_UNPLUGGED);
    case FACT_UINT16:
        return ua_variant_uint16(*(const uint16_t *)field);
    case FACT_UINT32:
        return ua_variant_uint32(*(const uint32_t *)field);
    case FACT_UINT64:
        return ua_variant_uint64(*(const uint64_t *)field);
    case FACT_DOUBLE:
        return ua_variant_double(*(const double *)field);
    case FACT_UTC_NS: {
        int64_t utc_ns = *(const int64_t *)field;
        return ua_variant_datetime(utc_ns ? ua_datetime_of_utc_ns(utc_ns) : 0);
    }
    }
    return (struct ua_variant){0};
}
