/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/onvif/onvif.h"

#include "base/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST_INTERFACES = 32, LISTEN_MS = 1000, PORT = 3702, HOPS = 2, UUID_BYTES = 16 };

static const char group[] = "239.255.255.250";

struct search {
    struct pollfd sockets[MOST_INTERFACES];
    nfds_t count;
    char uuid[WS_UUID];
    char known[ONVIF_MOST_DEVICES][CAMERA_TEXT]; /* endpoints that were told */
    size_t known_count;
    onvif_found found;
    void *user;
};

static int make_uuid(char out[WS_UUID], struct err_text *why)
{
    uint8_t b[UUID_BYTES];
    if (getrandom(b, sizeof b, 0) != (ssize_t)sizeof b)
        return err_errno(why, errno, "the system gives no random bytes");
    b[6] = (uint8_t)((b[6] & 0x0f) | 0x40);
    b[8] = (uint8_t)((b[8] & 0x3f) | 0x80);
    char *at = out;
    for (size_t i = 0; i < sizeof b; i++)
        at += sprintf(at, i == 4 || i == 6 || i == 8 || i == 10 ? "-%02x" : "%02x", b[i]);
    return 0;
}

/* A socket of that interface which has asked; -1: it cannot be asked there. */
static int ask(const struct in_addr *local, const char *uuid)
{
    char probe[WS_PROBE];
    size_t n = ws_probe(probe, uuid);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(PORT)};
    struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr = *local};
    unsigned char hops = HOPS;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    inet_pton(AF_INET, group, &to.sin_addr);
    if (bind(fd, (struct sockaddr *)&from, sizeof from) ||
        setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, local, sizeof *local) ||
        setsockopt(fd, IPPROTO_IP, IP_MULTICAST_TTL, &hops, sizeof hops) ||
        sendto(fd, probe, n, 0, (struct sockaddr *)&to, sizeof to) != (ssize_t)n) {
        close(fd);
        return -1;
    }
    return fd;
}

static int ask_everywhere(struct search *s, struct err_text *why)
{
    struct ifaddrs *all;
    if (getifaddrs(&all))
        return err_errno(why, errno, "the network interfaces cannot be listed");
    for (struct ifaddrs *i = all; i && s->count < MOST_INTERFACES; i = i->ifa_next) {
        unsigned needed = IFF_UP | IFF_MULTICAST;
        if (!i->ifa_addr || i->ifa_addr->sa_family != AF_INET || (i->ifa_flags & needed) != needed)
            continue;
        int fd = ask(&((struct sockaddr_in *)(void *)i->ifa_addr)->sin_addr, s->uuid);
        if (fd >= 0)
            s->sockets[s->count++] = (struct pollfd){.fd = fd, .events = POLLIN};
    }
    freeifaddrs(all);
    return 0;
}

/* A device that is in two of our networks answers twice. */
static void tell_once(void *user, const struct onvif_device *d)
{
    struct search *s = user;
    for (size_t i = 0; i < s->known_count; i++)
        if (strcmp(s->known[i], d->endpoint) == 0)
            return;
    if (s->known_count == ONVIF_MOST_DEVICES)
        return;
    memcpy(s->known[s->known_count++], d->endpoint, sizeof d->endpoint);
    s->found(s->user, d);
}

static void receive(struct search *s, int fd, uint8_t *buffer)
{
    ssize_t n = recv(fd, buffer, WS_MAX_DATAGRAM, 0);
    if (n > 0)
        (void)!ws_read_matches((struct slice){buffer, (size_t)n}, s->uuid, tell_once, s);
}

static void listen_to_answers(struct search *s, uint8_t *buffer)
{
    int64_t end = clock_mono_ns(&system_clock) + LISTEN_MS * NS_PER_MS;
    for (;;) {
        int64_t left_ms = (end - clock_mono_ns(&system_clock)) / NS_PER_MS;
        if (left_ms <= 0 || poll(s->sockets, s->count, (int)left_ms) <= 0)
            return;
        for (nfds_t i = 0; i < s->count; i++)
            if (s->sockets[i].revents)
                receive(s, s->sockets[i].fd, buffer);
    }
}

int onvif_discover(onvif_found found, void *user, struct err_text *why)
{
    struct search *s = calloc(1, sizeof *s);
    uint8_t *buffer = malloc(WS_MAX_DATAGRAM);
    int rc = s && buffer ? make_uuid(s->uuid, why) : err_set(why, ERR_NO_MEMORY, "no memory");
    if (!rc) {
        s->found = found;
        s->user = user;
        rc = ask_everywhere(s, why);
        listen_to_answers(s, buffer);
        for (nfds_t i = 0; i < s->count; i++)
            close(s->sockets[i].fd);
    }
    free(buffer);
    free(s);
    return rc;
}
