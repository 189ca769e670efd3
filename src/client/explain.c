/* SPDX-License-Identifier: Apache-2.0 */
#include "client/client.h"

#include <stdarg.h>
#include <stdio.h>

/* What a person can make of a status. */
static const struct {
    ua_status status;
    enum err code;
    const char *meaning;
} meanings[] = {
    {UA_BAD_TIMEOUT, ERR_TIMEOUT, "nothing came in time"},
    {UA_BAD_NO_COMMUNICATION, ERR_GONE, "the device is unplugged or cannot be reached"},
    {UA_BAD_RESOURCE_UNAVAILABLE, ERR_BUSY, "the device is in use by another program"},
    {UA_BAD_DEVICE_FAILURE, ERR_IO, "the device failed, or the server may not use it"},
    {UA_BAD_NODE_ID_UNKNOWN, ERR_NOT_FOUND, "the server has no such node"},
    {UA_BAD_NODE_ID_INVALID, ERR_INVALID, "the server takes this for no NodeId"},
    {UA_BAD_NO_MATCH, ERR_NOT_FOUND, "the server has no such node"},
    {UA_BAD_ATTRIBUTE_ID_INVALID, ERR_INVALID, "the node is no Variable and has no value"},
    {UA_BAD_NOT_READABLE, ERR_DENIED, "the node cannot be read"},
    {UA_BAD_USER_ACCESS_DENIED, ERR_DENIED, "this user may not do it; --user NAME logs in as another"},
    {UA_BAD_IDENTITY_TOKEN_INVALID, ERR_DENIED, "the server takes no such user, or no anonymous ones"},
    {UA_BAD_IDENTITY_TOKEN_REJECTED, ERR_DENIED, "the server takes no such user, or no anonymous ones"},
    {UA_BAD_SECURITY_MODE_REJECTED, ERR_UNSUPPORTED, "the server wants other security, such as encryption"},
    {UA_BAD_SECURITY_POLICY_REJECTED, ERR_UNSUPPORTED, "the server wants other security, such as encryption"},
    {UA_BAD_CERTIFICATE_INVALID, ERR_DENIED, "the server's certificate is not that of its channel"},
    {UA_BAD_APPLICATION_SIGNATURE_INVALID, ERR_DENIED, "the server does not have the key to its certificate"},
    {UA_BAD_SECURITY_CHECKS_FAILED, ERR_DENIED, "the server does not trust this client"},
    {UA_BAD_TOO_MANY_SESSIONS, ERR_LIMIT, "the server has no room for one more; close another client first"},
    {UA_BAD_TOO_MANY_SUBSCRIPTIONS, ERR_LIMIT, "the server has no room for one more Subscription"},
    {UA_BAD_TOO_MANY_MONITORED_ITEMS, ERR_LIMIT, "the server has no room for one more MonitoredItem"},
    {UA_BAD_SERVICE_UNSUPPORTED, ERR_UNSUPPORTED, "the server does not offer this service"},
    {UA_BAD_RESPONSE_TOO_LARGE, ERR_LIMIT, "the answer is larger than client and server allow"},
    {UA_BAD_ENCODING_LIMITS_EXCEEDED, ERR_LIMIT, "it is larger than client and server allow"},
    {UA_BAD_FILTER_NOT_ALLOWED, ERR_UNSUPPORTED, "the server does not filter the values of this node"},
    {UA_BAD_MONITORED_ITEM_FILTER_UNSUPPORTED, ERR_UNSUPPORTED, "the server does not know such filters"},
    {UA_BAD_DEADBAND_FILTER_INVALID, ERR_INVALID, "the server does not take this deadband"},
    {UA_BAD_DECODING_ERROR, ERR_INVALID, "the answer is malformed"},
    {UA_BAD_UNKNOWN_RESPONSE, ERR_INVALID, "the answer is of the wrong kind"},
    {UA_BAD_SHUTDOWN, ERR_CLOSED, "the server is shutting down"},
    {UA_BAD_SERVER_HALTED, ERR_CLOSED, "the server has stopped"},
    {UA_BAD_SECURE_CHANNEL_CLOSED, ERR_CLOSED, "the connection is closed"},
    {UA_BAD_CONNECTION_CLOSED, ERR_CLOSED, "the connection is closed"},
    {UA_BAD_SESSION_CLOSED, ERR_CLOSED, "the server closed the session"},
    {UA_BAD_SESSION_ID_INVALID, ERR_CLOSED, "the server has forgotten the session"},
    {UA_BAD_OUT_OF_MEMORY, ERR_NO_MEMORY, "no memory"},
};

int client_explain(struct err_text *why, ua_status status, const char *fmt, ...)
{
    char what[sizeof why->text];
    va_list args;
    va_start(args, fmt);
    vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    const char *name = ua_status_name(status);
    char number[16];
    snprintf(number, sizeof number, "0x%08X", status);
    for (size_t i = 0; i < ARRAY_LEN(meanings); i++)
        if (meanings[i].status == (status & 0xFFFF0000u))
            return err_set(why, meanings[i].code, "%s: %s (%s)", what, meanings[i].meaning,
                           name ? name : number);
    return err_set(why, ERR_IO, "%s: %s", what, name ? name : number);
}
