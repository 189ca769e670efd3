/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/backend.h"

#include <string.h>

static const struct backend *const all[] = {
    &v4l2_backend, &gige_backend,  &usb3v_backend, &rtsp_backend, &rtsps_backend,
    &http_backend, &https_backend, &file_backend,  &sim_backend,  NULL,
};

const struct backend *const *backends(void)
{
    return all;
}

const struct backend *backend_of(const char *uri)
{
    /* A bare device file is V4L2's. */
    if (strncmp(uri, "/dev/", 5) == 0)
        return &v4l2_backend;
    size_t len = strcspn(uri, ":");
    for (const struct backend *const *b = all; *b; b++)
        if (strlen((*b)->scheme) == len && strncmp((*b)->scheme, uri, len) == 0)
            return *b;
    return NULL;
}
