/* SPDX-License-Identifier: Apache-2.0 */
#include "image/jpeg_memory.h"

#include "base/pages.h"

#include <jerror.h>
#include <stdalign.h>
#include <stdint.h>

enum {
    ALIGNMENT = 64, /* of everything, and what rows are padded to: vector code reads past their ends */
    ROOM = 64 << 10,
};

struct jpeg_room {
    alignas(ALIGNMENT) struct jpeg_room *next;
    size_t size, used; /* of bytes */
    alignas(ALIGNMENT) uint8_t bytes[];
};

static struct jpeg_memory *memory_of(j_common_ptr jpeg)
{
    return jpeg->client_data;
}

static void fail(j_common_ptr jpeg)
{
    jpeg->err->msg_code = JERR_OUT_OF_MEMORY;
    jpeg->err->error_exit(jpeg);
}

static struct jpeg_room *room_for(j_common_ptr jpeg, size_t n)
{
    struct jpeg_memory *m = memory_of(jpeg);
    if (m->rooms && n <= m->rooms->size - m->rooms->used)
        return m->rooms;
    size_t size = n > ROOM ? n : ROOM;
    struct jpeg_room *room = size <= SIZE_MAX - sizeof *room ? pages_take(sizeof *room + size) : NULL;
    if (!room)
        fail(jpeg);
    *room = (struct jpeg_room){.next = m->rooms, .size = size};
    return m->rooms = room;
}

static void give_rooms(struct jpeg_memory *m)
{
    while (m->rooms) {
        struct jpeg_room *next = m->rooms->next;
        pages_give(m->rooms);
        m->rooms = next;
    }
}

static size_t padded(size_t n)
{
    return (n + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static void *take(j_common_ptr jpeg, size_t size)
{
    if (size > SIZE_MAX - ALIGNMENT)
        fail(jpeg);
    size_t n = padded(size);
    struct jpeg_room *room = room_for(jpeg, n);
    room->used += n;
    return room->bytes + room->used - n;
}

/* ---- libjpeg's methods ---- */

static void *alloc_small(j_common_ptr jpeg, int pool, size_t size)
{
    return pool == JPOOL_IMAGE ? take(jpeg, size) : memory_of(jpeg)->own.alloc_small(jpeg, pool, size);
}

static void *alloc_large(j_common_ptr jpeg, int pool, size_t size)
{
    return pool == JPOOL_IMAGE ? take(jpeg, size) : memory_of(jpeg)->own.alloc_large(jpeg, pool, size);
}

static JSAMPARRAY alloc_sarray(j_common_ptr jpeg, int pool, JDIMENSION width, JDIMENSION rows)
{
    if (pool != JPOOL_IMAGE)
        return memory_of(jpeg)->own.alloc_sarray(jpeg, pool, width, rows);
    JSAMPARRAY out = take(jpeg, rows * sizeof *out);
    for (JDIMENSION i = 0; i < rows; i++)
        out[i] = take(jpeg, width * sizeof *out[i]);
    return out;
}

static JBLOCKARRAY alloc_barray(j_common_ptr jpeg, int pool, JDIMENSION width, JDIMENSION rows)
{
    if (pool != JPOOL_IMAGE)
        return memory_of(jpeg)->own.alloc_barray(jpeg, pool, width, rows);
    JBLOCKARRAY out = take(jpeg, rows * sizeof *out);
    for (JDIMENSION i = 0; i < rows; i++)
        out[i] = take(jpeg, width * sizeof *out[i]);
    return out;
}

static void free_pool(j_common_ptr jpeg, int pool)
{
    struct jpeg_memory *m = memory_of(jpeg);
    if (pool == JPOOL_IMAGE)
        give_rooms(m);
    m->own.free_pool(jpeg, pool);
}

static void self_destruct(j_common_ptr jpeg)
{
    struct jpeg_memory *m = memory_of(jpeg);
    give_rooms(m);
    m->own.self_destruct(jpeg);
}

void jpeg_memory_init(struct jpeg_memory *m, j_common_ptr jpeg)
{
    *m = (struct jpeg_memory){.own = *jpeg->mem};
    jpeg->client_data = m;
    jpeg->mem->alloc_small = alloc_small;
    jpeg->mem->alloc_large = alloc_large;
    jpeg->mem->alloc_sarray = alloc_sarray;
    jpeg->mem->alloc_barray = alloc_barray;
    jpeg->mem->free_pool = free_pool;
    jpeg->mem->self_destruct = self_destruct;
}
