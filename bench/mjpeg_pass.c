/* SPDX-License-Identifier: Apache-2.0 */
#include "mjpeg_pass.h"

#include "image/decode.h"
#include "image/encode.h"
#include "image/jpeg_pass.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_PIXELS = 1 << 26 };

static bool encode(struct frame *f)
{
    struct blob *jpeg = NULL;
    bool ok = f && image_encode(f, &(struct image_recipe){.format = IMAGE_JPEG}, &jpeg, NULL) == 0;
    if (ok)
        blob_unref(jpeg);
    frame_unref(f);
    return ok;
}

static bool receive(struct multipart *stream, struct slice bytes)
{
    uint8_t *at;
    size_t room;
    while (bytes.len > 0) {
        if (multipart_room(stream, &at, &room) != 0)
            return false;
        size_t n = room < bytes.len ? room : bytes.len;
        memcpy(at, bytes.data, n);
        multipart_filled(stream, n);
        bytes.data += n;
        bytes.len -= n;
    }
    return true;
}

bool mjpeg_pass(struct multipart *stream, struct slice jpeg)
{
    char header[96];
    uint32_t width, height;
    struct slice part;
    snprintf(header, sizeof header, "\r\n--b\r\nContent-Type: image/jpeg\r\nContent-Length: %zu\r\n\r\n",
             jpeg.len);
    if (!receive(stream, slice_of(header)) || multipart_next(stream, &part) || !receive(stream, jpeg) ||
        !multipart_next(stream, &part) || !jpeg_is_whole(part) || jpeg_measure(part, &width, &height) != 0)
        return false;
    void *storage = multipart_take(stream);
    struct frame *f = storage ? frame_new_over(PIXEL_MJPEG, width, height, part, free, storage) : NULL;
    if (!f)
        free(storage);
    return encode(f);
}

bool mjpeg_recode(struct slice jpeg)
{
    struct frame *f;
    return image_decode(jpeg, MAX_PIXELS, &f, NULL) == 0 && encode(f);
}
