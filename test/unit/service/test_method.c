/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "stage.h"

struct world {
    struct stage stage;
    struct client client;
};

static int setup(void **state)
{
    struct world *w = test_calloc(1, sizeof *w);
    stage_init(&w->stage, &server_default_limits);
    stage_add(&w->stage, "a", UA_INT32, ua_variant_int32(1));
    stage_add(&w->stage, "b", UA_INT32, ua_variant_int32(2));
    client_connect(&w->client, &w->stage);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    client_disconnect(&w->client);
    stage_clear(&w->stage);
    test_free(w);
    return 0;
}

static const struct ua_call_method_result *call(struct client *c, uint32_t method, struct ua_variant *inputs,
                                                size_t count)
{
    struct ua_call_method_request what = {
        .object_id = ua_nodeid_numeric(0, UA_ID_SERVER),
        .method_id = ua_nodeid_numeric(0, method),
        .input_arguments = inputs,
        .input_arguments_len = count,
    };
    struct ua_call_request req = {.methods_to_call = &what, .methods_to_call_len = 1};
    const struct ua_call_response *r =
        client_call(c, &ua_call_request_structure, &req, &ua_call_response_structure);
    assert_int_equal(r->results_len, 1);
    return &r->results[0];
}

static void test_get_monitored_items(void **state)
{
    struct world *w = *state;
    uint32_t sub = client_subscribe(&w->client, 100);
    uint32_t a = client_monitor(&w->client, sub, (struct item_wish){.name = "a", .handle = 70});
    uint32_t b = client_monitor(&w->client, sub, (struct item_wish){.name = "b", .handle = 71});
    struct ua_variant id = ua_variant_uint32(sub);
    const struct ua_call_method_result *r = call(&w->client, UA_ID_SERVER_GETMONITOREDITEMS, &id, 1);
    assert_int_equal(r->status_code, UA_GOOD);
    assert_int_equal(r->output_arguments_len, 2);
    const uint32_t *server = r->output_arguments[0].array, *client = r->output_arguments[1].array;
    assert_int_equal(r->output_arguments[0].len, 2);
    assert_int_equal(server[0], a);
    assert_int_equal(server[1], b);
    assert_int_equal(client[0], 70);
    assert_int_equal(client[1], 71);
}

static void test_resend_data(void **state)
{
    struct world *w = *state;
    uint32_t sub = client_subscribe(&w->client, 100);
    client_monitor(&w->client, sub, (struct item_wish){.name = "a"});
    client_publish(&w->client);
    stage_pass(&w->stage, 300);
    assert_non_null(data_changes(client_published(&w->client)));
    client_publish(&w->client);
    stage_pass(&w->stage, 300);
    assert_null(client_published(&w->client));
    struct ua_variant id = ua_variant_uint32(sub);
    assert_int_equal(call(&w->client, UA_ID_SERVER_RESENDDATA, &id, 1)->status_code, UA_GOOD);
    stage_pass(&w->stage, 300);
    const struct ua_data_change_notification *again = data_changes(client_published(&w->client));
    assert_int_equal(again->monitored_items_len, 1);
    assert_int_equal(again->monitored_items[0].value.value.int32, 1);
}

static void test_arguments(void **state)
{
    struct world *w = *state;
    struct ua_variant inputs[] = {ua_variant_uint32(12345), ua_variant_uint32(1)};
    assert_int_equal(call(&w->client, UA_ID_SERVER_RESENDDATA, inputs, 1)->status_code,
                     UA_BAD_SUBSCRIPTION_ID_INVALID);
    assert_int_equal(call(&w->client, UA_ID_SERVER_RESENDDATA, inputs, 0)->status_code,
                     UA_BAD_ARGUMENTS_MISSING);
    assert_int_equal(call(&w->client, UA_ID_SERVER_RESENDDATA, inputs, 2)->status_code,
                     UA_BAD_TOO_MANY_ARGUMENTS);
    inputs[0] = ua_variant_boolean(true);
    const struct ua_call_method_result *r = call(&w->client, UA_ID_SERVER_RESENDDATA, inputs, 1);
    assert_int_equal(r->status_code, UA_BAD_INVALID_ARGUMENT);
    assert_int_equal(r->input_argument_results_len, 1);
    assert_int_equal(r->input_argument_results[0], UA_BAD_TYPE_MISMATCH);
    assert_int_equal(call(&w->client, UA_ID_SERVER_SERVERSTATUS, inputs, 1)->status_code,
                     UA_BAD_METHOD_INVALID);
}

static void test_subscriptions_of_others(void **state)
{
    struct world *w = *state;
    struct client other;
    client_connect(&other, &w->stage);
    struct ua_variant id = ua_variant_uint32(client_subscribe(&other, 100));
    assert_int_equal(call(&w->client, UA_ID_SERVER_GETMONITOREDITEMS, &id, 1)->status_code,
                     UA_BAD_USER_ACCESS_DENIED);
    client_disconnect(&other);
}

static bool is_executable(struct client *c, uint32_t method)
{
    struct ua_read_value_id id = {.node_id = ua_nodeid_numeric(0, method),
                                  .attribute_id = ATTRIBUTE_USER_EXECUTABLE};
    struct ua_read_request req = {.nodes_to_read = &id, .nodes_to_read_len = 1};
    const struct ua_read_response *r =
        client_call(c, &ua_read_request_structure, &req, &ua_read_response_structure);
    return r->results[0].value.boolean;
}

static ua_status call_as(struct world *w, enum role role)
{
    client_disconnect(&w->client);
    w->stage.access.anonymous_role = role;
    client_connect(&w->client, &w->stage);
    struct ua_variant id = ua_variant_uint32(client_subscribe(&w->client, 100));
    ua_status status = call(&w->client, UA_ID_SERVER_RESENDDATA, &id, 1)->status_code;
    assert_int_equal(is_executable(&w->client, UA_ID_SERVER_RESENDDATA), status != UA_BAD_USER_ACCESS_DENIED);
    return status;
}

static void test_guards(void **state)
{
    struct world *w = *state;
    struct node *n = space_ns0(w->stage.space, UA_ID_SERVER_RESENDDATA);
    assert_int_equal(call_as(w, ROLE_ANONYMOUS), UA_GOOD); /* it only looks */
    n->guard = GUARD_OPERATOR;
    assert_int_equal(call_as(w, ROLE_ANONYMOUS), UA_BAD_USER_ACCESS_DENIED);
    assert_int_equal(call_as(w, ROLE_OBSERVER), UA_BAD_USER_ACCESS_DENIED);
    assert_int_equal(call_as(w, ROLE_OPERATOR), UA_GOOD);
    n->guard = GUARD_ADMINISTRATOR;
    assert_int_equal(call_as(w, ROLE_OPERATOR), UA_BAD_USER_ACCESS_DENIED);
    assert_int_equal(call_as(w, ROLE_ADMINISTRATOR), UA_GOOD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_get_monitored_items, setup, teardown),
        cmocka_unit_test_setup_teardown(test_resend_data, setup, teardown),
        cmocka_unit_test_setup_teardown(test_arguments, setup, teardown),
        cmocka_unit_test_setup_teardown(test_subscriptions_of_others, setup, teardown),
        cmocka_unit_test_setup_teardown(test_guards, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
