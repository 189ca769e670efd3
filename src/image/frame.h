/* SPDX-License-Identifier: Apache-2.0
 * A frame: one exposure as the camera delivered it, shared by counting and never changed.
 *
 * Made by a backend's thread, read by workers, dropped anywhere. Pixel formats are rows of one table: adding
 * one means adding a row. Their names are those that GenICam (Mono8, RGB8, BGR8) or V4L2 (the others) made
 * known. */
#ifndef UACAM_IMAGE_FRAME_H
#define UACAM_IMAGE_FRAME_H

#include "base/bytes.h"

#include <stdatomic.h>

enum pixel_format {
    PIXEL_MJPEG, /* one whole JPEG picture */
    PIXEL_YUYV,  /* packed 4:2:2, Y0 U Y1 V */
    PIXEL_UYVY,  /* packed 4:2:2, U Y0 V Y1 */
    PIXEL_NV12,  /* 4:2:0, a plane Y, a plane of U V pairs */
    PIXEL_YU12,  /* 4:2:0, three planes Y U V (I420) */
    PIXEL_GREY,  /* 8 bit luma (Mono8) */
    PIXEL_RGB24, /* R G B bytes */
    PIXEL_BGR24, /* B G R bytes */
    PIXEL_FORMAT_COUNT,
};

enum { FRAME_MAX_PLANES = 3, FRAME_MAX_COMPONENTS = 3, FRAME_MAX_SIDE = 32768 };

struct plane {
    const uint8_t *data;
    size_t stride; /* bytes from row to row */
};

typedef void (*frame_release)(void *user);

struct frame {
    atomic_uint refs;
    enum pixel_format format;
    uint32_t width, height;                /* pixels; of an MJPEG what the camera claims */
    bool full_range;                       /* YUV formats: luma is 0..255, not BT.601's 16..235 */
    struct plane planes[FRAME_MAX_PLANES]; /* none for MJPEG */
    struct slice bytes;      /* everything, e.g. the JPEG; empty when a decoder keeps the planes */
    uint64_t number;         /* counted by the camera since it was opened first, from 1 */
    int64_t exposed_mono_ns; /* when it was exposed, by CLOCK_MONOTONIC */
    int64_t exposed_utc_ns;  /* the same moment in UTC */
    frame_release release;   /* called once when the last reference goes, on that thread */
    void *user;
    frame_release uncount; /* called after that, for whoever counts frames */
    void *counter;
    bool paged; /* lies in the pages of its bytes */
};

/* Where the samples of one component (Y, U, V or R, G, B) lie in a format. */
struct pixel_component {
    uint8_t plane;
    uint8_t offset; /* of the first sample in its row */
    uint8_t step;   /* bytes from sample to sample */
    bool half_width, half_height;
};

struct pixel_format_info {
    const char *name;
    const char fourcc[5]; /* V4L2's */
    uint8_t plane_count;
    bool compressed;
    bool yuv;
    uint8_t component_count;
    struct pixel_component components[FRAME_MAX_COMPONENTS];
};
const struct pixel_format_info *pixel_format_info(enum pixel_format f);

/* Bytes that an image without padding takes; 0 for compressed formats, sides of 0 or past FRAME_MAX_SIDE. */
size_t pixel_format_size(enum pixel_format f, uint32_t width, uint32_t height);

/* A frame with storage of its own for `size` bytes at *storage, to be filled before it is shared. Planes are
 * laid out without padding for raw formats; `bytes` covers `size` (a shorter JPEG shortens bytes.len). NULL
 * without memory or when `size` is less than the format needs. The caller holds the only reference. */
must_check struct frame *frame_new(enum pixel_format f, uint32_t width, uint32_t height, size_t size,
                                   uint8_t **storage);

/* A frame over bytes that live until `release(user)` is called, its planes not yet laid. NULL without memory
 * (then `release` is not called). The caller holds the only reference. */
must_check struct frame *frame_new_over(enum pixel_format f, uint32_t width, uint32_t height,
                                        struct slice bytes, frame_release release, void *user);

/* Sets the planes of `f` over its bytes with `stride` bytes a row in the first plane (the others follow from
 * the format). The last row of a plane needs no padding. False when the bytes do not suffice. */
must_check bool frame_lay_planes(struct frame *f, size_t stride);

struct frame *frame_ref(struct frame *f);

/* The last one calls `release` and frees the frame. NULL is allowed. */
void frame_unref(struct frame *f);

/* One component of a raw frame as a grid of samples; borrowed from the frame. */
struct samples {
    const uint8_t *data;
    size_t stride; /* bytes from row to row */
    size_t step;   /* bytes from sample to sample */
    uint32_t width, height;
};

/* `component` counts from 0 in the order of the format's table: Y, U, V or R, G, B. */
struct samples frame_samples(const struct frame *f, unsigned component);

/* Copies `count` samples of a row, from column `from` on, to `out`, side by side. */
void samples_copy(const struct samples *s, uint32_t row, uint32_t from, uint32_t count, uint8_t *out);

#endif
