/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/file/options.h"

#include "camera/uri.h"

#include <stdio.h>
#include <string.h>

static bool set_fps(void *options, struct slice value)
{
    return uri_double(value, 0.01, 1000, &((struct file_options *)options)->fps);
}

static const struct uri_option rows[] = {{"fps", "0.01 to 1000", set_fps}};
static const struct uri_option_table table = {"file:/var/pictures?fps=10", rows, ARRAY_LEN(rows)};

int file_options_read(struct file_options *o, const char *uri, struct err_text *why)
{
    struct uri_parts parts = uri_split(uri);
    *o = (struct file_options){0};
    if (parts.rest.len == 0 || parts.rest.len >= sizeof o->path)
        return err_set(why, ERR_INVALID,
                       "file: needs the path of a picture, of a folder of pictures or of a video: %s",
                       table.example);
    /* Both file:/a and file:///a. */
    if (parts.rest.len > 2 && memcmp(parts.rest.data, "///", 3) == 0) {
        parts.rest.data += 2;
        parts.rest.len -= 2;
    }
    snprintf(o->path, sizeof o->path, "%.*s", SLICE_ARGS(parts.rest));
    return uri_read_options(parts.options, &table, o, why);
}
