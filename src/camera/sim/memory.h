/* SPDX-License-Identifier: Apache-2.0
 * What a simulated camera keeps by itself: as in a real one, its settings outlive each run. Any thread. */
#ifndef UACAM_CAMERA_SIM_MEMORY_H
#define UACAM_CAMERA_SIM_MEMORY_H

#include "camera/setting.h"
#include "camera/sim/options.h"

struct sim_knobs {
    /* Of the stream; 0: as URI and wish say. */
    int64_t width, height;
    double fps;
    int64_t format; /* enum pixel_format + 1 */

    double exposure_us; /* SIM_EXPOSURE_US is neither dark nor bright */
    int64_t exposure_auto;
    double gain_db;
    int64_t brightness;
    int64_t reverse_x;
    int64_t scene; /* index into sim_scripts + 1; 0: as the URI says */
    char user_id[SETTING_TEXT];
    double temperature; /* never kept: measured when it is listed */
};

#define SIM_EXPOSURE_US 10000.0
enum { SIM_AUTO_OFF, SIM_AUTO_ONCE, SIM_AUTO_CONTINUOUS };

struct sim_memory;

/* Of the camera of that id; it lives as long as the program. NULL: no memory, or too many. */
must_check struct sim_memory *sim_memory_of(const char *id);

struct sim_knobs sim_memory_read(struct sim_memory *m);
void sim_memory_write(struct sim_memory *m, const struct sim_knobs *knobs);

/* All but the stream becomes as it was in the beginning. */
void sim_memory_reset(struct sim_memory *m);

/* A run began or ended. */
void sim_memory_streams(struct sim_memory *m, bool streams);
bool sim_memory_is_streaming(struct sim_memory *m);

/* What URI, wish and memory say together. */
void sim_knobs_tune(const struct sim_knobs *k, struct sim_options *o);

#endif
