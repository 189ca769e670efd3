/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "stage.h"

enum { PATIENCE_S = 20 };

int stage_setup(void **state)
{
    struct stage *s = test_calloc(1, sizeof *s);
    struct camera_config config = {
        .linger_ns = 0,
        .capture_timeout_ns = PATIENCE_S * NS_PER_S,
        .image.quality = 85,
    };
    struct camera *camera;
    assert_int_equal(loop_new(&s->loop, NULL), 0);
    s->cameras = camera_set_new(s->loop, &config);
    assert_non_null(s->cameras);
    assert_int_equal(camera_set_add(s->cameras, "sim:?size=64x48&id=one", NULL, &camera, NULL), 0);
    s->space = space_new(slice_of("urn:host:uacam"));
    assert_int_equal(model_new(s->space, s->cameras, loop_timers(s->loop), &s->model), UA_GOOD);
    assert_int_equal(space_add_namespace(s->space, slice_of(MODEL_NAMESPACE), &s->ns), 0);
    arena_init(&s->arena, 1 << 20);
    *state = s;
    return 0;
}

int stage_teardown(void **state)
{
    struct stage *s = *state;
    blob_unref(s->picture);
    arena_clear(&s->arena);
    model_free(s->model);
    camera_set_free(s->cameras);
    space_free(s->space);
    loop_free(s->loop);
    test_free(s);
    return 0;
}

struct node *stage_find(struct stage *s, const char *text)
{
    struct ua_nodeid id = ua_nodeid_string(s->ns, slice_of(text));
    return space_find(s->space, &id);
}

static void keep_picture(struct stage *s, const struct ua_variant *v)
{
    if (!v->blob)
        return;
    blob_unref(s->picture);
    s->picture = blob_ref(v->blob);
}

static void too_long(struct timer *t)
{
    (void)t;
    fail_msg("no answer came");
}

/* Runs the loop until *given. */
static void wait_for(struct stage *s, const bool *given)
{
    s->patience.callback = too_long;
    assert_int_equal(timer_start_in(loop_timers(s->loop), &s->patience, PATIENCE_S * NS_PER_S), 0);
    while (!*given)
        loop_run(s->loop);
    timer_stop(loop_timers(s->loop), &s->patience);
}

struct asking {
    struct value_answer answer;
    struct stage *stage;
    bool given;
};

static void value_given(struct value_answer *a, const struct ua_data_value *value)
{
    struct asking *asking = container_of(a, struct asking, answer);
    asking->stage->value = *value;
    keep_picture(asking->stage, &value->value);
    asking->given = true;
    loop_stop(asking->stage->loop);
}

const struct ua_data_value *stage_read(struct stage *s, const char *text)
{
    struct node *n = stage_find(s, text);
    assert_non_null(n);
    struct asking asking = {
        .answer = {.give = value_given, .deadline_ns = INT64_MAX, .arena = &s->arena},
        .stage = s,
    };
    n->variable.source->read(n->variable.source_user, n, &asking.answer);
    wait_for(s, &asking.given);
    return &s->value;
}

struct writing {
    struct value_write write;
    struct stage *stage;
    ua_status status;
    bool done;
};

static void written(struct value_write *w, ua_status status)
{
    struct writing *writing = container_of(w, struct writing, write);
    writing->status = status;
    writing->done = true;
    loop_stop(writing->stage->loop);
}

ua_status stage_write(struct stage *s, const char *text, struct ua_variant value)
{
    struct node *n = stage_find(s, text);
    assert_non_null(n);
    struct ua_data_value v = {.value = value, .has_value = true};
    struct writing writing = {.write = {.done = written, .deadline_ns = INT64_MAX}, .stage = s};
    n->variable.source->write(n->variable.source_user, n, &v, &writing.write);
    wait_for(s, &writing.done);
    return writing.status;
}

struct calling {
    struct method_call call;
    struct stage *stage;
    bool given;
};

static void result_given(struct method_call *m, ua_status status, const struct ua_variant *outputs,
                         size_t count)
{
    struct calling *calling = container_of(m, struct calling, call);
    struct stage *s = calling->stage;
    s->called = status;
    s->output = count ? outputs[0] : (struct ua_variant){0};
    if (count)
        keep_picture(s, &outputs[0]);
    calling->given = true;
    loop_stop(s->loop);
}

ua_status stage_call(struct stage *s, const char *text, uint32_t session_key, const struct ua_variant *inputs,
                     size_t input_count)
{
    struct node *n = stage_find(s, text);
    assert_non_null(n);
    struct calling calling = {
        .call = {.give = result_given,
                 .method = n,
                 .inputs = inputs,
                 .input_count = input_count,
                 .session_key = session_key,
                 .deadline_ns = INT64_MAX,
                 .arena = &s->arena},
        .stage = s,
    };
    n->method.handler->call(n->method.handler_user, &calling.call);
    wait_for(s, &calling.given);
    return s->called;
}
