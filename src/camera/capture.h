/* SPDX-License-Identifier: Apache-2.0
 * A running backend's line to the rest of the camera floor. All functions here are for the backend's own
 * thread. */
#ifndef UACAM_CAMERA_CAPTURE_H
#define UACAM_CAMERA_CAPTURE_H

#include "camera/backend.h"

const struct capture_wish *capture_wish(const struct capture *c);

/* Readable (poll it together with the device) once the backend shall return. It stays readable. */
int capture_stop_fd(const struct capture *c);
bool capture_stopped(const struct capture *c);

/* Sleeps until `mono_ns`. False when stopped meanwhile. */
bool capture_sleep_until(const struct capture *c, int64_t mono_ns);

/* The device streams from now on. */
void capture_started(struct capture *c, uint32_t width, uint32_t height, enum pixel_format format,
                     double fps);

/* Does anybody want the frame exposed now? When not, the backend gives the buffer straight back to the driver
 * and calls capture_skip(): nothing is copied or converted. */
bool capture_wanted(const struct capture *c, int64_t exposed_mono_ns);
void capture_skip(struct capture *c);

/* For devices that expose when told to: sleeps until a picture is wanted that would be exposed now, or one to
 * warm up (1), until `until_mono_ns` (0; INT64_MAX: no matter how long), or stopped (-1). Waiting here is no
 * hanging: the keeper's patience begins when it returns. */
must_check int capture_wait_wanted(struct capture *c, int64_t until_mono_ns);

/* The number that the next frame handed to capture_deliver() will get. */
uint64_t capture_next_number(const struct capture *c);

/* Takes the frame (the caller's reference). Sets its number; the times must be set. */
void capture_deliver(struct capture *c, struct frame *f);

/* `count` frames were broken or dropped by the driver. */
void capture_lost(struct capture *c, uint64_t count);

/* Another program has the device, which is why run() will return ERR_BUSY: "PROGRAM (pid N)". */
void capture_held_by(struct capture *c, const char *who);

#endif
