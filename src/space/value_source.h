/* SPDX-License-Identifier: Apache-2.0
 * Where the value of a Variable comes from when it is not simply stored: at once, or later.
 *
 * A picture takes time. A source that cannot answer now keeps the `value_answer` and gives later, on the loop
 * thread; nobody is held up meanwhile. Every answer is given exactly once, or cancelled. */
#ifndef UACAM_SPACE_VALUE_SOURCE_H
#define UACAM_SPACE_VALUE_SOURCE_H

#include "base/arena.h"
#include "wire/types.h"

struct node;

/* One awaited value; lives in the asker until given or cancelled. */
struct value_answer {
    /* Takes the value in; `value` and what it borrows live until return. */
    void (*give)(struct value_answer *a, const struct ua_data_value *value);
    double max_age_ms;   /* Part 4 §5.11.2.2; >= 0 */
    int64_t deadline_ns; /* monotonic: give something by then, if only a Bad_Timeout */
    struct arena *arena; /* for building the value; lives at least until `give` returns */
    void *parked;        /* the source's own while it keeps the answer; NULL otherwise */
};

/* A value that is being written; lives in the asker until done or cancelled. */
struct value_write {
    /* Good, or why not; exactly once. */
    void (*done)(struct value_write *w, ua_status status);
    int64_t deadline_ns; /* monotonic: be done by then */
    uint32_t session_key;
    void *parked; /* the source's own while it keeps the write; NULL otherwise */
};

/* Somebody wants to be told of new values: a monitored item of a source that samples itself. */
struct value_watch {
    void (*sample)(struct value_watch *w, const struct ua_data_value *value);
    double interval_ms;      /* revised sampling interval; 0: every new value */
    double deadband_percent; /* report only when more has changed; 0: none */
    void *state;             /* the source's own */
};

/* A row of functions, shared by many nodes; `user` is the node's own (struct variable). */
struct value_source {
    /* Gives now or later. */
    void (*read)(void *user, const struct node *n, struct value_answer *a);

    /* The asker of a parked answer is gone: do not give. NULL when `read` always gives before it returns. */
    void (*cancel)(void *user, struct value_answer *a);

    /* Takes a value whose type was checked, borrowed until return; done now or later. NULL: not writable. */
    void (*write)(void *user, const struct node *n, const struct ua_data_value *value, struct value_write *w);

    /* The asker of a parked write is gone: do not call `done`. NULL when `write` is always done before it
     * returns. */
    void (*cancel_write)(void *user, struct value_write *w);

    /* Samples by itself from now on, the first sample as soon as there is one. NULL: whoever monitors reads
     * at the interval. A call with an active watch takes its new interval and deadband over. Before its node
     * is removed a source gives each watch one last sample with Bad_NodeIdUnknown and forgets it. */
    ua_status (*watch)(void *user, const struct node *n, struct value_watch *w);
    void (*unwatch)(void *user, struct value_watch *w);
};

/* One call of a Method; lives in the asker until given or cancelled. */
struct method_call {
    /* `results` holds one status for each input argument or NULL; `outputs` live until return. */
    void (*give)(struct method_call *m, ua_status status, const struct ua_variant *outputs,
                 size_t output_count);
    const struct node *object;
    const struct node *method;
    const struct ua_variant *inputs; /* checked against InputArguments; gone when `call` returns */
    size_t input_count;
    uint32_t session_key; /* tells callers apart: a FileType's handles belong to a session */
    int64_t deadline_ns;
    struct arena *arena;
    void *parked;
};

struct method_handler {
    void (*call)(void *user, struct method_call *m);
    void (*cancel)(void *user, struct method_call *m); /* NULL when `call` always gives before it returns */
};

#endif
