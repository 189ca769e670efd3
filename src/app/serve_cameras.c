/* SPDX-License-Identifier: Apache-2.0 */
#include "app/serve_cameras.h"

#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>

enum { MOST_KINDS = 8 };

/* So long the server waits with saying that it is ready. */
#define PATIENCE_NS NS_PER_S

static struct camera_config camera_config_of(const struct camera_options *o, const char *name)
{
    struct camera_config c = {
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
    snprintf(c.name, sizeof c.name, "%.*s", (int)sizeof c.name - 1, name);
    return c;
}

static int add_configured(struct serve_cameras *s, struct err_text *why)
{
    struct camera *added;
    for (size_t i = 0; i < s->config->camera_count; i++) {
        const struct config_camera *camera = &s->config->cameras[i];
        struct camera_config own = camera_config_of(&camera->options, camera->name);
        if (camera->id[0] || !camera->enabled)
            continue;
        int rc = camera_set_add(s->set, camera->uri, &own, &added, why);
        if (rc)
            return rc;
    }
    return 0;
}

int serve_cameras_open(struct serve_cameras *s, struct loop *loop, const struct config *config,
                       struct err_text *why)
{
    struct camera_config defaults = camera_config_of(&config->camera, "");
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

/* What is looked for: the kinds that are to be detected, and those of cameras named by URI, so that it is
 * noticed when these go. */
struct kinds {
    const char *joining[MOST_KINDS + 1]; /* both NULL-ended */
    const char *all[MOST_KINDS + CONFIG_MAX_CAMERAS + 1];
};

static void list_kinds(const struct config *config, struct kinds *out)
{
    size_t joining = 0, all = 0;
    *out = (struct kinds){0};
    for (size_t i = 0; config_kinds[i] && i < MOST_KINDS; i++)
        if (config->detected_kinds >> i & 1)
            out->joining[joining++] = out->all[all++] = config_kinds[i];
    for (size_t i = 0; i < config->camera_count; i++) {
        const struct backend *backend = backend_of(config->cameras[i].uri);
        if (backend)
            out->all[all++] = backend->scheme;
    }
}

static size_t list_rules(const struct config *config, struct camera_rule *rules)
{
    size_t count = 0;
    for (size_t i = 0; i < config->camera_count; i++) {
        const struct config_camera *camera = &config->cameras[i];
        if (!camera->id[0])
            continue;
        struct camera_rule *rule = &rules[count++];
        *rule = (struct camera_rule){.disabled = !camera->enabled,
                                     .config = camera_config_of(&camera->options, camera->name)};
        snprintf(rule->pattern, sizeof rule->pattern, "%.*s", (int)sizeof rule->pattern - 1, camera->id);
    }
    return count;
}

int serve_cameras_watch(struct serve_cameras *s, const char *settings_folder, void (*ready)(void *user),
                        void *user, struct err_text *why)
{
    struct kinds kinds;
    list_kinds(s->config, &kinds);
    struct camera_rule *rules = calloc(CONFIG_MAX_CAMERAS, sizeof *rules);
    s->ready = ready;
    s->user = user;
    s->patience.callback = lose_patience;
    if (!rules || timer_start_in(loop_timers(s->loop), &s->patience, PATIENCE_NS)) {
        free(rules);
        return err_set(why, ERR_NO_MEMORY, "no memory");
    }
    struct camera_watch_options options = {.rules = rules,
                                           .rule_count = list_rules(s->config, rules),
                                           .schemes = kinds.all,
                                           .joining = kinds.joining,
                                           .settings_folder = settings_folder};
    int rc = camera_set_watch(s->set, &options, why);
    free(rules);
    return rc;
}
