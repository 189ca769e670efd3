/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/ip/module/stream_clock.h"

#include "base/clock.h"

enum { DRIFT = 1024 }; /* a part of the lateness that is taken for a slow clock, each frame */

#define FAR_TOO_LATE_NS NS_PER_S
#define PATIENCE_NS     (3 * NS_PER_S) /* for lateness that ends */

static void begin_anew(struct stream_clock *s, int64_t offset_ns)
{
    s->set = true;
    s->offset_ns = offset_ns;
    s->late_since_ns = 0;
}

/* True when the stream's clock must have been put back or have stood still. */
static bool is_off(struct stream_clock *s, int64_t late_ns, int64_t came_ns)
{
    if (late_ns < FAR_TOO_LATE_NS) {
        s->late_since_ns = 0;
        return false;
    }
    if (s->late_since_ns == 0)
        s->late_since_ns = came_ns;
    return came_ns - s->late_since_ns > PATIENCE_NS;
}

int64_t stream_clock_exposed(struct stream_clock *s, int64_t stamp_ns, int64_t came_ns)
{
    int64_t offset_ns = came_ns - stamp_ns, late_ns = offset_ns - s->offset_ns;
    if (!s->set || stamp_ns <= s->stamp_ns || late_ns < 0 || is_off(s, late_ns, came_ns))
        begin_anew(s, offset_ns);
    else
        s->offset_ns += late_ns / DRIFT;
    s->stamp_ns = stamp_ns;
    int64_t exposed_ns = stamp_ns + s->offset_ns;
    if (exposed_ns <= s->told_ns)
        exposed_ns = s->told_ns + 1;
    s->told_ns = exposed_ns;
    return exposed_ns;
}
