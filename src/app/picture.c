/* SPDX-License-Identifier: Apache-2.0 */
#include "app/picture.h"

#include "base/clock.h"
#include "image/decode.h"
#include "image/encode.h"
#include "wire/builtin.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { MOST_PIXELS = 64000000 };

/* ---- looking ---- */

static uint32_t big_endian(const uint8_t *b)
{
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static uint32_t little_endian(const uint8_t *b)
{
    return (uint32_t)b[3] << 24 | (uint32_t)b[2] << 16 | (uint32_t)b[1] << 8 | b[0];
}

static void measure_jpeg(struct picture *p)
{
    if (jpeg_measure(p->bytes, &p->width, &p->height))
        p->width = p->height = 0;
}

/* IHDR comes first. */
static void measure_png(struct picture *p)
{
    if (p->bytes.len < 24)
        return;
    p->width = big_endian(p->bytes.data + 16);
    p->height = big_endian(p->bytes.data + 20);
}

/* A negative height is that of a picture with its top row first. */
static void measure_bmp(struct picture *p)
{
    if (p->bytes.len < 26)
        return;
    int32_t height = (int32_t)little_endian(p->bytes.data + 22);
    p->width = little_endian(p->bytes.data + 18);
    p->height = height < 0 ? 0u - (uint32_t)height : (uint32_t)height;
}

static const struct {
    const char *extension;
    void (*measure)(struct picture *p);
} formats[IMAGE_FORMAT_COUNT] = {
    [IMAGE_JPEG] = {"jpg", measure_jpeg},
    [IMAGE_PNG] = {"png", measure_png},
    [IMAGE_BMP] = {"bmp", measure_bmp},
};

struct picture picture_look(struct slice bytes)
{
    struct picture p = {.bytes = bytes, .mime_type = "application/octet-stream", .extension = "bin"};
    int format = image_sniff(bytes);
    if (format < 0)
        return p;
    p.mime_type = image_mime_type((enum image_format)format);
    p.extension = formats[format].extension;
    formats[format].measure(&p);
    return p;
}

struct luma *picture_luma(const struct picture *p)
{
    struct frame *f = NULL;
    struct luma *luma = NULL;
    int rc = ERR_UNSUPPORTED;
    int format = image_sniff(p->bytes);
    if (format == IMAGE_JPEG) {
        f = frame_new_over(PIXEL_MJPEG, p->width, p->height, p->bytes, NULL, NULL);
        rc = f ? 0 : ERR_NO_MEMORY;
    } else if (format == IMAGE_PNG) {
        rc = image_decode(p->bytes, MOST_PIXELS, &f, NULL);
    }
    if (!rc && luma_of_frame(f, &luma, NULL))
        luma = NULL;
    frame_unref(f);
    return luma;
}

int picture_of_value(const struct ua_data_value *value, const char *what, struct picture *out,
                     struct err_text *why)
{
    const struct ua_variant *v = &value->value;
    *out = (struct picture){0};
    if (!value->has_value || v->type == UA_NULL ||
        (v->type == UA_BYTESTRING && !v->is_array && !v->bytes.len))
        return err_set(why, ERR_NOT_FOUND, "%s: there is no picture, the value is empty", what);
    if (v->type != UA_BYTESTRING || v->is_array)
        return err_set(why, ERR_INVALID, "%s: the value is no picture: %s%s, not a ByteString", what,
                       v->is_array ? "an array of " : "", ua_builtins[v->type].name);
    *out = picture_look(v->bytes);
    return 0;
}

/* ---- telling ---- */

void plain_text(char *text)
{
    for (char *c = text; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7F)
            *c = '?';
}

const char *utc_text(int64_t utc_ns, char out[UTC_TEXT])
{
    time_t seconds = utc_ns / NS_PER_S;
    struct tm tm;
    size_t n = gmtime_r(&seconds, &tm) ? strftime(out, UTC_TEXT, "%Y-%m-%dT%H:%M:%S", &tm) : 0;
    snprintf(out + n, UTC_TEXT - n, ".%03dZ", (int)(utc_ns % NS_PER_S / NS_PER_MS));
    return out;
}

/* Ages that clocks which differ make silly are told as times. */
static const char *taken_text(int64_t taken, char *out, size_t size)
{
    char utc[UTC_TEXT];
    int64_t taken_ns = ua_datetime_to_utc_ns(taken);
    int64_t age_ms = (clock_utc_ns(&system_clock) - taken_ns) / NS_PER_MS;
    out[0] = '\0';
    if (taken && age_ms >= 0 && age_ms < 24 * 3600 * 1000)
        snprintf(out, size, ", taken %lld ms ago", (long long)age_ms);
    else if (taken)
        snprintf(out, size, ", taken at %s", utc_text(taken_ns, utc));
    return out;
}

const char *picture_describe(const struct picture *p, int64_t taken, char *out, size_t size)
{
    char sides[32] = "", when[64];
    if (p->width)
        snprintf(sides, sizeof sides, " %ux%u", p->width, p->height);
    snprintf(out, size, "%zu bytes, %s%s%s", p->bytes.len, p->mime_type, sides,
             taken_text(taken, when, sizeof when));
    return out;
}

/* ---- saving ---- */

static int write_all(int fd, struct slice bytes, const char *path, struct err_text *why)
{
    while (bytes.len > 0) {
        ssize_t n = write(fd, bytes.data, bytes.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(why, errno, "cannot write %s", path);
        bytes.data += n;
        bytes.len -= (size_t)n;
    }
    return 0;
}

static int write_into(const char *path, struct slice bytes, struct err_text *why)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(why, errno, "cannot write %s", path);
    int rc = write_all(fd, bytes, path, why);
    if (close(fd) && !rc)
        rc = err_errno(why, errno, "cannot write %s", path);
    return rc;
}

/* As open() would make it. */
static mode_t usual_mode(void)
{
    mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

static int cannot_create(const char *path, int errnum, struct err_text *why)
{
    if (errnum == ENOENT)
        return err_set(why, ERR_NOT_FOUND, "cannot create %s: its folder does not exist", path);
    return err_errno(why, errnum, "cannot create %s", path);
}

/* Beside the file, then in its place. */
static int replace(const char *path, struct slice bytes, struct err_text *why)
{
    char *beside;
    if (asprintf(&beside, "%s.XXXXXX", path) < 0)
        return err_set(why, ERR_NO_MEMORY, "no memory");
    int fd = mkstemp(beside);
    int rc = fd < 0 ? cannot_create(path, errno, why) : write_all(fd, bytes, path, why);
    if (fd >= 0 && fchmod(fd, usual_mode()) && !rc)
        rc = err_errno(why, errno, "cannot create %s", path);
    if (fd >= 0 && close(fd) && !rc)
        rc = err_errno(why, errno, "cannot write %s", path);
    if (!rc && rename(beside, path))
        rc = err_errno(why, errno, "cannot create %s", path);
    if (fd >= 0 && rc)
        unlink(beside);
    free(beside);
    return rc;
}

int picture_save(const struct picture *p, const char *path, struct err_text *why)
{
    struct stat st;
    bool exists = stat(path, &st) == 0;
    if (exists && S_ISDIR(st.st_mode))
        return err_set(why, ERR_INVALID, "%s is a folder: name a file in it", path);
    return exists && !S_ISREG(st.st_mode) ? write_into(path, p->bytes, why) : replace(path, p->bytes, why);
}
