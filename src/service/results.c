/* SPDX-License-Identifier: Apache-2.0 */
#include "service/results.h"

#include <assert.h>

bool results_begin(struct results *results, struct request *r, size_t count)
{
    *results = (struct results){.request = r, .count = count};
    results->slots = request_alloc(r, count, sizeof *results->slots);
    if (!results->slots)
        return false;
    request_begin(r, &results->rope, &results->writer);
    write_array_len(&results->writer, count);
    return true;
}

struct writer *results_writer(struct results *results, size_t i, struct writer *aside)
{
    if (i == results->next)
        return &results->writer;
    rope_init(&results->slots[i].aside, results->rope.max);
    writer_init(aside, &results->slots[i].aside);
    return aside;
}

void results_written(struct results *results, size_t i, struct writer *used)
{
    results->slots[i].ready = true;
    results->ready++;
    if (used->status)
        writer_fail(&results->writer, used->status);
    if (i != results->next)
        return;
    results->next++;
    while (results->next < results->count && results->slots[results->next].ready) {
        struct rope *aside = &results->slots[results->next++].aside;
        if (rope_append_rope(&results->rope, aside))
            writer_fail(&results->writer, UA_BAD_ENCODING_LIMITS_EXCEEDED);
        rope_clear(aside);
    }
}

bool results_complete(const struct results *results)
{
    return results->ready == results->count;
}

void results_send(struct results *results)
{
    assert(results_complete(results));
    write_array_len(&results->writer, 0);
    request_send(results->request, &results->rope, &results->writer);
}

void results_clear(struct results *results)
{
    for (size_t i = results->next; i < results->count; i++)
        if (results->slots[i].ready)
            rope_clear(&results->slots[i].aside);
    rope_clear(&results->rope);
}
