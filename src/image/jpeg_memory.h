/* SPDX-License-Identifier: Apache-2.0
 * Where libjpeg works: its memory for one picture comes from base/pages.h instead of the heap.
 *
 * libjpeg frees it when the picture is finished, and again asks for as much for the next one. What it keeps
 * for all pictures, and its virtual arrays, stay its own business. */
#ifndef UACAM_IMAGE_JPEG_MEMORY_H
#define UACAM_IMAGE_JPEG_MEMORY_H

#include <stddef.h>
#include <stdio.h> /* jpeglib.h needs it */

#include <jpeglib.h>

struct jpeg_room;

struct jpeg_memory {
    struct jpeg_memory_mgr own; /* libjpeg's methods */
    struct jpeg_room *rooms;    /* the one that is being filled first */
};

/* For a compressor or decompressor that was just created; `m` must outlive it, and is what its client_data
 * points to. */
void jpeg_memory_init(struct jpeg_memory *m, j_common_ptr jpeg);

#endif
