/* SPDX-License-Identifier: Apache-2.0
 * A V4L2 driver that answers whatever it likes: its settings are listed, then each is written. */
#include "camera/v4l2/control.h"
#include "camera/v4l2/controls.h"
#include "camera/v4l2/stream_settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t *input;
static size_t left;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int __wrap_v4l2_call(const struct v4l2_device *d, unsigned long request, void *arg);

static uint64_t take(size_t n)
{
    uint64_t out = 0;
    for (; n && left; n--, left--)
        out = out << 8 | *input++;
    return out;
}

/* Bounds are rarely just anything. */
static int64_t take_number(void)
{
    return take(1) & 1 ? (int64_t)take(8) : (int8_t)take(1);
}

static void take_text(char *out, size_t size)
{
    size_t n = take(1) % (size + 1);
    for (size_t i = 0; i < n; i++)
        out[i] = (char)take(1);
}

static int answer_control(struct v4l2_query_ext_ctrl *q)
{
    q->id = (q->id & ~V4L2_CTRL_FLAG_NEXT_CTRL) + (uint32_t)take(2);
    if (take(1) & 1)
        q->id = 0x00980900 + (uint32_t)take(1);
    q->type = (uint32_t)take(1) % 12;
    q->flags = (uint32_t)take(3);
    q->minimum = take_number();
    q->maximum = take_number();
    q->step = (uint64_t)take_number();
    take_text(q->name, sizeof q->name);
    return 0;
}

static int answer_value(const struct v4l2_ext_controls *all)
{
    struct v4l2_ext_control *c = all->controls;
    if (c->size)
        take_text(c->string, c->size);
    else
        c->value64 = take_number();
    return 0;
}

static int answer_format(struct v4l2_fmtdesc *f)
{
    static const uint32_t known[] = {V4L2_PIX_FMT_YUYV, V4L2_PIX_FMT_MJPEG, V4L2_PIX_FMT_SRGGB8,
                                     V4L2_PIX_FMT_NV12M};
    uint64_t kind = take(1);
    f->pixelformat = kind < ARRAY_LEN(known) ? known[kind] : (uint32_t)take(4);
    return 0;
}

static int answer_size(struct v4l2_frmsizeenum *s)
{
    s->type = (uint32_t)take(1) % 4;
    for (uint32_t *side = &s->stepwise.min_width; side <= &s->stepwise.step_height; side++)
        *side = (uint32_t)take_number();
    return 0;
}

static int answer_interval(struct v4l2_frmivalenum *f)
{
    f->type = (uint32_t)take(1) % 4;
    f->stepwise.min = (struct v4l2_fract){(uint32_t)take(1), (uint32_t)take(2)};
    f->stepwise.max = (struct v4l2_fract){(uint32_t)take(1), (uint32_t)take(2)};
    return 0;
}

int __wrap_v4l2_call(const struct v4l2_device *d, unsigned long request, void *arg)
{
    (void)d;
    if (left == 0 || take(1) % 8 == 7)
        return EINVAL;
    switch (request) {
    case VIDIOC_QUERY_EXT_CTRL:
        return answer_control(arg);
    case VIDIOC_QUERYMENU:
        take_text((char *)((struct v4l2_querymenu *)arg)->name, 32);
        return 0;
    case VIDIOC_G_EXT_CTRLS:
        return answer_value(arg);
    case VIDIOC_ENUM_FMT:
        return answer_format(arg);
    case VIDIOC_ENUM_FRAMESIZES:
        return answer_size(arg);
    case VIDIOC_ENUM_FRAMEINTERVALS:
        return answer_interval(arg);
    default:
        return 0;
    }
}

/* Whatever is listed may be written back. */
static void write_all(const struct v4l2_device *d, struct capture_wish *wish, const struct setting_list *list,
                      const struct control_index *index)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct setting *s = &list->rows[i];
        char path[CONTROL_PATH];
        setting_path(s, path, sizeof path);
        const struct control_place *place = control_index_find(index, path);
        if (place)
            (void)!control_write(d, place->id, path, &s->value, NULL);
        else if (is_stream_setting(path))
            (void)!stream_settings_apply(d, wish, path, &s->value, NULL);
        else
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct v4l2_device device = {.fd = -1, .type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
    struct capture_wish wish = {0};
    struct setting_list list;
    struct control_index index = {0};
    input = data;
    left = size;
    setting_list_init(&list);
    if (!stream_settings_list(&device, &wish, &list, NULL))
        (void)!controls_list(&device, &list, &index, NULL);
    write_all(&device, &wish, &list, &index);
    control_index_clear(&index);
    setting_list_clear(&list);
    return 0;
}
