/* SPDX-License-Identifier: Apache-2.0
 * How values get into the rope: shared pictures, lengths in front, ceilings. */
#include "unit/wire/codec.h"
#include "wire/messages_gen.h"

static struct blob *new_picture(size_t len)
{
    uint8_t *bytes;
    struct blob *picture = blob_with_room(len, &bytes);
    assert_non_null(picture);
    for (size_t i = 0; i < len; i++)
        bytes[i] = (uint8_t)(i * 7);
    return picture;
}

static void a_large_picture_is_shared(void **state)
{
    struct codec *c = *state;
    struct blob *picture = new_picture(UA_SHARE_FROM);
    struct ua_variant v = ua_variant_blob(picture, picture->bytes);
    write_variant(&c->w, &v);
    assert_int_equal(c->w.status, UA_GOOD);
    assert_int_equal(c->rope.splice_count, 1);
    assert_ptr_equal(c->rope.splices[0].blob, picture);
    assert_int_equal(c->rope.own.len, 5);
    struct ua_variant copied = ua_variant_bytestring(picture->bytes);
    struct slice shared_bytes = codec_written(c);
    write_variant(&c->w, &copied);
    assert_int_equal(c->rope.splice_count, 0);
    assert_bytes(shared_bytes, codec_written(c));
    blob_unref(picture);
}

static void a_small_picture_is_copied(void **state)
{
    struct codec *c = *state;
    struct blob *picture = new_picture(UA_SHARE_FROM);
    struct ua_variant v = ua_variant_blob(picture, (struct slice){picture->bytes.data, UA_SHARE_FROM - 1});
    write_variant(&c->w, &v);
    assert_int_equal(c->rope.splice_count, 0);
    assert_int_equal(c->rope.len, 5 + UA_SHARE_FROM - 1);
    blob_unref(picture);
}

static void a_part_of_a_picture_is_shared(void **state)
{
    struct codec *c = *state;
    struct blob *picture = new_picture(3 * UA_SHARE_FROM);
    struct slice part = {picture->bytes.data + 10, UA_SHARE_FROM};
    struct ua_variant v = ua_variant_blob(picture, part);
    write_variant(&c->w, &v);
    struct slice bytes = codec_written(c);
    assert_bytes((struct slice){bytes.data + 5, bytes.len - 5}, part);
    blob_unref(picture);
}

/* Two pictures in one notification: its length counts the bytes that are shared. */
static void the_length_of_a_body_counts_shared_bytes(void **state)
{
    struct codec *c = *state;
    struct blob *picture = new_picture(UA_SHARE_FROM);
    struct ua_monitored_item_notification items[2] = {0};
    for (size_t i = 0; i < ARRAY_LEN(items); i++) {
        items[i].client_handle = (uint32_t)i;
        items[i].value.value = ua_variant_blob(picture, picture->bytes);
        items[i].value.has_value = true;
    }
    struct ua_data_change_notification change = {.monitored_items = items, .monitored_items_len = 2};
    struct ua_extension_object object = {.structure = &ua_data_change_notification_structure,
                                         .value = &change};
    write_u8(&c->w, 0xAB);
    write_shared(&c->w, picture, picture->bytes);
    write_extension_object(&c->w, &object);
    write_u8(&c->w, 0xCD);
    assert_int_equal(c->rope.splice_count, 3);
    struct slice bytes = codec_written(c);

    struct reader r;
    reader_init(&r, bytes, &c->arena);
    assert_int_equal(read_u8(&r), 0xAB);
    assert_int_equal(read_string(&r).len, UA_SHARE_FROM);
    struct ua_extension_object back = read_extension_object(&r);
    assert_int_equal(read_u8(&r), 0xCD);
    assert_int_equal(r.status, UA_GOOD);
    assert_int_equal(reader_left(&r), 0);
    const struct ua_data_change_notification *change_back = back.value;
    assert_int_equal(change_back->monitored_items_len, 2);
    assert_bytes(change_back->monitored_items[1].value.value.bytes, picture->bytes);
    blob_unref(picture);
}

static void lengths_within_lengths(void **state)
{
    struct codec *c = *state;
    size_t outer = write_length_begin(&c->w);
    write_u8(&c->w, 1);
    size_t inner = write_length_begin(&c->w);
    write_length_end(&c->w, inner);
    write_u16(&c->w, 2);
    write_length_end(&c->w, outer);
    assert_bytes(codec_written(c), codec_hex(c, "07 00 00 00 01 00 00 00 00 02 00"));
}

static void the_first_failure_stays(void **state)
{
    (void)state;
    struct rope rope;
    rope_init(&rope, 6);
    struct writer w;
    writer_init(&w, &rope);
    write_u32(&w, 1);
    assert_int_equal(w.status, UA_GOOD);
    write_u32(&w, 2);
    assert_int_equal(w.status, UA_BAD_ENCODING_LIMITS_EXCEEDED);
    writer_fail(&w, UA_BAD_OUT_OF_MEMORY);
    write_u8(&w, 3);
    assert_int_equal(w.status, UA_BAD_ENCODING_LIMITS_EXCEEDED);
    assert_int_equal(rope.len, 4);
    rope_clear(&rope);
}

static void lengths_past_int32_are_refused(void **state)
{
    struct codec *c = *state;
    write_array_len(&c->w, (size_t)INT32_MAX + 1);
    assert_int_equal(c->w.status, UA_BAD_ENCODING_LIMITS_EXCEEDED);
    assert_int_equal(c->rope.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CODEC_TEST(a_large_picture_is_shared),      CODEC_TEST(a_small_picture_is_copied),
        CODEC_TEST(a_part_of_a_picture_is_shared),  CODEC_TEST(the_length_of_a_body_counts_shared_bytes),
        CODEC_TEST(lengths_within_lengths),         CODEC_TEST(the_first_failure_stays),
        CODEC_TEST(lengths_past_int32_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
