/* SPDX-License-Identifier: Apache-2.0
 * The log: one line an event on stderr, "LEVEL floor: text". Any thread; a line is written whole.
 *
 * Log once, where a failure is handled, in words that tell the reader what to do. Control characters in the
 * text are replaced, so that nobody forges lines. */
#ifndef UACAM_BASE_LOG_H
#define UACAM_BASE_LOG_H

#include "base/compiler.h"

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

/* Lines above this level are dropped. LOG_INFO at start. */
void log_set_level(enum log_level level);

/* "error", "warning", "info", "debug"; -1 for another word. */
int log_level_of(const char *word);

void log_write(enum log_level level, const char *floor, const char *fmt, ...) printf_like(3, 4);

#define log_error(floor, ...)   log_write(LOG_ERROR, floor, __VA_ARGS__)
#define log_warning(floor, ...) log_write(LOG_WARNING, floor, __VA_ARGS__)
#define log_info(floor, ...)    log_write(LOG_INFO, floor, __VA_ARGS__)
#define log_debug(floor, ...)   log_write(LOG_DEBUG, floor, __VA_ARGS__)

#endif
