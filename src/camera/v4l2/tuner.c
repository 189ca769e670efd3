/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/v4l2/tuner.h"

#include "camera/v4l2/control.h"
#include "camera/v4l2/controls.h"
#include "camera/v4l2/look.h"
#include "camera/v4l2/stream_settings.h"

#include <stdlib.h>

struct knobs {
    struct v4l2_device device;
    struct control_index index;
};

static int tuner_open(const struct camera_identity *id, void **device, struct err_text *why)
{
    *device = NULL;
    struct knobs *k = calloc(1, sizeof *k);
    if (!k)
        return err_set(why, ERR_NO_MEMORY, "%s: no memory for its settings", id->uri);
    int rc = v4l2_open_camera(&k->device, id, why);
    if (rc) {
        free(k);
        return rc;
    }
    controls_subscribe(&k->device);
    *device = k;
    return 0;
}

static void tuner_close(void *device)
{
    struct knobs *k = device;
    control_index_clear(&k->index);
    v4l2_close(&k->device);
    free(k);
}

static int tuner_list(void *device, const struct capture_wish *wish, struct setting_list *out,
                      struct err_text *why)
{
    struct knobs *k = device;
    int rc = stream_settings_list(&k->device, wish, out, why);
    return rc ? rc : controls_list(&k->device, out, &k->index, why);
}

/* Of a device that was opened anew there may be no list yet. */
static const struct control_place *find_control(struct knobs *k, const char *path)
{
    const struct control_place *place = control_index_find(&k->index, path);
    struct setting_list list;
    if (place)
        return place;
    setting_list_init(&list);
    int rc = controls_list(&k->device, &list, &k->index, NULL);
    setting_list_clear(&list);
    return rc ? NULL : control_index_find(&k->index, path);
}

static int tuner_apply(void *device, struct capture_wish *wish, const char *path,
                       const struct setting_value *v, struct err_text *why)
{
    struct knobs *k = device;
    if (is_stream_setting(path))
        return stream_settings_apply(&k->device, wish, path, v, why);
    const struct control_place *place = find_control(k, path);
    if (!place)
        return err_set(why, ERR_NOT_FOUND, "%s has no setting %s", k->device.path, path);
    return control_write(&k->device, place->id, path, v, why);
}

static int tuner_wait(void *device, int wake_fd, struct err_text *why)
{
    struct knobs *k = device;
    return controls_wait(&k->device, wake_fd, why);
}

const struct tuner_ops v4l2_tuner = {
    .open = tuner_open, .close = tuner_close, .list = tuner_list, .apply = tuner_apply, .wait = tuner_wait};
