/* SPDX-License-Identifier: Apache-2.0
 * Why a picture is missing, in its server's own words: a camera of ours tells it in Status/LastError. */
#ifndef UACAM_APP_LAST_ERROR_H
#define UACAM_APP_LAST_ERROR_H

#include "client/client.h"

/* Set the first part, zero the rest. */
struct last_error {
    struct client *client;
    const char *camera; /* for people */
    /* "camera: what happened (Bad_Name)" */
    void (*told)(void *user, const struct err_text *why);
    void *user;

    uint16_t ns;
    char path[512]; /* of the node; empty: there is none */
    ua_status status;
    bool asking;
};

/* Which picture it will be about. */
void last_error_of(struct last_error *e, const struct ua_nodeid *image);

/* The picture came with this bad status: `told` comes once, perhaps before this returns, unless the client
 * closes before. While one is awaited, another call changes its status only. */
void last_error_ask(struct last_error *e, ua_status status);

#endif
