/* SPDX-License-Identifier: Apache-2.0
 * Keeps a set of cameras as the machine has them: new ones are added, known ones go and come back.
 *
 * One scout a kind. Loop thread only; nothing here waits, except lookout_free(). */
#ifndef UACAM_CAMERA_LOOKOUT_H
#define UACAM_CAMERA_LOOKOUT_H

#include "camera/camera_set.h"

struct lookout;

/* What it needs of the set. */
struct lookout_set {
    struct camera_set *set;
    struct loop *loop;
    const struct camera_config *defaults; /* of a camera that no rule fits */

    /* Adds a camera, its id made unique. `backend` NULL: it was never seen. */
    int (*join)(struct camera_set *set, const struct backend *backend, const struct camera_identity *id,
                const struct camera_config *config, struct camera **out, struct err_text *why);

    /* Every kind was looked for once, or that takes too long. */
    void (*detected)(struct camera_set *set);
};

/* Gives one that looks from now on. ERR_NO_MEMORY, ERR_LIMIT. */
must_check int lookout_new(struct lookout **out, const struct lookout_set *set,
                           const struct camera_watch_options *options, struct err_text *why);

/* Nothing is added any more. */
void lookout_stop(struct lookout *l);

/* After lookout_stop(): waits for the scouts until `deadline_ns`, then leaves them behind. NULL is allowed.
 */
void lookout_free(struct lookout *l, int64_t deadline_ns);

#endif
