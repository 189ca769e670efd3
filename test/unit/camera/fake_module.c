/* SPDX-License-Identifier: Apache-2.0
 * A module whose version and name the build chooses. Its backend calls what only the program has. */
#include "camera/module.h"

static int run(struct capture *c, const struct camera_identity *id, struct err_text *why)
{
    (void)c;
    return err_set(why, ERR_GONE, "%s: seen by " FAKE_MODULE_NAME, id->uri);
}

extern const struct camera_module uacam_camera_module;
const struct camera_module uacam_camera_module = {
    .version = FAKE_MODULE_VERSION,
    .name = FAKE_MODULE_NAME,
    .library = "nothing 1.0",
    .run = run,
};
