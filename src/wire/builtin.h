/* SPDX-License-Identifier: Apache-2.0
 * The built-in types as a table, for code that handles a value of any of them. Constant: any thread. */
#ifndef UACAM_WIRE_BUILTIN_H
#define UACAM_WIRE_BUILTIN_H

#include "wire/reader.h"
#include "wire/writer.h"

struct ua_builtin {
    const char *name; /* "Int32" */
    size_t size;      /* of its C type */
    size_t min_wire;  /* the least bytes that one takes on the wire */
    bool is_inline;   /* a scalar lies in struct ua_variant itself */
    void (*read)(struct reader *r, void *out);
    void (*write)(struct writer *w, const void *v);
};

enum { UA_BUILTIN_COUNT = UA_DIAGNOSTICINFO + 1 };

/* By enum ua_type; UA_NULL's row is empty. */
extern const struct ua_builtin ua_builtins[UA_BUILTIN_COUNT];

#endif
