/* SPDX-License-Identifier: Apache-2.0
 * The built-in types that are made of several parts, but for the Variant. */
#include "wire/reader.h"
#include "wire/structure.h"
#include "wire/wire_format.h"

static struct ua_nodeid read_nodeid_of(struct reader *r, uint8_t kind)
{
    struct ua_nodeid id = {0};
    switch (kind) {
    case NODEID_TWO_BYTE:
        id.numeric = read_u8(r);
        break;
    case NODEID_FOUR_BYTE:
        id.ns = read_u8(r);
        id.numeric = read_u16(r);
        break;
    case NODEID_NUMERIC:
        id.ns = read_u16(r);
        id.numeric = read_u32(r);
        break;
    case NODEID_STRING:
    case NODEID_OPAQUE:
        id.kind = kind == NODEID_STRING ? UA_ID_STRING : UA_ID_OPAQUE;
        id.ns = read_u16(r);
        id.string = read_string(r);
        break;
    case NODEID_GUID:
        id.kind = UA_ID_GUID;
        id.ns = read_u16(r);
        id.guid = read_guid(r);
        break;
    default:
        reader_fail(r, UA_BAD_DECODING_ERROR);
    }
    return r->status ? (struct ua_nodeid){0} : id;
}

struct ua_nodeid read_nodeid(struct reader *r)
{
    return read_nodeid_of(r, read_u8(r));
}

struct ua_expanded_nodeid read_expanded_nodeid(struct reader *r)
{
    struct ua_expanded_nodeid v = {0};
    uint8_t first = read_u8(r);
    v.id = read_nodeid_of(r, first & NODEID_KIND);
    if (first & NODEID_NAMESPACE_URI)
        v.namespace_uri = read_string(r);
    if (first & NODEID_SERVER_INDEX)
        v.server_index = read_u32(r);
    return r->status ? (struct ua_expanded_nodeid){0} : v;
}

struct ua_qualified_name read_qualified_name(struct reader *r)
{
    struct ua_qualified_name v = {0};
    v.ns = read_u16(r);
    v.name = read_string(r);
    return r->status ? (struct ua_qualified_name){0} : v;
}

/* A mask of what follows. Bits that we do not know stand for parts that we cannot skip. */
static uint8_t read_mask(struct reader *r, uint8_t known)
{
    uint8_t mask = read_u8(r);
    if (mask & ~known) {
        reader_fail(r, UA_BAD_DECODING_ERROR);
        return 0;
    }
    return mask;
}

struct ua_localized_text read_localized_text(struct reader *r)
{
    struct ua_localized_text v = {0};
    uint8_t mask = read_mask(r, LOCALIZED_TEXT_ALL);
    if (mask & LOCALIZED_TEXT_LOCALE)
        v.locale = read_string(r);
    if (mask & LOCALIZED_TEXT_TEXT)
        v.text = read_string(r);
    return r->status ? (struct ua_localized_text){0} : v;
}

/* A body may be longer than what we know of it: newer versions append fields. */
static const void *read_body(struct reader *r, struct slice body, const struct ua_structure *structure)
{
    void *value = reader_alloc(r, 1, structure->size);
    if (!value)
        return NULL;
    struct reader inner;
    reader_init(&inner, body, r->arena);
    inner.depth = r->depth;
    structure->read(&inner, value);
    if (inner.status)
        reader_fail(r, inner.status);
    return value;
}

struct ua_extension_object read_extension_object(struct reader *r)
{
    struct ua_extension_object v = {0};
    v.type = read_nodeid(r);
    v.encoding = read_u8(r);
    if (v.encoding > BODY_XML)
        reader_fail(r, UA_BAD_DECODING_ERROR);
    if (v.encoding != BODY_NONE)
        v.body = read_string(r);
    bool is_ours = v.encoding == BODY_BYTESTRING && v.type.kind == UA_ID_NUMERIC && v.type.ns == 0;
    if (is_ours && !r->status)
        v.structure = ua_structure_by_encoding(v.type.numeric);
    if (v.structure && reader_enter(r)) {
        v.value = read_body(r, v.body, v.structure);
        reader_leave(r);
    }
    return r->status ? (struct ua_extension_object){0} : v;
}

struct ua_data_value read_data_value(struct reader *r)
{
    struct ua_data_value v = {0};
    uint8_t mask = read_mask(r, DATA_VALUE_ALL);
    v.has_value = mask & DATA_VALUE_VALUE;
    if (v.has_value)
        v.value = read_variant(r);
    if (mask & DATA_VALUE_STATUS)
        v.status = read_status(r);
    if (mask & DATA_VALUE_SOURCE_TIMESTAMP)
        v.source_timestamp = read_datetime(r);
    if (mask & DATA_VALUE_SOURCE_PICOSECONDS)
        v.source_picoseconds = read_u16(r);
    if (mask & DATA_VALUE_SERVER_TIMESTAMP)
        v.server_timestamp = read_datetime(r);
    if (mask & DATA_VALUE_SERVER_PICOSECONDS)
        v.server_picoseconds = read_u16(r);
    return r->status ? (struct ua_data_value){0} : v;
}

static const struct ua_diagnostic_info *read_inner_diagnostic(struct reader *r)
{
    if (!reader_enter(r))
        return NULL;
    struct ua_diagnostic_info *inner = reader_alloc(r, 1, sizeof *inner);
    if (inner)
        *inner = read_diagnostic_info(r);
    reader_leave(r);
    return inner;
}

struct ua_diagnostic_info read_diagnostic_info(struct reader *r)
{
    struct ua_diagnostic_info v = {.has = read_mask(r, DIAGNOSTIC_ALL)};
    if (v.has & UA_DIAGNOSTIC_SYMBOLIC_ID)
        v.symbolic_id = read_i32(r);
    if (v.has & UA_DIAGNOSTIC_NAMESPACE_URI)
        v.namespace_uri = read_i32(r);
    if (v.has & UA_DIAGNOSTIC_LOCALE)
        v.locale = read_i32(r);
    if (v.has & UA_DIAGNOSTIC_LOCALIZED_TEXT)
        v.localized_text = read_i32(r);
    if (v.has & UA_DIAGNOSTIC_ADDITIONAL_INFO)
        v.additional_info = read_string(r);
    if (v.has & UA_DIAGNOSTIC_INNER_STATUS)
        v.inner_status = read_status(r);
    if (v.has & UA_DIAGNOSTIC_INNER)
        v.inner = read_inner_diagnostic(r);
    return r->status ? (struct ua_diagnostic_info){0} : v;
}
