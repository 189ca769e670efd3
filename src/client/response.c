/* SPDX-License-Identifier: Apache-2.0 */
#include "client/response.h"

#include "wire/messages_gen.h"

/* `v` was read by a structure that begins with a response header. */
static ua_status result_of(const struct reader *r, const void *v)
{
    const struct ua_response_header *header = v;
    return r->status ? r->status : header->service_result;
}

ua_status response_read(struct slice body, const struct ua_structure *wanted, struct arena *arena,
                        const void **out)
{
    *out = NULL;
    struct reader r;
    reader_init(&r, body, arena);
    struct ua_nodeid type = read_nodeid(&r);
    if (r.status)
        return r.status;
    if (ua_nodeid_is(&type, ua_service_fault_structure.encoding_id)) {
        struct ua_service_fault fault = {0};
        ua_service_fault_read(&r, &fault);
        ua_status status = result_of(&r, &fault);
        return ua_is_bad(status) ? status : UA_BAD_UNKNOWN_RESPONSE;
    }
    if (!ua_nodeid_is(&type, wanted->encoding_id))
        return UA_BAD_UNKNOWN_RESPONSE;
    void *v = reader_alloc(&r, 1, wanted->size);
    if (!v)
        return r.status;
    wanted->read(&r, v);
    ua_status status = result_of(&r, v);
    if (ua_is_bad(status))
        return status;
    *out = v;
    return UA_GOOD;
}
