/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/builtin.h"

static void any_bool_read(struct reader *r, void *out)
{
    *(bool *)out = read_bool(r);
}

static void any_bool_write(struct writer *w, const void *v)
{
    write_bool(w, *(const bool *)v);
}

static void any_i8_read(struct reader *r, void *out)
{
    *(int8_t *)out = read_i8(r);
}

static void any_i8_write(struct writer *w, const void *v)
{
    write_i8(w, *(const int8_t *)v);
}

static void any_u8_read(struct reader *r, void *out)
{
    *(uint8_t *)out = read_u8(r);
}

static void any_u8_write(struct writer *w, const void *v)
{
    write_u8(w, *(const uint8_t *)v);
}

static void any_i16_read(struct reader *r, void *out)
{
    *(int16_t *)out = read_i16(r);
}

static void any_i16_write(struct writer *w, const void *v)
{
    write_i16(w, *(const int16_t *)v);
}

static void any_u16_read(struct reader *r, void *out)
{
    *(uint16_t *)out = read_u16(r);
}

static void any_u16_write(struct writer *w, const void *v)
{
    write_u16(w, *(const uint16_t *)v);
}

static void any_i32_read(struct reader *r, void *out)
{
    *(int32_t *)out = read_i32(r);
}

static void any_i32_write(struct writer *w, const void *v)
{
    write_i32(w, *(const int32_t *)v);
}

static void any_u32_read(struct reader *r, void *out)
{
    *(uint32_t *)out = read_u32(r);
}

static void any_u32_write(struct writer *w, const void *v)
{
    write_u32(w, *(const uint32_t *)v);
}

static void any_i64_read(struct reader *r, void *out)
{
    *(int64_t *)out = read_i64(r);
}

static void any_i64_write(struct writer *w, const void *v)
{
    write_i64(w, *(const int64_t *)v);
}

static void any_u64_read(struct reader *r, void *out)
{
    *(uint64_t *)out = read_u64(r);
}

static void any_u64_write(struct writer *w, const void *v)
{
    write_u64(w, *(const uint64_t *)v);
}

static void any_float_read(struct reader *r, void *out)
{
    *(float *)out = read_float(r);
}

static void any_float_write(struct writer *w, const void *v)
{
    write_float(w, *(const float *)v);
}

static void any_double_read(struct reader *r, void *out)
{
    *(double *)out = read_double(r);
}

static void any_double_write(struct writer *w, const void *v)
{
    write_double(w, *(const double *)v);
}

static void any_string_read(struct reader *r, void *out)
{
    *(struct slice *)out = read_string(r);
}

static void any_string_write(struct writer *w, const void *v)
{
    write_string(w, *(const struct slice *)v);
}

static void any_datetime_read(struct reader *r, void *out)
{
    *(int64_t *)out = read_datetime(r);
}

static void any_datetime_write(struct writer *w, const void *v)
{
    write_datetime(w, *(const int64_t *)v);
}

static void any_guid_read(struct reader *r, void *out)
{
    *(struct ua_guid *)out = read_guid(r);
}

static void any_guid_write(struct writer *w, const void *v)
{
    write_guid(w, v);
}

static void any_nodeid_read(struct reader *r, void *out)
{
    *(struct ua_nodeid *)out = read_nodeid(r);
}

static void any_nodeid_write(struct writer *w, const void *v)
{
    write_nodeid(w, v);
}

static void any_expanded_nodeid_read(struct reader *r, void *out)
{
    *(struct ua_expanded_nodeid *)out = read_expanded_nodeid(r);
}

static void any_expanded_nodeid_write(struct writer *w, const void *v)
{
    write_expanded_nodeid(w, v);
}

static void any_status_read(struct reader *r, void *out)
{
    *(ua_status *)out = read_status(r);
}

static void any_status_write(struct writer *w, const void *v)
{
    write_status(w, *(const ua_status *)v);
}

static void any_qualified_name_read(struct reader *r, void *out)
{
    *(struct ua_qualified_name *)out = read_qualified_name(r);
}

static void any_qualified_name_write(struct writer *w, const void *v)
{
    write_qualified_name(w, v);
}

static void any_localized_text_read(struct reader *r, void *out)
{
    *(struct ua_localized_text *)out = read_localized_text(r);
}

static void any_localized_text_write(struct writer *w, const void *v)
{
    write_localized_text(w, v);
}

static void any_extension_object_read(struct reader *r, void *out)
{
    *(struct ua_extension_object *)out = read_extension_object(r);
}

