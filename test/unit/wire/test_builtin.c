/* SPDX-License-Identifier: Apache-2.0
 * Every built-in type against bytes worked out by hand from Part 6 §5.2.2, some of them its own examples. */
#include "unit/wire/codec.h"
#include "wire/messages_gen.h"

#include <math.h>

static void check(struct codec *c, enum ua_type type, const void *value, const char *hex)
{
    const struct ua_builtin *b = &ua_builtins[type];
    struct slice want = codec_hex(c, hex);
    assert_bytes(codec_write(c, b->write, value), want);
    assert_round_trip(c, want, b->size, b->read, b->write);
}

static struct slice text(const char *s)
{
    return slice_of(s);
}

static void numbers(void **state)
{
    struct codec *c = *state;
    check(c, UA_BOOLEAN, &(bool){true}, "01");
    check(c, UA_BOOLEAN, &(bool){false}, "00");
    check(c, UA_SBYTE, &(int8_t){-1}, "FF");
    check(c, UA_BYTE, &(uint8_t){200}, "C8");
    check(c, UA_INT16, &(int16_t){-2}, "FE FF");
    check(c, UA_UINT16, &(uint16_t){0x1234}, "34 12");
    check(c, UA_INT32, &(int32_t){1000000000}, "00 CA 9A 3B");
    check(c, UA_UINT32, &(uint32_t){0xFEDCBA98}, "98 BA DC FE");
    check(c, UA_INT64, &(int64_t){-2}, "FE FF FF FF FF FF FF FF");
    check(c, UA_UINT64, &(uint64_t){0x0123456789ABCDEF}, "EF CD AB 89 67 45 23 01");
    check(c, UA_FLOAT, &(float){-6.5f}, "00 00 D0 C0");
    check(c, UA_DOUBLE, &(double){1.5}, "00 00 00 00 00 00 F8 3F");
    check(c, UA_DATETIME, &(int64_t){116444736000000000}, "00 80 3E D5 DE B1 9D 01");
    check(c, UA_STATUSCODE, &(ua_status){UA_BAD_TIMEOUT}, "00 00 0A 80");
}

static void strings(void **state)
{
    struct codec *c = *state;
    struct slice water = text("\xE6\xB0\xB4"
                              "Boy");
    check(c, UA_STRING, &water, "06 00 00 00 E6 B0 B4 42 6F 79");
    check(c, UA_BYTESTRING, &water, "06 00 00 00 E6 B0 B4 42 6F 79");
    struct slice empty = text("");
    check(c, UA_XMLELEMENT, &empty, "00 00 00 00");
    struct slice null = {0};
    check(c, UA_STRING, &null, "FF FF FF FF");
}

static void guid(void **state)
{
    struct ua_guid v = {0x72962B91, 0xFA75, 0x4AE6, {0x8D, 0x28, 0xB4, 0x04, 0xDC, 0x7D, 0xAF, 0x63}};
    check(*state, UA_GUID, &v, "91 2B 96 72 75 FA E6 4A 8D 28 B4 04 DC 7D AF 63");
}

static void nodeids_take_the_shortest_form(void **state)
{
    struct codec *c = *state;
    struct ua_nodeid v = ua_nodeid_numeric(0, 72);
    check(c, UA_NODEID, &v, "00 48");
    v = ua_nodeid_numeric(0, 255);
    check(c, UA_NODEID, &v, "00 FF");
    v = ua_nodeid_numeric(0, 256);
    check(c, UA_NODEID, &v, "01 00 00 01");
    v = ua_nodeid_numeric(5, 1025);
    check(c, UA_NODEID, &v, "01 05 01 04");
    v = ua_nodeid_numeric(255, 65535);
    check(c, UA_NODEID, &v, "01 FF FF FF");
    v = ua_nodeid_numeric(256, 1);
    check(c, UA_NODEID, &v, "02 00 01 01 00 00 00");
    v = ua_nodeid_numeric(0, 65536);
    check(c, UA_NODEID, &v, "02 00 00 00 00 01 00");
    v = ua_nodeid_string(1, text("Hot\xE6\xB0\xB4"));
    check(c, UA_NODEID, &v, "03 01 00 06 00 00 00 48 6F 74 E6 B0 B4");
    v = (struct ua_nodeid){.ns = 2, .kind = UA_ID_OPAQUE, .string = text("\x01\x02")};
    check(c, UA_NODEID, &v, "05 02 00 02 00 00 00 01 02");
    v = (struct ua_nodeid){.ns = 3, .kind = UA_ID_GUID, .guid = {.data1 = 1, .data4 = {[7] = 2}}};
    check(c, UA_NODEID, &v, "04 03 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 02");
}

