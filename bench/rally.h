/* SPDX-License-Identifier: Apache-2.0
 * Questions and answers over a blocking socket, as fast as they go: the loop that every compared server is
 * asked by. One thread. */
#ifndef UACAM_BENCH_RALLY_H
#define UACAM_BENCH_RALLY_H

#include "base/bytes.h"
#include "base/err.h"

enum { RALLY_MAX_WINDOW = 64, RALLY_MAX_REQUEST = 1024 };

/* The server that is asked, and what its protocol has of its own. */
struct opponent {
    int fd; /* borrowed */
    uint8_t request[RALLY_MAX_REQUEST];
    size_t request_len;

    /* Makes a copy of `request` one that has not been sent yet. */
    void (*stamp)(struct opponent *o, uint8_t *request);

    /* How many answers these bytes complete; negative: they are none. */
    long (*answers)(struct opponent *o, struct slice bytes);
};

struct score {
    uint64_t answers;
    uint64_t bytes;
    double seconds;
};

/* Keeps `window` questions under way for `seconds`, then waits for the last answers. */
must_check int rally_run(struct opponent *o, size_t window, double seconds, struct score *out,
                         struct err_text *why);

/* Sends all of it. */
must_check int rally_send(int fd, const void *data, size_t len, struct err_text *why);

/* Connects to 127.0.0.1 with TCP_NODELAY; *fd is given. */
must_check int rally_connect(uint16_t port, int *fd, struct err_text *why);

#endif
