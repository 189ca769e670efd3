/* SPDX-License-Identifier: Apache-2.0
 * How requests begin and end: for the service floor's core only. */
#ifndef UACAM_SERVICE_DISPATCH_H
#define UACAM_SERVICE_DISPATCH_H

#include "service/request.h"

/* All services of this server; the one of a request encoding, or NULL. */
const struct service *service_of_encoding(uint32_t encoding_id);

/* A request among those of its peer; NULL without memory. */
struct request *request_new(struct server *s, struct peer *p, uint32_t id);

/* Runs the handler; the request may be gone afterwards. */
void request_handle(struct request *r, const void *decoded);

void requests_free_idle(struct server *s);

#endif
