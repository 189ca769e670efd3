/* SPDX-License-Identifier: Apache-2.0 */
#include "base/map.h"
#include "wire/types.h"

struct ua_nodeid ua_nodeid_numeric(uint16_t ns, uint32_t id)
{
    return (struct ua_nodeid){.ns = ns, .kind = UA_ID_NUMERIC, .numeric = id};
}

struct ua_nodeid ua_nodeid_string(uint16_t ns, struct slice id)
{
    return (struct ua_nodeid){.ns = ns, .kind = UA_ID_STRING, .string = id};
}

static struct slice guid_bytes(const struct ua_guid *guid)
{
    return (struct slice){(const uint8_t *)guid, sizeof *guid};
}

bool ua_nodeid_equal(const struct ua_nodeid *a, const struct ua_nodeid *b)
{
    if (a->ns != b->ns || a->kind != b->kind)
        return false;
    switch (a->kind) {
    case UA_ID_NUMERIC:
        return a->numeric == b->numeric;
    case UA_ID_GUID:
        return slice_equal(guid_bytes(&a->guid), guid_bytes(&b->guid));
    default:
        return slice_equal(a->string, b->string);
    }
}

bool ua_nodeid_is_null(const struct ua_nodeid *id)
{
    static const struct ua_guid null_guid;
    if (id->ns != 0)
        return false;
    switch (id->kind) {
    case UA_ID_NUMERIC:
        return id->numeric == 0;
    case UA_ID_GUID:
        return slice_equal(guid_bytes(&id->guid), guid_bytes(&null_guid));
    default:
        return id->string.len == 0;
    }
}

bool ua_nodeid_is(const struct ua_nodeid *id, uint32_t ns0_numeric)
{
    return id->ns == 0 && id->kind == UA_ID_NUMERIC && id->numeric == ns0_numeric;
}

uint64_t ua_nodeid_hash(const struct ua_nodeid *id)
{
    uint64_t start = (uint64_t)id->ns << 8 | id->kind;
    switch (id->kind) {
    case UA_ID_NUMERIC:
        return map_hash_u64(start << 32 | id->numeric);
    case UA_ID_GUID:
        return map_hash_bytes(guid_bytes(&id->guid), start);
    default:
        return map_hash_bytes(id->string, start);
    }
}
