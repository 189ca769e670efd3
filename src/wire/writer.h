/* SPDX-License-Identifier: Apache-2.0
 * Writes OPC UA Binary (Part 6 §5.2) into a rope.
 *
 * Errors stick as in the reader: write everything, look at `status` once. A ByteString that lies in a blob is
 * shared with the rope when it is large, copied when it is small. */
#ifndef UACAM_WIRE_WRITER_H
#define UACAM_WIRE_WRITER_H

#include "base/rope.h"
#include "wire/types.h"

/* Below this many bytes a copy is cheaper than another stretch to send. */
enum { UA_SHARE_FROM = 2048 };

struct writer {
    struct rope *out; /* borrowed */
    /* 0, Bad_EncodingLimitsExceeded (the rope's ceiling), Bad_OutOfMemory, or Bad_EncodingError for a value
     * that the standard has no encoding for */
    ua_status status;
    unsigned depth;
};

void writer_init(struct writer *w, struct rope *out);
void writer_fail(struct writer *w, ua_status status);

/* Around what may hold more of its own kind. False past UA_MAX_NESTING: then do not leave. */
must_check bool writer_enter(struct writer *w);
void writer_leave(struct writer *w);

void write_bytes(struct writer *w, const void *data, size_t n);
void write_bool(struct writer *w, bool v);
void write_u8(struct writer *w, uint8_t v);
void write_u16(struct writer *w, uint16_t v);
void write_u32(struct writer *w, uint32_t v);
void write_u64(struct writer *w, uint64_t v);
void write_i8(struct writer *w, int8_t v);
void write_i16(struct writer *w, int16_t v);
void write_i32(struct writer *w, int32_t v);
void write_i64(struct writer *w, int64_t v);
void write_float(struct writer *w, float v);
void write_double(struct writer *w, double v);
void write_string(struct writer *w, struct slice v);
void write_datetime(struct writer *w, int64_t v);
void write_status(struct writer *w, ua_status v);
void write_guid(struct writer *w, const struct ua_guid *v);
void write_nodeid(struct writer *w, const struct ua_nodeid *v);
void write_expanded_nodeid(struct writer *w, const struct ua_expanded_nodeid *v);
void write_qualified_name(struct writer *w, const struct ua_qualified_name *v);
void write_localized_text(struct writer *w, const struct ua_localized_text *v);
void write_extension_object(struct writer *w, const struct ua_extension_object *v);
void write_variant(struct writer *w, const struct ua_variant *v);
void write_data_value(struct writer *w, const struct ua_data_value *v);
void write_diagnostic_info(struct writer *w, const struct ua_diagnostic_info *v);

/* A ByteString that lies in a blob: its length is copied, its bytes are shared. */
void write_shared(struct writer *w, struct blob *blob, struct slice part);

/* An array's length, checked against what Int32 can say. */
void write_array_len(struct writer *w, size_t len);

/* A length in front of bytes that are yet to be written: begin, write them, end. */
size_t write_length_begin(struct writer *w);
void write_length_end(struct writer *w, size_t begun);

#endif
