/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/v4l2/control.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Longer texts of a driver are none that a person reads. */
enum { MAX_STRING = 4096 };

static const char *const switch_choices[] = {"Off", "Continuous"};

/* ---- kinds ---- */

static const struct {
    enum v4l2_ctrl_type type;
    enum setting_kind kind;
} kinds[] = {
    {V4L2_CTRL_TYPE_INTEGER, SETTING_INTEGER},   {V4L2_CTRL_TYPE_BOOLEAN, SETTING_BOOLEAN},
    {V4L2_CTRL_TYPE_MENU, SETTING_MENU},         {V4L2_CTRL_TYPE_BUTTON, SETTING_COMMAND},
    {V4L2_CTRL_TYPE_INTEGER64, SETTING_INTEGER}, {V4L2_CTRL_TYPE_STRING, SETTING_STRING},
    {V4L2_CTRL_TYPE_BITMASK, SETTING_INTEGER},   {V4L2_CTRL_TYPE_INTEGER_MENU, SETTING_MENU},
};

static bool find_kind(const struct v4l2_query_ext_ctrl *c, enum setting_kind *out)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        *out = kinds[i].kind;
        if (kinds[i].type == c->type)
            return c->nr_of_dims == 0 && (*out != SETTING_STRING || c->maximum < MAX_STRING);
    }
    return false;
}

static enum control_form form_of(const struct control_known *known, const struct v4l2_query_ext_ctrl *c)
{
    if (known && known->form == CONTROL_FLOAT && c->type == V4L2_CTRL_TYPE_INTEGER)
        return CONTROL_FLOAT;
    if (known && known->form == CONTROL_SWITCH && c->type == V4L2_CTRL_TYPE_BOOLEAN)
        return CONTROL_SWITCH;
    return CONTROL_PLAIN;
}

static unsigned flags_of(const struct v4l2_query_ext_ctrl *c)
{
    bool moves = c->flags & V4L2_CTRL_FLAG_MODIFY_LAYOUT;
    bool grabbed = c->flags & V4L2_CTRL_FLAG_GRABBED && !moves;
    bool inactive = c->flags & V4L2_CTRL_FLAG_INACTIVE || grabbed;
    return (c->flags & V4L2_CTRL_FLAG_READ_ONLY ? SETTING_READ_ONLY : 0u) |
           (inactive ? SETTING_INACTIVE : 0u) | (c->flags & V4L2_CTRL_FLAG_VOLATILE ? SETTING_VOLATILE : 0u) |
           (moves ? SETTING_STOPS : 0u);
}

/* ---- values ---- */

/* What the driver is given and gives. */
struct raw_value {
    struct v4l2_ext_control control;
    char text[MAX_STRING + 1];
};

static int transfer(const struct v4l2_device *d, unsigned long request, struct raw_value *raw)
{
    struct v4l2_ext_controls all = {.which = V4L2_CTRL_WHICH_CUR_VAL, .count = 1, .controls = &raw->control};
    return v4l2_call(d, request, &all);
}

static void init_raw(struct raw_value *raw, const struct v4l2_query_ext_ctrl *c)
{
    memset(&raw->control, 0, sizeof raw->control);
    raw->control.id = c->id;
    raw->text[0] = raw->text[MAX_STRING] = '\0';
    if (c->type == V4L2_CTRL_TYPE_STRING) {
        raw->control.size = (uint32_t)c->maximum + 1;
        raw->control.string = raw->text;
    }
}

static int64_t number_of(const struct v4l2_query_ext_ctrl *c, const struct raw_value *raw)
{
    if (c->type == V4L2_CTRL_TYPE_INTEGER64)
        return raw->control.value64;
    return c->type == V4L2_CTRL_TYPE_BITMASK ? (int64_t)(uint32_t)raw->control.value : raw->control.value;
}

/* Gives 0, or the errno. */
static int read_value(const struct v4l2_device *d, const struct v4l2_query_ext_ctrl *c,
                      const struct control_menu *menu, struct setting *s)
{
    struct raw_value raw;
    init_raw(&raw, c);
    int errnum = transfer(d, VIDIOC_G_EXT_CTRLS, &raw);
    if (errnum)
        return errnum;
    int64_t number = number_of(c, &raw);
    const struct control_known *known = control_known(c->id);
    s->readable = true;
    if (s->kind == SETTING_STRING)
        snprintf(s->value.text, sizeof s->value.text, "%.*s", SETTING_TEXT - 1, raw.text);
    else if (s->kind == SETTING_FLOAT)
        s->value.number = (double)number * known->scale;
    else if (menu->count)
        s->value.integer = control_menu_choice(menu, number);
    else
        s->value.integer = number;
    s->readable = s->kind != SETTING_MENU || s->value.integer >= 0;
    return 0;
}

/* ---- describing ---- */

static void describe_bounds(const struct v4l2_query_ext_ctrl *c, double scale, struct setting *s)
{
    s->min = (double)c->minimum * scale;
    s->max = (double)c->maximum * scale;
    s->step = (double)c->step * scale;
    if (c->type == V4L2_CTRL_TYPE_BITMASK)
        s->max = (double)(uint32_t)c->maximum;
}

static void describe_form(const struct v4l2_query_ext_ctrl *c, struct setting *s)
{
    const struct control_known *known = control_known(c->id);
    enum control_form form = form_of(known, c);
    if (form == CONTROL_FLOAT)
        s->kind = SETTING_FLOAT;
    if (s->kind == SETTING_INTEGER || s->kind == SETTING_FLOAT)
        describe_bounds(c, form == CONTROL_FLOAT ? known->scale : 1, s);
    if (form == CONTROL_SWITCH) {
        s->kind = SETTING_MENU;
        s->choices = switch_choices;
        s->choice_count = ARRAY_LEN(switch_choices);
    }
    if (known)
        snprintf(s->name, sizeof s->name, "%s", known->name);
    if (known && known->unit)
        snprintf(s->unit, sizeof s->unit, "%s", known->unit);
}

