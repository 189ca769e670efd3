/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/camera_own.h"

#include <string.h>

const struct setting_list *camera_settings(const struct camera *c)
{
    return &c->panel.list;
}

void camera_read_settings(struct camera *c, struct setting_request *r)
{
    panel_read(&c->panel, r);
}

void camera_write_setting(struct camera *c, const char *path, const struct setting_value *v,
                          struct setting_request *r)
{
    panel_write(&c->panel, path, v, r);
}

void setting_request_cancel(struct setting_request *r)
{
    if (r->camera)
        panel_cancel(&r->camera->panel, r);
}

void camera_watch_settings(struct camera *c, bool watch)
{
    panel_watch(&c->panel, watch);
}

void camera_keep_settings(struct camera *c, const char *folder)
{
    panel_keep(&c->panel, folder);
}

static void on_settings(void *user, bool others)
{
    struct camera *c = user;
    if (c->setup.settings_changed)
        c->setup.settings_changed(c->setup.user, c, others);
}

static void on_settings_due(void *user)
{
    camera_wake(user);
}

void camera_init_panel(struct camera *c)
{
    const struct camera_config *config = &c->setup.config;
    struct panel_setup setup = {
        .loop = c->setup.loop,
        .ops = c->setup.backend ? c->setup.backend->tuner : NULL,
        .identity = &c->setup.identity,
        .camera = c,
        .wish = {.width = config->max_width,
                 .height = config->max_height,
                 .fps = config->fps,
                 .timeout_ns = config->capture_timeout_ns},
        .timeout_ns = config->capture_timeout_ns,
        .events = {.changed = on_settings, .due = on_settings_due, .user = c},
    };
    memcpy(setup.wish.pixel_format, config->pixel_format, sizeof setup.wish.pixel_format);
    panel_init(&c->panel, &setup);
}
