/* SPDX-License-Identifier: Apache-2.0
 * A hash map of things that carry their own links: the map allocates its buckets only.
 *
 * The user hashes the key and compares candidates, so any key will do. Hash keys that strangers choose with
 * map_hash_bytes(), which is seeded once per process. Single-threaded; map_hash_bytes() any thread. */
#ifndef UACAM_BASE_MAP_H
#define UACAM_BASE_MAP_H

#include "base/bytes.h"

struct map_link {
    struct map_link *next;
    uint64_t hash;
};

/* Zero it to begin. */
struct map {
    struct map_link **buckets;
    size_t bucket_count; /* a power of two, or 0 */
    size_t count;
};

void map_clear(struct map *m); /* the entries are the user's */

/* Adds without looking for an equal key. ERR_NO_MEMORY. */
must_check int map_add(struct map *m, struct map_link *link, uint64_t hash);
void map_remove(struct map *m, struct map_link *link);

/* Candidates with this hash, one after the other: compare their keys. */
struct map_link *map_first(const struct map *m, uint64_t hash);
struct map_link *map_next(const struct map_link *link);

uint64_t map_hash_u64(uint64_t key);
uint64_t map_hash_bytes(struct slice key, uint64_t start);

#endif
