/* SPDX-License-Identifier: Apache-2.0
 * Sequence numbers of chunks (Part 6 §6.7.2.4): one up each time, beginning anew near the end of UInt32. */
#ifndef UACAM_CHANNEL_SEQUENCE_H
#define UACAM_CHANNEL_SEQUENCE_H

#include <stdbool.h>
#include <stdint.h>

#define SEQUENCE_MAY_WRAP_AFTER (UINT32_MAX - 1024)
#define SEQUENCE_BEGINS_BELOW   1024u

/* The number after `last` that we send; 0 before the first. */
static inline uint32_t sequence_next(uint32_t last)
{
    return last > SEQUENCE_MAY_WRAP_AFTER ? 1 : last + 1;
}

/* May the peer send `number` after `last`? */
static inline bool sequence_follows(uint32_t last, uint32_t number)
{
    bool wrapped = last > SEQUENCE_MAY_WRAP_AFTER && number < SEQUENCE_BEGINS_BELOW;
    return number == last + 1 || wrapped;
}

#endif
