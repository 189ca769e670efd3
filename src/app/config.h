/* SPDX-License-Identifier: Apache-2.0
 * The configuration: one YAML file, every key with a default, every mistake an error with its place.
 *
 * Read once at start. The keys are the rows of one table (config_keys), from which reading, checking and
 * showing follow; packaging/uacam.yaml explains them. */
#ifndef UACAM_APP_CONFIG_H
#define UACAM_APP_CONFIG_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { CONFIG_MAX_CAMERAS = 64, CONFIG_URI = 1024, CONFIG_TEXT_SIZE = 1024 };

/* Whom a channel without encryption lets further than GetEndpoints: security.none. */
enum none_for { NONE_FOR_LOOPBACK, NONE_FOR_NOBODY, NONE_FOR_ALL };

/* From where clients may come: server.listen. */
enum listen_on { LISTEN_ON_ALL, LISTEN_ON_LOOPBACK };

/* Who may come in, and how. */
/* What encrypts; see crypto/symmetric.h. */
enum engine_choice { ENGINE_AUTO, ENGINE_OPENSSL, ENGINE_IPSEC_MB };

struct security_options {
    int64_t none;                       /* enum none_for */
    int64_t policies;                   /* bits, in the order of `security_policies` */
    int64_t min_key_bits;               /* of a peer's key */
    bool anonymous;                     /* programs on this machine may look without a user */
    int64_t key_bits;                   /* of the key that is made at first start */
    int64_t engine;                     /* enum engine_choice */
    char host_names[CONFIG_TEXT_SIZE];  /* further ones for the certificate, with commas between them */
    char certificate[CONFIG_TEXT_SIZE]; /* files of one's own; empty: made at first start */
    char key[CONFIG_TEXT_SIZE];
};

/* What may differ from camera to camera. */
struct camera_options {
    double linger;          /* seconds */
    int64_t warmup;         /* frames */
    double capture_timeout; /* seconds */
    int64_t width, height;  /* pixels; 0: the camera's best */
    double frame_rate;      /* 0: the camera's best */
    int64_t image_format;   /* enum image_format */
    int64_t jpeg_quality;
    int64_t image_max_size;   /* pixels of the longer side; 0: as the camera has it */
    int64_t change_threshold; /* of 255 */
};

/* A camera that is named by its URI, or what is to be said of those whose id fits a pattern. */
struct config_camera {
    char uri[CONFIG_URI];        /* empty: see `id` */
    char id[CONFIG_TEXT_SIZE];   /* pattern with * and ?; empty: see `uri` */
    char name[CONFIG_TEXT_SIZE]; /* what people call it; empty: as it does itself */
    bool enabled;
    struct camera_options options;
};

struct config {
    int64_t port;
    int64_t listen;                        /* enum listen_on */
    char default_camera[CONFIG_TEXT_SIZE]; /* the id of the one behind Camera Device; empty: the first */
    char state_folder[CONFIG_TEXT_SIZE];   /* empty: the usual one */
    bool keep_settings;                    /* cameras come back as clients set them */
    int64_t detected_kinds;                /* bits, in the order of `config_kinds` */
    struct security_options security;
    int64_t log_level;            /* enum log_level */
    struct camera_options camera; /* of every camera that says nothing else */
    struct config_camera cameras[CONFIG_MAX_CAMERAS];
    size_t camera_count;
};

enum config_kind {
    CONFIG_INTEGER,
    CONFIG_NUMBER,
    CONFIG_BOOLEAN,
    CONFIG_CHOICE,
    CONFIG_SET,  /* a list of choices, as bits */
    CONFIG_TEXT, /* shorter than CONFIG_TEXT_SIZE */
    CONFIG_LIST, /* the cameras */
};

struct config_key {
    const char *path; /* "server.port" */
    enum config_kind kind;
    size_t offset; /* in struct config */
    double min, max, initial;
    const char *const *choices; /* NULL-ended; the value is the index, or the bit of it */
    const char *allowed;        /* for people: "a port, 1 to 65535" */
};

/* The kinds of cameras that can be looked for, NULL-ended: schemes of URIs. */
extern const char *const config_kinds[];

extern const struct config_key config_keys[];
extern const size_t config_key_count;

/* Is it one of struct camera_options, which a camera in the list may have of its own? */
bool config_key_is_of_camera(const struct config_key *k);

/* Where such a key's value is in `options`. */
void *config_camera_field(const struct config_key *k, struct camera_options *options);

/* An entry of the list as it is before anything is said of it. */
struct config_camera config_camera_of(const struct config *c);

/* All keys at their defaults. */
void config_init(struct config *c);

/* Reads `path` over what is there. ERR_NOT_FOUND, ERR_DENIED; ERR_INVALID with "file:line:column: ..." Warns
 * of passwords that everybody may read. */
must_check int config_load(struct config *c, const char *path, struct err_text *why);

/* The configuration in effect: `path`, or where the user names none (NULL) the first usual file that exists,
 * over the defaults. */
must_check int config_load_effective(struct config *c, const char *path, struct err_text *why);

/* Prints it as YAML that config_load() takes, with "***" for the passwords of cameras. */
void config_show(const struct config *c, FILE *out);

#endif
