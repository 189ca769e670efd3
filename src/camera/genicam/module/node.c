/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/genicam/module/node.h"

#include "camera/genicam/module/failure.h"

#include <stdio.h>
#include <string.h>

/* ---- units ---- */

/* As cameras write them, and as we do. */
static const char *const units[][2] = {
    {"us", "us"},  {"µs", "us"},  {"\xb5s", "us"}, {"ms", "ms"},   {"s", "s"},   {"ns", "ns"},
    {"Hz", "Hz"},  {"fps", "Hz"}, {"kHz", "kHz"},  {"MHz", "MHz"}, {"dB", "dB"}, {"C", "Cel"},
    {"°C", "Cel"}, {"%", "%"},    {"px", "px"},    {"V", "V"},     {"mV", "mV"}, {"A", "A"},
};

static void set_unit(struct setting *s, const char *unit)
{
    for (size_t i = 0; unit && i < ARRAY_LEN(units); i++)
        if (strcmp(units[i][0], unit) == 0)
            snprintf(s->unit, sizeof s->unit, "%s", units[i][1]);
}

/* ---- reading ---- */

static void read_menu(ArvGcEnumeration *node, struct genicam_row *row, GError **e)
{
    guint count = 0;
    row->setting.kind = SETTING_MENU;
    row->choices = arv_gc_enumeration_dup_available_string_values(node, &count, e);
    row->setting.choices = row->choices;
    row->setting.choice_count = row->choices ? count : 0;
    const char *now = *e ? NULL : arv_gc_enumeration_get_string_value(node, e);
    for (guint i = 0; now && i < row->setting.choice_count; i++) {
        if (strcmp(row->choices[i], now) != 0)
            continue;
        row->setting.value.integer = i;
        row->setting.readable = true;
    }
}

static void read_integer(ArvGcInteger *node, struct setting *s, GError **e)
{
    s->kind = SETTING_INTEGER;
    s->min = (double)arv_gc_integer_get_min(node, NULL);
    s->max = (double)arv_gc_integer_get_max(node, NULL);
    gint64 step = arv_gc_integer_get_inc(node, NULL);
    s->step = step > 1 ? (double)step : 0;
    set_unit(s, arv_gc_integer_get_unit(node));
    s->value.integer = arv_gc_integer_get_value(node, e);
    s->readable = *e == NULL;
}

static void read_float(ArvGcFloat *node, struct setting *s, GError **e)
{
    s->kind = SETTING_FLOAT;
    s->min = arv_gc_float_get_min(node, NULL);
    s->max = arv_gc_float_get_max(node, NULL);
    set_unit(s, arv_gc_float_get_unit(node));
    s->value.number = arv_gc_float_get_value(node, e);
    s->readable = *e == NULL;
}

static void read_string(ArvGcString *node, struct setting *s, GError **e)
{
    s->kind = SETTING_STRING;
    const char *text = arv_gc_string_get_value(node, e);
    if (!text || *e)
        return; /* it need not even end */
    snprintf(s->value.text, sizeof s->value.text, "%s", text);
    s->readable = true;
}

/* False for what is none of the kinds that people set. An enumeration is an integer and a string as well. */
static bool read_value(ArvGcNode *node, struct genicam_row *row, GError **e)
{
    struct setting *s = &row->setting;
    if (ARV_IS_GC_ENUMERATION(node)) {
        read_menu(ARV_GC_ENUMERATION(node), row, e);
    } else if (ARV_IS_GC_COMMAND(node)) {
        s->kind = SETTING_COMMAND;
    } else if (ARV_IS_GC_BOOLEAN(node)) {
        s->kind = SETTING_BOOLEAN;
        s->value.integer = arv_gc_boolean_get_value(ARV_GC_BOOLEAN(node), e);
        s->readable = *e == NULL;
    } else if (ARV_IS_GC_FLOAT(node)) {
        read_float(ARV_GC_FLOAT(node), s, e);
    } else if (ARV_IS_GC_INTEGER(node)) {
        read_integer(ARV_GC_INTEGER(node), s, e);
    } else if (ARV_IS_GC_STRING(node)) {
        read_string(ARV_GC_STRING(node), s, e);
    } else {
        return false;
    }
    return true;
}

