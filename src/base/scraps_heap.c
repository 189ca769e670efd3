/* SPDX-License-Identifier: Apache-2.0
 * The scraps of builds with sanitizers. */
#include "base/scraps.h"

#include <stdlib.h>

void *scraps_take(size_t size)
{
    return malloc(size ? size : 1);
}

void scraps_give(void *start)
{
    free(start);
}

void scraps_trim(void)
{
}

size_t scraps_kept(void)
{
    return 0;
}
