/* SPDX-License-Identifier: Apache-2.0
 * GenICam cameras, gige:NAME and usb3v:NAME: found here, opened by the module "genicam". */
#include "camera/genicam/gige.h"
#include "camera/genicam/options.h"
#include "camera/genicam/usb3v.h"
#include "camera/identity.h"
#include "camera/module.h"

#include <stdio.h>
#include <string.h>

static int genicam_identify(const char *uri, struct camera_identity *out, struct err_text *why)
{
    struct genicam_options o;
    char text[2 * CAMERA_TEXT];
    uint32_t address;
    *out = (struct camera_identity){0};
    int rc = genicam_options_read(&o, uri, why);
    if (!rc)
        rc = identity_uri(out, uri, why);
    if (rc)
        return rc;
    bool gige = strncmp(uri, "gige:", 5) == 0, at = gige && genicam_read_address(o.name, &address);
    snprintf(text, sizeof text, "%s%s", at ? "gige-" : "", o.name);
    identity_id(out->id, text);
    if (!out->id[0])
        return err_set(why, ERR_INVALID, "%.100s names no camera", uri);
    identity_id(out->key, text);
    identity_text(out->name, o.name);
    identity_text(out->driver, gige ? "GigE Vision" : "USB3 Vision");
    if (at)
        identity_text(out->address, o.name);
    return 0;
}

static int genicam_probe(const struct camera_identity *id, struct camera_probe *out, struct err_text *why)
{
    const struct camera_module *m;
    *out = (struct camera_probe){0};
    int rc = camera_module_load("genicam", &m, why);
    return rc ? rc : m->probe(id, out, why);
}

static int genicam_run(struct capture *c, const struct camera_identity *id, struct err_text *why)
{
    const struct camera_module *m;
    int rc = camera_module_load("genicam", &m, why);
    return rc ? rc : m->run(c, id, why);
}

/* ---- settings ---- */

/* The module's tuner, once open() has loaded it. */
static const struct tuner_ops *loaded_tuner(struct err_text *why)
{
    const struct camera_module *m;
    return camera_module_load("genicam", &m, why) ? NULL : m->tuner;
}

static int tuner_open(const struct camera_identity *id, void **device, struct err_text *why)
{
    const struct tuner_ops *tuner = loaded_tuner(why);
    *device = NULL;
    return tuner ? tuner->open(id, device, why) : ERR_UNSUPPORTED;
}

static void tuner_close(void *device)
{
    loaded_tuner(NULL)->close(device);
}

static int tuner_list(void *device, const struct capture_wish *wish, struct setting_list *out,
                      struct err_text *why)
{
    return loaded_tuner(NULL)->list(device, wish, out, why);
}

static int tuner_apply(void *device, struct capture_wish *wish, const char *path,
                       const struct setting_value *v, struct err_text *why)
{
    return loaded_tuner(NULL)->apply(device, wish, path, v, why);
}

static int tuner_wait(void *device, int wake_fd, struct err_text *why)
{
    return loaded_tuner(NULL)->wait(device, wake_fd, why);
}

static const struct tuner_ops genicam_tuner = {
    .open = tuner_open,
    .close = tuner_close,
    .list = tuner_list,
    .apply = tuner_apply,
    .wait = tuner_wait,
};

const struct backend gige_backend = {
    .scheme = "gige",
    .detect = gige_detect,
    .detect_again_ns = 5 * NS_PER_S,
    .tuner = &genicam_tuner,
    .identify = genicam_identify,
    .probe = genicam_probe,
    .run = genicam_run,
};

const struct backend usb3v_backend = {
    .scheme = "usb3v",
    .detect = usb3v_detect,
    .detect_again_ns = NS_PER_S,
    .tuner = &genicam_tuner,
    .identify = genicam_identify,
    .probe = genicam_probe,
    .run = genicam_run,
};
