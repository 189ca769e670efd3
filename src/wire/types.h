/* SPDX-License-Identifier: Apache-2.0
 * The built-in types of OPC UA (Part 6 §5.1.2) as plain C.
 *
 * String, ByteString and XmlElement are `struct slice`: data NULL is the null string. Everything here
 * *borrows* what it points at, usually from the arena of the request: nothing needs freeing, whatever is kept
 * must be copied. */
#ifndef UACAM_WIRE_TYPES_H
#define UACAM_WIRE_TYPES_H

#include "base/blob.h"
#include "base/bytes.h"
#include "wire/status.h"

struct arena;

/* 100 ns since 1601-01-01 UTC (Part 6 §5.2.2.5). 0: none. */
int64_t ua_datetime_of_utc_ns(int64_t utc_ns);
int64_t ua_datetime_to_utc_ns(int64_t datetime);

enum ua_type {
    UA_NULL = 0,
    UA_BOOLEAN = 1,
    UA_SBYTE = 2,
    UA_BYTE = 3,
    UA_INT16 = 4,
    UA_UINT16 = 5,
    UA_INT32 = 6,
    UA_UINT32 = 7,
    UA_INT64 = 8,
    UA_UINT64 = 9,
    UA_FLOAT = 10,
    UA_DOUBLE = 11,
    UA_STRING = 12,
    UA_DATETIME = 13,
    UA_GUID = 14,
    UA_BYTESTRING = 15,
    UA_XMLELEMENT = 16,
    UA_NODEID = 17,
    UA_EXPANDEDNODEID = 18,
    UA_STATUSCODE = 19,
    UA_QUALIFIEDNAME = 20,
    UA_LOCALIZEDTEXT = 21,
    UA_EXTENSIONOBJECT = 22,
    UA_DATAVALUE = 23,
    UA_VARIANT = 24,
    UA_DIAGNOSTICINFO = 25,
};

struct ua_guid {
    uint32_t data1;
    uint16_t data2, data3;
    uint8_t data4[8];
};

enum ua_id_kind { UA_ID_NUMERIC, UA_ID_STRING, UA_ID_GUID, UA_ID_OPAQUE };

/* All zero is the null NodeId. */
struct ua_nodeid {
    uint16_t ns;
    uint8_t kind; /* enum ua_id_kind */
    union {
        uint32_t numeric;
        struct slice string; /* UA_ID_STRING, UA_ID_OPAQUE */
        struct ua_guid guid;
    };
};

struct ua_expanded_nodeid {
    struct ua_nodeid id;
    struct slice namespace_uri; /* when not null, id.ns does not count */
    uint32_t server_index;
};

struct ua_qualified_name {
    uint16_t ns;
    struct slice name;
};

struct ua_localized_text {
    struct slice locale;
    struct slice text;
};

/* What a generated structure knows about itself; see wire/messages_gen.h. */
struct ua_structure;

/* A structure in its envelope (Part 6 §5.2.2.15). To write one, set `structure` and `value`. Reading fills
 * `type` and `body`, and for structures that we know `structure` and `value` too. */
struct ua_extension_object {
    struct ua_nodeid type; /* the encoding's NodeId, e.g. 724 for DataChangeFilter in binary */
    uint8_t encoding;      /* 0 no body, 1 ByteString, 2 XmlElement */
    struct slice body;
    const struct ua_structure *structure; /* NULL: none that we know */
    const void *value;                    /* of the struct that `structure` describes */
};

/* Arrays of any type and the scalars that do not fit inline are behind `array`; a matrix has `dims`. */
struct ua_variant {
    uint8_t type;  /* enum ua_type */
    bool is_array; /* then `len` elements; a null array is one of length 0 here */
    size_t len;
    const int32_t *dims; /* dims_len > 1 for a matrix; else NULL */
    size_t dims_len;
    union {
        bool boolean;
        int8_t sbyte;
        uint8_t byte;
        int16_t int16;
        uint16_t uint16;
        int32_t int32;
        uint32_t uint32;
        int64_t int64; /* DateTime too */
        uint64_t uint64;
        float float32;
        double float64;
        ua_status status;
        struct slice bytes; /* String, ByteString, XmlElement */
        struct ua_guid guid;
        struct ua_nodeid nodeid;
        struct ua_qualified_name qualified_name;
        struct ua_localized_text localized_text;
        /* Scalar ExpandedNodeId, ExtensionObject, DataValue, DiagnosticInfo, and every array: elements in C's
         * own layout (bool, int8_t, ... struct ua_data_value). */
        const void *array;
    };
    struct blob *
        blob; /* not NULL: `bytes` (a ByteString) lies in this blob, which writers share instead of copying */
};