bool control_describe(const struct v4l2_device *d, const struct v4l2_query_ext_ctrl *c, struct setting *out,
                      struct control_menu *menu, int *rc, struct err_text *why)
{
    *rc = 0;
    *out = (struct setting){.flags = flags_of(c)};
    menu->count = 0;
    if (c->flags & V4L2_CTRL_FLAG_DISABLED || !find_kind(c, &out->kind))
        return false;
    snprintf(out->display_name, sizeof out->display_name, "%.*s", (int)sizeof c->name, c->name);
    describe_form(c, out);
    if (c->type == V4L2_CTRL_TYPE_MENU || c->type == V4L2_CTRL_TYPE_INTEGER_MENU) {
        control_menu_read(menu, d, c, control_known(c->id));
        out->choices = menu->names;
        out->choice_count = menu->count;
    }
    if (out->kind == SETTING_MENU && out->choice_count == 0)
        return false;
    if (out->kind == SETTING_COMMAND || c->flags & V4L2_CTRL_FLAG_WRITE_ONLY)
        return true;
    if (read_value(d, c, menu, out) == ENODEV)
        *rc = v4l2_failed(d, ENODEV, "VIDIOC_G_EXT_CTRLS", why);
    return true;
}

/* ---- writing ---- */

static int64_t within(int64_t n, const struct v4l2_query_ext_ctrl *c)
{
    return n < c->minimum ? c->minimum : n > c->maximum ? c->maximum : n;
}

static int64_t to_steps(double number, double scale, const struct v4l2_query_ext_ctrl *c)
{
    double steps = round(number / scale);
    if (!(steps > (double)c->minimum))
        return c->minimum;
    return steps < (double)c->maximum ? (int64_t)steps : c->maximum;
}

/* The driver's number for a value that is none of a text. */
static int to_number(const struct v4l2_device *d, const struct v4l2_query_ext_ctrl *c, const char *name,
                     const struct setting_value *v, int64_t *out, struct err_text *why)
{
    const struct control_known *known = control_known(c->id);
    struct control_menu menu;
    *out = v->integer;
    if (c->type == V4L2_CTRL_TYPE_MENU || c->type == V4L2_CTRL_TYPE_INTEGER_MENU) {
        control_menu_read(&menu, d, c, known);
        if (v->integer < 0 || (uint64_t)v->integer >= menu.count)
            return err_set(why, ERR_INVALID, "%s: the device has %zu choices", name, menu.count);
        *out = menu.indices[v->integer];
    } else if (form_of(known, c) == CONTROL_FLOAT) {
        *out = to_steps(v->number, known->scale, c);
    } else if (c->type == V4L2_CTRL_TYPE_INTEGER || c->type == V4L2_CTRL_TYPE_INTEGER64) {
        *out = within(v->integer, c);
    }
    return 0;
}

static int convert_text(const struct v4l2_query_ext_ctrl *c, const char *name, const struct setting_value *v,
                        struct raw_value *raw, struct err_text *why)
{
    size_t len = strnlen(v->text, sizeof v->text);
    if (len < (uint64_t)c->minimum || len > (uint64_t)c->maximum)
        return err_set(why, ERR_INVALID, "%s: a text of %" PRId64 " to %" PRId64 " bytes", name,
                       (int64_t)c->minimum, (int64_t)c->maximum);
    memcpy(raw->text, v->text, len);
    raw->text[len] = '\0';
    return 0;
}

static int convert(const struct v4l2_device *d, const struct v4l2_query_ext_ctrl *c, const char *name,
                   const struct setting_value *v, struct raw_value *raw, struct err_text *why)
{
    int64_t number;
    init_raw(raw, c);
    if (c->type == V4L2_CTRL_TYPE_STRING)
        return convert_text(c, name, v, raw, why);
    int rc = to_number(d, c, name, v, &number, why);
    if (c->type == V4L2_CTRL_TYPE_INTEGER64)
        raw->control.value64 = number;
    else
        raw->control.value = (int32_t)(uint32_t)number;
    return rc;
}

static int refused(const struct v4l2_device *d, const char *name, int errnum, struct err_text *why)
{
    switch (errnum) {
    case EINVAL:
    case ERANGE:
        return err_set(why, ERR_INVALID, "%s: %s does not take this value", name, d->path);
    case EACCES:
        return err_set(why, ERR_DENIED, "%s: %s lets nobody set it now", name, d->path);
    case EBUSY:
        return err_set(why, ERR_BUSY, "%s cannot be set while %s streams", name, d->path);
    default:
        return v4l2_failed(d, errnum, name, why);
    }
}

int control_write(const struct v4l2_device *d, uint32_t id, const char *name, const struct setting_value *v,
                  struct err_text *why)
{
    struct v4l2_query_ext_ctrl control = {.id = id};
    struct raw_value raw;
    enum setting_kind kind;
    int errnum = v4l2_call(d, VIDIOC_QUERY_EXT_CTRL, &control);
    if (errnum || !find_kind(&control, &kind))
        return refused(d, name, errnum ? errnum : EINVAL, why);
    int rc = convert(d, &control, name, v, &raw, why);
    if (rc)
        return rc;
    errnum = transfer(d, VIDIOC_S_EXT_CTRLS, &raw);
    return errnum ? refused(d, name, errnum, why) : 0;
}
