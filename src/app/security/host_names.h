/* SPDX-License-Identifier: Apache-2.0
 * The names and addresses by which clients may call this machine, for its certificate. No name is looked up:
 * that could take long. Any thread. */
#ifndef UACAM_APP_SECURITY_HOST_NAMES_H
#define UACAM_APP_SECURITY_HOST_NAMES_H

#include <stddef.h>

enum { HOST_NAMES_MAX = 60, HOST_NAME_SIZE = 256 };

struct host_names {
    char text[HOST_NAMES_MAX][HOST_NAME_SIZE];
    const char *all[HOST_NAMES_MAX]; /* into `text` */
    size_t count;
};

/* This machine's own name, or "localhost". */
void host_name_own(char out[HOST_NAME_SIZE]);

/* The host's name, with ".local" too; localhost; the addresses of its interfaces but for those that soon
 * change or need a scope; those in `further`, a list with commas. Each once; what is past the ceiling is left
 * out. */
void host_names_find(struct host_names *out, const char *further);

#endif
