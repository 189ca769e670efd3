/* SPDX-License-Identifier: Apache-2.0
 * Which endpoints there are, and whom each lets in: the table of docs/security.md.
 *
 *                     None                             Sign, SignAndEncrypt
 *     this machine    who looks (security.none)        who looks; users
 *     the network     nobody; who looks with --open    users; who looks with --open */
#ifndef UACAM_APP_SECURITY_DOORS_H
#define UACAM_APP_SECURITY_DOORS_H

#include "app/config.h"
#include "channel/channel.h"
#include "service/session/access.h"

enum { DOORS_MAX = 7 };

struct doors {
    struct channel_offer channels[DOORS_MAX];
    struct endpoint_offer endpoints[DOORS_MAX];
    size_t count;
};

void doors_init(struct doors *d, const struct security_options *options);

#endif
