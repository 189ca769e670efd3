/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/genicam/module/feature.h"

#include <stdio.h>
#include <string.h>

const char *const frame_rate_names[] = {"AcquisitionFrameRate", "AcquisitionFrameRateAbs", NULL};
const char *const exposure_time_names[] = {"ExposureTime", "ExposureTimeAbs", NULL};

/* Did it work? A device that does not answer is not asked again: each question takes seconds. */
static bool well(struct genicam_device *d, GError *e)
{
    if (!e)
        return true;
    if (g_error_matches(e, ARV_DEVICE_ERROR, ARV_DEVICE_ERROR_TIMEOUT))
        genicam_lose(d);
    g_error_free(e);
    return false;
}

bool feature_has(struct genicam_device *d, const char *name)
{
    GError *e = NULL;
    bool has = !atomic_load(&d->lost) && arv_device_is_feature_available(d->arv, name, &e);
    return well(d, e) && has;
}

const char *feature_first(struct genicam_device *d, const char *const *names)
{
    for (; *names; names++)
        if (feature_has(d, *names))
            return *names;
    return NULL;
}

void feature_text(struct genicam_device *d, const char *name, char *out, size_t size)
{
    GError *e = NULL;
    out[0] = '\0';
    if (!feature_has(d, name))
        return;
    const char *now = arv_device_get_string_feature_value(d->arv, name, &e);
    if (well(d, e) && now)
        snprintf(out, size, "%s", now);
}

bool feature_is(struct genicam_device *d, const char *name, const char *value)
{
    char now[SETTING_TEXT];
    feature_text(d, name, now, sizeof now);
    return now[0] && strcmp(now, value) == 0;
}

double feature_number(struct genicam_device *d, const char *name, double otherwise)
{
    GError *e = NULL;
    double value = otherwise;
    if (!feature_has(d, name))
        return otherwise;
    ArvGcNode *node = arv_device_get_feature(d->arv, name);
    if (ARV_IS_GC_FLOAT(node))
        value = arv_gc_float_get_value(ARV_GC_FLOAT(node), &e);
    else if (ARV_IS_GC_INTEGER(node))
        value = (double)arv_gc_integer_get_value(ARV_GC_INTEGER(node), &e);
    return well(d, e) ? value : otherwise;
}

bool feature_set_integer(struct genicam_device *d, const char *name, int64_t value)
{
    GError *e = NULL;
    gint64 min, max;
    if (!feature_has(d, name))
        return false;
    arv_device_get_integer_feature_bounds(d->arv, name, &min, &max, &e);
    if (!well(d, e))
        return false;
    e = NULL;
    gint64 step = arv_device_get_integer_feature_increment(d->arv, name, NULL);
    value = value < min ? min : value > max ? max : value;
    if (step > 1)
        value -= (int64_t)(((uint64_t)value - (uint64_t)min) % (uint64_t)step);
    arv_device_set_integer_feature_value(d->arv, name, value, &e);
    return well(d, e);
}

bool feature_set_number(struct genicam_device *d, const char *name, double value)
{
    GError *e = NULL;
    double min, max;
    if (!feature_has(d, name))
        return false;
    arv_device_get_float_feature_bounds(d->arv, name, &min, &max, &e);
    if (!well(d, e))
        return false;
    e = NULL;
    value = value < min ? min : value > max ? max : value;
    arv_device_set_float_feature_value(d->arv, name, value, &e);
    return well(d, e);
}

bool feature_set_choice(struct genicam_device *d, const char *name, const char *value)
{
    GError *e = NULL;
    if (feature_is(d, name, value))
        return true;
    if (!feature_has(d, name))
        return false;
    arv_device_set_string_feature_value(d->arv, name, value, &e);
    return well(d, e);
}

bool feature_execute(struct genicam_device *d, const char *name)
{
    GError *e = NULL;
    if (!feature_has(d, name))
        return false;
    arv_device_execute_command(d->arv, name, &e);
    return well(d, e);
}

void feature_note_exposure(struct genicam_device *d)
{
    const char *name = feature_first(d, exposure_time_names);
    double us = name ? feature_number(d, name, 0) : 0;
    if (us > 0 && us < 1e9)
        atomic_store(&d->exposure_ns, (int64_t)(us * 1000));
}
