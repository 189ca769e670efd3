/* SPDX-License-Identifier: Apache-2.0
 * Of a build without libipsec-mb. */
#include "bare_lanes.h"

struct bare_lanes *bare_lanes_new(void)
{
    return NULL;
}

void bare_lanes_free(struct bare_lanes *l)
{
    (void)l;
}

bool bare_lanes_seal(struct bare_lanes *l, const uint8_t *in, uint8_t *out, size_t size)
{
    (void)l, (void)in, (void)out, (void)size;
    return false;
}
