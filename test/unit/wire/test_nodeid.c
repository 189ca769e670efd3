/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "base/arena.h"
#include "wire/types.h"

#include <string.h>

static const struct ua_nodeid guid_id = {
    .ns = 3,
    .kind = UA_ID_GUID,
    .guid = {0xC496578A, 0x0DFE, 0x4B8F, {0x87, 0x0A, 0x74, 0x52, 0x38, 0xC6, 0xAE, 0xAE}}};

static struct ua_nodeid opaque(uint16_t ns, const char *bytes, size_t len)
{
    return (struct ua_nodeid){.ns = ns, .kind = UA_ID_OPAQUE, .string = {(const uint8_t *)bytes, len}};
}

static void kinds_and_namespaces_tell_nodeids_apart(void **state)
{
    (void)state;
    const struct ua_nodeid ids[] = {
        ua_nodeid_numeric(0, 85),
        ua_nodeid_numeric(1, 85),
        ua_nodeid_numeric(0, 86),
        ua_nodeid_string(1, slice_of("85")),
        ua_nodeid_string(1, slice_of("86")),
        opaque(1, "85", 2),
        guid_id,
    };
    for (size_t i = 0; i < ARRAY_LEN(ids); i++)
        for (size_t k = 0; k < ARRAY_LEN(ids); k++) {
            assert_int_equal(ua_nodeid_equal(&ids[i], &ids[k]), i == k);
            assert_int_equal(ua_nodeid_hash(&ids[i]) == ua_nodeid_hash(&ids[k]), i == k);
        }
}

static void equal_bytes_are_equal_wherever_they_lie(void **state)
{
    (void)state;
    char one[] = "Cameras", other[] = "Cameras";
    struct ua_nodeid a = ua_nodeid_string(2, slice_of(one)), b = ua_nodeid_string(2, slice_of(other));
    assert_true(ua_nodeid_equal(&a, &b));
    assert_true(ua_nodeid_hash(&a) == ua_nodeid_hash(&b));
}

static void null_nodeids(void **state)
{
    (void)state;
    const struct ua_nodeid nulls[] = {{0}, {.kind = UA_ID_STRING}, {.kind = UA_ID_GUID}, opaque(0, "", 0)};
    for (size_t i = 0; i < ARRAY_LEN(nulls); i++)
        assert_true(ua_nodeid_is_null(&nulls[i]));
    const struct ua_nodeid others[] = {ua_nodeid_numeric(1, 0), ua_nodeid_numeric(0, 1), guid_id,
                                       ua_nodeid_string(0, slice_of("a"))};
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        assert_false(ua_nodeid_is_null(&others[i]));
}

static void a_standard_node_is_known_by_its_number(void **state)
{
    (void)state;
    struct ua_nodeid objects = ua_nodeid_numeric(0, 85), other = ua_nodeid_numeric(1, 85);
    assert_true(ua_nodeid_is(&objects, 85));
    assert_false(ua_nodeid_is(&objects, 86));
    assert_false(ua_nodeid_is(&other, 85));
}

static void text_goes_both_ways(void **state)
{
    (void)state;
    const struct {
        struct ua_nodeid id;
        const char *text;
    } cases[] = {
        {ua_nodeid_numeric(0, 85), "i=85"},
        {ua_nodeid_numeric(65535, UINT32_MAX), "ns=65535;i=4294967295"},
        {ua_nodeid_string(2, slice_of("Cameras/a;b=c")), "ns=2;s=Cameras/a;b=c"},
        {guid_id, "ns=3;g=C496578A-0DFE-4B8F-870A-745238C6AEAE"},
        {opaque(1, "M", 1), "ns=1;b=TQ=="},
        {opaque(1, "Ma", 2), "ns=1;b=TWE="},
        {opaque(1, "Man\xFF\xFE\xFD", 6), "ns=1;b=TWFu//79"},
    };
    struct arena arena;
    arena_init(&arena, 1000);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char text[64];
        assert_string_equal(ua_nodeid_text(&cases[i].id, text, sizeof text), cases[i].text);
        struct ua_nodeid id;
        assert_true(ua_nodeid_parse(slice_of(cases[i].text), &arena, &id));
        assert_true(ua_nodeid_equal(&id, &cases[i].id));
    }
    arena_clear(&arena);
}

static void text_is_cut_to_its_room(void **state)
{
    (void)state;
    const struct ua_nodeid ids[] = {ua_nodeid_numeric(12345, 4000000000), guid_id,
                                    ua_nodeid_string(2, slice_of("Cameras")), opaque(2, "Cameras", 7)};
    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        char whole[64];
        ua_nodeid_text(&ids[i], whole, sizeof whole);
        for (size_t size = 1; size <= strlen(whole); size++) {
            char cut[64];
            memset(cut, 'x', sizeof cut);
            ua_nodeid_text(&ids[i], cut, size);
            assert_true(strlen(cut) < size);
            assert_memory_equal(cut, whole, strlen(cut));
        }
    }
}

static void what_is_no_nodeid_is_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "85",
        "i=",
        "i=85 ",
        "i=-1",
        "i=4294967296",
        "i=99999999999999999999999",
        "ns=65536;i=1",
        "ns=;i=1",
        "ns=1",
        "ns=1i=1",
        "x=1",
        "s=",
        "g=C496578A-0DFE-4B8F-870A-745238C6AEA",
        "g=C496578A-0DFE-4B8F-870A-745238C6AEAG",
        "g=C496578A00DFE-4B8F-870A-745238C6AEAE",
        "b=",
        "b=TQ=",
        "b=T===",
        "b====",
        "b=T!==",
        "b=TQ==TQ==",
    };
    struct arena arena;
    arena_init(&arena, 1000);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct ua_nodeid id = guid_id;
        if (ua_nodeid_parse(slice_of(cases[i]), &arena, &id))
            fail_msg("%s", cases[i]);
        assert_true(ua_nodeid_is_null(&id));
    }
    arena_clear(&arena);
}

static void bytes_past_the_arena_are_refused(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    struct ua_nodeid id;
    assert_false(ua_nodeid_parse(slice_of("b=TWFu"), &arena, &id));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_and_namespaces_tell_nodeids_apart),
        cmocka_unit_test(equal_bytes_are_equal_wherever_they_lie),
        cmocka_unit_test(null_nodeids),
        cmocka_unit_test(a_standard_node_is_known_by_its_number),
        cmocka_unit_test(text_goes_both_ways),
        cmocka_unit_test(text_is_cut_to_its_room),
        cmocka_unit_test(what_is_no_nodeid_is_refused),
        cmocka_unit_test(bytes_past_the_arena_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
