/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int err_set(struct err_text *why, enum err code, const char *fmt, ...)
{
    if (why) {
        va_list args;
        va_start(args, fmt);
        vsnprintf(why->text, sizeof why->text, fmt, args);
        va_end(args);
    }
    return code;
}

static enum err code_of_errno(int errnum)
{
    static const struct {
        int errnum;
        enum err code;
    } codes[] = {
        {ENOMEM, ERR_NO_MEMORY},   {EINVAL, ERR_INVALID},
        {ENOENT, ERR_NOT_FOUND},   {ENOTDIR, ERR_NOT_FOUND},
        {EBUSY, ERR_BUSY},         {EADDRINUSE, ERR_BUSY},
        {EACCES, ERR_DENIED},      {EPERM, ERR_DENIED},
        {EROFS, ERR_DENIED},       {ENODEV, ERR_GONE},
        {ENXIO, ERR_GONE},         {ESHUTDOWN, ERR_GONE},
        {ECONNREFUSED, ERR_GONE},  {ECONNRESET, ERR_GONE},
        {EHOSTUNREACH, ERR_GONE},  {ENETUNREACH, ERR_GONE},
        {ETIMEDOUT, ERR_TIMEOUT},  {ENOTTY, ERR_UNSUPPORTED},
        {ENOSYS, ERR_UNSUPPORTED}, {EOPNOTSUPP, ERR_UNSUPPORTED},
        {EMFILE, ERR_LIMIT},       {ENFILE, ERR_LIMIT},
    };
    for (size_t i = 0; i < ARRAY_LEN(codes); i++)
        if (codes[i].errnum == errnum)
            return codes[i].code;
    return ERR_IO;
}

int err_errno(struct err_text *why, int errnum, const char *fmt, ...)
{
    if (why) {
        va_list args;
        va_start(args, fmt);
        int n = vsnprintf(why->text, sizeof why->text, fmt, args);
        va_end(args);
        if (n >= 0 && (size_t)n < sizeof why->text) {
            char system[128];
            snprintf(why->text + n, sizeof why->text - (size_t)n, ": %s",
                     strerror_r(errnum, system, sizeof system));
        }
    }
    return code_of_errno(errnum);
}

const char *err_name(int code)
{
    static const char *const names[] = {
        [0] = "ok",
        [-ERR_NO_MEMORY] = "no memory",
        [-ERR_INVALID] = "invalid",
        [-ERR_NOT_FOUND] = "not found",
        [-ERR_BUSY] = "busy",
        [-ERR_DENIED] = "denied",
        [-ERR_GONE] = "gone",
        [-ERR_TIMEOUT] = "timed out",
        [-ERR_IO] = "input/output error",
        [-ERR_UNSUPPORTED] = "unsupported",
        [-ERR_LIMIT] = "limit reached",
        [-ERR_CLOSED] = "closed",
    };
    if (code > 0 || code <= -(int)ARRAY_LEN(names))
        return "unknown";
    return names[-code];
}
