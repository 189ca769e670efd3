/* SPDX-License-Identifier: Apache-2.0 */
#include "model/status.h"

ua_status model_status_of_failure(int code)
{
    switch (code) {
    case ERR_GONE:
    case ERR_NOT_FOUND:
        return UA_BAD_NO_COMMUNICATION;
    case ERR_BUSY:
        return UA_BAD_RESOURCE_UNAVAILABLE;
    case ERR_TIMEOUT:
        return UA_BAD_TIMEOUT;
    case ERR_CLOSED:
        return UA_BAD_SHUTDOWN;
    case ERR_NO_MEMORY:
        return UA_BAD_OUT_OF_MEMORY;
    case ERR_LIMIT:
        return UA_BAD_ENCODING_LIMITS_EXCEEDED;
    default:
        return UA_BAD_DEVICE_FAILURE;
    }
}
