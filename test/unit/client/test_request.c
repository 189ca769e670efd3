/* SPDX-License-Identifier: Apache-2.0
 * Requests and their answers: in any order, late, wrong, or never. */
#include "support/unit.h"

#include "stage.h"

#include <string.h>

enum { PIPELINE = 1024 };

/* What the client got. */
struct answers {
    unsigned count, enough; /* then it closes */
    ua_status status[PIPELINE];
    uint32_t value[PIPELINE];
};

/* Requests that the server has not answered yet. */
struct kept {
    unsigned count;
    uint32_t ids[PIPELINE];
};

static struct stage s;
static struct answers answers;
static struct kept kept;

static int set_up(void **state)
{
    (void)state;
    answers = (struct answers){.enough = 1};
    kept = (struct kept){0};
    stage_init(&s);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    stage_clear(&s);
    return 0;
}

/* ---- both ends ---- */

static void answered(void *user, ua_status status, const void *response)
{
    unsigned asked = (unsigned)(uintptr_t)user;
    const struct ua_read_response *r = response;
    assert_true(answers.count < answers.enough);
    assert_int_equal(status == UA_GOOD, response != NULL);
    answers.status[asked] = status;
    answers.value[asked] = r && r->results_len ? r->results[0].value.uint32 : 0;
    if (++answers.count == answers.enough)
        client_close(s.client);
}

static ua_status ask(unsigned number, uint32_t timeout_ms)
{
    struct ua_nodeid node = ua_nodeid_numeric(1, number);
    return client_read(s.client, &node, 1, 0, timeout_ms, answered, (void *)(uintptr_t)number);
}

static void ask_once(struct stage *stage)
{
    (void)stage;
    assert_int_equal(ask(0, 0), UA_GOOD);
}

static void answer_value(struct stage *stage, uint32_t id, uint32_t value)
{
    struct ua_data_value v = {.value = ua_variant_uint32(value), .has_value = true};
    struct ua_read_response response = {.results = &v, .results_len = 1};
    stage_answer(stage, id, &ua_read_response_structure, &response);
}

static uint32_t asked_for(const void *request)
{
    const struct ua_read_request *r = request;
    assert_int_equal(r->nodes_to_read_len, 1);
    return r->nodes_to_read[0].node_id.numeric;
}

/* ---- in any order ---- */

static void keep_then_answer_backwards(struct stage *stage, uint32_t id, const struct ua_structure *type,
                                       const void *request)
{
    assert_ptr_equal(type, &ua_read_request_structure);
    assert_int_equal(asked_for(request), kept.count);
    kept.ids[kept.count++] = id;
    if (kept.count < 3)
        return;
    for (unsigned i = 3; i-- > 0;)
        answer_value(stage, kept.ids[i], 100 + i);
}

static void ask_thrice(struct stage *stage)
{
    (void)stage;
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(ask(i, 0), UA_GOOD);
}

static void answers_out_of_order(void **state)
{
    (void)state;
    answers.enough = 3;
    s.ready = ask_thrice;
    s.serve = keep_then_answer_backwards;
    stage_run(&s);
    assert_int_equal(answers.count, 3);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(answers.status[i], UA_GOOD);
        assert_int_equal(answers.value[i], 100 + i);
    }
    assert_true(s.saw_token);
}

/* ---- refused and wrong ---- */

static void fault_all(struct stage *stage, uint32_t id, const struct ua_structure *type, const void *request)
{
    (void)type;
    (void)request;
    stage_fault(stage, id, UA_BAD_SERVICE_UNSUPPORTED);
}

static void a_fault(void **state)
{
    (void)state;
    s.ready = ask_once;
    s.serve = fault_all;
    stage_run(&s);
    assert_int_equal(answers.count, 1);
    assert_int_equal(answers.status[0], UA_BAD_SERVICE_UNSUPPORTED);
}

