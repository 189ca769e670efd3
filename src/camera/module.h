/* SPDX-License-Identifier: Apache-2.0
 * Backends that need large libraries live in modules, loaded when the first camera of their kind is wanted.
 *
 * The base program knows how to name and, where that is cheap, to find such cameras; the module opens them. A
 * module is a shared object that exports `const struct camera_module uacam_camera_module`. */
#ifndef UACAM_CAMERA_MODULE_H
#define UACAM_CAMERA_MODULE_H

#include "camera/capture.h"

enum {
    CAMERA_MODULE_VERSION = 2
}; /* of this contract; raise it with every change of backend.h or capture.h */

/* As the functions of struct backend. */
struct camera_module {
    unsigned version;    /* CAMERA_MODULE_VERSION */
    const char *name;    /* "genicam" */
    const char *library; /* what it stands on, with its version, for `uacam --version` */
    int (*probe)(const struct camera_identity *id, struct camera_probe *out, struct err_text *why);
    int (*run)(struct capture *c, const struct camera_identity *id, struct err_text *why);
    const struct tuner_ops *tuner;
};

/* The modules that there may be. */
struct camera_module_kind {
    const char *name;
    const char *serves; /* for people */
};
extern const struct camera_module_kind camera_module_kinds[]; /* ended by a NULL name */

/* Loads it once: from $UACAM_MODULES, else the folder `modules` beside the program (a build), else where it
 * was installed. Any thread; may block. ERR_UNSUPPORTED with what to install. */
must_check int camera_module_load(const char *name, const struct camera_module **out, struct err_text *why);

#endif
