/* SPDX-License-Identifier: Apache-2.0
 * A raw picture of a camera: 6 bytes choose format, sides and stride, the rest are its samples. */
#include "image/raw.h"

enum { HEAD = 6 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < HEAD)
        return 0;
    size_t count;
    const struct raw_format *formats = raw_formats(&count);
    uint32_t width = data[1] | (uint32_t)(data[2] & 3) << 8, height = data[3] % 64;
    size_t stride = data[4] | (size_t)data[5] << 8;
    struct frame *f;
    if (!raw_develop(&formats[data[0] % count], width, height, (struct slice){data + HEAD, size - HEAD},
                     stride, &f, NULL))
        frame_unref(f);
    return 0;
}
