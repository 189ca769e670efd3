/* SPDX-License-Identifier: Apache-2.0
 * What the model floor's own files share. */
#ifndef UACAM_MODEL_MODEL_PRIVATE_H
#define UACAM_MODEL_MODEL_PRIVATE_H

#include "base/list.h"
#include "model/model.h"

struct model {
    struct space *space;
    struct camera_set *set;
    const struct clock *clock;
    uint16_t ns;
    struct list cameras; /* struct camera_node */
};

/* A NodeId of our namespace; borrows the text. */
struct ua_nodeid model_id(const struct model *m, const char *text);

#endif
