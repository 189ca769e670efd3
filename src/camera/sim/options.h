/* SPDX-License-Identifier: Apache-2.0
 * What a sim: URI asks for. Any thread. */
#ifndef UACAM_CAMERA_SIM_OPTIONS_H
#define UACAM_CAMERA_SIM_OPTIONS_H

#include "camera/capture.h"
#include "camera/sim/pattern.h"

enum { SIM_MAX_SIDE = 16384 };
#define SIM_MIN_FPS 0.01
#define SIM_MAX_FPS 1000.0

enum sim_hang { SIM_HANGS_NEVER, SIM_HANGS_STREAMING, SIM_HANGS_OPEN, SIM_HANGS_SET };

struct sim_options {
    struct sim_pattern pattern;
    enum pixel_format format;
    double fps;
    char id[CAMERA_TEXT];
    uint32_t open_delay_ms; /* between opening and the first frame */
    uint32_t fail_after;    /* exposures until the device fails; 0: never */
    enum sim_hang hang;     /* no frame ever comes; it does not even open; setting never ends */
    struct sim_look look;
};

/* Size, rate and format come from the URI, else from the wish (may be NULL), else they are 640x480 at 30
 * frames a second in RGB8. ERR_INVALID. */
must_check int sim_options_read(struct sim_options *o, const char *uri, const struct capture_wish *wish,
                                struct err_text *why);

/* Never returns, whatever happens. */
_Noreturn void sim_hang(void);

#endif
