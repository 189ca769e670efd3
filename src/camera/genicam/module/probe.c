/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/genicam/module/feature.h"
#include "camera/genicam/module/format.h"
#include "camera/genicam/module/run.h"

/* A side's longest, whatever it is set to now. */
static uint32_t longest(struct genicam_device *d, const char *most, const char *side)
{
    double n = feature_number(d, most, feature_number(d, side, 0));
    return n > 0 && n <= FRAME_MAX_SIDE ? (uint32_t)n : 0;
}

static void list_modes(struct genicam_device *d, struct camera_probe *out)
{
    guint count = 0;
    double min = 0, max = 0;
    const char *rate = feature_first(d, frame_rate_names);
    if (rate)
        arv_device_get_float_feature_bounds(d->arv, rate, &min, &max, NULL);
    struct camera_mode mode = {
        .width = longest(d, "WidthMax", "Width"),
        .height = longest(d, "HeightMax", "Height"),
        .max_fps = max > 0 && max < 1e6 ? max : 0,
    };
    const char **names =
        arv_device_dup_available_enumeration_feature_values_as_strings(d->arv, "PixelFormat", &count, NULL);
    bool listed[PIXEL_FORMAT_COUNT] = {false};
    for (guint i = 0; i < count && out->mode_count < ARRAY_LEN(out->modes); i++) {
        struct genicam_format f;
        if (!genicam_format_of_name(names[i], &f) || listed[f.becomes])
            continue;
        listed[f.becomes] = true;
        mode.format = f.becomes;
        out->modes[out->mode_count++] = mode;
    }
    g_free(names);
}

int genicam_module_probe(const struct camera_identity *id, struct camera_probe *out, struct err_text *why)
{
    struct genicam_device *d;
    (void)why;
    *out = (struct camera_probe){0};
    out->state = genicam_open(id, &d, &out->error);
    if (out->state)
        return 0;
    pthread_mutex_lock(&d->lock);
    list_modes(d, out);
    out->state = genicam_take_control(d, &out->error);
    if (!out->state)
        genicam_leave_control(d);
    pthread_mutex_unlock(&d->lock);
    genicam_close(d);
    return 0;
}
