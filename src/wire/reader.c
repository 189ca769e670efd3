/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/reader.h"

#include <stdalign.h>
#include <string.h>

void reader_init(struct reader *r, struct slice bytes, struct arena *arena)
{
    *r = (struct reader){
        .at = bytes.data, .end = bytes.len ? bytes.data + bytes.len : bytes.data, .arena = arena};
}

size_t reader_left(const struct reader *r)
{
    return (size_t)(r->end - r->at);
}

void reader_fail(struct reader *r, ua_status status)
{
    if (!r->status)
        r->status = status;
    r->at = r->end;
}

bool reader_enter(struct reader *r)
{
    if (r->depth >= UA_MAX_NESTING) {
        reader_fail(r, UA_BAD_ENCODING_LIMITS_EXCEEDED);
        return false;
    }
    r->depth++;
    return true;
}

void reader_leave(struct reader *r)
{
    r->depth--;
}

/* The next `n` bytes, at least one; NULL when fewer are left. */
static const uint8_t *take(struct reader *r, size_t n)
{
    if (n > reader_left(r)) {
        reader_fail(r, UA_BAD_DECODING_ERROR);
        return NULL;
    }
    const uint8_t *p = r->at;
    r->at += n;
    return p;
}

uint8_t read_u8(struct reader *r)
{
    const uint8_t *p = take(r, 1);
    return p ? *p : 0;
}

uint16_t read_u16(struct reader *r)
{
    const uint8_t *p = take(r, 2);
    return p ? (uint16_t)(p[0] | p[1] << 8) : 0;
}

static uint32_t u32_at(const uint8_t *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

uint32_t read_u32(struct reader *r)
{
    const uint8_t *p = take(r, 4);
    return p ? u32_at(p) : 0;
}

uint64_t read_u64(struct reader *r)
{
    const uint8_t *p = take(r, 8);
    return p ? u32_at(p) | (uint64_t)u32_at(p + 4) << 32 : 0;
}

bool read_bool(struct reader *r)
{
    return read_u8(r) != 0;
}

int8_t read_i8(struct reader *r)
{
    return (int8_t)read_u8(r);
}

int16_t read_i16(struct reader *r)
{
    return (int16_t)read_u16(r);
}

int32_t read_i32(struct reader *r)
{
    return (int32_t)read_u32(r);
}

int64_t read_i64(struct reader *r)
{
    return (int64_t)read_u64(r);
}

float read_float(struct reader *r)
{
    uint32_t bits = read_u32(r);
    float v;
    memcpy(&v, &bits, sizeof v);
    return v;
}

double read_double(struct reader *r)
{
    uint64_t bits = read_u64(r);
    double v;
    memcpy(&v, &bits, sizeof v);
    return v;
}

int64_t read_datetime(struct reader *r)
{
    return read_i64(r);
}

ua_status read_status(struct reader *r)
{
    return read_u32(r);
}

/* Any negative length is null (Part 6 §5.2.2.4 knows only -1). */
struct slice read_string(struct reader *r)
{
    static const uint8_t empty;
    int32_t len = read_i32(r);
    if (r->status || len < 0)
        return (struct slice){0};
    if (len == 0)
        return (struct slice){&empty, 0};
    const uint8_t *data = take(r, (size_t)len);
    return (struct slice){data, data ? (size_t)len : 0};
}

struct ua_guid read_guid(struct reader *r)
{
    struct ua_guid v = {0};
    v.data1 = read_u32(r);
    v.data2 = read_u16(r);
    v.data3 = read_u16(r);
    const uint8_t *p = take(r, sizeof v.data4);
    if (p)
        memcpy(v.data4, p, sizeof v.data4);
    return p ? v : (struct ua_guid){0};
}

static ua_status why_no_room(const struct arena *a, size_t count, size_t size)
{
    size_t room = a->max - a->used;
    room -= room % alignof(max_align_t);
    return count > room / size ? UA_BAD_ENCODING_LIMITS_EXCEEDED : UA_BAD_OUT_OF_MEMORY;
}

void *reader_alloc(struct reader *r, size_t count, size_t size)
{
    void *out = arena_alloc(r->arena, count, size);
    if (!out)
        reader_fail(r, why_no_room(r->arena, count, size));
    return out;
}

void *read_array(struct reader *r, size_t min_wire, size_t size, size_t *len)
{
    *len = 0;
    int32_t count = read_i32(r);
    if (r->status || count <= 0)
        return NULL;
    if ((size_t)count > reader_left(r) / min_wire) {
        reader_fail(r, UA_BAD_DECODING_ERROR);
        return NULL;
    }
    void *out = reader_alloc(r, (size_t)count, size);
    if (out)
        *len = (size_t)count;
    return out;
}
