/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/genicam/module/picture.h"

#include "camera/genicam/module/failure.h"
#include "camera/genicam/module/feature.h"
#include "camera/genicam/module/format.h"

#include <stdio.h>
#include <string.h>

/* ---- size and rate ---- */

/* A side may be as long as its offset allows. */
static void set_side(struct genicam_device *d, const char *side, const char *offset, uint32_t wish)
{
    gint64 min = 0, max = 0;
    if (!wish || !feature_has(d, side))
        return;
    arv_device_get_integer_feature_bounds(d->arv, side, &min, &max, NULL);
    if (wish > max)
        feature_set_integer(d, offset, 0);
    feature_set_integer(d, side, wish);
}

static void set_rate(struct genicam_device *d, double fps)
{
    const char *name = feature_first(d, frame_rate_names);
    if (fps <= 0 || !name)
        return;
    if (feature_has(d, "AcquisitionFrameRateEnable"))
        arv_device_set_boolean_feature_value(d->arv, "AcquisitionFrameRateEnable", TRUE, NULL);
    feature_set_choice(d, "AcquisitionFrameRateAuto", "Off");
    feature_set_number(d, name, fps);
}

/* ---- format ---- */

int genicam_wished_format(struct genicam_device *d, const struct capture_wish *wish, char out[SETTING_NAME],
                          struct err_text *why)
{
    GError *e = NULL;
    guint count = 0;
    char current[SETTING_NAME];
    out[0] = '\0';
    const char **names =
        arv_device_dup_available_enumeration_feature_values_as_strings(d->arv, "PixelFormat", &count, &e);
    if (e)
        return genicam_failed(&e, d->name, "PixelFormat cannot be read", why);
    feature_text(d, "PixelFormat", current, sizeof current);
    int chosen = genicam_choose_format(names, count, wish->pixel_format, current);
    if (chosen >= 0)
        snprintf(out, SETTING_NAME, "%s", names[chosen]);
    g_free(names);
    return chosen >= 0 ? 0
                       : err_set(why, ERR_UNSUPPORTED,
                                 "%s has no pixel format that uacam can read (now it is set to %s)", d->name,
                                 current);
}

static int set_format(struct genicam_device *d, const struct capture_wish *wish, struct err_text *why)
{
    char name[SETTING_NAME];
    GError *e = NULL;
    int rc = genicam_wished_format(d, wish, name, why);
    if (rc || feature_is(d, "PixelFormat", name))
        return rc;
    arv_device_set_string_feature_value(d->arv, "PixelFormat", name, &e);
    return e ? genicam_failed(&e, d->name, "PixelFormat cannot be set", why) : 0;
}

/* ---- trigger ---- */

/* What TriggerSelector may be: NULL where there is but one trigger. Of g_free(). */
static const char **list_triggers(struct genicam_device *d, guint *count)
{
    *count = 0;
    if (!feature_has(d, "TriggerSelector"))
        return NULL;
    return arv_device_dup_available_enumeration_feature_values_as_strings(d->arv, "TriggerSelector", count,
                                                                          NULL);
}

static void switch_triggers_off(struct genicam_device *d)
{
    guint count;
    const char **names = list_triggers(d, &count);
    for (guint i = 0; i < count; i++)
        if (feature_set_choice(d, "TriggerSelector", names[i]))
            feature_set_choice(d, "TriggerMode", "Off");
    g_free(names);
    feature_set_choice(d, "TriggerMode", "Off");
}

/* The trigger that makes one picture. */
static void select_trigger(struct genicam_device *d)
{
    static const char *const wanted[] = {"FrameStart", "ExposureStart", "FrameBurstStart"};
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
        if (feature_set_choice(d, "TriggerSelector", wanted[i]))
            return;
}

static int set_trigger(struct genicam_device *d, enum genicam_trigger trigger, struct err_text *why)
{
    if (trigger == GENICAM_TRIGGER_AS_SET)
        return 0;
    switch_triggers_off(d);
    if (trigger == GENICAM_TRIGGER_OFF)
        return 0;
    select_trigger(d);
    if (feature_has(d, "TriggerSoftware") && feature_set_choice(d, "TriggerSource", "Software") &&
        feature_set_choice(d, "TriggerMode", "On"))
        return 0;
    if (atomic_load(&d->lost))
        return genicam_gone(d->name, why);
    return err_set(why, ERR_UNSUPPORTED, "%s has no software trigger: leave trigger=software out of its URI",
                   d->name);
}

static enum genicam_beat selected_beat(struct genicam_device *d)
{
    if (!feature_is(d, "TriggerMode", "On"))
        return GENICAM_STREAMS;
    return feature_is(d, "TriggerSource", "Software") ? GENICAM_ON_DEMAND : GENICAM_BY_LINE;
}

/* The first trigger that is on decides; it stays selected, for TriggerSoftware is its own then. */
static enum genicam_beat find_beat(struct genicam_device *d)
{
    guint count;
    const char **names = list_triggers(d, &count);
    enum genicam_beat beat = names ? GENICAM_STREAMS : selected_beat(d);
    for (guint i = 0; i < count && beat == GENICAM_STREAMS; i++)
        if (feature_set_choice(d, "TriggerSelector", names[i]))
            beat = selected_beat(d);
    g_free(names);
    return beat;
}

int genicam_set_picture(struct genicam_device *d, const struct capture_wish *wish,
                        enum genicam_trigger trigger, enum genicam_beat *beat, struct err_text *why)
{
    feature_set_choice(d, "AcquisitionMode", "Continuous");
    set_side(d, "Width", "OffsetX", wish->width);
    set_side(d, "Height", "OffsetY", wish->height);
    int rc = set_format(d, wish, why);
    if (!rc)
        rc = set_trigger(d, trigger, why);
    if (rc)
        return rc;
    *beat = find_beat(d);
    set_rate(d, wish->fps);
    feature_note_exposure(d);
    return atomic_load(&d->lost) ? genicam_gone(d->name, why) : 0;
}
