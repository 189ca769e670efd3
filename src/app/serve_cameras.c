/* SPDX-License-Identifier: Apache-2.0 */
#include "app/serve_cameras.h"

#include "base/log.h"

/* So long the server waits with saying that it is ready. */
#define PATIENCE_NS NS_PER_S

static struct camera_config camera_config_of(const struct camera_options *o)
{
    return (struct camera_config){
        .linger_ns = (int64_t)(o->linger * (double)NS_PER_S),
        .capture_timeout_ns = (int64_t)(o->capture_timeout * (double)NS_PER_S),
        .warmup = (uint32_t)o->warmup,
        .max_width = (uint32_t)o->width,
        .max_height = (uint32_t)o->height,
        .fps = o->frame_rate,
        .change_threshold = (uint8_t)o->change_threshold,
        .image =
            {
                .format = (enum image_format)o->image_format,
                .quality = (uint8_t)o->jpeg_quality,
                .max_width = (uint32_t)o->image_max_size,
                .max_height = (uint32_t)o->image_max_size,
            },
    };
}

static int add_configured(struct serve_cameras *s, struct err_text *why)
{
    struct camera *added;
    for (size_t i = 0; i < s->config->camera_count; i++) {
        const struct config_camera *camera = &s->config->cameras[i];
        struct camera_config own = camera_config_of(&camera->options);
        int rc = camera_set_add(s->set, camera->uri, &own, &added, why);
        if (rc)
            return rc;
    }
    return 0;
}

int serve_cameras_open(struct serve_cameras *s, struct loop *loop, const struct config *config,
                       struct err_text *why)
{
    struct camera_config defaults = camera_config_of(&config->camera);
    s->loop = loop;
    s->config = config;
    s->set = camera_set_new(loop, &defaults);
    return s->set ? add_configured(s, why) : err_set(why, ERR_NO_MEMORY, "no memory");
}

void serve_cameras_close(struct serve_cameras *s)
{
    if (!s->set)
        return;
    timer_stop(loop_timers(s->loop), &s->patience);
    camera_set_free(s->set);
    s->set = NULL;
}

/* ---- looking for them ---- */

static void get_ready(struct serve_cameras *s)
{
    void (*ready)(void *user) = s->ready;
    timer_stop(loop_timers(s->loop), &s->patience);
    s->ready = NULL;
    if (ready)
        ready(s->user);
}

static void lose_patience(struct timer *t)
{
    get_ready(container_of(t, struct serve_cameras, patience));
}

static void offer_simulated(struct serve_cameras *s)
{
    struct camera *simulated;
    struct err_text why;
    log_warning("serve",
                "no camera was found: a simulated one is served instead, until a restart; one that is "
                "plugged in appears beside it, one that is not found is named with --camera URI");
    if (camera_set_add(s->set, "sim:", NULL, &simulated, &why))
        log_error("serve", "%s", why.text);
}

void serve_cameras_detected(struct serve_cameras *s, size_t count)
{
    if (count == 0)
        offer_simulated(s);
    get_ready(s);
}

/* The kinds of the cameras that are configured, NULL-ended. */
static void list_schemes(const struct serve_cameras *s, const char *schemes[CONFIG_MAX_CAMERAS + 1])
{
    size_t count = 0;
    for (size_t i = 0; i < s->config->camera_count; i++) {
        const struct backend *backend = backend_of(s->config->cameras[i].uri);
        if (backend)
            schemes[count++] = backend->scheme;
    }
    schemes[count] = NULL;
}

int serve_cameras_watch(struct serve_cameras *s, const char *settings_folder, void (*ready)(void *user),
                        void *user, struct err_text *why)
{
    static const struct camera_rule leave_others = {.pattern = "*", .disabled = true};
    const char *schemes[CONFIG_MAX_CAMERAS + 1];
    struct camera_watch_options options = {.settings_folder = settings_folder};
    if (s->config->camera_count > 0) {
        list_schemes(s, schemes);
        options.schemes = schemes;
        options.rules = &leave_others;
        options.rule_count = 1;
    }
    s->ready = ready;
    s->user = user;
    s->patience.callback = lose_patience;
    if (timer_start_in(loop_timers(s->loop), &s->patience, PATIENCE_NS))
        return err_set(why, ERR_NO_MEMORY, "no memory");
    return camera_set_watch(s->set, &options, why);
}
