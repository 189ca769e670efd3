/* SPDX-License-Identifier: Apache-2.0
 * What a kind of camera must offer: find its devices, run one.
 *
 * A backend runs once and returns. It opens the device, streams until it is told to stop or something fails,
 * closes the device and returns the reason; retrying is the keeper's work. run() has a thread of its own and
 * may block in the driver, but must wake up for capture_stop_fd(). Everything else is called on the loop
 * thread and must not block for long. */
#ifndef UACAM_CAMERA_BACKEND_H
#define UACAM_CAMERA_BACKEND_H

#include "base/clock.h"
#include "base/err.h"
#include "image/frame.h"

struct capture; /* a running backend's line to the rest; see camera/capture.h */

enum { CAMERA_TEXT = 128, CAMERA_URI = 1024 };

/* A camera as detection sees it. All texts are valid UTF-8, empty when unknown. */
struct camera_identity {
    char id[CAMERA_TEXT]; /* stable across re-plugging: from serial number, else bus path; only A-Z a-z 0-9 .
                             _ - */
    char name[CAMERA_TEXT]; /* for people */
    char uri[CAMERA_URI];   /* what opens it: "v4l2:/dev/video0" */
    char manufacturer[CAMERA_TEXT];
    char model[CAMERA_TEXT];
    char serial[CAMERA_TEXT];
    char driver[CAMERA_TEXT];
    char address[CAMERA_TEXT]; /* bus path, IP address */
    char key[CAMERA_TEXT];     /* by which the backend finds it again at another place; empty: by `uri` */
    bool simulated;
};

/* One way in which the device can deliver pictures, for `uacam cameras`. */
struct camera_mode {
    enum pixel_format format;
    uint32_t width, height;
    double max_fps; /* 0: unknown */
};

/* What a look at a device without streaming tells. */
struct camera_probe {
    struct camera_mode modes[64];
    size_t mode_count;
    int state;             /* 0, or ERR_BUSY, ERR_DENIED, ERR_GONE ... */
    struct err_text error; /* who holds it, what to do */
};

/* Called for each camera found; `id` is borrowed. */
typedef void (*camera_found)(void *user, const struct camera_identity *id);

struct backend {
    const char *scheme; /* "v4l2" of "v4l2:/dev/video0" */

    /* Lists what is attached. NULL for kinds that cannot be detected. */
    int (*detect)(camera_found found, void *user, struct err_text *why);

    /* Turns a URI of the user's into an identity; ERR_INVALID with a text that shows a right one. The device
     * need not be there. */
    int (*identify)(const char *uri, struct camera_identity *out, struct err_text *why);

    /* Looks at the device without disturbing who uses it. */
    int (*probe)(const struct camera_identity *id, struct camera_probe *out, struct err_text *why);

    /* Opens, streams, closes. 0 when stopped by capture_stop_fd(), else why it ended. */
    int (*run)(struct capture *c, const struct camera_identity *id, struct err_text *why);
};

extern const struct backend sim_backend;
extern const struct backend file_backend;
extern const struct backend v4l2_backend;

/* By scheme ("v4l2") or by URI ("v4l2:..."); NULL for a kind that this build lacks. */
const struct backend *backend_of(const char *uri);

/* All of them, NULL-ended. */
const struct backend *const *backends(void);

#endif
