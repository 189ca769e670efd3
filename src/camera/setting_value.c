/* SPDX-License-Identifier: Apache-2.0
 * Values of settings: are they right, what are they as text? */
#include "camera/setting.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- checking ---- */

static int out_of_range(const struct setting *s, double value, struct err_text *why)
{
    return err_set(why, ERR_INVALID, "%s: %.15g is out of range: %.15g to %.15g%s%s", s->name, value, s->min,
                   s->max, s->unit[0] ? " " : "", s->unit);
}

static int check_integer(const struct setting *s, const struct setting_value *v, struct err_text *why)
{
    double value = (double)v->integer;
    return value >= s->min && value <= s->max ? 0 : out_of_range(s, value, why);
}

static int check_float(const struct setting *s, const struct setting_value *v, struct err_text *why)
{
    return v->number >= s->min && v->number <= s->max ? 0 : out_of_range(s, v->number, why);
}

static int check_boolean(const struct setting *s, const struct setting_value *v, struct err_text *why)
{
    return v->integer == 0 || v->integer == 1 ? 0 : err_set(why, ERR_INVALID, "%s is true or false", s->name);
}

static int not_among(const struct setting *s, const char *what, struct err_text *why)
{
    char choices[200] = "";
    size_t used = 0;
    for (size_t i = 0; i < s->choice_count && used < sizeof choices; i++)
        used += (size_t)snprintf(choices + used, sizeof choices - used, "%s%s", i ? ", " : "", s->choices[i]);
    return err_set(why, ERR_INVALID, "%s: no choice %s; there are %s%s", s->name, what, choices,
                   used < sizeof choices ? "" : "...");
}

static int check_menu(const struct setting *s, const struct setting_value *v, struct err_text *why)
{
    char number[24];
    if (v->integer >= 0 && (uint64_t)v->integer < s->choice_count)
        return 0;
    snprintf(number, sizeof number, "%" PRId64, v->integer);
    return not_among(s, number, why);
}

static int check_string(const struct setting *s, const struct setting_value *v, struct err_text *why)
{
    return memchr(v->text, 0, sizeof v->text)
               ? 0
               : err_set(why, ERR_INVALID, "%s: a text of at most %zu bytes", s->name, sizeof v->text - 1);
}

static int check_command(const struct setting *s, const struct setting_value *v, struct err_text *why)
{
    (void)s;
    (void)v;
    (void)why;
    return 0;
}

int setting_check(const struct setting *s, const struct setting_value *v, struct err_text *why)
{
    static int (*const checks[])(const struct setting *s, const struct setting_value *v,
                                 struct err_text *why) = {
        [SETTING_INTEGER] = check_integer, [SETTING_FLOAT] = check_float,
        [SETTING_BOOLEAN] = check_boolean, [SETTING_MENU] = check_menu,
        [SETTING_COMMAND] = check_command, [SETTING_STRING] = check_string,
    };
    if (s->flags & SETTING_READ_ONLY)
        return err_set(why, ERR_DENIED, "%s is only told by the device, it cannot be set", s->name);
    if (s->flags & SETTING_INACTIVE)
        return err_set(why, ERR_BUSY,
                       "%s: another setting rules it now, as %sAuto would: switch that off before", s->name,
                       s->name);
    return checks[s->kind](s, v, why);
}

/* ---- as text ---- */

static void show_float(double number, char *out, size_t size)
{
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(out, size, "%.*g", digits, number);
        if (strtod(out, NULL) == number)
            break;
    }
}

void setting_value_show(const struct setting *s, const struct setting_value *v, char *out, size_t size)
{
    bool chosen = v->integer >= 0 && (uint64_t)v->integer < s->choice_count;
    switch (s->kind) {
    case SETTING_INTEGER:
        snprintf(out, size, "%" PRId64, v->integer);
        break;
    case SETTING_FLOAT:
        show_float(v->number, out, size);
        break;
    case SETTING_BOOLEAN:
        snprintf(out, size, "%s", v->integer ? "true" : "false");
        break;
    case SETTING_MENU:
        snprintf(out, size, "%s", chosen ? s->choices[v->integer] : "");
        break;
    case SETTING_COMMAND:
        snprintf(out, size, "%s", "");
        break;
    case SETTING_STRING:
        snprintf(out, size, "%s", v->text);
        break;
    }
}

static bool read_integer(const char *text, int64_t *out)
{
    char *end;
    errno = 0;
    long long n = strtoll(text, &end, 10);
    *out = n;
    return end != text && !*end && errno == 0;
}

static bool read_float(const char *text, double *out)
{
    char *end;
    double n = strtod(text, &end);
    *out = n;
    return end != text && !*end && isfinite(n);
}

static bool read_boolean(const char *text, int64_t *out)
{
    *out = strcmp(text, "true") == 0;
    return *out || strcmp(text, "false") == 0;
}

static bool read_choice(const struct setting *s, const char *text, int64_t *out)
{
    for (size_t i = 0; i < s->choice_count; i++)
        if (strcmp(s->choices[i], text) == 0) {
            *out = (int64_t)i;
            return true;
        }
    return false;
}

static bool read_text(const char *text, char out[SETTING_TEXT])
{
    return snprintf(out, SETTING_TEXT, "%s", text) < SETTING_TEXT;
}

static bool read_kind(const struct setting *s, const char *text, struct setting_value *out)
{
    switch (s->kind) {
    case SETTING_INTEGER:
        return read_integer(text, &out->integer);
    case SETTING_FLOAT:
        return read_float(text, &out->number);
    case SETTING_BOOLEAN:
        return read_boolean(text, &out->integer);
    case SETTING_MENU:
        return read_choice(s, text, &out->integer);
    case SETTING_COMMAND:
        return !*text;
    case SETTING_STRING:
        return read_text(text, out->text);
    }
    return false;
}

static int misread(const struct setting *s, const char *text, struct err_text *why)
{
    static const char *const forms[] = {
        [SETTING_INTEGER] = "a whole number", [SETTING_FLOAT] = "a number",
        [SETTING_BOOLEAN] = "true or false",  [SETTING_COMMAND] = "nothing",
        [SETTING_STRING] = "a shorter text",
    };
    if (s->kind == SETTING_MENU)
        return not_among(s, text, why);
    return err_set(why, ERR_INVALID, "%s: %.60s, where %s belongs", s->name, text, forms[s->kind]);
}

int setting_value_read(const struct setting *s, const char *text, struct setting_value *out,
                       struct err_text *why)
{
    *out = (struct setting_value){0};
    if (read_kind(s, text, out))
        return 0;
    *out = (struct setting_value){0};
    return misread(s, text, why);
}
