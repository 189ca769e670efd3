/* SPDX-License-Identifier: Apache-2.0
 * A camera as the rest of the program sees it: facts, snapshots on demand, a stream of snapshots.
 *
 * The device is open only while a demand exists, and `linger` after it. All functions and all callbacks are
 * for the loop thread. Callbacks may start and cancel demands. */
#ifndef UACAM_CAMERA_CAMERA_H
#define UACAM_CAMERA_CAMERA_H

#include "base/heap.h"
#include "base/list.h"
#include "camera/backend.h"
#include "image/encode.h"

struct camera;
struct camera_set; /* see camera/camera_set.h */

/* As the CameraState enumeration that clients see. */
enum camera_state {
    CAMERA_UNPLUGGED,
    CAMERA_IDLE,
    CAMERA_STARTING,
    CAMERA_STREAMING,
    CAMERA_BUSY,
    CAMERA_DENIED,
    CAMERA_FAILED,
};

struct camera_config {
    char name[CAMERA_TEXT];         /* what people call it; empty: as the device does */
    int64_t linger_ns;              /* the device stays open so long after the last demand */
    int64_t capture_timeout_ns;     /* the longest wait for a picture */
    uint32_t warmup;                /* frames dropped after opening */
    uint32_t max_width, max_height; /* the wished size */
    double fps;
    char pixel_format[32];
    struct image_recipe image; /* how its main picture is made */
    uint8_t change_threshold;  /* a sample changed when its luma differs by more, of 255 */
};

struct camera_facts {
    enum camera_state state;
    bool in_use;                 /* by us or by somebody else */
    char in_use_by[CAMERA_TEXT]; /* who, when it is another program */
    uint32_t consumers;          /* demands of ours */
    uint64_t frames_captured;    /* wanted and delivered */
    uint64_t frames_lost;        /* broken or dropped by the driver */
    uint64_t frames_skipped;     /* offered by the device, wanted by nobody */
    uint64_t encodes;            /* pictures made, all formats */
    uint64_t passed_through;     /* of them, JPEGs of the camera itself */
    uint64_t delivered;          /* demands that got a picture */
    uint64_t comparisons;        /* pairs of frames whose change was computed */
    uint32_t reopen_count;
    double actual_fps;          /* of wanted frames, over the last seconds */
    uint64_t last_image_size;   /* bytes of the newest picture made */
    struct err_text last_error; /* empty: none yet */
    int last_error_code;        /* enum err */
    int64_t last_error_utc_ns;  /* 0: never */
    uint32_t width, height;     /* of the newest frame; 0 before */
    uint64_t frame_number;      /* of the newest frame */
    int64_t frame_utc_ns;       /* when it was exposed; 0 before */
};

/* A picture that was made: counted bytes and the facts of its exposure. */
struct snapshot {
    struct blob *image;    /* borrowed: take a reference to keep it. NULL for a demand that measures */
    double change_percent; /* of the samples, against the demand's reference; -1: there was none */
    uint32_t width, height;
    uint64_t frame_number;
    int64_t exposed_mono_ns;
    int64_t exposed_utc_ns;
};

struct demand;

/* `s` is the picture, or NULL with the failure in `code` (enum err) and `why`. */
typedef void (*demand_callback)(struct demand *d, const struct snapshot *s, int code, const char *why);

/* What somebody wants. Lives in the asker, zeroed, first part filled in. */
struct demand {
    struct image_recipe recipe;
    /* For camera_shoot(): pictures exposed at or after this moment will do (0: any that there is, of the
     * stream as it is set now). */
    int64_t newer_than_mono_ns;
    /* For camera_shoot(): by then it is answered in any case; `capture_timeout_ns` from now at the latest. 0:
     * just that. For camera_follow() unused. */
    int64_t deadline_mono_ns;
    /* For camera_follow(): a picture every so many ns, never faster; 0: every frame. */
    int64_t interval_ns;
    /* For camera_follow(): a picture only when more than so many percent of the samples changed against the
     * one that this demand got last; 0: every picture. The first one and the first after a failure always
     * come. */
    double deadband_percent;
    /* No picture is made, `change_percent` is all that is wanted. For camera_follow() against the sample
     * before; for camera_shoot() against the newest that anybody measured, if any. `recipe`,
     * `deadband_percent` unused. */
    bool measures;
    demand_callback done;
    void *user;

    /* The camera's own from here. */
    struct camera *camera; /* NULL: not active */
    struct list_link link;
    struct list *in;      /* where `link` is */
    struct heap_link due; /* by `due_mono_ns`, while an exposure is wanted for it */
    struct heap_link end; /* shoot: by `until_mono_ns` */
    bool follows;
    int64_t asked_mono_ns; /* shoot: when it began */
    int64_t until_mono_ns; /* shoot: `deadline_mono_ns`, never later than the camera's own limit */
    int64_t due_mono_ns;   /* the next picture must be exposed at or after this */
    uint64_t awaits;       /* number of the oldest frame whose picture is in the making for it; 0: none */
    uint64_t awaits_last;  /* of the newest such frame */
    uint64_t ticket;       /* of the comparison that is under way for it; 0: none */
    uint64_t reference;    /* frame to compare with, its luma held in `changes`; 0: none */
    uint64_t candidate;    /* frame that changed enough and is `awaits`, held as well; 0: none */
    double change;         /* of the sample that is answered next */
    int last_code;         /* follow: failure that was reported last; 0: none */
};

const struct camera_identity *camera_identity(const struct camera *c);
const struct camera_config *camera_config(const struct camera *c);
const struct camera_facts *camera_facts(const struct camera *c);

/* ---- settings ---- */

/* As they were last listed: empty before the device was first seen, kept while it is unplugged. Borrowed
 * until the next turn of the loop. */
const struct setting_list *camera_settings(const struct camera *c);

/* Somebody waits for settings. Lives in the asker, zeroed, first part filled in. */
struct setting_request {
    /* Called once, later: 0, or an `enum err` with a text for people. The settings then are those after it.
     */
    void (*done)(struct setting_request *r, int code, const char *why);
    void *user;

    /* The camera's own from here. */
    struct camera *camera; /* NULL: not active */
    struct list_link link;
    unsigned ticket;
};

/* Reads all settings from the device. ERR_GONE... through `done`. */
void camera_read_settings(struct camera *c, struct setting_request *r);

/* Writes one; the camera is opened anew where that is needed. Through `done`: ERR_NOT_FOUND, what
 * setting_check() says, what the device says, ERR_TIMEOUT, ERR_LIMIT (too many wait). A written value is kept
 * for when the camera comes back. */
void camera_write_setting(struct camera *c, const char *path, const struct setting_value *v,
                          struct setting_request *r);

/* `done` is not called any more; a write may happen all the same. An inactive request may be cancelled. */
void setting_request_cancel(struct setting_request *r);

/* Somebody looks at settings from now on (counted): changes that others make are noticed while anybody does.
 */
void camera_watch_settings(struct camera *c, bool watch);

/* ---- pictures ---- */

/* One picture. `done` is called exactly once, perhaps before this returns (a cached picture), unless
 * cancelled. */
void camera_shoot(struct camera *c, struct demand *d);

/* Pictures until cancelled. `done` is called for each, and once for each change of failure. */
void camera_follow(struct camera *c, struct demand *d);

/* Changes a demand that follows, from its next sample on. What it got last stays its reference, so an
 * unchanged picture is not sent again. */
void demand_retune(struct demand *d, int64_t interval_ns, double deadband_percent);

/* Ends a demand: `done` is not called any more. An inactive demand may be cancelled. */
void demand_cancel(struct demand *d);

#endif
