/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "stage.h"

#include <string.h>

/* A source that answers when the test says so. */
struct slow {
    struct value_answer *waiting[8];
    size_t count;
    struct value_write *writing[8];
    int32_t written[8];
    size_t write_count;
    size_t cancelled;
};

static void slow_read(void *user, const struct node *n, struct value_answer *a)
{
    (void)n;
    struct slow *s = user;
    s->waiting[s->count++] = a;
}

static void slow_cancel(void *user, struct value_answer *a)
{
    (void)a;
    ((struct slow *)user)->cancelled++;
}

static void slow_write(void *user, const struct node *n, const struct ua_data_value *value,
                       struct value_write *w)
{
    (void)n;
    struct slow *s = user;
    s->written[s->write_count] = value->value.int32;
    s->writing[s->write_count++] = w;
}

static void slow_cancel_write(void *user, struct value_write *w)
{
    (void)w;
    ((struct slow *)user)->cancelled++;
}

static const struct value_source slow_source = {
    .read = slow_read,
    .cancel = slow_cancel,
    .write = slow_write,
    .cancel_write = slow_cancel_write,
};

static void give_int(struct value_answer *a, int32_t v)
{
    struct ua_data_value value = {.value = ua_variant_int32(v), .has_value = true};
    a->give(a, &value);
}

struct world {
    struct stage stage;
    struct client client;
    struct slow slow;
};

