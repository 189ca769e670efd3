/* SPDX-License-Identifier: Apache-2.0 */
#include "service/results.h"

bool results_begin(struct results *results, struct request *r, size_t count)
{
    *results = (struct results){.request = r, .count = count, .starting = true};
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

static bool is_complete(const struct results *results)
{
    return results->ready == results->count;
}

/* Appends empty diagnosticInfos: the end of the request. */
static void send_response(struct results *results)
{
    write_array_len(&results->writer, 0);
    request_send(results->request, &results->rope, &results->writer);
}

/* Result `next` is in the response: those behind it that came early follow. */
static void catch_up(struct results *results)
{
    results->next++;
    while (results->next < results->count && results->slots[results->next].ready) {
        struct rope *aside = &results->slots[results->next++].aside;
        if (rope_append_rope(&results->rope, aside))
            writer_fail(&results->writer, UA_BAD_ENCODING_LIMITS_EXCEEDED);
        rope_clear(aside);
    }
}

void results_written(struct results *results, size_t i, struct writer *used)
{
    results->slots[i].ready = true;
    results->ready++;
    if (used->status)
        writer_fail(&results->writer, used->status);
    if (i == results->next)
        catch_up(results);
    if (!results->starting && is_complete(results))
        send_response(results);
}

void results_started(struct results *results, void (*cancel)(struct request *r), void *parked)
{
    results->starting = false;
    if (is_complete(results))
        send_response(results);
    else
        request_park(results->request, cancel, parked);
}

void results_clear(struct results *results)
{
    for (size_t i = results->next; i < results->count; i++)
        if (results->slots[i].ready)
            rope_clear(&results->slots[i].aside);
    rope_clear(&results->rope);
}