static void any_extension_object_write(struct writer *w, const void *v)
{
    write_extension_object(w, v);
}

static void any_data_value_read(struct reader *r, void *out)
{
    *(struct ua_data_value *)out = read_data_value(r);
}

static void any_data_value_write(struct writer *w, const void *v)
{
    write_data_value(w, v);
}

static void any_variant_read(struct reader *r, void *out)
{
    *(struct ua_variant *)out = read_variant(r);
}

static void any_variant_write(struct writer *w, const void *v)
{
    write_variant(w, v);
}

static void any_diagnostic_info_read(struct reader *r, void *out)
{
    *(struct ua_diagnostic_info *)out = read_diagnostic_info(r);
}

static void any_diagnostic_info_write(struct writer *w, const void *v)
{
    write_diagnostic_info(w, v);
}

const struct ua_builtin ua_builtins[UA_BUILTIN_COUNT] = {
    [UA_BOOLEAN] = {"Boolean", sizeof(bool), 1, true, any_bool_read, any_bool_write},
    [UA_SBYTE] = {"SByte", sizeof(int8_t), 1, true, any_i8_read, any_i8_write},
    [UA_BYTE] = {"Byte", sizeof(uint8_t), 1, true, any_u8_read, any_u8_write},
    [UA_INT16] = {"Int16", sizeof(int16_t), 2, true, any_i16_read, any_i16_write},
    [UA_UINT16] = {"UInt16", sizeof(uint16_t), 2, true, any_u16_read, any_u16_write},
    [UA_INT32] = {"Int32", sizeof(int32_t), 4, true, any_i32_read, any_i32_write},
    [UA_UINT32] = {"UInt32", sizeof(uint32_t), 4, true, any_u32_read, any_u32_write},
    [UA_INT64] = {"Int64", sizeof(int64_t), 8, true, any_i64_read, any_i64_write},
    [UA_UINT64] = {"UInt64", sizeof(uint64_t), 8, true, any_u64_read, any_u64_write},
    [UA_FLOAT] = {"Float", sizeof(float), 4, true, any_float_read, any_float_write},
    [UA_DOUBLE] = {"Double", sizeof(double), 8, true, any_double_read, any_double_write},
    [UA_STRING] = {"String", sizeof(struct slice), 4, true, any_string_read, any_string_write},
    [UA_DATETIME] = {"DateTime", sizeof(int64_t), 8, true, any_datetime_read, any_datetime_write},
    [UA_GUID] = {"Guid", sizeof(struct ua_guid), 16, true, any_guid_read, any_guid_write},
    [UA_BYTESTRING] = {"ByteString", sizeof(struct slice), 4, true, any_string_read, any_string_write},
    [UA_XMLELEMENT] = {"XmlElement", sizeof(struct slice), 4, true, any_string_read, any_string_write},
    [UA_NODEID] = {"NodeId", sizeof(struct ua_nodeid), 2, true, any_nodeid_read, any_nodeid_write},
    [UA_EXPANDEDNODEID] = {"ExpandedNodeId", sizeof(struct ua_expanded_nodeid), 2, false,
                           any_expanded_nodeid_read, any_expanded_nodeid_write},
    [UA_STATUSCODE] = {"StatusCode", sizeof(ua_status), 4, true, any_status_read, any_status_write},
    [UA_QUALIFIEDNAME] = {"QualifiedName", sizeof(struct ua_qualified_name), 6, true, any_qualified_name_read,
                          any_qualified_name_write},
    [UA_LOCALIZEDTEXT] = {"LocalizedText", sizeof(struct ua_localized_text), 1, true, any_localized_text_read,
                          any_localized_text_write},
    [UA_EXTENSIONOBJECT] = {"ExtensionObject", sizeof(struct ua_extension_object), 3, false,
                            any_extension_object_read, any_extension_object_write},
    [UA_DATAVALUE] = {"DataValue", sizeof(struct ua_data_value), 1, false, any_data_value_read,
                      any_data_value_write},
    [UA_VARIANT] = {"Variant", sizeof(struct ua_variant), 1, false, any_variant_read, any_variant_write},
    [UA_DIAGNOSTICINFO] = {"DiagnosticInfo", sizeof(struct ua_diagnostic_info), 1, false,
                           any_diagnostic_info_read, any_diagnostic_info_write},
};

size_t ua_type_size(enum ua_type type)
{
    return (unsigned)type < UA_BUILTIN_COUNT ? ua_builtins[type].size : 0;
}
