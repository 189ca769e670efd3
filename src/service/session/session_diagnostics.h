/* SPDX-License-Identifier: Apache-2.0
 * Who is connected, for administrators: SessionSecurityDiagnosticsArray of the Server object (Part 5 §12.12).
 */
#ifndef UACAM_SERVICE_SESSION_SESSION_DIAGNOSTICS_H
#define UACAM_SERVICE_SESSION_SESSION_DIAGNOSTICS_H

#include "service/server.h"

/* Bad_NodeIdUnknown: the address space lacks the node. */
must_check ua_status session_diagnostics_attach(struct server *s);

#endif
