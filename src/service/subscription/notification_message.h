/* SPDX-License-Identifier: Apache-2.0
 * NotificationMessages (Part 4 §7.26): news of a subscription in their encoding, kept until the client has
 * them. */
#ifndef UACAM_SERVICE_SUBSCRIPTION_NOTIFICATION_MESSAGE_H
#define UACAM_SERVICE_SUBSCRIPTION_NOTIFICATION_MESSAGE_H

#include "service/subscription/subscription.h"

struct notification_message {
    struct list_link link; /* in subscription->sent */
    uint32_t sequence_number;
    struct rope rope; /* the encoded NotificationMessage; pictures are shared with the samples */
};

/* Takes as many notifications from the ready items as fit into `max_bytes` and the subscription's own limit,
 * at least one: a value that is too large alone is replaced by Bad_EncodingLimitsExceeded. It is kept for
 * Republish, and lives at least until the next one is made. There must be news. NULL without memory: nothing
 * was taken. */
must_check const struct notification_message *notification_message_new(struct subscription *sub,
                                                                       size_t max_bytes);

/* Messages that are not kept: no notification at all, or the change of a subscription's status. */
void write_keep_alive_message(struct writer *w, const struct subscription *sub);
void write_status_change_message(struct writer *w, const struct server *s, const struct farewell *f);

/* NULL: not there any more. */
const struct notification_message *notification_message_find(const struct subscription *sub,
                                                             uint32_t sequence_number);

/* The client has it. False: no such message. */
bool notification_message_acknowledge(struct subscription *sub, uint32_t sequence_number);

void notification_messages_free(struct subscription *sub);

/* The numbers of all that are kept, into an array of sub->sent.count. */
void notification_message_numbers(const struct subscription *sub, uint32_t *out);

#endif
