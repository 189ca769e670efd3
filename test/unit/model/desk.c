/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "desk.h"

#include "wire/reader.h"

#include <stdio.h>

static void changed(void *user, const struct node *affected, unsigned verbs)
{
    struct desk *d = user;
    snprintf(d->affected, sizeof d->affected, "%.*s", SLICE_ARGS(affected->id.string));
    d->verbs = verbs;
    d->changes++;
}

int desk_setup(void **state)
{
    struct desk *d = test_calloc(1, sizeof *d);
    d->time = fake_clock(NS_PER_S);
    timers_init(&d->timers, &d->time.clock);
    d->space = space_new(slice_of("urn:host:uacam"));
    assert_int_equal(model_new(d->space, NULL, &d->timers, &d->model), UA_GOOD);
    assert_int_equal(space_add_namespace(d->space, slice_of(MODEL_NAMESPACE), &d->ns), 0);
    model_observe(d->model, &(struct model_observer){.changed = changed, .user = d});
    arena_init(&d->arena, 1 << 20);
    fake_camera_init(&d->one, "one");
    fake_camera_init(&d->two, "two");
    *state = d;
    return 0;
}

int desk_teardown(void **state)
{
    struct desk *d = *state;
    model_free(d->model);
    space_free(d->space);
    timers_clear(&d->timers);
    arena_clear(&d->arena);
    fake_camera_clear(&d->one);
    fake_camera_clear(&d->two);
    test_free(d);
    return 0;
}

void desk_add(struct desk *d, struct camera *c)
{
    (void)d;
    fake_observer.added(fake_observer.user, c);
}

void desk_pass(struct desk *d, int64_t ms)
{
    int64_t end = d->time.mono + ms * NS_PER_MS;
    while (timers_next(&d->timers) <= end) {
        int64_t next = timers_next(&d->timers);
        if (next > d->time.mono) {
            d->time.utc += next - d->time.mono;
            d->time.mono = next;
        }
        timers_run(&d->timers);
    }
    d->time.utc += end - d->time.mono;
    d->time.mono = end;
}

struct node *desk_find(struct desk *d, const char *text)
{
    struct ua_nodeid id = ua_nodeid_string(d->ns, slice_of(text));
    return space_find(d->space, &id);
}

struct ua_variant desk_stored(struct desk *d, const char *text)
{
    const struct node *n = desk_find(d, text);
    assert_non_null(n);
    struct slice copy;
    assert_true(arena_copy(&d->arena, n->variable.stored, &copy));
    struct reader r;
    reader_init(&r, copy, &d->arena);
    return read_variant(&r);
}

static const struct node *target(struct desk *d, struct waiting *w, const char *text)
{
    w->node = desk_find(d, text);
    assert_non_null(w->node);
    return w->node;
}

static void give(struct value_answer *a, const struct ua_data_value *value)
{
    struct waiting *w = container_of(a, struct waiting, answer);
    w->value = *value;
    w->given++;
}

void desk_read(struct desk *d, struct waiting *w, const char *text, double max_age_ms)
{
    const struct node *n = target(d, w, text);
    w->answer = (struct value_answer){
        .give = give,
        .max_age_ms = max_age_ms,
        .deadline_ns = d->time.mono + NS_PER_S,
        .arena = &d->arena,
    };
    n->variable.source->read(n->variable.source_user, n, &w->answer);
}

static void written(struct value_write *write, ua_status status)
{
    struct waiting *w = container_of(write, struct waiting, write);
    w->status = status;
    w->given++;
}

void desk_write(struct desk *d, struct waiting *w, const char *text, struct ua_variant value)
{
    const struct node *n = target(d, w, text);
    struct ua_data_value v = {.value = value, .has_value = true};
    assert_int_equal(space_check_type(d->space, &n->variable, &value), UA_GOOD);
    w->write = (struct value_write){.done = written, .deadline_ns = d->time.mono + NS_PER_S};
    n->variable.source->write(n->variable.source_user, n, &v, &w->write);
}

static void called(struct method_call *call, ua_status status, const struct ua_variant *outputs, size_t count)
{
    (void)outputs;
    assert_int_equal(count, 0);
    struct waiting *w = container_of(call, struct waiting, call);
    w->status = status;
    w->given++;
}

void desk_call(struct desk *d, struct waiting *w, const char *text)
{
    const struct node *n = target(d, w, text);
    w->call = (struct method_call){
        .give = called, .method = n, .deadline_ns = d->time.mono + NS_PER_S, .arena = &d->arena};
    n->method.handler->call(n->method.handler_user, &w->call);
}

static void told(struct value_watch *watch, const struct ua_data_value *value)
{
    struct waiting *w = container_of(watch, struct waiting, watch);
    w->value = *value;
    w->given++;
}

void desk_watch(struct desk *d, struct waiting *w, const char *text, double interval_ms)
{
    const struct node *n = target(d, w, text);
    w->watch.sample = told;
    w->watch.interval_ms = interval_ms;
    assert_int_equal(n->variable.source->watch(n->variable.source_user, n, &w->watch), UA_GOOD);
}

void desk_unwatch(struct waiting *w)
{
    w->node->variable.source->unwatch(w->node->variable.source_user, &w->watch);
}
