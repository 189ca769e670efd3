/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/structure.h"

#include <stdlib.h>

static int compare_ids(uint32_t a, uint32_t b)
{
    return (a > b) - (a < b);
}

static int compare_encoding(const void *key, const void *row)
{
    return compare_ids(*(const uint32_t *)key, (*(const struct ua_structure *const *)row)->encoding_id);
}

static int compare_data_type(const void *key, const void *row)
{
    return compare_ids(*(const uint32_t *)key, (*(const struct ua_structure *const *)row)->data_type_id);
}

const struct ua_structure *ua_structure_by_encoding(uint32_t encoding_id)
{
    const struct ua_structure *const *row =
        bsearch(&encoding_id, ua_structures_by_encoding, ua_structure_count, sizeof *row, compare_encoding);
    return row ? *row : NULL;
}

const struct ua_structure *ua_structure_by_data_type(uint32_t data_type_id)
{
    const struct ua_structure *const *row = bsearch(&data_type_id, ua_structures_by_data_type,
                                                    ua_structure_count, sizeof *row, compare_data_type);
    return row ? *row : NULL;
}
