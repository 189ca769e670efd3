/* SPDX-License-Identifier: Apache-2.0
 * What the module offers, see camera/module.h. */
#ifndef UACAM_CAMERA_GENICAM_MODULE_RUN_H
#define UACAM_CAMERA_GENICAM_MODULE_RUN_H

#include "camera/capture.h"

int genicam_module_run(struct capture *c, const struct camera_identity *id, struct err_text *why);
int genicam_module_probe(const struct camera_identity *id, struct camera_probe *out, struct err_text *why);

extern const struct tuner_ops genicam_module_tuner;

#endif
