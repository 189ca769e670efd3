/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "fake_cameras.h"

#include <stdio.h>
#include <string.h>

struct camera_observer fake_observer;

void fake_camera_init(struct camera *c, const char *id)
{
    *c = (struct camera){.facts.state = CAMERA_IDLE, .config.image.quality = 85};
    snprintf(c->identity.id, sizeof c->identity.id, "%s", id);
    setting_list_init(&c->settings);
}

void fake_camera_clear(struct camera *c)
{
    setting_list_clear(&c->settings);
}

struct setting *fake_camera_row(struct camera *c, const char *path)
{
    const struct setting *s = setting_find(&c->settings, path);
    return s ? &c->settings.rows[s - c->settings.rows] : NULL;
}

void fake_camera_unset(struct camera *c, const char *path)
{
    struct setting *row = fake_camera_row(c, path);
    struct setting *end = c->settings.rows + c->settings.count;
    assert_non_null(row);
    memmove(row, row + 1, (size_t)(end - (row + 1)) * sizeof *row);
    c->settings.count--;
}

void fake_camera_set(struct camera *c, struct setting s)
{
    char path[SETTING_TEXT + SETTING_NAME];
    setting_path(&s, path, sizeof path);
    struct setting *row = fake_camera_row(c, path);
    if (row)
        *row = s;
    else
        assert_int_equal(setting_list_add(&c->settings, &s), 0);
}

void fake_camera_read(struct camera *c, int code)
{
    struct setting_request *r = c->reading;
    assert_non_null(r);
    c->reading = NULL;
    r->camera = NULL;
    r->done(r, code, "as the test wants it");
}

void fake_camera_written(struct camera *c, int code, const char *why)
{
    assert_true(c->answered_count < c->write_count);
    struct fake_write *w = &c->writes[c->answered_count++];
    if (w->request) {
        w->request->camera = NULL;
        w->request->done(w->request, code, why);
    }
}

/* ---- camera/camera.h ---- */

const struct camera_identity *camera_identity(const struct camera *c)
{
    return &c->identity;
}

const struct camera_config *camera_config(const struct camera *c)
{
    return &c->config;
}

const struct camera_facts *camera_facts(const struct camera *c)
{
    return &c->facts;
}

const struct setting_list *camera_settings(const struct camera *c)
{
    return &c->settings;
}

void camera_read_settings(struct camera *c, struct setting_request *r)
{
    assert_null(c->reading);
    c->reading = r;
    c->readings++;
    r->camera = c;
}

void camera_write_setting(struct camera *c, const char *path, const struct setting_value *v,
                          struct setting_request *r)
{
    assert_true(c->write_count < FAKE_WRITES_MAX);
    struct fake_write *w = &c->writes[c->write_count++];
    *w = (struct fake_write){.value = *v, .request = r};
    snprintf(w->path, sizeof w->path, "%s", path);
    r->camera = c;
}

void setting_request_cancel(struct setting_request *r)
{
    struct camera *c = r->camera;
    if (!c)
        return;
    r->camera = NULL;
    if (c->reading == r)
        c->reading = NULL;
    for (size_t i = 0; i < c->write_count; i++)
        if (c->writes[i].request == r)
            c->writes[i].request = NULL;
}

void camera_watch_settings(struct camera *c, bool watch)
{
    c->watches += watch ? 1 : -1;
    assert_true(c->watches >= 0);
}

void camera_shoot(struct camera *c, struct demand *d)
{
    (void)c;
    (void)d;
    fail_msg("nobody wants pictures here");
}

void camera_follow(struct camera *c, struct demand *d)
{
    camera_shoot(c, d);
}

void demand_retune(struct demand *d, int64_t interval_ns, double deadband_percent)
{
    (void)interval_ns;
    (void)deadband_percent;
    camera_shoot(d->camera, d);
}

void demand_cancel(struct demand *d)
{
    (void)d;
}

/* ---- camera/camera_set.h ---- */

void camera_set_observe(struct camera_set *s, const struct camera_observer *o)
{
    (void)s;
    fake_observer = o ? *o : (struct camera_observer){0};
}
