/* SPDX-License-Identifier: Apache-2.0
 * The threads that seal what is large, for all secured channels of a loop. */
#ifndef UACAM_APP_SECURITY_SEALERS_H
#define UACAM_APP_SECURITY_SEALERS_H

#include "channel/channel.h"
#include "net/crew.h"

/* NULL without memory. Its threads start with the first large message. */
must_check struct crew *sealers_new(struct loop *loop);

/* The `seal` of a channel_security, whose sealer is the crew. */
void sealers_seal(void *crew, struct seal_work *w);

#endif
