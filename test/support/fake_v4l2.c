/* SPDX-License-Identifier: Apache-2.0 */
#include "support/fake_v4l2.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct fake_v4l2 fake_v4l2;
const struct v4l2_device fake_device = {.fd = -1, .path = "/dev/fake", .type = V4L2_BUF_TYPE_VIDEO_CAPTURE};

static struct fake_control *find_control(uint32_t id)
{
    for (size_t i = 0; i < fake_v4l2.control_count; i++)
        if (fake_v4l2.controls[i].id == id)
            return &fake_v4l2.controls[i];
    return NULL;
}

static int query_control(struct v4l2_query_ext_ctrl *q)
{
    uint32_t id = q->id & ~V4L2_CTRL_FLAG_NEXT_CTRL;
    bool next = q->id & V4L2_CTRL_FLAG_NEXT_CTRL;
    for (size_t i = 0; i < fake_v4l2.control_count; i++) {
        const struct fake_control *c = &fake_v4l2.controls[i];
        if (next ? c->id <= id : c->id != id)
            continue;
        *q = (struct v4l2_query_ext_ctrl){.id = c->id,
                                          .type = c->type,
                                          .minimum = c->min,
                                          .maximum = c->max,
                                          .step = (uint64_t)c->step,
                                          .flags = c->flags};
        snprintf(q->name, sizeof q->name, "%s", c->name);
        return 0;
    }
    return EINVAL;
}

static int query_menu(struct v4l2_querymenu *q)
{
    const struct fake_control *c = find_control(q->id);
    for (const struct fake_item *item = c ? c->menu : NULL; item && item->name; item++) {
        if (item->index != q->index)
            continue;
        if (c->type == V4L2_CTRL_TYPE_INTEGER_MENU)
            q->value = item->value;
        else
            snprintf((char *)q->name, sizeof q->name, "%s", item->name);
        return 0;
    }
    return EINVAL;
}

static int transfer(struct v4l2_ext_controls *all, bool write)
{
    struct v4l2_ext_control *one = all->controls;
    struct fake_control *c = all->count == 1 ? find_control(one->id) : NULL;
    if (!c)
        return EINVAL;
    int errnum = write ? c->write_errnum : c->read_errnum;
    if (errnum)
        return errnum;
    fake_v4l2.writes += write;
    if (c->type == V4L2_CTRL_TYPE_STRING && write)
        snprintf(c->text, sizeof c->text, "%s", one->string);
    else if (c->type == V4L2_CTRL_TYPE_STRING)
        snprintf(one->string, one->size, "%s", c->text);
    else if (c->type == V4L2_CTRL_TYPE_INTEGER64 && write)
        c->value = one->value64;
    else if (c->type == V4L2_CTRL_TYPE_INTEGER64)
        one->value64 = c->value;
    else if (write)
        c->value = one->value;
    else
        one->value = (int32_t)c->value;
    return 0;
}

/* ---- modes ---- */

static const struct fake_format *find_format(uint32_t fourcc)
{
    for (size_t i = 0; i < fake_v4l2.format_count; i++)
        if (fake_v4l2.formats[i].fourcc == fourcc)
            return &fake_v4l2.formats[i];
    return NULL;
}

static int list_format(struct v4l2_fmtdesc *f)
{
    if (f->index >= fake_v4l2.format_count)
        return EINVAL;
    f->pixelformat = fake_v4l2.formats[f->index].fourcc;
    return 0;
}

static int list_size(struct v4l2_frmsizeenum *s)
{
    const struct fake_format *f = find_format(s->pixel_format);
    uint32_t i = 0;
    while (f && i < s->index && f->sizes[i].width)
        i++;
    const struct fake_size *size = f ? &f->sizes[i] : NULL;
    if (!size || !size->width)
        return EINVAL;
    if (size->max_width) {
        s->type = V4L2_FRMSIZE_TYPE_STEPWISE;
        s->stepwise = (struct v4l2_frmsize_stepwise){size->width,  size->max_width,  size->step,
                                                     size->height, size->max_height, size->step};
        return 0;
    }
    s->type = V4L2_FRMSIZE_TYPE_DISCRETE;
    s->discrete.width = size->width;
    s->discrete.height = size->height;
    return 0;
}

static int list_interval(struct v4l2_frmivalenum *interval)
{
    const struct fake_format *f = find_format(interval->pixel_format);
    for (const struct fake_size *s = f ? f->sizes : NULL; s && s->width; s++) {
        if (!s->max_width && (s->width != interval->width || s->height != interval->height))
            continue;
        if (interval->index >= ARRAY_LEN(s->fps) || s->fps[interval->index] == 0)
            return EINVAL;
        interval->type = V4L2_FRMIVAL_TYPE_DISCRETE;
        interval->discrete.numerator = 1000;
        interval->discrete.denominator = (uint32_t)(1000 * s->fps[interval->index]);
        return 0;
    }
    return EINVAL;
}

int __wrap_v4l2_call(const struct v4l2_device *d, unsigned long request, void *arg)
{
    (void)d;
    switch (request) {
    case VIDIOC_QUERY_EXT_CTRL:
        return query_control(arg);
    case VIDIOC_QUERYMENU:
        return query_menu(arg);
    case VIDIOC_G_EXT_CTRLS:
        return transfer(arg, false);
    case VIDIOC_S_EXT_CTRLS:
        return transfer(arg, true);
    case VIDIOC_ENUM_FMT:
        return list_format(arg);
    case VIDIOC_ENUM_FRAMESIZES:
        return list_size(arg);
    case VIDIOC_ENUM_FRAMEINTERVALS:
        return list_interval(arg);
    default:
        return ENOTTY;
    }
}
