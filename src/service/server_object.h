/* SPDX-License-Identifier: Apache-2.0
 * The Server object (Part 5 §6.3): what is put behind its nodes at start. */
#ifndef UACAM_SERVICE_SERVER_OBJECT_H
#define UACAM_SERVICE_SERVER_OBJECT_H

#include "service/server_private.h"

/* Live values: ServerStatus, arrays of names, diagnostics. */
must_check ua_status server_object_attach(struct server *s);

/* What the server can do, where its ceilings are, and its Roles. */
must_check ua_status server_capabilities_store(struct server *s);

/* GetMonitoredItems and ResendData. */
must_check ua_status server_methods_attach(struct server *s);

#endif
