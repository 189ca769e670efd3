/* SPDX-License-Identifier: Apache-2.0
 * Counts what a program spends on memory, from within: LD_PRELOAD=libbench_spending.so, and the file named by
 * UACAM_SPENDING, of sizeof(struct spending) bytes, holds the counters while it runs.
 *
 * The C library's functions stand in front of those that everybody calls. Copies inside the C library and
 * those of a few bytes, which compilers make without a call, are not seen. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { LARGE_COPY = 4096 }; /* bytes, of a picture rather than of a header */

/* bench/frugal.py reads it. */
struct spending {
    _Atomic uint64_t blocks; /* given by the heap */
    _Atomic uint64_t copied; /* bytes, in large copies */
};

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

typedef void *(*copy_function)(void *to, const void *from, size_t n);

static struct spending unread, *spent = &unread;
static copy_function copy, move;

__attribute__((constructor)) static void open_counters(void)
{
    const char *path = getenv("UACAM_SPENDING");
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0)
        return;
    void *shared = mmap(NULL, sizeof *spent, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (shared != MAP_FAILED)
        spent = shared;
    close(fd);
}

static void count_block(void)
{
    atomic_fetch_add_explicit(&spent->blocks, 1, memory_order_relaxed);
}

void *malloc(size_t size)
{
    count_block();
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    count_block();
    return __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    count_block();
    return __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    count_block();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size)
{
    count_block();
    *out = __libc_memalign(alignment, size);
    return *out ? 0 : ENOMEM;
}

static void *counted_copy(copy_function *known, const char *name, void *to, const void *from, size_t n)
{
    if (!*known)
        *known = (copy_function)dlsym(RTLD_NEXT, name);
    if (n >= LARGE_COPY)
        atomic_fetch_add_explicit(&spent->copied, n, memory_order_relaxed);
    return (*known)(to, from, n);
}

void *memcpy(void *restrict to, const void *restrict from, size_t n)
{
    return counted_copy(&copy, "memcpy", to, from, n);
}

void *memmove(void *to, const void *from, size_t n)
{
    return counted_copy(&move, "memmove", to, from, n);
}
