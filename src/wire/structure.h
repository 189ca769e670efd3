/* SPDX-License-Identifier: Apache-2.0
 * What a structure of wire/messages_gen.h knows about itself, for code that handles any of them: the service
 * dispatcher, ExtensionObjects. All tables are constant: any thread. */
#ifndef UACAM_WIRE_STRUCTURE_H
#define UACAM_WIRE_STRUCTURE_H

#include <stddef.h>
#include <stdint.h>

struct reader;
struct writer;

struct ua_structure {
    const char *name;      /* "ReadRequest" */
    uint32_t data_type_id; /* both are numeric NodeIds of namespace 0 */
    uint32_t encoding_id;
    size_t size; /* of the C struct that `read` fills and `write` takes */
    void (*read)(struct reader *r, void *out);
    void (*write)(struct writer *w, const void *v);
};

/* NULL for one that we do not speak. */
const struct ua_structure *ua_structure_by_encoding(uint32_t encoding_id);
const struct ua_structure *ua_structure_by_data_type(uint32_t data_type_id);

/* All of them, sorted by either id. */
extern const struct ua_structure *const ua_structures_by_encoding[];
extern const struct ua_structure *const ua_structures_by_data_type[];
extern const size_t ua_structure_count;

#endif
