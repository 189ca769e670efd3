/* SPDX-License-Identifier: Apache-2.0
 * The results of a request with many operations, which come in any order and leave in theirs.
 *
 * A result is encoded the moment it comes: straight into the response when all before it are there, else
 * aside. So nothing that it borrows needs copying. */
#ifndef UACAM_SERVICE_RESULTS_H
#define UACAM_SERVICE_RESULTS_H

#include "service/request.h"

struct result_slot {
    struct rope aside; /* when it came early */
    bool ready;
};

struct results {
    struct request *request;
    struct rope rope;
    struct writer writer;
    struct result_slot *slots; /* in the request's arena */
    size_t count;
    size_t next; /* the first that is not in the response */
    size_t ready;
    bool starting; /* operations are being started: the last result does not end the request yet */
};

/* Begins the response with the length of its results; results_started() must follow. False: Bad_OutOfMemory
 * was answered. */
must_check bool results_begin(struct results *results, struct request *r, size_t count);

/* Where result `i` is to be written; `aside` is storage for the case that it came early. results_written()
 * ends it, and with the last of them the request, once all operations are started. */
struct writer *results_writer(struct results *results, size_t i, struct writer *aside);
void results_written(struct results *results, size_t i, struct writer *used);

/* All operations are started: sends what is complete, else parks the request until it is. */
void results_started(struct results *results, void (*cancel)(struct request *r), void *parked);

/* For a request that is given up. */
void results_clear(struct results *results);

#endif
