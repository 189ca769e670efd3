/* SPDX-License-Identifier: Apache-2.0
 * What we ask of the compiler beyond C17, under one name each. */
#ifndef UACAM_BASE_COMPILER_H
#define UACAM_BASE_COMPILER_H

#include <stddef.h>

/* A result that tells of failure must be looked at. */
#define must_check __attribute__((warn_unused_result))

/* Arguments from `first` on are checked against the format at `fmt` (both counted from 1). */
#define printf_like(fmt, first) __attribute__((format(printf, fmt, first)))

/* The struct of `type` that `ptr` is the field `member` of. */
#define container_of(ptr, type, member) ((type *)((char *)(ptr)-offsetof(type, member)))

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#endif
