/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/openssl_error.h"

#include <openssl/err.h>
#include <stdarg.h>
#include <stdio.h>

int openssl_failed(struct err_text *why, enum err code, const char *fmt, ...)
{
    char text[sizeof why->text];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    unsigned long first = ERR_get_error();
    const char *reason = first ? ERR_reason_error_string(first) : NULL;
    ERR_clear_error();
    if (ERR_GET_REASON(first) == ERR_R_MALLOC_FAILURE)
        code = ERR_NO_MEMORY;
    return reason ? err_set(why, code, "%s: %s", text, reason) : err_set(why, code, "%s", text);
}
