/* SPDX-License-Identifier: Apache-2.0
 * A camera that is plugged in and out. */
#include "camera/camera_own.h"

#include <string.h>

void camera_lose(struct camera *c, const char *why)
{
    struct err_text text;
    if (c->keeper.absent)
        return;
    err_set(&text, ERR_GONE, "%s", why);
    panel_lose(&c->panel);
    keeper_lose(&c->keeper, &text);
}

/* The id stays, and the name that people gave. */
static bool refresh_identity(struct camera *c, const struct camera_identity *found)
{
    struct camera_identity now = *found;
    memcpy(now.id, c->setup.identity.id, sizeof now.id);
    if (c->setup.config.name[0])
        memcpy(now.name, c->setup.config.name, sizeof now.name);
    if (memcmp(&now, &c->setup.identity, sizeof now) == 0)
        return false;
    bool moved = strcmp(now.uri, c->setup.identity.uri) != 0;
    c->setup.identity = now;
    c->facts_changed = true;
    return moved;
}

void camera_find(struct camera *c, const struct backend *backend, const struct camera_identity *id)
{
    bool moved = refresh_identity(c, id), was_absent = c->panel.absent;
    c->seen = true;
    c->setup.backend = backend;
    if (was_absent || moved)
        panel_find(&c->panel, backend->tuner);
    keeper_find(&c->keeper, backend);
    camera_wake(c);
}

bool camera_was_seen(const struct camera *c)
{
    return c->seen;
}

const struct backend *camera_backend(const struct camera *c)
{
    return c->setup.backend;
}
