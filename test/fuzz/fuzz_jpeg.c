/* SPDX-License-Identifier: Apache-2.0
 * The JPEG of a camera: measured, passed through, decoded, made smaller. */
#include "image/decode.h"
#include "image/encode.h"

#include <stdlib.h>

enum { MAX_PIXELS = 1 << 18 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct image_recipe recipes[] = {
        {.format = IMAGE_JPEG},
        {.format = IMAGE_JPEG, .max_width = 7},
        {.format = IMAGE_PNG, .max_width = 20},
        {.format = IMAGE_BMP},
    };
    struct slice jpeg = {data, size};
    struct frame *f;
    if (!image_decode(jpeg, MAX_PIXELS, &f, NULL))
        frame_unref(f);
    uint32_t width, height;
    if (jpeg_measure(jpeg, &width, &height) || (uint64_t)width * height > MAX_PIXELS)
        return 0;
    f = frame_new_over(PIXEL_MJPEG, 16, 16, jpeg, NULL, NULL);
    if (!f)
        abort();
    for (size_t i = 0; i < ARRAY_LEN(recipes); i++) {
        struct blob *b;
        if (!image_encode(f, &recipes[i], &b, NULL))
            blob_unref(b);
    }
    frame_unref(f);
    return 0;
}
