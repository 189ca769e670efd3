/* SPDX-License-Identifier: Apache-2.0 */
#include "app/security/throttle.h"

#include "base/clock.h"
#include "base/map.h"

#include <arpa/inet.h>

enum {
    FREE_FAILURES = 2, /* everybody mistypes */
    FIRST_DELAY_MS = 250,
    MOST_DOUBLINGS = 5,
    MOST_USER_DELAY_MS = 1000,
    FORGOTTEN_S = 900,
    IPV6_SITE = 8, /* bytes: who has one address there has them all */
};

/* ---- keys ---- */

static uint64_t key_of_address(const char *address)
{
    struct in6_addr ipv6;
    if (inet_pton(AF_INET6, address, &ipv6) == 1)
        return map_hash_bytes((struct slice){ipv6.s6_addr, IPV6_SITE}, 1);
    return map_hash_bytes(slice_of(address), 1);
}

static uint64_t key_of_user(struct slice user)
{
    return map_hash_bytes(user, 2);
}

/* ---- entries ---- */

static bool is_live(const struct throttle_entry *e, int64_t now_ns)
{
    return e->failures && now_ns - e->last_ns < FORGOTTEN_S * NS_PER_S;
}

static const struct throttle_entry *find(const struct throttle *t, uint64_t key)
{
    for (size_t i = 0; i < THROTTLE_ENTRIES; i++)
        if (t->entries[i].failures && t->entries[i].key == key)
            return &t->entries[i];
    return NULL;
}

/* The one with this key, else one to begin with: free, or the longest quiet. */
static struct throttle_entry *take(struct throttle *t, uint64_t key)
{
    struct throttle_entry *best = &t->entries[0];
    for (size_t i = 0; i < THROTTLE_ENTRIES; i++) {
        struct throttle_entry *e = &t->entries[i];
        if (e->failures && e->key == key)
            return e;
        if (best->failures && (!e->failures || e->last_ns < best->last_ns))
            best = e;
    }
    *best = (struct throttle_entry){.key = key};
    return best;
}

/* After the latest failure; 0: none to speak of. */
static int64_t delay_ms(const struct throttle_entry *e)
{
    if (!e || e->failures <= FREE_FAILURES)
        return 0;
    unsigned doublings = e->failures - FREE_FAILURES - 1;
    return FIRST_DELAY_MS << (doublings < MOST_DOUBLINGS ? doublings : MOST_DOUBLINGS);
}

int64_t throttle_user_delay_ns(const struct throttle *t, struct slice user, int64_t now_ns)
{
    const struct throttle_entry *e = find(t, key_of_user(user));
    int64_t ms = e && is_live(e, now_ns) ? delay_ms(e) : 0;
    return (ms < MOST_USER_DELAY_MS ? ms : MOST_USER_DELAY_MS) * NS_PER_MS;
}

int64_t throttle_address_free_ns(const struct throttle *t, const char *address)
{
    const struct throttle_entry *e = find(t, key_of_address(address));
    return e ? e->last_ns + delay_ms(e) * NS_PER_MS : 0;
}

static void count(struct throttle *t, uint64_t key, int64_t now_ns)
{
    struct throttle_entry *e = take(t, key);
    if (!is_live(e, now_ns))
        e->failures = 0;
    if (e->failures < FREE_FAILURES + MOST_DOUBLINGS + 1)
        e->failures++;
    e->last_ns = now_ns;
}

void throttle_failed(struct throttle *t, const char *address, struct slice user, int64_t now_ns)
{
    count(t, key_of_address(address), now_ns);
    count(t, key_of_user(user), now_ns);
}

void throttle_succeeded(struct throttle *t, const char *address, struct slice user)
{
    uint64_t keys[] = {key_of_address(address), key_of_user(user)};
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < THROTTLE_ENTRIES; i++)
            if (t->entries[i].failures && t->entries[i].key == keys[k])
                t->entries[i].failures = 0;
}
