/* SPDX-License-Identifier: Apache-2.0
 * What administrators are told of others: the events that services make of what clients do. */
#include "support/unit.h"

#include "event_stage.h"

#include <stdlib.h>

/* Behind the fields of every event stage. */
enum { SOURCE_NAME = FIELDS, STATUS, USER, STATUS_CODE, NEW_VALUE, SESSION_ID, METHOD_ID, ENTRY_ID };

/* Takes writes, is done when it is told. */
struct slow {
    struct value_write *write;
    bool cancelled;
};

struct fixture {
    struct event_stage *events; /* an administrator listens */
    struct client other;
    struct slow slow;
};

static void slow_read(void *user, const struct node *n, struct value_answer *a)
{
    (void)user;
    (void)n;
    a->give(a, &(struct ua_data_value){.status = UA_BAD_NO_DATA});
}

static void slow_write(void *user, const struct node *n, const struct ua_data_value *value,
                       struct value_write *w)
{
    (void)n;
    (void)value;
    ((struct slow *)user)->write = w;
}

static void slow_cancel(void *user, struct value_write *w)
{
    (void)w;
    ((struct slow *)user)->cancelled = true;
}

static const struct value_source slow_source = {
    .read = slow_read, .write = slow_write, .cancel_write = slow_cancel};

static int set_up(void **state)
{
    static const char *const names[] = {"SourceName", "Status",    "ClientUserId", "StatusCodeId",
                                        "NewValue",   "SessionId", "MethodId",     "ClientAuditEntryId"};
    struct fixture *f = calloc(1, sizeof *f);
    event_stage_set_up((void **)&f->events);
    struct stage *stage = &f->events->stage;
    stage_add(stage, "number", UA_INT32, ua_variant_int32(1))->variable.access_level |= ACCESS_WRITE;
    stage_add(stage, "secret", UA_STRING, ua_variant_string(slice_of("")));
    stage_add_source(stage, "slow", UA_INT32, &slow_source, &f->slow)->variable.access_level |= ACCESS_WRITE;
    stage->access.anonymous_role = ROLE_ADMINISTRATOR;
    client_reconnect(&f->events->client);
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        event_maker_select_name(&f->events->maker, names[i]);
    event_stage_monitor(f->events, (struct event_wish){0});
    stage->access.anonymous_role = ROLE_OPERATOR;
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    event_stage_tear_down((void **)&f->events);
    free(f);
    return 0;
}

static void visit(struct fixture *f)
{
    client_connect(&f->other, &f->events->stage);
}

/* The events that came, all of them. */
static const struct ua_event_notification_list *told(struct fixture *f, size_t count)
{
    const struct ua_event_notification_list *list = event_stage_next(f->events);
    assert_int_equal(list ? list->events_len : 0, count);
    return list;
}

static const struct ua_variant *fields_of(const struct ua_event_notification_list *list, size_t i,
                                          uint32_t type)
{
    const struct ua_variant *v = list->events[i].event_fields;
    assert_true(ua_nodeid_is(&v[EVENT_TYPE].nodeid, type));
    return v;
}

static void sessions_are_told(void **state)
{
    struct fixture *f = *state;
    visit(f);
    const struct ua_event_notification_list *list = told(f, 2);
    const struct ua_variant *created = fields_of(list, 0, UA_ID_AUDITCREATESESSIONEVENTTYPE);
    const struct ua_variant *activated = fields_of(list, 1, UA_ID_AUDITACTIVATESESSIONEVENTTYPE);
    assert_true(slice_is(created[SOURCE_NAME].bytes, "Session/CreateSession"));
    assert_true(created[STATUS].boolean);
    assert_int_equal(created[STATUS_CODE].status, UA_GOOD);
    assert_true(ua_nodeid_is(&created[SOURCE_NODE].nodeid, UA_ID_SERVER));
    assert_true(slice_is(activated[SOURCE_NAME].bytes, "Session/ActivateSession"));
    assert_true(slice_is(activated[USER].bytes, "anonymous"));
    assert_int_equal(activated[SESSION_ID].nodeid.ns, 1);
    assert_true(ua_nodeid_equal(&activated[SESSION_ID].nodeid, &created[SESSION_ID].nodeid));
    struct ua_close_session_request close = {.delete_subscriptions = true};
    close.request_header.audit_entry_id = slice_of("entry 7");
    client_call(&f->other, &ua_close_session_request_structure, &close, &ua_close_session_response_structure);
    const struct ua_variant *closed = fields_of(told(f, 1), 0, UA_ID_AUDITSESSIONEVENTTYPE);
    assert_true(slice_is(closed[SOURCE_NAME].bytes, "Session/CloseSession"));
    assert_true(slice_is(closed[ENTRY_ID].bytes, "entry 7"));
    client_disconnect(&f->other);
}

