/* SPDX-License-Identifier: Apache-2.0 */
#include "app/security/host_names.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static void add(struct host_names *names, const char *name, size_t len)
{
    if (len == 0 || len >= HOST_NAME_SIZE || names->count == HOST_NAMES_MAX)
        return;
    char *text = names->text[names->count];
    memcpy(text, name, len);
    text[len] = '\0';
    for (size_t i = 0; i < names->count; i++)
        if (strcasecmp(names->all[i], text) == 0)
            return;
    names->all[names->count++] = text;
}

static void add_text(struct host_names *names, const char *name)
{
    add(names, name, strlen(name));
}

void host_name_own(char out[HOST_NAME_SIZE])
{
    if (gethostname(out, HOST_NAME_SIZE - 1) || !out[0])
        strcpy(out, "localhost");
    out[HOST_NAME_SIZE - 1] = '\0';
}

/* "cam1" is "cam1.local" in networks with multicast DNS; "cam1.example.org" is often called "cam1". */
static void add_own(struct host_names *names)
{
    char host[HOST_NAME_SIZE], local[HOST_NAME_SIZE + 8];
    host_name_own(host);
    add_text(names, host);
    size_t label = strcspn(host, ".");
    add(names, host, label);
    snprintf(local, sizeof local, "%.*s.local", (int)label, host);
    add_text(names, local);
    add_text(names, "localhost");
}

static void add_ipv4(struct host_names *names)
{
    struct ifaddrs *all;
    char text[INET_ADDRSTRLEN];
    if (getifaddrs(&all))
        return;
    for (const struct ifaddrs *i = all; i; i = i->ifa_next) {
        if (!i->ifa_addr || i->ifa_addr->sa_family != AF_INET)
            continue;
        const struct sockaddr_in *address = (const void *)i->ifa_addr;
        if (inet_ntop(AF_INET, &address->sin_addr, text, sizeof text))
            add_text(names, text);
    }
    freeifaddrs(all);
}

/* The kernel's list tells which addresses are temporary; getifaddrs() does not. */
static void add_ipv6(struct host_names *names)
{
    enum { TEMPORARY = 0x01, DEPRECATED = 0x20, TENTATIVE = 0x40, SCOPE_LINK = 0x20 };
    char digits[33], text[INET6_ADDRSTRLEN];
    unsigned scope, flags;
    FILE *list = fopen("/proc/net/if_inet6", "re");
    if (!list)
        return;
    while (fscanf(list, "%32s %*x %*x %x %x %*s", digits, &scope, &flags) == 3) {
        struct in6_addr address = {0};
        if (scope == SCOPE_LINK || flags & (TEMPORARY | DEPRECATED | TENTATIVE))
            continue;
        for (size_t i = 0; i < sizeof address; i++)
            sscanf(digits + 2 * i, "%2hhx", &address.s6_addr[i]);
        if (inet_ntop(AF_INET6, &address, text, sizeof text))
            add_text(names, text);
    }
    fclose(list);
}

void host_names_find(struct host_names *out, const char *further)
{
    out->count = 0;
    while (further[0]) {
        further += strspn(further, ", ");
        size_t len = strcspn(further, ", ");
        add(out, further, len);
        further += len;
    }
    add_own(out);
    add_ipv4(out);
    add_ipv6(out);
}
