/* SPDX-License-Identifier: Apache-2.0
 * Answers to a WS-Discovery Probe: anybody in the network may send one. */
#include "camera/onvif/ws_discovery.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(void *user, const struct onvif_device *d)
{
    (void)user;
    if (strnlen(d->service, sizeof d->service) == sizeof d->service || !d->endpoint[0] ||
        strncmp(d->service, "http", 4) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    (void)!ws_read_matches((struct slice){data, size}, "01234567-89ab-4def-8123-456789abcdef", check, NULL);
    return 0;
}