/* Part 6 §5.2.2.17. A timestamp of 0 is absent. */
struct ua_data_value {
    struct ua_variant value;
    ua_status status;
    int64_t source_timestamp;
    int64_t server_timestamp;
    uint16_t source_picoseconds;
    uint16_t server_picoseconds;
    bool has_value;
};

/* Which members of a DiagnosticInfo are there: its mask on the wire (Part 6 §5.2.2.12). */
enum {
    UA_DIAGNOSTIC_SYMBOLIC_ID = 0x01,
    UA_DIAGNOSTIC_NAMESPACE_URI = 0x02,
    UA_DIAGNOSTIC_LOCALIZED_TEXT = 0x04,
    UA_DIAGNOSTIC_LOCALE = 0x08,
    UA_DIAGNOSTIC_ADDITIONAL_INFO = 0x10,
    UA_DIAGNOSTIC_INNER_STATUS = 0x20,
    UA_DIAGNOSTIC_INNER = 0x40,
};

/* All zero is the empty one. The Int32s are indexes into the response's string table. */
struct ua_diagnostic_info {
    uint8_t has; /* UA_DIAGNOSTIC_... */
    int32_t symbolic_id;
    int32_t namespace_uri;
    int32_t localized_text;
    int32_t locale;
    struct slice additional_info;
    ua_status inner_status;
    const struct ua_diagnostic_info *inner;
};

/* ---- making and comparing ---- */

struct ua_nodeid ua_nodeid_numeric(uint16_t ns, uint32_t id);
struct ua_nodeid ua_nodeid_string(uint16_t ns, struct slice id);
bool ua_nodeid_equal(const struct ua_nodeid *a, const struct ua_nodeid *b);
bool ua_nodeid_is_null(const struct ua_nodeid *id);
bool ua_nodeid_is(const struct ua_nodeid *id, uint32_t ns0_numeric);
uint64_t ua_nodeid_hash(const struct ua_nodeid *id);

/* "i=85", "ns=2;s=Cameras" (Part 6 §5.3.1.10), for logs and the command line. Cut to `size`, always ended. */
const char *ua_nodeid_text(const struct ua_nodeid *id, char *out, size_t size);
/* The other way round. False when it is no NodeId (`out` then is null) or the arena has no room. The bytes of
 * "b=" go into `arena`; "s=" borrows from `text`. */
must_check bool ua_nodeid_parse(struct slice text, struct arena *arena, struct ua_nodeid *out);

struct ua_variant ua_variant_boolean(bool v);
struct ua_variant ua_variant_int32(int32_t v);
struct ua_variant ua_variant_uint16(uint16_t v);
struct ua_variant ua_variant_uint32(uint32_t v);
struct ua_variant ua_variant_uint64(uint64_t v);
struct ua_variant ua_variant_double(double v);
struct ua_variant ua_variant_datetime(int64_t v);
struct ua_variant ua_variant_status(ua_status v);
struct ua_variant ua_variant_string(struct slice v);
struct ua_variant ua_variant_bytestring(struct slice v);
struct ua_variant ua_variant_nodeid(struct ua_nodeid v);
struct ua_variant ua_variant_qualified_name(uint16_t ns, struct slice name);
struct ua_variant ua_variant_localized_text(struct slice text);
/* `part` lies in `blob`; writers will share it. */
struct ua_variant ua_variant_blob(struct blob *blob, struct slice part);
struct ua_variant ua_variant_array(enum ua_type type, const void *elements, size_t len);
/* `object` must outlive the variant. */
struct ua_variant ua_variant_structure(const struct ua_extension_object *object);

/* Do the dimensions multiply to `len`? Without any they fit. */
bool ua_dimensions_fit(const int32_t *dims, size_t count, size_t len);

/* Bytes of one element in C's layout; 0 for an unknown type. */
size_t ua_type_size(enum ua_type type);

#endif
