/* SPDX-License-Identifier: Apache-2.0
 * DataChangeFilter (Part 4 §7.22.2, Part 8 §7.2): which samples are news. */
#ifndef UACAM_SERVICE_SUBSCRIPTION_DATA_CHANGE_FILTER_H
#define UACAM_SERVICE_SUBSCRIPTION_DATA_CHANGE_FILTER_H

#include "service/server.h"
#include "service/subscription/sample_queue.h"

/* All zero but `trigger` is the filter of an item without one: use data_change_filter_default. */
struct data_change_filter {
    int32_t trigger;        /* enum ua_data_change_trigger */
    double deadband;        /* in the value's own units; 0: every change counts */
    double picture_percent; /* of a picture's pixels: its source looks after it */
};

extern const struct data_change_filter data_change_filter_default;

/* What a client asks for an attribute of `n`. Bad_MonitoredItemFilterInvalid,
 * Bad_MonitoredItemFilterUnsupported, Bad_FilterNotAllowed, Bad_DeadbandFilterInvalid; `out` then is the
 * default. The EURange of a Percent deadband is looked at once, now. */
must_check ua_status data_change_filter_of(struct server *s, const struct node *n, uint32_t attribute,
                                           const struct ua_extension_object *wanted,
                                           struct data_change_filter *out);

/* Is `now` news after `last`? The arena is for looking into them. */
bool data_change_filter_passes(const struct data_change_filter *f, const struct sample *last,
                               const struct sample *now, struct arena *arena);

/* Is the variable's DataType Image or a subtype? */
bool variable_is_picture(const struct space *s, const struct node *n);

#endif