static void an_activation_refused_is_told(void **state)
{
    struct fixture *f = *state;
    visit(f);
    told(f, 2);
    struct ua_user_name_identity_token token = {.policy_id = slice_of("none such"),
                                                .user_name = slice_of("eve")};
    struct ua_activate_session_request req = {0};
    req.user_identity_token.structure = &ua_user_name_identity_token_structure;
    req.user_identity_token.value = &token;
    ua_status status = client_refused(&f->other, &ua_activate_session_request_structure, &req);
    assert_int_not_equal(status, UA_GOOD);
    const struct ua_variant *v = fields_of(told(f, 1), 0, UA_ID_AUDITACTIVATESESSIONEVENTTYPE);
    assert_false(v[STATUS].boolean);
    assert_int_equal(v[STATUS_CODE].status, status);
    assert_int_equal(v[USER].bytes.len, 0); /* nobody, not who had the session before */
    client_disconnect(&f->other);
}

static void a_session_that_times_out_is_told(void **state)
{
    struct fixture *f = *state;
    struct ua_create_session_request req = {.requested_session_timeout = 10e3};
    client_open(&f->other, &f->events->stage);
    client_call(&f->other, &ua_create_session_request_structure, &req, &ua_create_session_response_structure);
    client_disconnect(&f->other);
    told(f, 1);
    for (int i = 0; i < 110; i++) { /* the listener stays */
        client_publish(&f->events->client);
        stage_pass(&f->events->stage, 100);
    }
    const struct ua_publish_response *p;
    const struct ua_event_notification_list *list = NULL;
    while (!list && (p = client_published(&f->events->client)))
        list = event_stage_events_of(p);
    assert_non_null(list);
    assert_true(slice_is(list->events[0].event_fields[SOURCE_NAME].bytes, "Session/Timeout"));
}

static uint32_t send_write(struct client *c, const char *name, struct ua_variant v)
{
    struct ua_write_value what = {
        .node_id = ua_nodeid_string(1, slice_of(name)),
        .attribute_id = ATTRIBUTE_VALUE,
        .value = {.value = v, .has_value = true},
    };
    struct ua_write_request req = {.nodes_to_write = &what, .nodes_to_write_len = 1};
    return client_send(c, &ua_write_request_structure, &req);
}

static ua_status try_write(struct client *c, const char *name, struct ua_variant v)
{
    const struct ua_write_response *out =
        client_take(c, send_write(c, name, v), &ua_write_response_structure);
    assert_non_null(out);
    return out->results[0];
}

static void writes_are_told(void **state)
{
    struct fixture *f = *state;
    visit(f);
    told(f, 2);
    assert_int_equal(try_write(&f->other, "number", ua_variant_int32(7)), UA_GOOD);
    const struct ua_variant *v = fields_of(told(f, 1), 0, UA_ID_AUDITWRITEUPDATEEVENTTYPE);
    assert_true(v[STATUS].boolean);
    assert_true(slice_is(v[USER].bytes, "anonymous"));
    assert_true(slice_is(v[SOURCE_NODE].nodeid.string, "number"));
    assert_true(slice_is(v[SOURCE_NAME].bytes, "Attribute/Write"));
    assert_int_equal(v[NEW_VALUE].int32, 7);
    assert_int_equal(try_write(&f->other, "none", ua_variant_int32(7)), UA_BAD_NODE_ID_UNKNOWN);
    assert_int_equal(try_write(&f->other, "number", ua_variant_double(7)), UA_BAD_TYPE_MISMATCH);
    event_stage_assert_quiet(f->events);
    client_disconnect(&f->other);
}

static void a_write_refused_is_told(void **state)
{
    struct fixture *f = *state;
    f->events->stage.access.anonymous_role = ROLE_OBSERVER;
    visit(f);
    told(f, 2);
    assert_int_equal(try_write(&f->other, "number", ua_variant_int32(7)), UA_BAD_USER_ACCESS_DENIED);
    const struct ua_variant *v = fields_of(told(f, 1), 0, UA_ID_AUDITWRITEUPDATEEVENTTYPE);
    assert_false(v[STATUS].boolean);
    assert_int_equal(v[NEW_VALUE].int32, 7);
    client_disconnect(&f->other);
}

