/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "stage.h"

#include "wire/messages_gen.h"
#include "wire/reader.h"
#include "wire/structure.h"

#include <stdio.h>
#include <string.h>

static void look(void *server, struct server_facts *out)
{
    unsigned *looks = server;
    ++*looks;
    *out = (struct server_facts){
        .encryption_engine = "enigma (three rotors)",
        .connections = 3,
        .bytes_sent = 5ull << 32,
        .bytes_secured = 4ull << 32,
        .bytes_waiting = 7,
        .values_replaced = 9,
    };
}

static const struct {
    const char *name;
    enum ua_type type;
    uint64_t number;
    bool bytes;
} rows[] = {
    {"EncryptionEngine", UA_STRING, 0, false},  {"Connections", UA_UINT32, 3, false},
    {"BytesSent", UA_UINT64, 5ull << 32, true}, {"BytesSecured", UA_UINT64, 4ull << 32, true},
    {"BytesWaiting", UA_UINT64, 7, true},       {"ValuesReplaced", UA_UINT64, 9, false},
};

static void path_of(char *out, size_t size, const char *name)
{
    snprintf(out, size, "VendorServerInfo/%s", name);
}

static void test_each_fact_is_looked_up_when_read(void **state)
{
    struct stage *s = *state;
    char path[128];
    unsigned looks = 0;
    assert_int_equal(model_show_server(s->model, look, &looks), UA_GOOD);
    assert_int_equal(looks, 0);
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        path_of(path, sizeof path, rows[i].name);
        const struct ua_data_value *v = stage_read(s, path);
        assert_int_equal(looks, i + 1);
        assert_int_equal(v->status, UA_GOOD);
        assert_true(v->source_timestamp > 0);
        assert_int_equal(v->value.type, rows[i].type);
        if (rows[i].type == UA_STRING)
            assert_true(slice_is(v->value.bytes, "enigma (three rotors)"));
        else
            assert_int_equal(rows[i].type == UA_UINT32 ? v->value.uint32 : v->value.uint64, rows[i].number);
    }
}

static bool is_in_bytes(struct stage *s, const struct node *n)
{
    const struct node *units =
        space_child(s->space, n, (struct ua_qualified_name){0, slice_of("EngineeringUnits")});
    if (!units)
        return false;
    struct reader r;
    reader_init(&r, units->variable.stored, &s->arena);
    struct ua_variant v = read_variant(&r);
    const struct ua_extension_object *object = v.array;
    const struct ua_eu_information *unit = object->value;
    return slice_is(unit->display_name.text, "byte");
}

static void test_nodes_stand_below_vendor_server_info(void **state)
{
    struct stage *s = *state;
    char path[128];
    unsigned looks = 0;
    const struct node *parent = space_ns0(s->space, UA_ID_SERVER_VENDORSERVERINFO);
    assert_int_equal(parent->reference_count, 2); /* the Server, its type */
    assert_int_equal(model_show_server(s->model, look, &looks), UA_GOOD);
    assert_int_equal(parent->reference_count, 2 + ARRAY_LEN(rows));
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        path_of(path, sizeof path, rows[i].name);
        struct node *n = stage_find(s, path);
        assert_non_null(n);
        assert_ptr_equal(
            space_child(s->space, parent, (struct ua_qualified_name){s->ns, slice_of(rows[i].name)}), n);
        assert_true(ua_nodeid_is(&n->variable.data_type, rows[i].type));
        assert_int_equal(n->variable.access_level, ACCESS_READ);
        assert_true(n->variable.minimum_sampling_interval >= 1000);
        assert_true(n->description.len > 0);
        assert_int_equal(is_in_bytes(s, n), rows[i].bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_each_fact_is_looked_up_when_read, stage_setup, stage_teardown),
        cmocka_unit_test_setup_teardown(test_nodes_stand_below_vendor_server_info, stage_setup,
                                        stage_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
