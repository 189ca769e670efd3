/* SPDX-License-Identifier: Apache-2.0
 * Discovery (Part 4 §5.5): who we are, by which endpoints we can be reached. */
#ifndef UACAM_SERVICE_SESSION_DISCOVERY_H
#define UACAM_SERVICE_SESSION_DISCOVERY_H

#include "service/request.h"

/* Our endpoints for peers from where the client is, in the request's arena, under the host by which it came.
 * False without memory. */
must_check bool discovery_endpoints(struct request *r, struct slice client_url,
                                    struct ua_endpoint_description **out, size_t *count);

void find_servers(struct request *r, const void *decoded);
void get_endpoints(struct request *r, const void *decoded);

#endif
