/* SPDX-License-Identifier: Apache-2.0
 * A structure: the first two bytes say which (its encoding's id, or any number), the rest is its fields. */
#include "fuzz/round_trip.h"
#include "wire/structure.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    uint32_t id = data[0] | (uint32_t)data[1] << 8;
    const struct ua_structure *s = ua_structure_by_encoding(id);
    if (!s)
        s = ua_structures_by_encoding[id % ua_structure_count];
    round_trip((struct slice){data + 2, size - 2}, s->size, s->read, s->write);
    return 0;
}