static void expanded_nodeids(void **state)
{
    struct codec *c = *state;
    struct ua_expanded_nodeid v = {.id = ua_nodeid_numeric(0, 85)};
    check(c, UA_EXPANDEDNODEID, &v, "00 55");
    v.server_index = 3;
    check(c, UA_EXPANDEDNODEID, &v, "40 55 03 00 00 00");
    v.namespace_uri = text("u");
    check(c, UA_EXPANDEDNODEID, &v, "C0 55 01 00 00 00 75 03 00 00 00");
    v = (struct ua_expanded_nodeid){.id = ua_nodeid_string(0, text("s")), .namespace_uri = text("u")};
    check(c, UA_EXPANDEDNODEID, &v, "83 00 00 01 00 00 00 73 01 00 00 00 75");
}

static void a_namespace_uri_replaces_the_index(void **state)
{
    struct codec *c = *state;
    struct ua_expanded_nodeid v = {.id = ua_nodeid_numeric(7, 85), .namespace_uri = text("u")};
    write_expanded_nodeid(&c->w, &v);
    assert_bytes(codec_written(c), codec_hex(c, "80 55 01 00 00 00 75"));
}

static void names_and_texts(void **state)
{
    struct codec *c = *state;
    struct ua_qualified_name name = {2, text("a")};
    check(c, UA_QUALIFIEDNAME, &name, "02 00 01 00 00 00 61");
    struct ua_localized_text both = {text("en"), text("Hi")};
    check(c, UA_LOCALIZEDTEXT, &both, "03 02 00 00 00 65 6E 02 00 00 00 48 69");
    struct ua_localized_text only_text = {.text = text("Hi")};
    check(c, UA_LOCALIZEDTEXT, &only_text, "02 02 00 00 00 48 69");
    struct ua_localized_text only_locale = {.locale = text("")};
    check(c, UA_LOCALIZEDTEXT, &only_locale, "01 00 00 00 00");
    check(c, UA_LOCALIZEDTEXT, &(struct ua_localized_text){0}, "00");
}

static void extension_objects(void **state)
{
    struct codec *c = *state;
    check(c, UA_EXTENSIONOBJECT, &(struct ua_extension_object){0}, "00 00 00");
    struct ua_extension_object foreign = {ua_nodeid_numeric(2, 1), .encoding = 1, .body = text("ab")};
    check(c, UA_EXTENSIONOBJECT, &foreign, "01 02 01 00 01 02 00 00 00 61 62");
    struct ua_extension_object as_xml = {ua_nodeid_numeric(0, 885), .encoding = 2, .body = text("<")};
    check(c, UA_EXTENSIONOBJECT, &as_xml, "01 00 75 03 02 01 00 00 00 3C");
    struct ua_range range = {.low = 0, .high = 1.5};
    struct ua_extension_object ours = {.structure = &ua_range_structure, .value = &range};
    check(c, UA_EXTENSIONOBJECT, &ours,
          "01 00 76 03 01 10 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 F8 3F");
}

static void data_values(void **state)
{
    struct codec *c = *state;
    check(c, UA_DATAVALUE, &(struct ua_data_value){0}, "00");
    struct ua_data_value v = {.has_value = true};
    check(c, UA_DATAVALUE, &v, "01 00");
    v = (struct ua_data_value){.status = UA_BAD_TIMEOUT, .server_timestamp = 1};
    check(c, UA_DATAVALUE, &v, "0A 00 00 0A 80 01 00 00 00 00 00 00 00");
    v = (struct ua_data_value){.value = ua_variant_boolean(true),
                               .has_value = true,
                               .status = UA_UNCERTAIN,
                               .source_timestamp = 2,
                               .source_picoseconds = 3,
                               .server_timestamp = 4,
                               .server_picoseconds = 5};
    check(c, UA_DATAVALUE, &v,
          "3F 01 01 00 00 00 40 02 00 00 00 00 00 00 00 03 00 04 00 00 00 00 00 00 00 05 00");
}

static void picoseconds_go_with_their_timestamp_only(void **state)
{
    struct codec *c = *state;
    struct ua_data_value v = {.source_picoseconds = 3, .server_picoseconds = 5};
    write_data_value(&c->w, &v);
    assert_bytes(codec_written(c), codec_hex(c, "00"));
}

static void diagnostic_infos(void **state)
{
    struct codec *c = *state;
    check(c, UA_DIAGNOSTICINFO, &(struct ua_diagnostic_info){0}, "00");
    struct ua_diagnostic_info inner = {.has = UA_DIAGNOSTIC_SYMBOLIC_ID, .symbolic_id = 9};
    struct ua_diagnostic_info v = {0x7F, 1, 2, 3, 4, text("x"), UA_BAD, &inner};
    check(c, UA_DIAGNOSTICINFO, &v,
          "7F 01 00 00 00 02 00 00 00 04 00 00 00 03 00 00 00 01 00 00 00 78 00 00 00 80 01 09 00 00 00");
}

