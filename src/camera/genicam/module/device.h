/* SPDX-License-Identifier: Apache-2.0
 * An open GenICam device, shared by who streams and who sets it: the control channel is for one only. Any
 * thread.
 *
 * Its features are read and written with the lock held, a few at a time: a stream that is to be triggered
 * waits for it. Control over a GigE Vision camera is taken for streaming and for writing, so that meanwhile
 * other programs may have it. A device that was lost is not shared any more; who opens it next gets a new
 * one. */
#ifndef UACAM_CAMERA_GENICAM_MODULE_DEVICE_H
#define UACAM_CAMERA_GENICAM_MODULE_DEVICE_H

#include "base/list.h"
#include "camera/backend.h"

#include <arv.h>
#include <pthread.h>
#include <stdatomic.h>

struct genicam_device {
    ArvDevice *arv;
    char name[CAMERA_TEXT]; /* what texts call it */
    bool gige;
    uint32_t address, local; /* of a GigE Vision camera and ours, IPv4 */
    int news_fd;             /* an eventfd: written to when it is lost; the stream writes there too */
    atomic_bool lost;
    _Atomic int64_t exposure_ns; /* as it was read last; 0: unknown */

    pthread_mutex_t lock; /* of its features and of what follows */
    bool streams;
    unsigned controllers;
    int failure; /* of opening it */
    struct err_text why;

    /* The table's own. */
    struct list_link link;
    char key[CAMERA_URI];
    unsigned users;
};

/* Gives the device, counted. ERR_GONE, ERR_DENIED, ERR_BUSY (not even readable), ERR_IO, ERR_NO_MEMORY. */
must_check int genicam_open(const struct camera_identity *id, struct genicam_device **out,
                            struct err_text *why);

/* The last one closes it. */
void genicam_close(struct genicam_device *d);

/* Takes control, counted. The lock is held. ERR_BUSY, ERR_GONE. */
must_check int genicam_take_control(struct genicam_device *d, struct err_text *why);
void genicam_leave_control(struct genicam_device *d);

/* It does not answer any more. */
void genicam_lose(struct genicam_device *d);

#endif
