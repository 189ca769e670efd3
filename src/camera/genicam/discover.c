/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/genicam/discover.h"

#include "base/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    MOST_INTERFACES = 64,
    MOST_PACKETS = 4 * GIGE_MOST_CAMERAS, /* that one search reads, whatever they hold */
    REQUEST = 0xca3e,
    TRIES = 3,
    BROADCASTS = 2, /* of the tries; the last one is for known addresses that keep silent */
};

/* Between questions, and after the last one. */
static const int64_t TRY_NS = 350 * NS_PER_MS;

struct ear {
    int fd;
    uint32_t local;
};

struct search {
    struct ear ears[MOST_INTERFACES];
    size_t ear_count;
    const uint32_t *known; /* addresses that are asked by themselves until they answer */
    size_t known_count;
    struct gige_place seen[GIGE_MOST_CAMERAS];
    size_t seen_count, packets;
    gige_found found;
    void *user;
    bool done;
};

void gige_address_text(uint32_t address, char out[16])
{
    snprintf(out, 16, "%u.%u.%u.%u", address >> 24, address >> 16 & 255, address >> 8 & 255, address & 255);
}

static struct sockaddr_in address_of(uint32_t address, uint16_t port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(address)};
}

/* ---- sockets ---- */

/* A socket that speaks from `local`; INADDR_ANY: from wherever the way leads. -1 with errno. */
static int open_ear(uint32_t local)
{
    struct sockaddr_in self = address_of(local, 0);
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    if (setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &(int){1}, sizeof(int)) ||
        bind(fd, (struct sockaddr *)&self, sizeof self)) {
        int errnum = errno;
        close(fd);
        errno = errnum;
        return -1;
    }
    return fd;
}

/* False when nothing could be sent that way. */
static bool ask(int fd, uint32_t address)
{
    uint8_t command[GVCP_COMMAND_SIZE];
    struct sockaddr_in to = address_of(address, GVCP_PORT);
    gvcp_write_discovery(REQUEST, command);
    return sendto(fd, command, sizeof command, 0, (struct sockaddr *)&to, sizeof to) == sizeof command;
}

static int open_ears(struct search *s, struct err_text *why)
{
    struct ifaddrs *all;
    if (getifaddrs(&all))
        return err_errno(why, errno, "GigE Vision cameras: the network interfaces cannot be listed");
    for (const struct ifaddrs *i = all; i && s->ear_count < MOST_INTERFACES; i = i->ifa_next) {
        if (!i->ifa_addr || i->ifa_addr->sa_family != AF_INET || !(i->ifa_flags & IFF_UP))
            continue;
        uint32_t local = ntohl(((const struct sockaddr_in *)(const void *)i->ifa_addr)->sin_addr.s_addr);
        int fd = open_ear(local);
        if (fd >= 0)
            s->ears[s->ear_count++] = (struct ear){fd, local};
    }
    freeifaddrs(all);
    return 0;
}

/* ---- answers ---- */

/* By several ways the same camera answers more than once. */
static bool is_new(const struct search *s, const struct gvcp_device *d)
{
    for (size_t i = 0; i < s->seen_count; i++) {
        const struct gvcp_device *known = &s->seen[i].device;
        if (known->address == d->address && memcmp(known->mac, d->mac, sizeof d->mac) == 0)
            return false;
    }
    return s->seen_count < GIGE_MOST_CAMERAS;
}

static void read_answers(struct search *s, const struct ear *ear)
{
    uint8_t packet[GVCP_ANSWER_MAX];
    ssize_t len;
    while (!s->done && s->packets < MOST_PACKETS &&
           (len = recv(ear->fd, packet, sizeof packet, MSG_DONTWAIT)) >= 0) {
        struct gige_place place = {.local = ear->local};
        s->packets++;
        if (gvcp_read_discovery((struct slice){packet, (size_t)len}, REQUEST, &place.device) ||
            !is_new(s, &place.device))
            continue;
        s->seen[s->seen_count++] = place;
        s->done = !s->found(s->user, &place);
    }
}

static void listen_until(struct search *s, int64_t until_ns)
{
    struct pollfd fds[MOST_INTERFACES];
    for (size_t i = 0; i < s->ear_count; i++)
        fds[i] = (struct pollfd){.fd = s->ears[i].fd, .events = POLLIN};
    for (;;) {
        int64_t left = until_ns - clock_mono_ns(&system_clock);
        if (s->done || s->packets >= MOST_PACKETS || left <= 0)
            return;
        ppoll(fds, s->ear_count, &(struct timespec){.tv_nsec = left}, NULL);
        for (size_t i = 0; i < s->ear_count; i++)
            if (fds[i].revents)
                read_answers(s, &s->ears[i]);
    }
}

static bool is_silent(const struct search *s, uint32_t address)
{
    for (size_t i = 0; i < s->seen_count; i++)
        if (s->seen[i].device.address == address)
            return false;
    return true;
}

/* How many questions went out. */
static size_t ask_all(const struct search *s, bool broadcast)
{
    size_t asked = 0;
    for (size_t i = 0; i < s->ear_count; i++) {
        if (broadcast)
            asked += ask(s->ears[i].fd, INADDR_BROADCAST);
        for (size_t k = 0; k < s->known_count; k++)
            if (is_silent(s, s->known[k]))
                asked += ask(s->ears[i].fd, s->known[k]);
    }
    return asked;
}

/* Asks, listens, asks again. */
static void search(struct search *s, bool everybody)
{
    for (int turn = 0; turn < TRIES && !s->done; turn++)
        if (ask_all(s, everybody && turn < BROADCASTS) > 0)
            listen_until(s, clock_mono_ns(&system_clock) + TRY_NS);
    for (size_t i = 0; i < s->ear_count; i++)
        close(s->ears[i].fd);
}

int gige_discover(const uint32_t *known, size_t known_count, gige_found found, void *user,
                  struct err_text *why)
{
    struct search s = {.known = known, .known_count = known_count, .found = found, .user = user};
    int rc = open_ears(&s, why);
    if (!rc)
        search(&s, true);
    return rc;
}

/* ---- one address ---- */

static bool take_first(void *user, const struct gige_place *place)
{
    *(struct gige_place *)user = *place;
    return false;
}

/* Our own address on the way to `address`; 0: there is no way. */
static uint32_t local_address(uint32_t address)
{
    struct sockaddr_in to = address_of(address, GVCP_PORT), self = {0};
    socklen_t len = sizeof self;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return 0;
    if (connect(fd, (struct sockaddr *)&to, sizeof to) || getsockname(fd, (struct sockaddr *)&self, &len))
        self.sin_addr.s_addr = 0;
    close(fd);
    return ntohl(self.sin_addr.s_addr);
}

int gige_ask(uint32_t address, struct gige_place *out, struct err_text *why)
{
    char text[16];
    *out = (struct gige_place){0};
    gige_address_text(address, text);
    uint32_t local = local_address(address);
    struct search s = {.known = &address, .known_count = 1, .found = take_first, .user = out, .ear_count = 1};
    s.ears[0] = (struct ear){local ? open_ear(local) : -1, local};
    if (s.ears[0].fd < 0)
        return err_set(why, ERR_GONE, "there is no way to the camera's address %s: is the network up?", text);
    search(&s, false);
    if (!s.done)
        return err_set(why, ERR_GONE,
                       "no GigE Vision camera answers at %s: is it on, is its cable in, does a firewall drop "
                       "UDP from port 3956?",
                       text);
    return 0;
}
