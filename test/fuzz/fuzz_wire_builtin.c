/* SPDX-License-Identifier: Apache-2.0
 * A built-in type: the first byte says which, the rest is the value. */
#include "fuzz/round_trip.h"
#include "wire/builtin.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const struct ua_builtin *b = &ua_builtins[UA_BOOLEAN + data[0] % (UA_BUILTIN_COUNT - UA_BOOLEAN)];
    round_trip((struct slice){data + 1, size - 1}, b->size, b->read, b->write);
    return 0;
}
