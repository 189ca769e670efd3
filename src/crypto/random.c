/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/random.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

int random_bytes(uint8_t *out, size_t n)
{
    for (size_t done = 0; done < n;) {
        ssize_t got = getrandom(out + done, n - done, 0);
        if (got > 0) {
            done += (size_t)got;
        } else if (errno != EINTR) {
            memset(out, 0, n);
            return ERR_IO;
        }
    }
    return 0;
}
