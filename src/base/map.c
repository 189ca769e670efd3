/* SPDX-License-Identifier: Apache-2.0 */
#include "base/map.h"

#include "base/err.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

void map_clear(struct map *m)
{
    free(m->buckets);
    *m = (struct map){0};
}

static struct map_link **bucket_of(const struct map *m, uint64_t hash)
{
    return &m->buckets[hash & (m->bucket_count - 1)];
}

static int grow(struct map *m)
{
    struct map bigger = {.bucket_count = m->bucket_count ? m->bucket_count * 2 : 16};
    bigger.buckets = calloc(bigger.bucket_count, sizeof(struct map_link *));
    if (!bigger.buckets)
        return ERR_NO_MEMORY;
    for (size_t i = 0; i < m->bucket_count; i++) {
        for (struct map_link *l = m->buckets[i], *next; l; l = next) {
            next = l->next;
            struct map_link **bucket = bucket_of(&bigger, l->hash);
            l->next = *bucket;
            *bucket = l;
        }
    }
    bigger.count = m->count;
    free(m->buckets);
    *m = bigger;
    return 0;
}

int map_add(struct map *m, struct map_link *link, uint64_t hash)
{
    if (m->count >= m->bucket_count) {
        int rc = grow(m);
        if (rc)
            return rc;
    }
    struct map_link **bucket = bucket_of(m, hash);
    link->hash = hash;
    link->next = *bucket;
    *bucket = link;
    m->count++;
    return 0;
}

void map_remove(struct map *m, struct map_link *link)
{
    struct map_link **at = bucket_of(m, link->hash);
    while (*at != link)
        at = &(*at)->next;
    *at = link->next;
    link->next = NULL;
    m->count--;
}

static struct map_link *same_hash(struct map_link *l, uint64_t hash)
{
    while (l && l->hash != hash)
        l = l->next;
    return l;
}

struct map_link *map_first(const struct map *m, uint64_t hash)
{
    return m->bucket_count ? same_hash(*bucket_of(m, hash), hash) : NULL;
}

struct map_link *map_next(const struct map_link *link)
{
    return same_hash(link->next, link->hash);
}

static uint64_t seed;
static pthread_once_t seeded = PTHREAD_ONCE_INIT;

static void draw_seed(void)
{
    if (getrandom(&seed, sizeof seed, 0) != sizeof seed)
        abort();
}

/* The finaliser of MurmurHash3: every input bit reaches every output bit. */
uint64_t map_hash_u64(uint64_t key)
{
    pthread_once(&seeded, draw_seed);
    key ^= seed;
    key ^= key >> 33;
    key *= 0xff51afd7ed558ccdULL;
    key ^= key >> 33;
    key *= 0xc4ceb9fe1a85ec53ULL;
    return key ^ key >> 33;
}

uint64_t map_hash_bytes(struct slice key, uint64_t start)
{
    uint64_t hash = map_hash_u64(start ^ key.len);
    while (key.len) {
        uint64_t word = 0;
        size_t n = key.len < sizeof word ? key.len : sizeof word;
        memcpy(&word, key.data, n);
        hash = map_hash_u64(hash ^ word);
        key.data += n;
        key.len -= n;
    }
    return hash;
}
