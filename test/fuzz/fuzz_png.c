/* SPDX-License-Identifier: Apache-2.0
 * A PNG from anywhere, decoded under a ceiling of pixels. */
#include "image/decode.h"

enum { MAX_PIXELS = 1 << 18 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct frame *f;
    if (!image_decode((struct slice){data, size}, MAX_PIXELS, &f, NULL))
        frame_unref(f);
    return 0;
}
