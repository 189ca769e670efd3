/* SPDX-License-Identifier: Apache-2.0
 * What uacam is measured against: a TCP server that answers each request with as many bytes as it asks for,
 * with no more work than the sockets need. One connection after the other, blocking.
 *
 * A request is two little-endian UInt32, its own size and that of the answer, and padding.
 * Prints its port, then serves until it is killed. */
#include "base/compiler.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { MAX_ANSWER = 64 << 20, MAX_PARTS = 64, RECEIVE_BUFFER = 64 * 1024, REQUEST_HEADER = 8 };

struct request {
    uint32_t size, answer_size;
};

/* Writes all the parts, whose array it uses up. */
static bool write_all(int fd, struct iovec *parts, int count)
{
    while (count > 0) {
        ssize_t n = writev(fd, parts, count);
        if (n < 0)
            return false;
        while (count > 0 && (size_t)n >= parts->iov_len) {
            n -= (ssize_t)parts->iov_len;
            parts++;
            count--;
        }
        if (count > 0) {
            parts->iov_base = (char *)parts->iov_base + n;
            parts->iov_len -= (size_t)n;
        }
    }
    return true;
}

/* Answers the whole requests among the `len` bytes; how many bytes they were, negative at the end. */
static long answer(int fd, const uint8_t *in, size_t len, uint8_t *picture)
{
    struct iovec parts[MAX_PARTS];
    int count = 0;
    size_t done = 0;
    struct request r;
    while (len - done >= REQUEST_HEADER && count < MAX_PARTS) {
        memcpy(&r, in + done, sizeof r);
        if (r.size < REQUEST_HEADER || r.size > RECEIVE_BUFFER || r.answer_size > MAX_ANSWER)
            return -1;
        if (len - done < r.size)
            break;
        parts[count++] = (struct iovec){picture, r.answer_size};
        done += r.size;
    }
    return write_all(fd, parts, count) ? (long)done : -1;
}

static void serve(int fd, uint8_t *picture)
{
    uint8_t in[RECEIVE_BUFFER];
    size_t have = 0;
    for (;;) {
        ssize_t n = recv(fd, in + have, sizeof in - have, 0);
        if (n <= 0)
            return;
        have += (size_t)n;
        long done;
        while ((done = answer(fd, in, have, picture)) > 0) {
            have -= (size_t)done;
            memmove(in, in + done, have);
        }
        if (done < 0)
            return;
    }
}

int main(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    int on = 1;
    uint8_t *picture = malloc(MAX_ANSWER);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (!picture || listener < 0 || bind(listener, (const struct sockaddr *)&at, size) ||
        listen(listener, 16) || getsockname(listener, (struct sockaddr *)&at, &size)) {
        perror("bench_raw_server");
        return 1;
    }
    memset(picture, 0x5a, MAX_ANSWER);
    printf("%u\n", ntohs(at.sin_port));
    fflush(stdout);
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        if (fd < 0)
            return 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        serve(fd, picture);
        close(fd);
    }
}
