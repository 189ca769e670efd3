/* SPDX-License-Identifier: Apache-2.0
 * Cuts the body of an HTTP answer of type multipart/x-mixed-replace into its parts: the pictures of an MJPEG
 * camera. The bytes may be hostile.
 *
 *     for (;;) {
 *         while (multipart_next(&m, &part) > 0) ... part ...
 *         multipart_room(&m, &at, &room); n = read(at, room); multipart_filled(&m, n);
 *     }
 *
 * A part ends where its Content-Length says, but before the next boundary in any case. It lies in one piece
 * where it was read to, so nothing is copied. No I/O, one thread at a time. */
#ifndef UACAM_CAMERA_IP_MODULE_MULTIPART_H
#define UACAM_CAMERA_IP_MODULE_MULTIPART_H

#include "base/bytes.h"
#include "base/err.h"

enum { MULTIPART_MAX = 64 << 20, MULTIPART_MAX_HEADER = 16 << 10, MULTIPART_MAX_BOUNDARY = 80 };

struct multipart {
    char boundary[MULTIPART_MAX_BOUNDARY + 1]; /* without dashes in front; empty: not known yet */
    struct buf bytes;                          /* of the present part, from its delimiter on */
    size_t body;     /* where it begins in `bytes`; 0: the header is not all there */
    size_t length;   /* of the body as the header says; 0: it says nothing */
    size_t searched; /* so far `bytes` have no delimiter behind `body` */
    size_t consumed; /* of `bytes`: given as a part */
};

/* Is it the type of such an answer? */
bool multipart_is(const char *content_type);

/* The boundary is learnt from the first line with two dashes: those that cameras announce are often others.
 */
void multipart_init(struct multipart *m);
void multipart_clear(struct multipart *m);

/* Where the next bytes shall go: *room is at least 1. ERR_LIMIT: a part or its header is too large;
 * ERR_NO_MEMORY. Ends the part that was given last. */
must_check int multipart_room(struct multipart *m, uint8_t **at, size_t *room);
void multipart_filled(struct multipart *m, size_t count);

/* The next whole part's body: 1; 0: more bytes are needed. Valid until the next call; it may be anything, or
 * empty. */
must_check int multipart_next(struct multipart *m, struct slice *part);

/* Gives the storage of the part that multipart_next() gave last: free() it. What came behind the part is
 * copied away before. NULL without memory; the part then stays. */
void *multipart_take(struct multipart *m);

#endif
