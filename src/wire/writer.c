/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/writer.h"

#include "base/err.h"
#include "wire/reader.h"

#include <string.h>

enum { LENGTH_SIZE = 4 };

void writer_init(struct writer *w, struct rope *out)
{
    *w = (struct writer){.out = out};
}

void writer_fail(struct writer *w, ua_status status)
{
    if (!w->status)
        w->status = status;
}

bool writer_enter(struct writer *w)
{
    if (w->depth >= UA_MAX_NESTING) {
        writer_fail(w, UA_BAD_ENCODING_LIMITS_EXCEEDED);
        return false;
    }
    w->depth++;
    return true;
}

void writer_leave(struct writer *w)
{
    w->depth--;
}

static void check(struct writer *w, int rc)
{
    if (rc)
        writer_fail(w, rc == ERR_LIMIT ? UA_BAD_ENCODING_LIMITS_EXCEEDED : UA_BAD_OUT_OF_MEMORY);
}

void write_bytes(struct writer *w, const void *data, size_t n)
{
    if (!w->status)
        check(w, rope_append(w->out, data, n));
}

void write_shared(struct writer *w, struct blob *blob, struct slice part)
{
    write_array_len(w, part.len);
    if (!w->status)
        check(w, rope_share(w->out, blob, part));
}

void write_bool(struct writer *w, bool v)
{
    write_u8(w, v);
}

void write_u8(struct writer *w, uint8_t v)
{
    write_bytes(w, &v, 1);
}

void write_u16(struct writer *w, uint16_t v)
{
    uint8_t bytes[] = {(uint8_t)v, (uint8_t)(v >> 8)};
    write_bytes(w, bytes, sizeof bytes);
}

static void put_u32(uint8_t *out, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        out[i] = (uint8_t)(v >> 8 * i);
}

void write_u32(struct writer *w, uint32_t v)
{
    uint8_t bytes[4];
    put_u32(bytes, v);
    write_bytes(w, bytes, sizeof bytes);
}

void write_u64(struct writer *w, uint64_t v)
{
    uint8_t bytes[8];
    put_u32(bytes, (uint32_t)v);
    put_u32(bytes + 4, (uint32_t)(v >> 32));
    write_bytes(w, bytes, sizeof bytes);
}

void write_i8(struct writer *w, int8_t v)
{
    write_u8(w, (uint8_t)v);
}

void write_i16(struct writer *w, int16_t v)
{
    write_u16(w, (uint16_t)v);
}

void write_i32(struct writer *w, int32_t v)
{
    write_u32(w, (uint32_t)v);
}

void write_i64(struct writer *w, int64_t v)
{
    write_u64(w, (uint64_t)v);
}

void write_float(struct writer *w, float v)
{
    uint32_t bits;
    memcpy(&bits, &v, sizeof bits);
    write_u32(w, bits);
}

void write_double(struct writer *w, double v)
{
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    write_u64(w, bits);
}

void write_datetime(struct writer *w, int64_t v)
{
    write_i64(w, v);
}

void write_status(struct writer *w, ua_status v)
{
    write_u32(w, v);
}

void write_array_len(struct writer *w, size_t len)
{
    if (len > INT32_MAX)
        writer_fail(w, UA_BAD_ENCODING_LIMITS_EXCEEDED);
    write_i32(w, (int32_t)len);
}

void write_string(struct writer *w, struct slice v)
{
    if (!v.data) {
        write_i32(w, -1);
        return;
    }
    write_array_len(w, v.len);
    write_bytes(w, v.data, v.len);
}

void write_guid(struct writer *w, const struct ua_guid *v)
{
    write_u32(w, v->data1);
    write_u16(w, v->data2);
    write_u16(w, v->data3);
    write_bytes(w, v->data4, sizeof v->data4);
}

size_t write_length_begin(struct writer *w)
{
    size_t begun = w->out->own.len;
    write_i32(w, 0);
    return begun;
}

void write_length_end(struct writer *w, size_t begun)
{
    if (w->status)
        return;
    size_t from = begun + LENGTH_SIZE;
    size_t len = w->out->own.len - from;
    for (size_t i = w->out->splice_count; i > 0 && w->out->splices[i - 1].own_before >= from; i--)
        len += w->out->splices[i - 1].bytes.len;
    if (len > INT32_MAX)
        writer_fail(w, UA_BAD_ENCODING_LIMITS_EXCEEDED);
    else
        put_u32(w->out->own.data + begun, (uint32_t)len);
}