static int setup(void **state)
{
    struct world *w = test_calloc(1, sizeof *w);
    stage_init(&w->stage, &server_default_limits);
    stage_add(&w->stage, "number", UA_INT32, ua_variant_int32(42))->variable.access_level |= ACCESS_WRITE;
    stage_add(&w->stage, "text", UA_STRING, ua_variant_string(slice_of("hello")));
    stage_add_source(&w->stage, "slow", UA_INT32, &slow_source, &w->slow)->variable.access_level |=
        ACCESS_WRITE;
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

static struct ua_read_value_id value_of(const char *name)
{
    return (struct ua_read_value_id){
        .node_id = ua_nodeid_string(1, slice_of(name)),
        .attribute_id = ATTRIBUTE_VALUE,
    };
}

static uint32_t send_read(struct client *c, struct ua_read_value_id *ids, size_t count)
{
    struct ua_read_request req = {
        .timestamps_to_return = UA_TIMESTAMPS_TO_RETURN_BOTH,
        .nodes_to_read = ids,
        .nodes_to_read_len = count,
    };
    return client_send(c, &ua_read_request_structure, &req);
}

static const struct ua_data_value *read_all(struct client *c, struct ua_read_value_id *ids, size_t count)
{
    const struct ua_read_response *r = client_take(c, send_read(c, ids, count), &ua_read_response_structure);
    assert_non_null(r);
    assert_int_equal(r->results_len, count);
    return r->results;
}

static void test_read_values_and_faults(void **state)
{
    struct world *w = *state;
    struct ua_read_value_id ids[] = {value_of("number"), value_of("nobody"), value_of("text"),
                                     value_of("text"),   value_of("text"),   value_of("number")};
    ids[2].index_range = slice_of("1:3");
    ids[3].index_range = slice_of("3:1");
    ids[4].attribute_id = 99;
    ids[5].data_encoding.name = slice_of("Default XML");
    const struct ua_data_value *v = read_all(&w->client, ids, ARRAY_LEN(ids));
    assert_int_equal(v[0].value.int32, 42);
    assert_true(v[0].source_timestamp != 0 && v[0].server_timestamp != 0);
    assert_int_equal(v[1].status, UA_BAD_NODE_ID_UNKNOWN);
    assert_true(slice_is(v[2].value.bytes, "ell"));
    assert_int_equal(v[3].status, UA_BAD_INDEX_RANGE_INVALID);
    assert_int_equal(v[4].status, UA_BAD_ATTRIBUTE_ID_INVALID);
    assert_int_equal(v[5].status, UA_BAD_DATA_ENCODING_UNSUPPORTED);
}

static void test_read_attributes(void **state)
{
    struct world *w = *state;
    static const uint32_t attributes[] = {ATTRIBUTE_NODE_CLASS, ATTRIBUTE_BROWSE_NAME,
                                          ATTRIBUTE_DATA_TYPE,  ATTRIBUTE_VALUE_RANK,
                                          ATTRIBUTE_EXECUTABLE, ATTRIBUTE_ACCESS_LEVEL};
    struct ua_read_value_id ids[ARRAY_LEN(attributes)];
    for (size_t i = 0; i < ARRAY_LEN(attributes); i++) {
        ids[i] = value_of("number");
        ids[i].attribute_id = attributes[i];
    }
    const struct ua_data_value *v = read_all(&w->client, ids, ARRAY_LEN(ids));
    assert_int_equal(v[0].value.int32, NODE_VARIABLE);
    assert_true(slice_is(v[1].value.qualified_name.name, "number"));
    assert_true(ua_nodeid_is(&v[2].value.nodeid, UA_INT32));
    assert_int_equal(v[3].value.int32, VALUE_RANK_SCALAR);
    assert_int_equal(v[4].status, UA_BAD_ATTRIBUTE_ID_INVALID);
    assert_int_equal(v[5].value.byte, ACCESS_READ | ACCESS_WRITE);
    assert_int_equal(v[0].source_timestamp, 0); /* only Values have one */
}

static void test_read_is_refused_as_a_whole(void **state)
{
    struct world *w = *state;
    struct ua_read_value_id id = value_of("number");
    struct ua_read_request req = {.nodes_to_read = &id, .nodes_to_read_len = 1, .max_age = -1};
    assert_int_equal(client_refused(&w->client, &ua_read_request_structure, &req), UA_BAD_MAX_AGE_INVALID);
    req.max_age = __builtin_nan("");
    assert_int_equal(client_refused(&w->client, &ua_read_request_structure, &req), UA_BAD_MAX_AGE_INVALID);
    req.max_age = 0;
    req.timestamps_to_return = 4;
    assert_int_equal(client_refused(&w->client, &ua_read_request_structure, &req),
                     UA_BAD_TIMESTAMPS_TO_RETURN_INVALID);
    req.timestamps_to_return = 0;
    req.nodes_to_read_len = 0;
    assert_int_equal(client_refused(&w->client, &ua_read_request_structure, &req), UA_BAD_NOTHING_TO_DO);
}

/* Answers come in another order than the questions, a stored value stands between them. */
static void test_parked_read_keeps_order_and_holds_up_nobody(void **state)
{
    struct world *w = *state;
    struct ua_read_value_id ids[] = {value_of("slow"), value_of("number"), value_of("slow")};
    uint32_t parked = send_read(&w->client, ids, ARRAY_LEN(ids));
    assert_null(client_take(&w->client, parked, &ua_read_response_structure));
    struct ua_read_value_id other = value_of("number");
    assert_int_equal(read_all(&w->client, &other, 1)->value.int32, 42);
    give_int(w->slow.waiting[1], 2);
    assert_null(client_take(&w->client, parked, &ua_read_response_structure));
    give_int(w->slow.waiting[0], 1);
    const struct ua_read_response *r = client_take(&w->client, parked, &ua_read_response_structure);
    assert_int_equal(r->results[0].value.int32, 1);
    assert_int_equal(r->results[1].value.int32, 42);
    assert_int_equal(r->results[2].value.int32, 2);
}

static void test_cancelled_read(void **state)
{
    struct world *w = *state;
    struct ua_read_value_id ids[] = {value_of("slow"), value_of("slow")};
    uint32_t parked = send_read(&w->client, ids, ARRAY_LEN(ids));
    give_int(w->slow.waiting[1], 2);
    struct ua_cancel_request req = {.request_handle = parked};
    const struct ua_cancel_response *r =
        client_call(&w->client, &ua_cancel_request_structure, &req, &ua_cancel_response_structure);
    assert_int_equal(r->cancel_count, 1);
    assert_int_equal(client_take_fault(&w->client, parked), UA_BAD_REQUEST_CANCELLED_BY_CLIENT);
    assert_int_equal(w->slow.cancelled, 1);
}

static void test_lost_connection_cancels_reads(void **state)
{
    struct world *w = *state;
    struct ua_read_value_id id = value_of("slow");
    send_read(&w->client, &id, 1);
    client_reconnect(&w->client);
    assert_int_equal(w->slow.cancelled, 1);
}

static void test_too_large_response_becomes_a_fault(void **state)
{
    struct world *w = *state;
    static uint8_t bytes[5000];
    stage_add(&w->stage, "big", UA_BYTESTRING, ua_variant_bytestring((struct slice){bytes, sizeof bytes}));
    w->client.peer.max_response = 4000;
    struct ua_read_value_id big = value_of("big"), small = value_of("number");
    assert_int_equal(client_take_fault(&w->client, send_read(&w->client, &big, 1)),
                     UA_BAD_RESPONSE_TOO_LARGE);
    assert_int_equal(read_all(&w->client, &small, 1)->value.int32, 42);
}

static ua_status write(struct client *c, struct ua_write_value value)
{
    struct ua_write_request req = {.nodes_to_write = &value, .nodes_to_write_len = 1};
    const struct ua_write_response *r =
        client_call(c, &ua_write_request_structure, &req, &ua_write_response_structure);
    assert_int_equal(r->results_len, 1);
    return r->results[0];
}

static struct ua_write_value int_for(const char *name, int32_t v)
{
    return (struct ua_write_value){
        .node_id = ua_nodeid_string(1, slice_of(name)),
        .attribute_id = ATTRIBUTE_VALUE,
        .value = {.value = ua_variant_int32(v), .has_value = true},
    };
}

static void test_write(void **state)
{
    struct world *w = *state;
    struct ua_read_value_id id = value_of("number");
    assert_int_equal(write(&w->client, int_for("number", 7)), UA_GOOD);
    assert_int_equal(read_all(&w->client, &id, 1)->value.int32, 7);
    assert_int_equal(write(&w->client, int_for("text", 7)), UA_BAD_NOT_WRITABLE);
    assert_int_equal(write(&w->client, int_for("nobody", 7)), UA_BAD_NODE_ID_UNKNOWN);
    struct ua_write_value wrong = int_for("number", 0);
    wrong.value.value = ua_variant_double(1);
    assert_int_equal(write(&w->client, wrong), UA_BAD_TYPE_MISMATCH);
    wrong = int_for("number", 0);
    wrong.attribute_id = ATTRIBUTE_DISPLAY_NAME;
    assert_int_equal(write(&w->client, wrong), UA_BAD_NOT_WRITABLE);
    assert_int_equal(read_all(&w->client, &id, 1)->value.int32, 7);
}

static void connect_anew(struct world *w, enum role role)
{
    client_disconnect(&w->client);
    w->stage.access.anonymous_role = role;
    client_connect(&w->client, &w->stage);
}

static void test_who_looks_does_not_write(void **state)
{
    struct world *w = *state;
    struct ua_read_value_id id = value_of("number");
    id.attribute_id = ATTRIBUTE_USER_ACCESS_LEVEL;
    static const enum role lookers[] = {ROLE_ANONYMOUS, ROLE_OBSERVER};
    for (size_t i = 0; i < ARRAY_LEN(lookers); i++) {
        connect_anew(w, lookers[i]);
        assert_int_equal(write(&w->client, int_for("number", 7)), UA_BAD_USER_ACCESS_DENIED);
        assert_int_equal(read_all(&w->client, &id, 1)->value.byte, ACCESS_READ);
    }
    connect_anew(w, ROLE_OPERATOR);
    assert_int_equal(read_all(&w->client, &id, 1)->value.byte, ACCESS_READ | ACCESS_WRITE);
}

/* What is guarded more is not for operators. */
static void test_guards(void **state)
{
    struct world *w = *state;
    struct ua_nodeid number_id = ua_nodeid_string(1, slice_of("number"));
    struct node *number = space_find(w->stage.space, &number_id);
    struct ua_read_value_id id = value_of("number");
    number->guard = GUARD_ADMINISTRATOR;
    assert_int_equal(write(&w->client, int_for("number", 7)), UA_BAD_USER_ACCESS_DENIED);
    assert_int_equal(read_all(&w->client, &id, 1)->status, UA_GOOD);
    number->guard = GUARD_SECRET;
    assert_int_equal(read_all(&w->client, &id, 1)->status, UA_BAD_USER_ACCESS_DENIED);
    connect_anew(w, ROLE_OBSERVER);
    number->guard = GUARD_EVERYBODY; /* who may call what looks, does not write */
    assert_int_equal(write(&w->client, int_for("number", 7)), UA_BAD_USER_ACCESS_DENIED);
    number->guard = GUARD_SECRET;
    connect_anew(w, ROLE_ADMINISTRATOR);
    assert_int_equal(read_all(&w->client, &id, 1)->status, UA_GOOD);
    assert_int_equal(write(&w->client, int_for("number", 7)), UA_GOOD);
}

static const struct ua_role_permission_type *row_of(const struct ua_data_value *rows, size_t i)
{
    const struct ua_extension_object *objects = rows->value.array;
    assert_ptr_equal(objects[i].structure, &ua_role_permission_type_structure);
    return objects[i].value;
}

static void test_role_permissions(void **state)
{
    struct world *w = *state;
    struct ua_read_value_id ids[] = {value_of("number"), value_of("number"), value_of("number")};
    ids[0].attribute_id = ATTRIBUTE_ROLE_PERMISSIONS;
    ids[1].attribute_id = ATTRIBUTE_USER_ROLE_PERMISSIONS;
    ids[2].attribute_id = ATTRIBUTE_ACCESS_RESTRICTIONS;
    connect_anew(w, ROLE_ANONYMOUS);
    const struct ua_data_value *r = read_all(&w->client, ids, ARRAY_LEN(ids));
    uint32_t look =
        UA_PERMISSION_TYPE_BROWSE | UA_PERMISSION_TYPE_READ_ROLE_PERMISSIONS | UA_PERMISSION_TYPE_READ;
    assert_int_equal(r[0].value.len, 6);
    assert_int_equal(row_of(&r[0], 0)->role_id.numeric, UA_ID_WELLKNOWNROLE_ANONYMOUS);
    assert_int_equal(row_of(&r[0], 0)->permissions, look);
    assert_int_equal(row_of(&r[0], 2)->role_id.numeric, UA_ID_WELLKNOWNROLE_OBSERVER);
    assert_int_equal(row_of(&r[0], 2)->permissions, look);
    assert_int_equal(row_of(&r[0], 3)->role_id.numeric, UA_ID_WELLKNOWNROLE_OPERATOR);
    assert_int_equal(row_of(&r[0], 3)->permissions, look | UA_PERMISSION_TYPE_WRITE);
    assert_int_equal(r[1].value.len, 1);
    assert_int_equal(row_of(&r[1], 0)->role_id.numeric, UA_ID_WELLKNOWNROLE_ANONYMOUS);
    assert_int_equal(r[2].value.type, UA_UINT16);
}

static const struct ua_identity_mapping_rule_type *only_rule(const struct ua_data_value *identities)
{
    assert_int_equal(identities->value.len, 1);
    const struct ua_extension_object *object = identities->value.array;
    assert_ptr_equal(object->structure, &ua_identity_mapping_rule_type_structure);
    return object->value;
}

static void test_roles_say_whose_they_are(void **state)
{
    struct world *w = *state;
    static const uint32_t nodes[] = {UA_ID_WELLKNOWNROLE_ANONYMOUS_IDENTITIES,
                                     UA_ID_WELLKNOWNROLE_AUTHENTICATEDUSER_IDENTITIES,
                                     UA_ID_WELLKNOWNROLE_OPERATOR_IDENTITIES};
    struct ua_read_value_id ids[ARRAY_LEN(nodes)];
    for (size_t i = 0; i < ARRAY_LEN(nodes); i++)
        ids[i] = (struct ua_read_value_id){.node_id = ua_nodeid_numeric(0, nodes[i]),
                                           .attribute_id = ATTRIBUTE_VALUE};
    const struct ua_data_value *r = read_all(&w->client, ids, ARRAY_LEN(ids));
    assert_int_equal(only_rule(&r[0])->criteria_type, UA_IDENTITY_CRITERIA_TYPE_ANONYMOUS);
    assert_int_equal(only_rule(&r[1])->criteria_type, UA_IDENTITY_CRITERIA_TYPE_AUTHENTICATED_USER);
    assert_true(r[2].value.is_array);
    assert_int_equal(r[2].value.len, 0);
}

static uint32_t send_write(struct client *c, struct ua_write_value *values, size_t count)
{
    struct ua_write_request req = {.nodes_to_write = values, .nodes_to_write_len = count};
    return client_send(c, &ua_write_request_structure, &req);
}

/* Writes begin in order, results come in another one; a stored value and a mistake stand between them. */
static void test_parked_write_keeps_order_and_holds_up_nobody(void **state)
{
    struct world *w = *state;
    struct ua_write_value values[] = {int_for("slow", 1), int_for("number", 2), int_for("text", 3),
                                      int_for("slow", 4)};
    uint32_t parked = send_write(&w->client, values, ARRAY_LEN(values));
    assert_int_equal(w->slow.write_count, 2);
    assert_int_equal(w->slow.written[0], 1);
    assert_int_equal(w->slow.written[1], 4);
    struct ua_read_value_id other = value_of("number");
    assert_int_equal(read_all(&w->client, &other, 1)->value.int32, 2);
    w->slow.writing[1]->done(w->slow.writing[1], UA_BAD_OUT_OF_RANGE);
    assert_null(client_take(&w->client, parked, &ua_write_response_structure));
    w->slow.writing[0]->done(w->slow.writing[0], UA_GOOD);
    const struct ua_write_response *r = client_take(&w->client, parked, &ua_write_response_structure);
    assert_non_null(r);
    assert_int_equal(r->results_len, 4);
    assert_int_equal(r->results[0], UA_GOOD);
    assert_int_equal(r->results[1], UA_GOOD);
    assert_int_equal(r->results[2], UA_BAD_NOT_WRITABLE);
    assert_int_equal(r->results[3], UA_BAD_OUT_OF_RANGE);
}

static void test_parked_write_knows_when_to_end(void **state)
{
    struct world *w = *state;
    struct ua_write_value value = int_for("slow", 1);
    send_write(&w->client, &value, 1);
    int64_t limit = (int64_t)server_default_limits.max_wait_ms * NS_PER_MS;
    assert_int_equal(w->slow.writing[0]->deadline_ns, w->stage.time.mono + limit);
    w->client.timeout_hint = 70;
    send_write(&w->client, &value, 1);
    assert_int_equal(w->slow.writing[1]->deadline_ns, w->stage.time.mono + 70 * NS_PER_MS);
    assert_int_equal(w->slow.writing[0]->session_key, w->slow.writing[1]->session_key);
}

static void test_cancelled_write(void **state)
{
    struct world *w = *state;
    struct ua_write_value values[] = {int_for("slow", 1), int_for("slow", 2), int_for("number", 3)};
    uint32_t parked = send_write(&w->client, values, ARRAY_LEN(values));
    w->slow.writing[1]->done(w->slow.writing[1], UA_GOOD);
    struct ua_cancel_request req = {.request_handle = parked};
    const struct ua_cancel_response *r =
        client_call(&w->client, &ua_cancel_request_structure, &req, &ua_cancel_response_structure);
    assert_int_equal(r->cancel_count, 1);
    assert_int_equal(client_take_fault(&w->client, parked), UA_BAD_REQUEST_CANCELLED_BY_CLIENT);
    assert_int_equal(w->slow.cancelled, 1);
}

static void test_lost_connection_cancels_writes(void **state)
{
    struct world *w = *state;
    struct ua_write_value value = int_for("slow", 1);
    send_write(&w->client, &value, 1);
    client_reconnect(&w->client);
    assert_int_equal(w->slow.cancelled, 1);
}

static void test_closed_session_cancels_writes(void **state)
{
    struct world *w = *state;
    struct ua_write_value value = int_for("slow", 1);
    uint32_t parked = send_write(&w->client, &value, 1);
    struct ua_close_session_request req = {.delete_subscriptions = true};
    client_call(&w->client, &ua_close_session_request_structure, &req, &ua_close_session_response_structure);
    assert_int_equal(client_take_fault(&w->client, parked), UA_BAD_SESSION_CLOSED);
    assert_int_equal(w->slow.cancelled, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_read_values_and_faults, setup, teardown),
        cmocka_unit_test_setup_teardown(test_read_attributes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_read_is_refused_as_a_whole, setup, teardown),
        cmocka_unit_test_setup_teardown(test_parked_read_keeps_order_and_holds_up_nobody, setup, teardown),
        cmocka_unit_test_setup_teardown(test_cancelled_read, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lost_connection_cancels_reads, setup, teardown),
        cmocka_unit_test_setup_teardown(test_too_large_response_becomes_a_fault, setup, teardown),
        cmocka_unit_test_setup_teardown(test_write, setup, teardown),
        cmocka_unit_test_setup_teardown(test_who_looks_does_not_write, setup, teardown),
        cmocka_unit_test_setup_teardown(test_guards, setup, teardown),
        cmocka_unit_test_setup_teardown(test_role_permissions, setup, teardown),
        cmocka_unit_test_setup_teardown(test_roles_say_whose_they_are, setup, teardown),
        cmocka_unit_test_setup_teardown(test_parked_write_keeps_order_and_holds_up_nobody, setup, teardown),
        cmocka_unit_test_setup_teardown(test_parked_write_knows_when_to_end, setup, teardown),
        cmocka_unit_test_setup_teardown(test_cancelled_write, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lost_connection_cancels_writes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_closed_session_cancels_writes, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
