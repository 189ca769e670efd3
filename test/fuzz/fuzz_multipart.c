/* SPDX-License-Identifier: Apache-2.0
 * The body of an MJPEG camera's answer, in reads whose sizes the first byte chooses. Parts lie in the bytes
 * that came, one after the other. */
#include "camera/ip/module/multipart.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Takes the storage of every other part, as a camera that is wanted now and then. */
static void look_at_parts(struct multipart *m, unsigned *count)
{
    struct slice part;
    while (multipart_next(m, &part)) {
        uint8_t sum = 0;
        void *storage = ++*count % 2 ? multipart_take(m) : NULL;
        for (size_t i = 0; i < part.len; i++)
            sum ^= part.data[i];
        (void)sum;
        free(storage);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct multipart m;
    unsigned count = 0;
    size_t step = size ? data[0] + 1u : 1, done = size ? 1 : 0;
    multipart_init(&m);
    while (done < size) {
        uint8_t *at;
        size_t room;
        if (multipart_room(&m, &at, &room))
            break;
        size_t n = room < step ? room : step;
        n = n < size - done ? n : size - done;
        memcpy(at, data + done, n);
        multipart_filled(&m, n);
        done += n;
        look_at_parts(&m, &count);
    }
    multipart_clear(&m);
    return 0;
}
