/* SPDX-License-Identifier: Apache-2.0
 * What the server can do and where its ceilings are, as ServerCapabilities tells clients (Part 5 §6.3.2). */
#ifndef UACAM_SERVICE_SERVER_CAPABILITIES_H
#define UACAM_SERVICE_SERVER_CAPABILITIES_H

#include "service/server_private.h"

/* Stores the values once, at start. */
must_check ua_status server_capabilities_store(struct server *s);

#endif
