/* SPDX-License-Identifier: Apache-2.0
 * The bytes in front of values: what reading and writing must agree on (Part 6 §5.2.2). */
#ifndef UACAM_WIRE_WIRE_FORMAT_H
#define UACAM_WIRE_WIRE_FORMAT_H

/* §5.2.2.9 NodeId and §5.2.2.10 ExpandedNodeId */
enum {
    NODEID_TWO_BYTE = 0,
    NODEID_FOUR_BYTE = 1,
    NODEID_NUMERIC = 2,
    NODEID_STRING = 3,
    NODEID_GUID = 4,
    NODEID_OPAQUE = 5,
    NODEID_KIND = 0x3F,
    NODEID_SERVER_INDEX = 0x40,
    NODEID_NAMESPACE_URI = 0x80,
};

/* §5.2.2.14 LocalizedText */
enum { LOCALIZED_TEXT_LOCALE = 0x01, LOCALIZED_TEXT_TEXT = 0x02, LOCALIZED_TEXT_ALL = 0x03 };

/* §5.2.2.15 ExtensionObject */
enum { BODY_NONE = 0, BODY_BYTESTRING = 1, BODY_XML = 2 };

/* §5.2.2.16 Variant */
enum { VARIANT_TYPE = 0x3F, VARIANT_DIMENSIONS = 0x40, VARIANT_ARRAY = 0x80 };

/* §5.2.2.17 DataValue */
enum {
    DATA_VALUE_VALUE = 0x01,
    DATA_VALUE_STATUS = 0x02,
    DATA_VALUE_SOURCE_TIMESTAMP = 0x04,
    DATA_VALUE_SERVER_TIMESTAMP = 0x08,
    DATA_VALUE_SOURCE_PICOSECONDS = 0x10,
    DATA_VALUE_SERVER_PICOSECONDS = 0x20,
    DATA_VALUE_ALL = 0x3F,
};

/* §5.2.2.12 DiagnosticInfo; the single bits are in wire/types.h. */
enum { DIAGNOSTIC_ALL = 0x7F };

#endif
