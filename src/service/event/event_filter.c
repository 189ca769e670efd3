/* SPDX-License-Identifier: Apache-2.0 */
#include "service/event/event_filter.h"

#include "wire/reader.h"

#include <stdlib.h>

enum { DECODED_BYTES = 2 << 20, LEAST_SIZE = 4 << 10 };

static ua_status decode(struct event_filter *f, struct slice encoded, struct ua_event_filter *out)
{
    struct slice bytes;
    if (encoded.len > EVENT_FILTER_BYTES)
        return UA_BAD_ENCODING_LIMITS_EXCEEDED;
    if (!arena_copy(&f->arena, encoded, &bytes))
        return UA_BAD_OUT_OF_MEMORY;
    struct reader r;
    reader_init(&r, bytes, &f->arena);
    ua_event_filter_read(&r, out);
    return r.status;
}

static ua_status check_counts(const struct ua_event_filter *in)
{
    size_t operands = 0;
    if (in->select_clauses_len == 0)
        return UA_BAD_EVENT_FILTER_INVALID;
    for (size_t i = 0; i < in->where_clause.elements_len; i++)
        operands += 1 + in->where_clause.elements[i].filter_operands_len;
    bool fits = in->select_clauses_len <= EVENT_FILTER_FIELDS && operands <= EVENT_FILTER_OPERANDS;
    return fits ? UA_GOOD : UA_BAD_TOO_MANY_OPERATIONS;
}

static ua_status parse_fields(const struct filter_reading *reading, const struct ua_event_filter *in,
                              struct event_filter *f, struct ua_event_filter_result *result, bool *any_good,
                              bool *any_bad)
{
    size_t count = in->select_clauses_len;
    struct event_operand *fields = arena_alloc(reading->kept, count, sizeof *fields);
    ua_status *statuses = arena_alloc(reading->told, count, sizeof *statuses);
    if (!fields || !statuses)
        return UA_BAD_OUT_OF_MEMORY;
    for (size_t i = 0; i < count; i++) {
        statuses[i] = event_operand_parse(reading, &in->select_clauses[i], &fields[i]);
        if (statuses[i] == UA_BAD_OUT_OF_MEMORY)
            return UA_BAD_OUT_OF_MEMORY;
        *(statuses[i] ? any_bad : any_good) = true;
    }
    f->fields = fields;
    f->field_count = count;
    result->select_clause_results = statuses;
    result->select_clause_results_len = count;
    return UA_GOOD;
}

static ua_status parse(const struct filter_reading *reading, struct slice encoded, struct event_filter *f,
                       struct ua_event_filter_result *result)
{
    struct ua_event_filter in = {0};
    struct ua_event_filter_result told = {0};
    bool any_good = false, any_bad = false;
    ua_status status = decode(f, encoded, &in);
    if (!status)
        status = check_counts(&in);
    if (!status)
        status = parse_fields(reading, &in, f, &told, &any_good, &any_bad);
    if (status)
        return status;
    status = where_clause_parse(reading, &in.where_clause, &f->where, &told.where_clause_result);
    if (status == UA_BAD_OUT_OF_MEMORY)
        return status;
    if (status || any_bad)
        *result = told;
    return any_good ? status : UA_BAD_EVENT_FILTER_INVALID;
}

ua_status event_filter_new(const struct space *s, struct slice encoded, struct arena *told,
                           struct event_filter **out, struct ua_event_filter_result *result)
{
    *out = NULL;
    *result = (struct ua_event_filter_result){0};
    struct event_filter *f = calloc(1, sizeof *f);
    if (!f)
        return UA_BAD_OUT_OF_MEMORY;
    arena_init(&f->arena, DECODED_BYTES);
    ua_status status = parse(&(struct filter_reading){s, &f->arena, told}, encoded, f, result);
    if (status) {
        event_filter_free(f);
        return status;
    }
    *out = f;
    return UA_GOOD;
}

void event_filter_free(struct event_filter *f)
{
    if (!f)
        return;
    arena_clear(&f->arena);
    free(f);
}

size_t event_filter_size(const struct event_filter *f)
{
    return f->arena.used > LEAST_SIZE ? f->arena.used : LEAST_SIZE;
}

bool event_filter_passes(const struct event_filter *f, const struct event_view *e, struct arena *arena)
{
    return where_clause_passes(&f->where, e, arena);
}

void event_filter_select(const struct event_filter *f, const struct event_view *e, struct arena *arena,
                         struct writer *w)
{
    write_array_len(w, f->field_count);
    for (size_t i = 0; i < f->field_count; i++) {
        struct ua_variant value = event_operand_value(&f->fields[i], e, arena);
        write_variant(w, &value);
    }
}
