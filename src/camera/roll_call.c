/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/roll_call.h"

#include <string.h>

static bool same_key(const struct camera_identity *known, const struct camera_identity *found)
{
    return known->key[0] && strcmp(known->key, found->key) == 0;
}

static bool same_id(const struct camera_identity *known, const struct camera_identity *found)
{
    return strcmp(known->id, found->id) == 0;
}

/* Where a camera with a key was may be another one now. */
static bool same_place(const struct camera_identity *known, const struct camera_identity *found)
{
    return !known->key[0] && strcmp(known->uri, found->uri) == 0;
}

static bool is_taken(const size_t *who, size_t found_count, size_t known)
{
    for (size_t i = 0; i < found_count; i++)
        if (who[i] == known)
            return true;
    return false;
}

void roll_call(const struct camera_identity *const *known, size_t known_count,
               const struct camera_identity *found, size_t found_count, size_t *who)
{
    static bool (*const signs[])(const struct camera_identity *known,
                                 const struct camera_identity *found) = {same_key, same_id, same_place};
    for (size_t i = 0; i < found_count; i++)
        who[i] = ROLL_CALL_NOBODY;
    for (size_t sign = 0; sign < ARRAY_LEN(signs); sign++)
        for (size_t i = 0; i < found_count; i++)
            for (size_t k = 0; k < known_count && who[i] == ROLL_CALL_NOBODY; k++)
                if (known[k] && signs[sign](known[k], &found[i]) && !is_taken(who, found_count, k))
                    who[i] = k;
}
