/* SPDX-License-Identifier: Apache-2.0
 * Slows down who guesses passwords, by the logins that failed before.
 *
 * Failures count for the address that they came from and for the user's name. From one address only one
 * attempt is let through in a time that doubles; a name makes each attempt wait a little at most, so that a
 * stranger who guesses cannot keep its owner out. Both are forgotten after a success, or in time. The table
 * is bounded: the longest quiet entry makes room. No locks, no clock of its own. */
#ifndef UACAM_APP_SECURITY_THROTTLE_H
#define UACAM_APP_SECURITY_THROTTLE_H

#include "base/bytes.h"

enum { THROTTLE_ENTRIES = 1024 };

struct throttle_entry {
    uint64_t key;
    unsigned failures; /* 0: the entry is free */
    int64_t last_ns;   /* the latest failure */
};

/* Zero it to begin. */
struct throttle {
    struct throttle_entry entries[THROTTLE_ENTRIES];
};

/* How long an attempt of this user that comes now has to wait. */
int64_t throttle_user_delay_ns(const struct throttle *t, struct slice user, int64_t now_ns);

/* Before this time the address gets no attempt through. */
int64_t throttle_address_free_ns(const struct throttle *t, const char *address);

void throttle_failed(struct throttle *t, const char *address, struct slice user, int64_t now_ns);
void throttle_succeeded(struct throttle *t, const char *address, struct slice user);

#endif
