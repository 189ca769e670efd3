/* SPDX-License-Identifier: Apache-2.0
 * What a camera can be set to: exposure, gain, size... as plain data.
 *
 * Names are those of GenICam's SFNC wherever it has one ("ExposureTime", "GainAuto"), for every kind of
 * camera; values are in SFNC's units. A list is filled by a backend, read by whoever shows it. Any thread. */
#ifndef UACAM_CAMERA_SETTING_H
#define UACAM_CAMERA_SETTING_H

#include "base/arena.h"
#include "base/err.h"

enum {
    SETTING_NAME = 64,
    SETTING_TEXT = 128,
    SETTING_MAX_CHOICES = 256,
    SETTINGS_MAX = 1024, /* of one camera */
};

enum setting_kind {
    SETTING_INTEGER, /* min, max, step */
    SETTING_FLOAT,   /* min, max */
    SETTING_BOOLEAN,
    SETTING_MENU,    /* one of `choices` */
    SETTING_COMMAND, /* no value: writing it does something */
    SETTING_STRING,
};

enum setting_flag {
    SETTING_READ_ONLY = 1 << 0, /* for good: the device only tells it */
    SETTING_INACTIVE = 1 << 1,  /* another setting rules it now: GainAuto rules Gain */
    SETTING_VOLATILE = 1 << 2,  /* the device changes it by itself without a word: a temperature */
    SETTING_STOPS = 1 << 3,     /* can be written only while the camera does not stream */
};

struct setting_value {
    int64_t integer; /* INTEGER; BOOLEAN: 0 or 1; MENU: index into `choices` */
    double number;   /* FLOAT */
    char text[SETTING_TEXT];
};

struct setting {
    char name[SETTING_NAME];         /* fit for a BrowseName; no '/' */
    char folder[SETTING_TEXT];       /* "": Settings/<name>; "Device/AnalogControl":
                                        Settings/Device/AnalogControl/<name> */
    char display_name[SETTING_TEXT]; /* empty: the name */
    enum setting_kind kind;
    unsigned flags;             /* enum setting_flag */
    double min, max, step;      /* step 0: none */
    char unit[16];              /* "us", "Hz", "dB", "Cel", "%", "px"; empty: none */
    const char *const *choices; /* MENU: what people see; lives with the list */
    size_t choice_count;
    struct setting_value value;
    bool readable; /* `value` could be read */
};

/* In the device's order; a (folder, name) appears once. Zero it to begin. */
struct setting_list {
    struct setting *rows;
    size_t count, cap;
    struct arena texts; /* of `choices` */
};

void setting_list_init(struct setting_list *l);
void setting_list_clear(struct setting_list *l);

/* Appends a copy, its choices too; texts are made fit to be shown. ERR_LIMIT, ERR_NO_MEMORY, ERR_INVALID (it
 * is there already). */
must_check int setting_list_add(struct setting_list *l, const struct setting *s);

/* `path` is "Gain" or "Device/AnalogControl/BlackLevel". NULL: none. */
const struct setting *setting_find(const struct setting_list *l, const char *path);
void setting_path(const struct setting *s, char *out, size_t size);

/* May `v` be written? 0; ERR_DENIED (read only), ERR_BUSY (inactive, `why` names that another setting rules
 * it), ERR_INVALID with the range or the choices in `why`. A FLOAT or INTEGER off its step is no mistake: the
 * device rounds. */
must_check int setting_check(const struct setting *s, const struct setting_value *v, struct err_text *why);

/* Same settings with the same bounds, whatever the values, whichever are inactive or volatile now? */
bool setting_lists_alike(const struct setting_list *a, const struct setting_list *b);

/* Alike, and the same values? */
bool setting_lists_equal(const struct setting_list *a, const struct setting_list *b);

/* The value as text that setting_value_read() takes: "12.5", "true", the choice's name. */
void setting_value_show(const struct setting *s, const struct setting_value *v, char *out, size_t size);
must_check int setting_value_read(const struct setting *s, const char *text, struct setting_value *out,
                                  struct err_text *why);

#endif
