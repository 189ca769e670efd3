/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/ip/module/ffmpeg_log.h"

#include "base/log.h"
#include "camera/uri_secret.h"

#include <libavutil/log.h>
#include <stdio.h>
#include <string.h>

/* What is more talkative shows the headers of requests, with their passwords. */
enum { MOST_TALKATIVE = AV_LOG_INFO };

static void take_line(void *object, int level, const char *format, va_list args)
{
    char line[1024];
    const AVClass *class = object ? *(const AVClass **)object : NULL;
    if (level > MOST_TALKATIVE)
        return;
    vsnprintf(line, sizeof line, format, args);
    line[strcspn(line, "\r\n")] = '\0';
    uri_scrub(line);
    if (line[0])
        log_debug("camera", "ffmpeg %s: %s", class ? class->class_name : "", line);
}

void ffmpeg_log_take(void)
{
    av_log_set_callback(take_line);
}
