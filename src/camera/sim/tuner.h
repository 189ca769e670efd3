/* SPDX-License-Identifier: Apache-2.0
 * The settings of the simulated camera; docs/simulated-camera.md lists them. */
#ifndef UACAM_CAMERA_SIM_TUNER_H
#define UACAM_CAMERA_SIM_TUNER_H

#include "camera/backend.h"

extern const struct tuner_ops sim_tuner;

#endif
