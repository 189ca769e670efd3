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
};

/* Begins the response with the length of its results. False: Bad_OutOfMemory was answered. */
must_check bool results_begin(struct results *results, struct request *r, size_t count);

/* Where result `i` is to be written; `aside` is storage for the case that it came early. results_written()
 * ends it. */
struct writer *results_writer(struct results *results, size_t i, struct writer *aside);
void results_written(struct results *results, size_t i, struct writer *used);

bool results_complete(const struct results *results);

/* Appends empty diagnosticInfos and sends: the end of the request. All results must be there. */
void results_send(struct results *results);

/* For a request that is given up. */
void results_clear(struct results *results);

#endif