static void a_secret_is_not_told(void **state)
{
    struct fixture *f = *state;
    struct ua_nodeid id = ua_nodeid_string(1, slice_of("secret"));
    struct node *n = space_find(f->events->stage.space, &id);
    n->variable.access_level |= ACCESS_WRITE;
    n->guard = GUARD_SECRET;
    f->events->stage.access.anonymous_role = ROLE_ADMINISTRATOR;
    visit(f);
    told(f, 2);
    assert_int_equal(try_write(&f->other, "secret", ua_variant_string(slice_of("word"))), UA_GOOD);
    const struct ua_variant *v = fields_of(told(f, 1), 0, UA_ID_AUDITWRITEUPDATEEVENTTYPE);
    assert_int_equal(v[NEW_VALUE].type, UA_NULL);
    client_disconnect(&f->other);
}

static void a_write_is_told_when_it_is_done(void **state)
{
    struct fixture *f = *state;
    visit(f);
    told(f, 2);
    send_write(&f->other, "slow", ua_variant_int32(9));
    event_stage_assert_quiet(f->events);
    f->slow.write->done(f->slow.write, UA_BAD_OUT_OF_RANGE);
    const struct ua_variant *v = fields_of(told(f, 1), 0, UA_ID_AUDITWRITEUPDATEEVENTTYPE);
    assert_false(v[STATUS].boolean);
    assert_int_equal(v[NEW_VALUE].int32, 9);
    client_disconnect(&f->other);
}

/* It may take effect all the same. */
static void a_write_that_is_left_alone_is_told(void **state)
{
    struct fixture *f = *state;
    visit(f);
    told(f, 2);
    send_write(&f->other, "slow", ua_variant_int32(9));
    client_disconnect(&f->other);
    assert_true(f->slow.cancelled);
    const struct ua_variant *v = fields_of(told(f, 1), 0, UA_ID_AUDITWRITEUPDATEEVENTTYPE);
    assert_int_equal(v[NEW_VALUE].int32, 9);
}

static void calls_are_told_but_those_of_everybody(void **state)
{
    struct fixture *f = *state;
    visit(f);
    told(f, 2);
    struct ua_variant input = ua_variant_uint32(1);
    struct ua_call_method_request what = {
        .object_id = ua_nodeid_numeric(0, UA_ID_SERVER),
        .method_id = ua_nodeid_numeric(0, UA_ID_SERVER_RESENDDATA),
        .input_arguments = &input,
        .input_arguments_len = 1,
    };
    struct ua_call_request req = {.methods_to_call = &what, .methods_to_call_len = 1};
    client_call(&f->other, &ua_call_request_structure, &req, &ua_call_response_structure);
    event_stage_assert_quiet(f->events);
    space_ns0(f->events->stage.space, UA_ID_SERVER_RESENDDATA)->guard = GUARD_ADMINISTRATOR;
    client_call(&f->other, &ua_call_request_structure, &req, &ua_call_response_structure);
    const struct ua_variant *v = fields_of(told(f, 1), 0, UA_ID_AUDITUPDATEMETHODEVENTTYPE);
    assert_int_equal(v[STATUS_CODE].status, UA_BAD_USER_ACCESS_DENIED);
    assert_true(ua_nodeid_is(&v[METHOD_ID].nodeid, UA_ID_SERVER_RESENDDATA));
    client_disconnect(&f->other);
}

static void the_end_is_told_to_all(void **state)
{
    struct fixture *f = *state;
    server_announce_shutdown(f->events->stage.server, 1, slice_of("good night"));
    const struct ua_variant *v = fields_of(told(f, 1), 0, UA_ID_SYSTEMSTATUSCHANGEEVENTTYPE);
    assert_true(slice_is(v[MESSAGE].localized_text.text, "good night"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(sessions_are_told),
        TEST(an_activation_refused_is_told),
        TEST(a_session_that_times_out_is_told),
        TEST(writes_are_told),
        TEST(a_write_refused_is_told),
        TEST(a_secret_is_not_told),
        TEST(a_write_is_told_when_it_is_done),
        TEST(a_write_that_is_left_alone_is_told),
        TEST(calls_are_told_but_those_of_everybody),
        TEST(the_end_is_told_to_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
