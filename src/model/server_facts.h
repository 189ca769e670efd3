/* SPDX-License-Identifier: Apache-2.0
 * What the running server tells of itself, for whoever asks why it is fast or slow: totals since its start,
 * no names. */
#ifndef UACAM_MODEL_SERVER_FACTS_H
#define UACAM_MODEL_SERVER_FACTS_H

#include <stdint.h>

struct server_facts {
    char encryption_engine[64];
    uint32_t connections;
    uint64_t bytes_sent;      /* that the system took, with all headers */
    uint64_t bytes_secured;   /* of them, those on channels that sign or encrypt */
    uint64_t bytes_waiting;   /* for clients to take what was sent before */
    uint64_t values_replaced; /* by newer ones, before they were sent */
};

#endif
