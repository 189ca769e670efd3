/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/v4l2/controls.h"

#include "camera/v4l2/control.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Drivers that never end a list, or events, are cut off. */
enum { MAX_CONTROLS = 4096, MAX_EVENTS = 1024, DEAF_MS = 1000 };

/* Goes to the next control behind `c->id`; false at the end. Arrays and other compounds are passed over. */
static bool next_control(const struct v4l2_device *d, struct v4l2_query_ext_ctrl *c)
{
    uint32_t before = c->id;
    *c = (struct v4l2_query_ext_ctrl){.id = before | V4L2_CTRL_FLAG_NEXT_CTRL};
    return v4l2_call(d, VIDIOC_QUERY_EXT_CTRL, c) == 0 && c->id > before;
}

/* ---- the index ---- */

void control_index_clear(struct control_index *index)
{
    free(index->rows);
    *index = (struct control_index){0};
}

const struct control_place *control_index_find(const struct control_index *index, const char *path)
{
    for (size_t i = 0; i < index->count; i++)
        if (strcmp(index->rows[i].path, path) == 0)
            return &index->rows[i];
    return NULL;
}

static int index_add(struct control_index *index, uint32_t id, const struct setting *s)
{
    if (index->count == index->cap) {
        size_t cap = index->cap ? 2 * index->cap : 32;
        struct control_place *rows = realloc(index->rows, cap * sizeof *rows);
        if (!rows)
            return ERR_NO_MEMORY;
        index->rows = rows;
        index->cap = cap;
    }
    struct control_place *place = &index->rows[index->count++];
    place->id = id;
    setting_path(s, place->path, sizeof place->path);
    return 0;
}

/* ---- listing ---- */

/* The class that the controls behind it belong to. */
struct class
{
    uint32_t which;
    char folder[SETTING_TEXT];
};

static void enter_class(struct class *class, const struct v4l2_query_ext_ctrl *c)
{
    char text[sizeof c->name + 1], name[SETTING_NAME];
    snprintf(text, sizeof text, "%.*s", (int)sizeof c->name, c->name);
    control_make_name(text, name);
    class->which = V4L2_CTRL_ID2WHICH(c->id);
    snprintf(class->folder, sizeof class->folder, "Device/%s", name[0] ? name : "Controls");
}

/* Names what is not in the table. Two of one name are told apart by their ids. */
static void name_control(struct setting *s, const struct v4l2_query_ext_ctrl *c, const struct class *class,
                         const struct control_index *index)
{
    char path[CONTROL_PATH];
    if (!s->name[0]) {
        bool in_class = class->which == V4L2_CTRL_ID2WHICH(c->id);
        snprintf(s->folder, sizeof s->folder, "%s", in_class ? class->folder : "Device/Controls");
        control_make_name(s->display_name, s->name);
    }
    setting_path(s, path, sizeof path);
    if (!s->name[0] || control_index_find(index, path)) {
        char name[SETTING_NAME];
        snprintf(name, sizeof name, "%.40s_%08x", s->name[0] ? s->name : "Control", c->id);
        memcpy(s->name, name, sizeof s->name);
    }
}

static int add_control(const struct v4l2_device *d, const struct v4l2_query_ext_ctrl *c,
                       const struct class *class, struct setting_list *out, struct control_index *index,
                       struct err_text *why)
{
    struct control_menu menu;
    struct setting s;
    int rc;
    if (!control_describe(d, c, &s, &menu, &rc, why) || rc)
        return rc;
    name_control(&s, c, class, index);
    rc = setting_list_add(out, &s);
    if (!rc)
        rc = index_add(index, c->id, &s);
    if (rc == ERR_NO_MEMORY)
        return err_set(why, rc, "%s: no memory for its controls", d->path);
    return 0;
}

int controls_list(const struct v4l2_device *d, struct setting_list *out, struct control_index *index,
                  struct err_text *why)
{
    struct v4l2_query_ext_ctrl c = {0};
    struct class class = {0};
    int rc = 0;
    index->count = 0;
    for (int i = 0; i < MAX_CONTROLS && !rc && next_control(d, &c); i++) {
        if (c.type == V4L2_CTRL_TYPE_CTRL_CLASS)
            enter_class(&class, &c);
        else
            rc = add_control(d, &c, &class, out, index, why);
    }
    return rc;
}

/* ---- changes ---- */

void controls_subscribe(const struct v4l2_device *d)
{
    struct v4l2_query_ext_ctrl c = {0};
    for (int i = 0; i < MAX_CONTROLS && next_control(d, &c); i++) {
        struct v4l2_event_subscription s = {.type = V4L2_EVENT_CTRL, .id = c.id};
        (void)!v4l2_call(d, VIDIOC_SUBSCRIBE_EVENT, &s);
    }
}

/* 1, or ERR_GONE. */
static int take_events(const struct v4l2_device *d, struct err_text *why)
{
    struct v4l2_event event;
    int errnum = 0;
    for (int i = 0; i < MAX_EVENTS && !errnum; i++)
        errnum = v4l2_call(d, VIDIOC_DQEVENT, &event);
    return errnum == ENODEV ? v4l2_failed(d, errnum, "VIDIOC_DQEVENT", why) : 1;
}

int controls_wait(const struct v4l2_device *d, int wake_fd, struct err_text *why)
{
    struct pollfd fds[] = {{.fd = wake_fd, .events = POLLIN}, {.fd = d->fd, .events = POLLPRI}};
    int ready;
    do {
        ready = poll(fds, ARRAY_LEN(fds), -1);
    } while (ready < 0 && errno == EINTR);
    if (ready < 0)
        return err_errno(why, errno, "%s: poll failed", d->path);
    if (fds[0].revents)
        return 0;
    int rc = take_events(d, why);
    if (rc < 0 || fds[1].revents & POLLPRI)
        return rc;
    /* A driver that tells of errors instead: look as often as without a word. */
    return poll(fds, 1, DEAF_MS) > 0 ? 0 : 1;
}
