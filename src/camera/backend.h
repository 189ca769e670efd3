/* SPDX-License-Identifier: Apache-2.0
 * What a kind of camera must offer: find its devices, run one.
 *
 * A backend runs once and returns. It opens the device, streams until it is told to stop or something fails,
 * closes the device and returns the reason; retrying is the keeper's work. run() has a thread of its own and
 * may block in the driver, but must wake up for capture_stop_fd(). Only identify() is called on the loop
 * thread: it reads the URI and asks nobody. */
#ifndef UACAM_CAMERA_BACKEND_H
#define UACAM_CAMERA_BACKEND_H

#include "base/clock.h"
#include "base/err.h"
#include "camera/setting.h"
#include "image/frame.h"

struct capture; /* a running backend's line to the rest; see camera/capture.h */

enum { CAMERA_TEXT = 128, CAMERA_URI = 1024 };

/* A camera as detection sees it. All texts are valid UTF-8, empty when unknown. */
struct camera_identity {
    char id[CAMERA_TEXT]; /* stable across re-plugging: from serial number, else bus path; only A-Z a-z 0-9 .
                             _ - */
    char name[CAMERA_TEXT];      /* for people */
    char uri[CAMERA_URI];        /* what opens it: "v4l2:/dev/video0"; without passwords, for all to see */
    char secret_uri[CAMERA_URI]; /* what opens it where `uri` had to leave something out: shown nowhere */
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

/* What is wanted of the stream; 0 or empty leaves the choice to the backend's rule. */
struct capture_wish {
    uint32_t width, height;
    double fps;
    int64_t timeout_ns;    /* the device failed when no frame came for so long */
    char pixel_format[32]; /* as the backend lists it among the choices of PixelFormat */
};

/* The settings of a kind of camera. Everything on a thread of its own for each camera, one call at a time; it
 * may block, and run() may be running meanwhile: what both need is the backend's to guard. */
struct tuner_ops {
    /* Opens the device for its settings, without disturbing who streams, other programs too where that can
     * be. ERR_GONE, ERR_DENIED, ERR_BUSY... `*device` is given. */
    int (*open)(const struct camera_identity *id, void **device, struct err_text *why);
    void (*close)(void *device);

    /* All settings as they are now. Those of the stream (Width, Height, PixelFormat, AcquisitionFrameRate)
     * are shown as run() would choose them for `wish`. `out` is empty before. */
    int (*list)(void *device, const struct capture_wish *wish, struct setting_list *out,
                struct err_text *why);

    /* Sets one; `path` was listed, `v` fits what was listed (setting_check()). A setting of the stream that
     * the device itself does not keep changes `wish` instead: the camera then is opened anew. ERR_INVALID
     * with what would be right, ERR_BUSY, ERR_GONE, ERR_IO... */
    int (*apply)(void *device, struct capture_wish *wish, const char *path, const struct setting_value *v,
                 struct err_text *why);

    /* Sleeps until settings changed by somebody else's doing (1), or `wake_fd` is readable (0), or the device
     * failed (negative). NULL: the device does not tell; whoever watches lists again every second. */
    int (*wait)(void *device, int wake_fd, struct err_text *why);
};

/* News of devices that come and go. On a thread of its own. */
struct plug_ops {
    int (*open)(void **monitor, struct err_text *why); /* what happens from here on is not missed */
    void (*close)(void *monitor);

    /* Sleeps until devices may have come or gone (1), or `stop_fd` is readable (0), or it failed (negative).
     */
    int (*wait)(void *monitor, int stop_fd, struct err_text *why);
};

struct backend {
    const char *scheme; /* "v4l2" of "v4l2:/dev/video0" */

    /* Lists what is attached. NULL for kinds that cannot be detected. On the scout's thread: may block. */
    int (*detect)(camera_found found, void *user, struct err_text *why);

    const struct plug_ops *plug; /* NULL: detect() again every `detect_again_ns` */
    int64_t detect_again_ns;     /* 0: once is enough */

    const struct tuner_ops *tuner; /* NULL: nothing to set */

    /* Turns a URI of the user's into an identity; ERR_INVALID with a text that shows a right one. The device
     * need not be there. */
    int (*identify)(const char *uri, struct camera_identity *out, struct err_text *why);

    /* Looks at the device without disturbing who uses it. Any thread but the loop's. */
    int (*probe)(const struct camera_identity *id, struct camera_probe *out, struct err_text *why);

    /* Opens, streams, closes. 0 when stopped by capture_stop_fd(), else why it ended. */
    int (*run)(struct capture *c, const struct camera_identity *id, struct err_text *why);
};

extern const struct backend sim_backend;
extern const struct backend file_backend;
extern const struct backend v4l2_backend;
extern const struct backend rtsp_backend, rtsps_backend, http_backend, https_backend;
extern const struct backend gige_backend;
extern const struct backend usb3v_backend;

/* By scheme ("v4l2") or by URI ("v4l2:..."); NULL for a kind that this build lacks. */
const struct backend *backend_of(const char *uri);

/* All of them, NULL-ended. */
const struct backend *const *backends(void);

#endif
