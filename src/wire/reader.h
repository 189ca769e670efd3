/* SPDX-License-Identifier: Apache-2.0
 * Reads OPC UA Binary (Part 6 §5.2) from bytes that a stranger sent.
 *
 * Errors stick: the first failure sets `status`, every read after it gives zeroes, and the caller checks once
 * at the end. Lengths are compared with what remains before any arithmetic; arrays are allocated from the
 * arena, whose ceiling bounds what a message can cost. Strings point into the message, which must outlive
 * what was read. */
#ifndef UACAM_WIRE_READER_H
#define UACAM_WIRE_READER_H

#include "base/arena.h"
#include "wire/types.h"

/* Variants, DiagnosticInfos and filters within each other (Part 6 §5.1.5 asks at least 100 for the former).
 */
enum { UA_MAX_NESTING = 100 };

struct reader {
    const uint8_t *at, *end;
    struct arena *arena; /* borrowed */
    ua_status status;    /* 0, Bad_DecodingError, Bad_EncodingLimitsExceeded or Bad_OutOfMemory */
    unsigned depth;
};

void reader_init(struct reader *r, struct slice bytes, struct arena *arena);
size_t reader_left(const struct reader *r);

/* Keeps the first failure; empties the reader. */
void reader_fail(struct reader *r, ua_status status);

/* Around what may hold more of its own kind. False past UA_MAX_NESTING: then do not leave. */
must_check bool reader_enter(struct reader *r);
void reader_leave(struct reader *r);

bool read_bool(struct reader *r);
uint8_t read_u8(struct reader *r);
uint16_t read_u16(struct reader *r);
uint32_t read_u32(struct reader *r);
uint64_t read_u64(struct reader *r);
int8_t read_i8(struct reader *r);
int16_t read_i16(struct reader *r);
int32_t read_i32(struct reader *r);
int64_t read_i64(struct reader *r);
float read_float(struct reader *r);
double read_double(struct reader *r);
struct slice read_string(struct reader *r); /* ByteString and XmlElement too */
int64_t read_datetime(struct reader *r);
ua_status read_status(struct reader *r);
struct ua_guid read_guid(struct reader *r);
struct ua_nodeid read_nodeid(struct reader *r);
struct ua_expanded_nodeid read_expanded_nodeid(struct reader *r);
struct ua_qualified_name read_qualified_name(struct reader *r);
struct ua_localized_text read_localized_text(struct reader *r);
struct ua_extension_object read_extension_object(struct reader *r);
struct ua_variant read_variant(struct reader *r);
struct ua_data_value read_data_value(struct reader *r);
struct ua_diagnostic_info read_diagnostic_info(struct reader *r);

/* Zeroed storage from the arena; NULL when there is none, which fails the reader. */
void *reader_alloc(struct reader *r, size_t count, size_t size);

/* The length of an array whose elements take at least `min_wire` bytes each, and storage for it (zeroed,
 * `size` bytes an element). NULL and *len 0 for null, empty and failed ones. */
void *read_array(struct reader *r, size_t min_wire, size_t size, size_t *len);

#endif
