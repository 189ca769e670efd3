/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/types.h"

struct ua_variant ua_variant_boolean(bool v)
{
    return (struct ua_variant){.type = UA_BOOLEAN, .boolean = v};
}

struct ua_variant ua_variant_int32(int32_t v)
{
    return (struct ua_variant){.type = UA_INT32, .int32 = v};
}

struct ua_variant ua_variant_uint16(uint16_t v)
{
    return (struct ua_variant){.type = UA_UINT16, .uint16 = v};
}

struct ua_variant ua_variant_uint32(uint32_t v)
{
    return (struct ua_variant){.type = UA_UINT32, .uint32 = v};
}

struct ua_variant ua_variant_uint64(uint64_t v)
{
    return (struct ua_variant){.type = UA_UINT64, .uint64 = v};
}

struct ua_variant ua_variant_double(double v)
{
    return (struct ua_variant){.type = UA_DOUBLE, .float64 = v};
}

struct ua_variant ua_variant_datetime(int64_t v)
{
    return (struct ua_variant){.type = UA_DATETIME, .int64 = v};
}

struct ua_variant ua_variant_status(ua_status v)
{
    return (struct ua_variant){.type = UA_STATUSCODE, .status = v};
}

struct ua_variant ua_variant_string(struct slice v)
{
    return (struct ua_variant){.type = UA_STRING, .bytes = v};
}

struct ua_variant ua_variant_bytestring(struct slice v)
{
    return (struct ua_variant){.type = UA_BYTESTRING, .bytes = v};
}

struct ua_variant ua_variant_nodeid(struct ua_nodeid v)
{
    return (struct ua_variant){.type = UA_NODEID, .nodeid = v};
}

struct ua_variant ua_variant_qualified_name(uint16_t ns, struct slice name)
{
    return (struct ua_variant){.type = UA_QUALIFIEDNAME, .qualified_name = {ns, name}};
}

struct ua_variant ua_variant_localized_text(struct slice text)
{
    return (struct ua_variant){.type = UA_LOCALIZEDTEXT, .localized_text = {.text = text}};
}

struct ua_variant ua_variant_blob(struct blob *blob, struct slice part)
{
    return (struct ua_variant){.type = UA_BYTESTRING, .bytes = part, .blob = blob};
}

struct ua_variant ua_variant_array(enum ua_type type, const void *elements, size_t len)
{
    return (struct ua_variant){.type = (uint8_t)type, .is_array = true, .array = elements, .len = len};
}

struct ua_variant ua_variant_structure(const struct ua_extension_object *object)
{
    return (struct ua_variant){.type = UA_EXTENSIONOBJECT, .array = object};
}

bool ua_dimensions_fit(const int32_t *dims, size_t count, size_t len)
{
    size_t product = 1;
    for (size_t i = 0; i < count; i++) {
        if (dims[i] < 0 || (dims[i] > 0 && product > INT32_MAX / (size_t)dims[i]))
            return false;
        product *= (size_t)dims[i];
    }
    return count == 0 || product == len;
}
