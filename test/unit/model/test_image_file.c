/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "stage.h"

#include "image/decode.h"

#include <string.h>

#define FILE_NODE "Cameras/one/ImageFile"

enum { MINE = 7, OTHER = 8 };

static ua_status open_with(struct stage *s, uint8_t mode, uint32_t session)
{
    const struct ua_variant input = {.type = UA_BYTE, .byte = mode};
    return stage_call(s, FILE_NODE "/Open", session, &input, 1);
}

static uint32_t open_file(struct stage *s, uint32_t session)
{
    assert_int_equal(open_with(s, 1, session), UA_GOOD);
    return s->output.uint32;
}

static ua_status read_part(struct stage *s, uint32_t handle, int32_t length, uint32_t session)
{
    const struct ua_variant inputs[] = {ua_variant_uint32(handle), ua_variant_int32(length)};
    return stage_call(s, FILE_NODE "/Read", session, inputs, ARRAY_LEN(inputs));
}

static ua_status call_handle(struct stage *s, const char *method, uint32_t handle)
{
    const struct ua_variant input = ua_variant_uint32(handle);
    return stage_call(s, method, MINE, &input, 1);
}

/* Piece by piece it is one picture, whatever is shot meanwhile. */
static void test_pieces_make_one_picture(void **state)
{
    struct stage *s = *state;
    uint32_t handle = open_file(s, MINE);
    uint64_t size = stage_read(s, FILE_NODE "/Size")->value.uint64;
    uint8_t *all = test_malloc(size);
    size_t len = 0;
    for (;;) {
        assert_int_equal(read_part(s, handle, 100, MINE), UA_GOOD);
        if (s->output.bytes.len == 0)
            break;
        assert_true(s->output.bytes.len <= size - len);
        memcpy(all + len, s->output.bytes.data, s->output.bytes.len);
        len += s->output.bytes.len;
        stage_read(s, "Cameras/one/CameraImage");
    }
    assert_int_equal(len, size);
    struct frame *decoded;
    assert_int_equal(image_decode((struct slice){all, len}, 1 << 20, &decoded, NULL), 0);
    assert_int_equal(decoded->width, 64);
    frame_unref(decoded);
    test_free(all);
}

static void test_position(void **state)
{
    struct stage *s = *state;
    uint32_t handle = open_file(s, MINE);
    uint64_t size = stage_read(s, FILE_NODE "/Size")->value.uint64;
    struct ua_variant inputs[] = {ua_variant_uint32(handle), ua_variant_uint64(size - 2)};
    assert_int_equal(stage_call(s, FILE_NODE "/SetPosition", MINE, inputs, 2), UA_GOOD);
    assert_int_equal(read_part(s, handle, INT32_MAX, MINE), UA_GOOD);
    assert_int_equal(s->output.bytes.len, 2);
    assert_int_equal(s->output.bytes.data[1], 0xd9); /* the end of every JPEG */
    inputs[1] = ua_variant_uint64(UINT64_MAX);
    assert_int_equal(stage_call(s, FILE_NODE "/SetPosition", MINE, inputs, 2), UA_GOOD);
    assert_int_equal(call_handle(s, FILE_NODE "/GetPosition", handle), UA_GOOD);
    assert_int_equal(s->output.uint64, size);
}

static void test_it_cannot_be_written(void **state)
{
    struct stage *s = *state;
    assert_int_equal(open_with(s, 2, MINE), UA_BAD_NOT_WRITABLE);
    assert_int_equal(open_with(s, 3, MINE), UA_BAD_NOT_WRITABLE);
    assert_int_equal(open_with(s, 0, MINE), UA_BAD_INVALID_ARGUMENT);
    const struct ua_variant inputs[] = {ua_variant_uint32(open_file(s, MINE)),
                                        ua_variant_bytestring(slice_of("x"))};
    assert_int_equal(stage_call(s, FILE_NODE "/Write", MINE, inputs, 2), UA_BAD_NOT_WRITABLE);
}

static void test_handles_belong_to_a_session(void **state)
{
    struct stage *s = *state;
    uint32_t handle = open_file(s, MINE);
    assert_int_equal(read_part(s, handle, 10, OTHER), UA_BAD_INVALID_ARGUMENT);
    open_file(s, OTHER);
    assert_int_equal(stage_read(s, FILE_NODE "/OpenCount")->value.uint16, 2);
    model_session_closed(s->model, OTHER);
    assert_int_equal(stage_read(s, FILE_NODE "/OpenCount")->value.uint16, 1);
    assert_int_equal(call_handle(s, FILE_NODE "/Close", handle), UA_GOOD);
    assert_int_equal(call_handle(s, FILE_NODE "/Close", handle), UA_BAD_INVALID_ARGUMENT);
    assert_int_equal(stage_read(s, FILE_NODE "/OpenCount")->value.uint16, 0);
}

static void test_handles_are_few(void **state)
{
    struct stage *s = *state;
    for (int i = 0; i < 4; i++)
        open_file(s, MINE);
    assert_int_equal(open_with(s, 1, MINE), UA_BAD_RESOURCE_UNAVAILABLE);
    open_file(s, OTHER);
}

static void test_lengths(void **state)
{
    struct stage *s = *state;
    uint32_t handle = open_file(s, MINE);
    assert_int_equal(read_part(s, handle, 0, MINE), UA_BAD_INVALID_ARGUMENT);
    assert_int_equal(read_part(s, handle, -1, MINE), UA_BAD_INVALID_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_pieces_make_one_picture, stage_setup, stage_teardown),
        cmocka_unit_test_setup_teardown(test_position, stage_setup, stage_teardown),
        cmocka_unit_test_setup_teardown(test_it_cannot_be_written, stage_setup, stage_teardown),
        cmocka_unit_test_setup_teardown(test_handles_belong_to_a_session, stage_setup, stage_teardown),
        cmocka_unit_test_setup_teardown(test_handles_are_few, stage_setup, stage_teardown),
        cmocka_unit_test_setup_teardown(test_lengths, stage_setup, stage_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
