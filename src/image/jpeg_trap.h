/* SPDX-License-Identifier: Apache-2.0
 * The one place where libjpeg's errors jump: run work that calls libjpeg, get a code back.
 *
 * The work is a function over a job struct, which holds everything that the work changes; so nothing is lost
 * in a local variable when it is left by a jump. */
#ifndef UACAM_IMAGE_JPEG_TRAP_H
#define UACAM_IMAGE_JPEG_TRAP_H

#include "base/err.h"

#include <stdio.h> /* jpeglib.h needs it */

#include <jpeglib.h>
#include <setjmp.h>

struct jpeg_trap {
    struct jpeg_error_mgr errors; /* what libjpeg's `err` must point to */
    jmp_buf jump;
    struct err_text *why; /* of the run that goes on; may be NULL */
    int code;
};

void jpeg_trap_init(struct jpeg_trap *t);

/* Calls work(job). ERR_INVALID with libjpeg's text when it was left by an error, or by a warning that says
 * that a part of the picture is missing; ERR_NO_MEMORY. */
must_check int jpeg_trap_run(struct jpeg_trap *t, void (*work)(void *job), void *job, struct err_text *why);

/* For work that found an error of its own: leaves the run with `code`. */
_Noreturn void jpeg_trap_leave(struct jpeg_trap *t, enum err code, const char *text);

#endif
