/* SPDX-License-Identifier: Apache-2.0
 * Fields of plain structs as values of Variables. Any thread. */
#ifndef UACAM_MODEL_FACT_H
#define UACAM_MODEL_FACT_H

#include "base/arena.h"
#include "wire/types.h"

/* How a field lies there, and with that its built-in type. */
enum fact_kind {
    FACT_TEXT,      /* char[], String */
    FACT_URN,       /* char[] of an id, as a URN of its own */
    FACT_BOOLEAN,   /* bool */
    FACT_STATE,     /* enum camera_state, CameraState */
    FACT_CONNECTED, /* enum camera_state: is the device there? */
    FACT_UINT16,
    FACT_UINT32,
    FACT_UINT64,
    FACT_DOUBLE,
    FACT_UTC_NS, /* int64_t, UtcTime */
};

/* Borrows from the field; what must be made is in the arena. */
struct ua_variant fact_value(enum fact_kind kind, const void *field, struct arena *arena);

#endif
