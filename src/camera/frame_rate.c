/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/frame_rate.h"

#include "base/clock.h"

#define WINDOW_NS (5 * NS_PER_S)

double frame_rate_note(struct frame_rate *r, int64_t exposed_mono_ns)
{
    r->exposed_ns[r->count++ % FRAME_RATE_FRAMES] = exposed_mono_ns;
    size_t known = r->count < FRAME_RATE_FRAMES ? r->count : FRAME_RATE_FRAMES;
    size_t periods = 0;
    int64_t span = 0;
    for (size_t i = 1; i < known; i++) {
        int64_t age = exposed_mono_ns - r->exposed_ns[(r->count - 1 - i) % FRAME_RATE_FRAMES];
        if (age < 0 || age > WINDOW_NS)
            break;
        periods = i;
        span = age;
    }
    return span > 0 ? (double)periods * NS_PER_S / (double)span : 0;
}
