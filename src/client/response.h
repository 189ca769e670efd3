/* SPDX-License-Identifier: Apache-2.0
 * What a server answered, decoded. Its bytes may be hostile: the arena bounds what they cost. Any thread. */
#ifndef UACAM_CLIENT_RESPONSE_H
#define UACAM_CLIENT_RESPONSE_H

#include "base/arena.h"
#include "wire/status.h"
#include "wire/structure.h"

/* Reads a message body that should hold `wanted`, a structure that begins with a struct ua_response_header.
 * Good: *out, in the arena, borrows from body. Else NULL, with the result of the ServiceFault or of the
 * response itself, Bad_UnknownResponse for anything else, or what the reader found wrong. */
must_check ua_status response_read(struct slice body, const struct ua_structure *wanted, struct arena *arena,
                                   const void **out);

#endif
