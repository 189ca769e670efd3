/* SPDX-License-Identifier: Apache-2.0 */
#include "rally.h"

#include "base/clock.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { RECEIVE_BUFFER = 256 * 1024 };

int rally_connect(uint16_t port, int *fd, struct err_text *why)
{
    struct sockaddr_in to = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int on = 1;
    *fd = socket(AF_INET, SOCK_STREAM, 0);
    if (*fd < 0)
        return err_errno(why, errno, "socket");
    if (connect(*fd, (const struct sockaddr *)&to, sizeof to) ||
        setsockopt(*fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on)) {
        int rc = err_errno(why, errno, "cannot connect to port %u", port);
        close(*fd);
        *fd = -1;
        return rc;
    }
    return 0;
}

int rally_send(int fd, const void *data, size_t len, struct err_text *why)
{
    const uint8_t *at = data;
    while (len > 0) {
        ssize_t n = send(fd, at, len, MSG_NOSIGNAL);
        if (n < 0)
            return err_errno(why, errno, "send");
        at += n;
        len -= (size_t)n;
    }
    return 0;
}

static int ask(struct opponent *o, size_t count, struct err_text *why)
{
    uint8_t out[RALLY_MAX_WINDOW * RALLY_MAX_REQUEST];
    uint8_t *end = out;
    for (size_t i = 0; i < count; i++) {
        memcpy(end, o->request, o->request_len);
        o->stamp(o, end);
        end += o->request_len;
    }
    return rally_send(o->fd, out, (size_t)(end - out), why);
}

int rally_run(struct opponent *o, size_t window, double seconds, struct score *out, struct err_text *why)
{
    static uint8_t in[RECEIVE_BUFFER];
    assert(window <= RALLY_MAX_WINDOW && o->request_len <= sizeof o->request);
    *out = (struct score){0};
    int64_t begun = clock_mono_ns(&system_clock), now = begun;
    int64_t end = begun + (int64_t)(seconds * (double)NS_PER_S);
    uint64_t asked = window;
    int rc = ask(o, window, why);
    while (!rc && out->answers < asked) {
        ssize_t n = recv(o->fd, in, sizeof in, 0);
        if (n <= 0)
            return err_errno(why, n < 0 ? errno : ECONNRESET, "receive");
        long whole = o->answers(o, (struct slice){in, (size_t)n});
        if (whole < 0 || out->answers + (uint64_t)whole > asked)
            return err_set(why, ERR_INVALID, "an answer is not of the size that it must have");
        out->answers += (uint64_t)whole;
        out->bytes += (uint64_t)n;
        now = clock_mono_ns(&system_clock);
        if (whole > 0 && now < end) {
            rc = ask(o, (size_t)whole, why);
            asked += (uint64_t)whole;
        }
    }
    out->seconds = (double)(now - begun) / (double)NS_PER_S;
    return rc;
}
