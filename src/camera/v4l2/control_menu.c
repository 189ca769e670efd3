/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/v4l2/control_menu.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* A driver may claim any bounds. */
enum { MAX_INDEX = 1023 };

static bool is_taken(const struct control_menu *m, const char *name)
{
    for (size_t i = 0; i < m->count; i++)
        if (strcmp(m->names[i], name) == 0)
            return true;
    return false;
}

static void add(struct control_menu *m, const struct v4l2_querymenu *item, bool numbers,
                const struct control_known *known)
{
    char *text = m->texts[m->count];
    if (numbers)
        snprintf(text, MENU_TEXT, "%" PRId64, (int64_t)item->value);
    else
        snprintf(text, MENU_TEXT, "%.*s", (int)sizeof item->name, (const char *)item->name);
    const char *name = text;
    if (known && item->index < known->choice_count && !is_taken(m, known->choices[item->index]))
        name = known->choices[item->index];
    m->indices[m->count] = item->index;
    m->names[m->count++] = name;
}

void control_menu_read(struct control_menu *m, const struct v4l2_device *d,
                       const struct v4l2_query_ext_ctrl *control, const struct control_known *known)
{
    bool numbers = control->type == V4L2_CTRL_TYPE_INTEGER_MENU;
    int64_t first = control->minimum > 0 ? control->minimum : 0;
    int64_t last = control->maximum < MAX_INDEX ? control->maximum : MAX_INDEX;
    m->count = 0;
    for (int64_t i = first; i <= last && m->count < SETTING_MAX_CHOICES; i++) {
        struct v4l2_querymenu item = {.id = control->id, .index = (uint32_t)i};
        if (v4l2_call(d, VIDIOC_QUERYMENU, &item) == 0)
            add(m, &item, numbers, known);
    }
}

int64_t control_menu_choice(const struct control_menu *m, int64_t index)
{
    for (size_t i = 0; i < m->count; i++)
        if (m->indices[i] == index)
            return (int64_t)i;
    return -1;
}
