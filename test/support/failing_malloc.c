/* SPDX-License-Identifier: Apache-2.0 */
#include "support/failing_malloc.h"

#include <stdatomic.h>
#include <stdint.h>

/* The linker's --wrap sends malloc() here and gives the true one this name. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

static atomic_bool armed;
static atomic_bool hit;
static atomic_size_t left;

void failing_malloc_after(size_t successes)
{
    left = successes;
    hit = false;
    armed = true;
}

void failing_malloc_off(void)
{
    armed = false;
    hit = false;
}

bool failing_malloc_hit(void)
{
    return hit;
}

static bool must_fail(void)
{
    if (!armed || atomic_fetch_sub(&left, 1) != 0)
        return false;
    armed = false;
    hit = true;
    return true;
}

void *__wrap_malloc(size_t size)
{
    return must_fail() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return must_fail() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return must_fail() ? NULL : __real_realloc(old, size);
}