static void answer_garbage(struct stage *stage, uint32_t id, const struct ua_structure *type,
                           const void *request)
{
    (void)type;
    (void)request;
    stage_send(stage, id, slice_of("\xff\xff\xff"));
}

static void garbage(void **state)
{
    (void)state;
    s.ready = ask_once;
    s.serve = answer_garbage;
    stage_run(&s);
    assert_int_equal(answers.status[0], UA_BAD_DECODING_ERROR);
    assert_int_equal(s.closed, 1); /* and the connection lives */
}

static void answer_another(struct stage *stage, uint32_t id, const struct ua_structure *type,
                           const void *request)
{
    (void)type;
    (void)request;
    answer_value(stage, id + 1000, 1); /* never asked */
    answer_value(stage, id, 7);
    answer_value(stage, id, 8); /* asked once only */
}

static void answers_to_nothing(void **state)
{
    (void)state;
    s.ready = ask_once;
    s.serve = answer_another;
    stage_run(&s);
    assert_int_equal(answers.count, 1);
    assert_int_equal(answers.value[0], 7);
}

/* ---- late ---- */

static void answered_late(void *user, ua_status status, const void *response)
{
    answered(user, status, response);
    assert_int_equal(status, UA_BAD_TIMEOUT);
}

static void ask_briefly(struct stage *stage)
{
    (void)stage;
    struct ua_nodeid node = ua_nodeid_numeric(1, 0);
    assert_int_equal(client_read(s.client, &node, 1, 0, 30, answered_late, NULL), UA_GOOD);
}

static void keep(struct stage *stage, uint32_t id, const struct ua_structure *type, const void *request)
{
    (void)stage;
    (void)type;
    (void)request;
    kept.ids[kept.count++] = id;
}

static void no_answer(void **state)
{
    (void)state;
    s.ready = ask_briefly;
    s.serve = keep;
    stage_run(&s);
    assert_int_equal(answers.count, 1);
    assert_int_equal(answers.status[0], UA_BAD_TIMEOUT);
    assert_int_equal(s.closed, 1);
}

static void hint(struct stage *stage, uint32_t id, const struct ua_structure *type, const void *request)
{
    (void)type;
    (void)request;
    assert_int_equal(stage->last_timeout_hint, 5000);
    answer_value(stage, id, 1);
}

static void the_server_learns_the_timeout(void **state)
{
    (void)state;
    s.ready = ask_once;
    s.serve = hint;
    stage_run(&s);
    assert_int_equal(answers.status[0], UA_GOOD);
}

/* ---- many ---- */

static void ask_too_much(struct stage *stage)
{
    for (unsigned i = 0; i < PIPELINE; i++)
        assert_int_equal(ask(i, 0), UA_GOOD);
    assert_int_equal(ask(0, 0), UA_BAD_TOO_MANY_OPERATIONS);
    client_close(stage->client);
    assert_int_equal(ask(0, 0), UA_BAD_SECURE_CHANNEL_CLOSED);
}

static void a_ceiling_and_a_forgetting(void **state)
{
    (void)state;
    answers.enough = 0; /* after client_close() nothing is answered */
    s.ready = ask_too_much;
    s.serve = fault_all;
    stage_run(&s);
    assert_int_equal(answers.count, 0);
    assert_int_equal(s.closed, 1);
}

static void hang_up(struct stage *stage, uint32_t id, const struct ua_structure *type, const void *request)
{
    (void)id;
    (void)type;
    (void)request;
    stage_hang_up(stage);
}

static void lost_under_way(void **state)
{
    (void)state;
    answers.enough = 0;
    s.ready = ask_once;
    s.serve = hang_up;
    stage_run(&s);
    assert_int_equal(answers.count, 0);
    assert_non_null(strstr(s.why.text, "has ended"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(answers_out_of_order),
        TEST(a_fault),
        TEST(garbage),
        TEST(answers_to_nothing),
        TEST(no_answer),
        TEST(the_server_learns_the_timeout),
        TEST(lost_under_way),
        TEST(a_ceiling_and_a_forgetting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
