/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/status.h"

#include "base/err.h"

#include <stdlib.h>

/* Severity and sub-code; below them are the info bits (Part 4 §7.39.1). */
#define CODE_BITS 0xFFFF0000u

static int compare_code(const void *key, const void *row)
{
    uint32_t code = *(const uint32_t *)key;
    uint32_t of_row = ((const struct ua_status_row *)row)->code;
    return (code > of_row) - (code < of_row);
}

const char *ua_status_name(ua_status s)
{
    uint32_t code = s & CODE_BITS;
    const struct ua_status_row *row =
        bsearch(&code, ua_status_rows, ua_status_row_count, sizeof *row, compare_code);
    return row ? row->name : NULL;
}

ua_status ua_status_of_err(int err)
{
    static const ua_status statuses[] = {
        [0] = UA_GOOD,
        [-ERR_NO_MEMORY] = UA_BAD_OUT_OF_MEMORY,
        [-ERR_INVALID] = UA_BAD_INVALID_ARGUMENT,
        [-ERR_NOT_FOUND] = UA_BAD_NOT_FOUND,
        [-ERR_BUSY] = UA_BAD_RESOURCE_UNAVAILABLE,
        [-ERR_DENIED] = UA_BAD_DEVICE_FAILURE,
        [-ERR_GONE] = UA_BAD_NO_COMMUNICATION,
        [-ERR_TIMEOUT] = UA_BAD_TIMEOUT,
        [-ERR_IO] = UA_BAD_DEVICE_FAILURE,
        [-ERR_UNSUPPORTED] = UA_BAD_NOT_SUPPORTED,
        [-ERR_LIMIT] = UA_BAD_RESOURCE_UNAVAILABLE,
        [-ERR_CLOSED] = UA_BAD_SHUTDOWN,
    };
    bool is_known = err <= 0 && err > -(int)ARRAY_LEN(statuses);
    return is_known ? statuses[-err] : UA_BAD_UNEXPECTED_ERROR;
}
