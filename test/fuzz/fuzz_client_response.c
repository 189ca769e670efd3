/* SPDX-License-Identifier: Apache-2.0
 * What a server answers: one byte chooses the structure that is awaited, the rest is the message body. */
#include "client/response.h"
#include "wire/messages_gen.h"

#include <stdlib.h>

enum { MAX_DECODED = 1 << 20 };

static const struct ua_structure *const awaited[] = {
    &ua_create_session_response_structure,
    &ua_activate_session_response_structure,
    &ua_close_session_response_structure,
    &ua_read_response_structure,
    &ua_browse_response_structure,
    &ua_translate_browse_paths_to_node_ids_response_structure,
    &ua_create_subscription_response_structure,
    &ua_create_monitored_items_response_structure,
    &ua_publish_response_structure,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct arena arena;
    const void *out;
    arena_init(&arena, MAX_DECODED);
    ua_status status = response_read((struct slice){data + 1, size - 1},
                                     awaited[data[0] % ARRAY_LEN(awaited)], &arena, &out);
    if (ua_is_bad(status) != (out == NULL))
        abort();
    arena_clear(&arena);
    return 0;
}
