/* SPDX-License-Identifier: Apache-2.0
 * StatusCodes (Part 4 §7.39): what the floors that speak OPC UA return. The names are in wire/status_gen.h.
 */
#ifndef UACAM_WIRE_STATUS_H
#define UACAM_WIRE_STATUS_H

#include "base/compiler.h"

#include <stdbool.h>
#include <stdint.h>

/* The one typedef that is no callback: a number with a meaning of its own, used everywhere. */
typedef uint32_t ua_status;

#include "wire/status_gen.h"

static inline bool ua_is_good(ua_status s)
{
    return s >> 30 == 0;
}

static inline bool ua_is_bad(ua_status s)
{
    return s >> 31 != 0;
}

/* "Bad_NodeIdUnknown"; NULL for a code that has no name. The info bits do not matter. */
const char *ua_status_name(ua_status s);

/* The status for a negative `err` of the lower floors that has no better one. */
ua_status ua_status_of_err(int err);

#endif
