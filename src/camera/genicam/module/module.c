/* SPDX-License-Identifier: Apache-2.0
 * The module "genicam": GigE Vision and USB3 Vision cameras, by Aravis. */
#include "camera/module.h"

#include "camera/genicam/module/run.h"

extern const struct camera_module uacam_camera_module;
const struct camera_module uacam_camera_module = {
    .version = CAMERA_MODULE_VERSION,
    .name = "genicam",
    .library = "Aravis " ARAVIS_VERSION_TEXT,
    .probe = genicam_module_probe,
    .run = genicam_module_run,
    .tuner = &genicam_module_tuner,
};
