/* SPDX-License-Identifier: Apache-2.0
 * A walk over the marker segments of a JPEG that may be hostile, without decoding it. Any thread. */
#ifndef UACAM_IMAGE_JPEG_SEGMENTS_H
#define UACAM_IMAGE_JPEG_SEGMENTS_H

#include "base/bytes.h"

/* Second bytes of markers (the first is 0xFF). */
enum jpeg_marker {
    JPEG_SOF0 = 0xC0,
    JPEG_DHT = 0xC4,
    JPEG_JPG = 0xC8,
    JPEG_SOF9 = 0xC9, /* from here on arithmetic coding */
    JPEG_DAC = 0xCC,
    JPEG_SOF15 = 0xCF,
    JPEG_SOI = 0xD8,
    JPEG_EOI = 0xD9,
    JPEG_SOS = 0xDA,
};

struct jpeg_segment {
    uint8_t marker;
    struct slice body; /* behind the length; borrowed from the JPEG */
};

/* Where a walk stands: set `left` to the whole JPEG, the rest to zero. */
struct jpeg_walk {
    struct slice left;
    bool begun;
};

/* The next segment before the first scan's data; the last one is SOS. False at the end and where the bytes
 * are no JPEG any more. After SOS, `left` begins with the scan's data and the walk must not go on. */
bool jpeg_walk_next(struct jpeg_walk *w, struct jpeg_segment *out);

/* A frame header, SOF0..SOF15? */
bool jpeg_is_sof(uint8_t marker);

#endif
