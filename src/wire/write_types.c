/* SPDX-License-Identifier: Apache-2.0
 * The built-in types that are made of several parts, but for the Variant. */
#include "wire/structure.h"
#include "wire/wire_format.h"
#include "wire/writer.h"

/* The shortest of the three forms; `flags` go into its first byte. */
static void write_numeric(struct writer *w, uint8_t flags, uint16_t ns, uint32_t id)
{
    if (ns == 0 && id <= UINT8_MAX) {
        write_u8(w, flags | NODEID_TWO_BYTE);
        write_u8(w, (uint8_t)id);
    } else if (ns <= UINT8_MAX && id <= UINT16_MAX) {
        write_u8(w, flags | NODEID_FOUR_BYTE);
        write_u8(w, (uint8_t)ns);
        write_u16(w, (uint16_t)id);
    } else {
        write_u8(w, flags | NODEID_NUMERIC);
        write_u16(w, ns);
        write_u32(w, id);
    }
}

static void write_nodeid_with(struct writer *w, uint8_t flags, uint16_t ns, const struct ua_nodeid *v)
{
    switch (v->kind) {
    case UA_ID_NUMERIC:
        write_numeric(w, flags, ns, v->numeric);
        break;
    case UA_ID_GUID:
        write_u8(w, flags | NODEID_GUID);
        write_u16(w, ns);
        write_guid(w, &v->guid);
        break;
    default:
        write_u8(w, flags | (v->kind == UA_ID_STRING ? NODEID_STRING : NODEID_OPAQUE));
        write_u16(w, ns);
        write_string(w, v->string);
    }
}

void write_nodeid(struct writer *w, const struct ua_nodeid *v)
{
    write_nodeid_with(w, 0, v->ns, v);
}

void write_expanded_nodeid(struct writer *w, const struct ua_expanded_nodeid *v)
{
    bool has_uri = v->namespace_uri.data;
    uint8_t flags =
        (uint8_t)((has_uri ? NODEID_NAMESPACE_URI : 0) | (v->server_index ? NODEID_SERVER_INDEX : 0));
    write_nodeid_with(w, flags, has_uri ? 0 : v->id.ns, &v->id);
    if (has_uri)
        write_string(w, v->namespace_uri);
    if (v->server_index)
        write_u32(w, v->server_index);
}

void write_qualified_name(struct writer *w, const struct ua_qualified_name *v)
{
    write_u16(w, v->ns);
    write_string(w, v->name);
}

void write_localized_text(struct writer *w, const struct ua_localized_text *v)
{
    uint8_t locale = v->locale.data ? LOCALIZED_TEXT_LOCALE : 0;
    uint8_t text = v->text.data ? LOCALIZED_TEXT_TEXT : 0;
    write_u8(w, locale | text);
    if (locale)
        write_string(w, v->locale);
    if (text)
        write_string(w, v->text);
}

void write_extension_object(struct writer *w, const struct ua_extension_object *v)
{
    if (!v->structure) {
        write_nodeid(w, &v->type);
        write_u8(w, v->encoding);
        if (v->encoding != BODY_NONE)
            write_string(w, v->body);
        return;
    }
    if (!writer_enter(w))
        return;
    struct ua_nodeid type = ua_nodeid_numeric(0, v->structure->encoding_id);
    write_nodeid(w, &type);
    write_u8(w, BODY_BYTESTRING);
    size_t body = write_length_begin(w);
    v->structure->write(w, v->value);
    write_length_end(w, body);
    writer_leave(w);
}

void write_data_value(struct writer *w, const struct ua_data_value *v)
{
    bool has_source_ps = v->source_timestamp && v->source_picoseconds;
    bool has_server_ps = v->server_timestamp && v->server_picoseconds;
    int mask = (v->has_value ? DATA_VALUE_VALUE : 0) | (v->status ? DATA_VALUE_STATUS : 0) |
               (v->source_timestamp ? DATA_VALUE_SOURCE_TIMESTAMP : 0) |
               (has_source_ps ? DATA_VALUE_SOURCE_PICOSECONDS : 0) |
               (v->server_timestamp ? DATA_VALUE_SERVER_TIMESTAMP : 0) |
               (has_server_ps ? DATA_VALUE_SERVER_PICOSECONDS : 0);
    write_u8(w, (uint8_t)mask);
    if (v->has_value)
        write_variant(w, &v->value);
    if (v->status)
        write_status(w, v->status);
    if (v->source_timestamp)
        write_datetime(w, v->source_timestamp);
    if (has_source_ps)
        write_u16(w, v->source_picoseconds);
    if (v->server_timestamp)
        write_datetime(w, v->server_timestamp);
    if (has_server_ps)
        write_u16(w, v->server_picoseconds);
}

void write_diagnostic_info(struct writer *w, const struct ua_diagnostic_info *v)
{
    write_u8(w, v->has);
    if (v->has & UA_DIAGNOSTIC_SYMBOLIC_ID)
        write_i32(w, v->symbolic_id);
    if (v->has & UA_DIAGNOSTIC_NAMESPACE_URI)
        write_i32(w, v->namespace_uri);
    if (v->has & UA_DIAGNOSTIC_LOCALE)
        write_i32(w, v->locale);
    if (v->has & UA_DIAGNOSTIC_LOCALIZED_TEXT)
        write_i32(w, v->localized_text);
    if (v->has & UA_DIAGNOSTIC_ADDITIONAL_INFO)
        write_string(w, v->additional_info);
    if (v->has & UA_DIAGNOSTIC_INNER_STATUS)
        write_status(w, v->inner_status);
    if (v->has & UA_DIAGNOSTIC_INNER && writer_enter(w)) {
        write_diagnostic_info(w, v->inner);
        writer_leave(w);
    }
}
