/* SPDX-License-Identifier: Apache-2.0
 * The threads that seal and open what is large, for all secured channels of a loop. */
#ifndef UACAM_APP_SECURITY_CHUNK_CREW_H
#define UACAM_APP_SECURITY_CHUNK_CREW_H

#include "channel/channel.h"
#include "net/crew.h"

/* NULL without memory. Its threads start with the first large message. */
must_check struct crew *chunk_crew_new(struct loop *loop);

/* The `delegate` of a channel_security. */
void chunk_crew_take(void *crew, struct chunk_work *w);

#endif