/* What the feature lets us do now. */
static unsigned flags_of(const struct genicam_device *d, ArvGcFeatureNode *node, GError **e)
{
    bool available = arv_gc_feature_node_is_available(node, e);
    bool locked = !*e && arv_gc_feature_node_is_locked(node, e);
    if (!available || locked)
        return SETTING_INACTIVE;
    (void)d;
    return arv_gc_feature_node_get_actual_access_mode(node) == ARV_GC_ACCESS_MODE_RO ? SETTING_READ_ONLY : 0;
}

int node_read(struct genicam_device *d, ArvGcNode *node, struct genicam_row *out, struct err_text *why)
{
    GError *e = NULL;
    *out = (struct genicam_row){0};
    if (!ARV_IS_GC_FEATURE_NODE(node))
        return 0;
    ArvGcFeatureNode *feature = ARV_GC_FEATURE_NODE(node);
    bool good = arv_gc_feature_node_is_implemented(feature, &e) &&
                arv_gc_feature_node_get_visibility(feature) != ARV_GC_VISIBILITY_INVISIBLE;
    if (good && !e)
        out->setting.flags = flags_of(d, feature, &e);
    if (good && !e)
        good = read_value(node, out, &e);
    if (good && !(out->setting.flags & SETTING_READ_ONLY) &&
        arv_gc_feature_node_get_imposed_access_mode(feature) == ARV_GC_ACCESS_MODE_RO)
        out->setting.flags |= SETTING_READ_ONLY;
    const char *shown = arv_gc_feature_node_get_display_name(feature);
    snprintf(out->setting.display_name, sizeof out->setting.display_name, "%s", shown ? shown : "");
    if (g_error_matches(e, ARV_DEVICE_ERROR, ARV_DEVICE_ERROR_TIMEOUT)) {
        genicam_lose(d);
        genicam_row_clear(out);
        return genicam_failed(&e, d->name, "cannot be read", why);
    }
    g_clear_error(&e);
    if (!good)
        genicam_row_clear(out);
    return good;
}

void genicam_row_clear(struct genicam_row *row)
{
    g_free(row->choices);
    *row = (struct genicam_row){0};
}

/* ---- writing ---- */

int node_write(struct genicam_device *d, ArvGcNode *node, const struct setting *s,
               const struct setting_value *v, struct err_text *why)
{
    GError *e = NULL;
    if (arv_gc_feature_node_is_locked(ARV_GC_FEATURE_NODE(node), NULL))
        return err_set(why, ERR_BUSY, "%s of %s cannot be set %s", s->name, d->name,
                       d->streams ? "while pictures are taken: end that first"
                                  : "now: another setting rules it");
    if (s->kind == SETTING_MENU && ARV_IS_GC_ENUMERATION(node))
        arv_gc_enumeration_set_string_value(ARV_GC_ENUMERATION(node), s->choices[v->integer], &e);
    else if (s->kind == SETTING_COMMAND && ARV_IS_GC_COMMAND(node))
        arv_gc_command_execute(ARV_GC_COMMAND(node), &e);
    else if (s->kind == SETTING_BOOLEAN && ARV_IS_GC_BOOLEAN(node))
        arv_gc_boolean_set_value(ARV_GC_BOOLEAN(node), v->integer != 0, &e);
    else if (s->kind == SETTING_FLOAT && ARV_IS_GC_FLOAT(node))
        arv_gc_float_set_value(ARV_GC_FLOAT(node), v->number, &e);
    else if (s->kind == SETTING_INTEGER && ARV_IS_GC_INTEGER(node))
        arv_gc_integer_set_value(ARV_GC_INTEGER(node), v->integer, &e);
    else if (s->kind == SETTING_STRING && ARV_IS_GC_STRING(node))
        arv_gc_string_set_value(ARV_GC_STRING(node), v->text, &e);
    else
        return err_set(why, ERR_UNSUPPORTED, "%s of %s has changed its kind", s->name, d->name);
    return e ? genicam_failed(&e, s->name, "cannot be set", why) : 0;
}
