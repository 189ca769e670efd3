/* SPDX-License-Identifier: Apache-2.0
 * What was written to the settings of a camera, kept for when it comes back. */
#include "base/log.h"
#include "camera/panel.h"

void panel_remember(struct panel *p, const char *path, const struct setting_value *v)
{
    const struct setting *s = setting_find(&p->list, path);
    char text[SETTING_TEXT];
    if (!s || s->kind == SETTING_COMMAND)
        return;
    setting_value_show(s, v, text, sizeof text);
    int rc = setting_memory_put(&p->memory, path, text);
    if (rc)
        log_debug("camera", "%s: %s is not kept for later: %s", p->setup.identity->id, path, err_name(rc));
    else
        setting_file_save(&p->file, &p->memory);
}

/* What was written meanwhile is newer. */
static void on_loaded(void *user, const struct setting_memory *loaded)
{
    struct panel *p = user;
    struct setting_memory all;
    int rc = setting_memory_copy(loaded, &all);
    for (size_t i = 0; i < p->memory.count && !rc; i++)
        rc = setting_memory_put(&all, p->memory.rows[i].path, p->memory.rows[i].text);
    if (rc)
        log_warning("camera", "%s: some settings are not kept: %s", p->setup.identity->id, err_name(rc));
    setting_memory_clear(&p->memory);
    p->memory = all;
    p->loading = false;
    p->list_due = p->restore_due = true;
    p->setup.events.due(p->setup.events.user);
}

void panel_keep(struct panel *p, const char *folder)
{
    struct err_text why;
    if (setting_file_open(&p->file, p->setup.loop, folder, p->setup.identity->id, on_loaded, p, &why))
        log_warning("camera", "settings are not kept: %s", why.text);
    else
        p->loading = true;
}
