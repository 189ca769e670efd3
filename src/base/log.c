/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *const level_names[] = {"error", "warning", "info", "debug"};
static atomic_int shown_level = LOG_INFO;

void log_set_level(enum log_level level)
{
    atomic_store_explicit(&shown_level, level, memory_order_relaxed);
}

int log_level_of(const char *word)
{
    for (size_t i = 0; i < ARRAY_LEN(level_names); i++)
        if (strcmp(word, level_names[i]) == 0)
            return (int)i;
    return -1;
}

void log_write(enum log_level level, const char *floor, const char *fmt, ...)
{
    if ((int)level > atomic_load_explicit(&shown_level, memory_order_relaxed))
        return;
    char line[1024];
    snprintf(line, sizeof line - 1, "%-7s %s: ", level_names[level], floor);
    size_t used = strlen(line);
    va_list args;
    va_start(args, fmt);
    vsnprintf(line + used, sizeof line - 1 - used, fmt, args);
    va_end(args);
    used = strlen(line);
    for (size_t i = 0; i < used; i++)
        if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
            line[i] = '?';
    line[used++] = '\n';
    ssize_t written = write(STDERR_FILENO, line, used);
    (void)written; /* a log that cannot be written has nobody to tell */
}
