/* SPDX-License-Identifier: Apache-2.0
 * Whatever comes back when GigE Vision cameras are looked for: read, then turned into an identity and
 * compared with names. */
#include "camera/genicam/gige.h"

#include <stdlib.h>
#include <string.h>

enum { REQUEST = 0xca3e };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gvcp_device d;
    struct camera_identity id;
    if (gvcp_read_discovery((struct slice){data, size}, REQUEST, &d))
        return 0;
    gige_identity(&id, &d);
    if (!gige_is(&d, id.id) || !gige_is(&d, id.address))
        abort();
    return 0;
}
