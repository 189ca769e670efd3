/* SPDX-License-Identifier: Apache-2.0
 * What servers answer, well and badly formed. */
#include "client/response.h"
#include "support/unit.h"
#include "wire/messages_gen.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM = 1 << 20 };

static struct rope body;
static struct arena arena;

static int set_up(void **state)
{
    (void)state;
    rope_init(&body, ROOM);
    arena_init(&arena, ROOM);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    rope_clear(&body);
    arena_clear(&arena);
    return 0;
}

static void encode(const struct ua_structure *type, const void *value)
{
    struct writer w;
    struct ua_nodeid id = ua_nodeid_numeric(0, type->encoding_id);
    rope_reset(&body);
    writer_init(&w, &body);
    write_nodeid(&w, &id);
    type->write(&w, value);
    assert_int_equal(w.status, UA_GOOD);
}

static ua_status read_as(const struct ua_structure *wanted, const void **out)
{
    *out = &arena;
    return response_read(buf_slice(&body.own), wanted, &arena, out);
}

static void encode_read_response(ua_status result)
{
    struct ua_data_value value = {.value = ua_variant_bytestring(slice_of("picture")), .has_value = true};
    struct ua_read_response response = {
        .response_header = {.request_handle = 5, .service_result = result},
        .results = &value,
        .results_len = 1,
    };
    encode(&ua_read_response_structure, &response);
}

static void a_good_response(void **state)
{
    (void)state;
    const void *out;
    encode_read_response(UA_GOOD);
    assert_int_equal(read_as(&ua_read_response_structure, &out), UA_GOOD);
    const struct ua_read_response *r = out;
    assert_int_equal(r->results_len, 1);
    assert_true(slice_is(r->results[0].value.bytes, "picture"));
    /* borrowed, not copied */
    assert_true(r->results[0].value.bytes.data > body.own.data &&
                r->results[0].value.bytes.data < body.own.data + body.own.len);
}

static void a_good_result_with_a_code(void **state)
{
    (void)state;
    const void *out;
    encode_read_response(UA_GOOD_RESULTS_MAY_BE_INCOMPLETE);
    assert_int_equal(read_as(&ua_read_response_structure, &out), UA_GOOD);
    assert_non_null(out);
}

static void a_bad_service_result(void **state)
{
    (void)state;
    const void *out;
    encode_read_response(UA_BAD_TOO_MANY_OPERATIONS);
    assert_int_equal(read_as(&ua_read_response_structure, &out), UA_BAD_TOO_MANY_OPERATIONS);
    assert_null(out);
}

static void a_fault(void **state)
{
    (void)state;
    const void *out;
    struct ua_service_fault fault = {.response_header = {.service_result = UA_BAD_SESSION_ID_INVALID}};
    encode(&ua_service_fault_structure, &fault);
    assert_int_equal(read_as(&ua_read_response_structure, &out), UA_BAD_SESSION_ID_INVALID);
    assert_null(out);
    fault.response_header.service_result = UA_GOOD; /* a fault that is none */
    encode(&ua_service_fault_structure, &fault);
    assert_int_equal(read_as(&ua_read_response_structure, &out), UA_BAD_UNKNOWN_RESPONSE);
    assert_null(out);
}

static void the_answer_to_another_question(void **state)
{
    (void)state;
    const void *out;
    encode_read_response(UA_GOOD);
    assert_int_equal(read_as(&ua_browse_response_structure, &out), UA_BAD_UNKNOWN_RESPONSE);
    assert_null(out);
}

static void cut_short(void **state)
{
    (void)state;
    encode_read_response(UA_GOOD);
    for (size_t n = 0; n + 4 < body.own.len; n++) { /* the last are empty DiagnosticInfos */
        const void *out = &arena;
        uint8_t *exact = malloc(n ? n : 1);
        memcpy(exact, body.own.data, n);
        assert_true(
            ua_is_bad(response_read((struct slice){exact, n}, &ua_read_response_structure, &arena, &out)));
        assert_null(out);
        arena_reset(&arena);
        free(exact);
    }
}

/* An array that claims more than the message holds, and one that is too much for the arena. */
static void claims(void **state)
{
    (void)state;
    const void *out;
    struct ua_read_response response = {0};
    encode(&ua_read_response_structure, &response);
    memcpy(body.own.data + body.own.len - 8, "\xff\xff\xff\x7f", 4);
    assert_true(ua_is_bad(read_as(&ua_read_response_structure, &out)));
    assert_null(out);

    static struct ua_data_value many[50000];
    response = (struct ua_read_response){.results = many, .results_len = ARRAY_LEN(many)};
    encode(&ua_read_response_structure, &response);
    assert_int_equal(read_as(&ua_read_response_structure, &out), UA_BAD_ENCODING_LIMITS_EXCEEDED);
    assert_null(out);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_good_response), TEST(a_good_result_with_a_code),      TEST(a_bad_service_result),
        TEST(a_fault),         TEST(the_answer_to_another_question), TEST(cut_short),
        TEST(claims),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
