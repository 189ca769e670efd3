/* SPDX-License-Identifier: Apache-2.0
 * Threads beside the loop's: they take no signals, those are the loop's. Any thread. */
#ifndef UACAM_BASE_THREAD_H
#define UACAM_BASE_THREAD_H

#include "base/compiler.h"

#include <pthread.h>

/* 0 or an errno: then there is no thread. */
must_check int thread_start(pthread_t *out, void *(*run)(void *user), void *user);

/* Processors that our threads may run on, 1 at least: a service may be held to some of them. */
unsigned thread_processors(void);

#endif
