/* SPDX-License-Identifier: Apache-2.0
 * NumericRange (Part 4 §7.27): a part of an array, a matrix, a String or a ByteString. Any thread. */
#ifndef UACAM_SERVICE_ATTRIBUTE_INDEX_RANGE_H
#define UACAM_SERVICE_ATTRIBUTE_INDEX_RANGE_H

#include "base/arena.h"
#include "wire/types.h"

enum { INDEX_RANGE_MAX_DIMS = 4 };

/* count 0: everything. */
struct index_range {
    size_t count;
    struct {
        uint32_t first, last; /* inclusive */
    } dims[INDEX_RANGE_MAX_DIMS];
};

/* Bad_IndexRangeInvalid. The empty text is everything. */
must_check ua_status index_range_parse(struct slice text, struct index_range *out);

/* The part of `in`, as a variant that borrows from it and from the arena. A blob stays shared.
 * Bad_IndexRangeNoData, also for a range that does not fit the value's shape; Bad_OutOfMemory. */
must_check ua_status index_range_cut(const struct index_range *range, struct arena *arena,
                                     const struct ua_variant *in, struct ua_variant *out);

#endif