static void what_has_no_meaning_is_rejected(void **state)
{
    static const struct {
        enum ua_type type;
        const char *hex;
    } cases[] = {
        {UA_NODEID, "06 00 00 00 00 00 00 00"},       /* no such form */
        {UA_NODEID, "40 55 03 00 00 00"},             /* a server index belongs to ExpandedNodeIds */
        {UA_NODEID, "80 55 01 00 00 00 75"},          /* so does a URI */
        {UA_EXPANDEDNODEID, "3F 00 00 00 00 00"},     /* no such form */
        {UA_LOCALIZEDTEXT, "04 00 00 00 00"},         /* unknown bit */
        {UA_DATAVALUE, "40 00"},                      /* unknown bit */
        {UA_DIAGNOSTICINFO, "80 00"},                 /* unknown bit */
        {UA_EXTENSIONOBJECT, "00 00 03 00 00 00 00"}, /* unknown kind of body */
        {UA_EXTENSIONOBJECT, "01 00 76 03 01 02 00 00 00 00 00"}, /* a Range of two bytes */
        {UA_STRING, "05 00 00 00 61"},                            /* longer than what is there */
        {UA_STRING, "FF FF FF 7F 61"},
    };
    struct codec *c = *state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct ua_builtin *b = &ua_builtins[cases[i].type];
        ua_status status = codec_try(codec_hex(c, cases[i].hex), b->size, b->read);
        if (status != UA_BAD_DECODING_ERROR)
            fail_msg("%s: %08X", cases[i].hex, status);
    }
}

static void any_byte_but_zero_is_true(void **state)
{
    struct codec *c = *state;
    struct reader r;
    reader_init(&r, codec_hex(c, "02 FF 00"), &c->arena);
    assert_true(read_bool(&r));
    assert_true(read_bool(&r));
    assert_false(read_bool(&r));
}

static void not_a_number_keeps_its_bits(void **state)
{
    struct codec *c = *state;
    struct slice bytes = codec_hex(c, "01 00 00 00 00 00 F8 FF");
    struct reader r;
    reader_init(&r, bytes, &c->arena);
    double v = read_double(&r);
    assert_true(isnan(v));
    write_double(&c->w, v);
    assert_bytes(codec_written(c), bytes);
}

/* A newer version of a structure has more fields than we know. */
static void a_longer_body_is_read(void **state)
{
    struct codec *c = *state;
    struct reader r;
    reader_init(&r,
                codec_hex(c, "01 00 76 03 01 12 00 00 00 00 00 00 00 00 00 00 00 "
                             "00 00 00 00 00 00 F8 3F AA BB 07"),
                &c->arena);
    struct ua_extension_object v = read_extension_object(&r);
    assert_int_equal(r.status, UA_GOOD);
    assert_ptr_equal(v.structure, &ua_range_structure);
    assert_true(((const struct ua_range *)v.value)->high == 1.5);
    assert_int_equal(v.body.len, 18);
    assert_int_equal(read_u8(&r), 7);
}

static void diagnostic_infos_nest_to_a_limit(void **state)
{
    enum { LEVELS = 10000 };
    struct codec *c = *state;
    const struct ua_builtin *b = &ua_builtins[UA_DIAGNOSTICINFO];
    uint8_t bytes[LEVELS];
    memset(bytes, UA_DIAGNOSTIC_INNER, sizeof bytes);
    bytes[UA_MAX_NESTING] = 0;
    assert_round_trip(c, (struct slice){bytes, UA_MAX_NESTING + 1}, b->size, b->read, b->write);
    bytes[UA_MAX_NESTING] = UA_DIAGNOSTIC_INNER;
    bytes[LEVELS - 1] = 0;
    assert_int_equal(codec_try((struct slice){bytes, LEVELS}, b->size, b->read),
                     UA_BAD_ENCODING_LIMITS_EXCEEDED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CODEC_TEST(numbers),
        CODEC_TEST(strings),
        CODEC_TEST(guid),
        CODEC_TEST(nodeids_take_the_shortest_form),
        CODEC_TEST(expanded_nodeids),
        CODEC_TEST(a_namespace_uri_replaces_the_index),
        CODEC_TEST(names_and_texts),
        CODEC_TEST(extension_objects),
        CODEC_TEST(data_values),
        CODEC_TEST(picoseconds_go_with_their_timestamp_only),
        CODEC_TEST(diagnostic_infos),
        CODEC_TEST(what_has_no_meaning_is_rejected),
        CODEC_TEST(any_byte_but_zero_is_true),
        CODEC_TEST(not_a_number_keeps_its_bits),
        CODEC_TEST(a_longer_body_is_read),
        CODEC_TEST(diagnostic_infos_nest_to_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
