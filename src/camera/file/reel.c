/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/file/reel.h"

#include "image/decode.h"
#include "image/encode.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- the names ---- */

static bool looks_like_picture(const char *name)
{
    static const char *const endings[] = {".jpg", ".jpeg", ".png"};
    size_t len = strlen(name);
    for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
        size_t ending = strlen(endings[i]);
        if (name[0] != '.' && len > ending && strcasecmp(name + len - ending, endings[i]) == 0)
            return true;
    }
    return false;
}

static int add_name(struct reel *r, const char *name)
{
    if (r->count == r->cap) {
        size_t cap = r->cap ? 2 * r->cap : 64;
        char **names = realloc(r->names, cap * sizeof *names);
        if (!names)
            return ERR_NO_MEMORY;
        r->names = names;
        r->cap = cap;
    }
    char *copy = strdup(name);
    if (!copy)
        return ERR_NO_MEMORY;
    r->names[r->count++] = copy;
    return 0;
}

/* Numbers in names by their value: 9.jpg before 10.jpg. */
static int compare_names(const void *a, const void *b)
{
    return strverscmp(*(char *const *)a, *(char *const *)b);
}

static int list_folder(struct reel *r, DIR *folder, const char *path, struct err_text *why)
{
    for (struct dirent *e = readdir(folder); e; e = readdir(folder)) {
        if (!looks_like_picture(e->d_name))
            continue;
        if (r->count == REEL_MAX_NAMES)
            return err_set(why, ERR_LIMIT, "%s has more than %d pictures", path, REEL_MAX_NAMES);
        if (add_name(r, e->d_name))
            return err_set(why, ERR_NO_MEMORY, "no memory for the names in %s", path);
    }
    if (r->count == 0)
        return err_set(why, ERR_INVALID, "%s has no JPEG or PNG pictures (*.jpg, *.jpeg, *.png)", path);
    qsort(r->names, r->count, sizeof *r->names, compare_names);
    r->folder = strdup(path);
    return r->folder ? 0 : err_set(why, ERR_NO_MEMORY, "no memory for the names in %s", path);
}

/* Opening tells more than any question before it. ENOENT is a camera that is not plugged in. */
static int cannot_open(const char *path, int errnum, struct err_text *why)
{
    if (errnum == ENOENT)
        return err_set(why, ERR_GONE, "%s: no such file or folder", path);
    if (errnum == EACCES)
        return err_set(why, ERR_DENIED, "%s may not be read: run chmod +rX on it, or serve as its owner",
                       path);
    return err_errno(why, errnum, "%s cannot be read", path);
}

int reel_open(struct reel *r, const char *path, struct err_text *why)
{
    int rc;
    *r = (struct reel){0};
    DIR *folder = opendir(path);
    if (folder) {
        rc = list_folder(r, folder, path, why);
        closedir(folder);
    } else if (errno != ENOTDIR) {
        rc = cannot_open(path, errno, why);
    } else {
        rc = add_name(r, path);
    }
    if (rc)
        reel_close(r);
    return rc;
}

void reel_close(struct reel *r)
{
    for (size_t i = 0; i < r->count; i++)
        free(r->names[i]);
    free(r->names);
    free(r->folder);
    *r = (struct reel){0};
}

/* ---- the pictures ---- */

/* Reads what the file holds now; it may be changed under our hands. Gives its bytes as the frame of a JPEG.
 */
static int read_open_file(int fd, const char *path, struct frame **out, struct err_text *why)
{
    struct stat is;
    if (fstat(fd, &is))
        return err_errno(why, errno, "%s", path);
    if (!S_ISREG(is.st_mode))
        return err_set(why, ERR_INVALID, "%s is no file", path);
    if (is.st_size > REEL_MAX_FILE)
        return err_set(why, ERR_LIMIT, "%s is larger than %d MiB", path, REEL_MAX_FILE >> 20);
    size_t size = (size_t)is.st_size;
    uint8_t *bytes;
    *out = frame_new(PIXEL_MJPEG, 0, 0, size + 1, &bytes);
    if (!*out)
        return err_set(why, ERR_NO_MEMORY, "no memory for %s", path);
    size_t got = 0;
    while (got < size) {
        ssize_t n = read(fd, bytes + got, size - got);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        got += (size_t)n;
    }
    (*out)->bytes.len = got;
    return 0;
}

static int read_file(const char *path, struct frame **out, struct err_text *why)
{
    *out = NULL;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return cannot_open(path, errno, why);
    int rc = read_open_file(fd, path, out, why);
    close(fd);
    return rc;
}

/* Keeps a JPEG as it is, replaces what is none by what it shows. */
static int understand(struct frame **f, struct err_text *why)
{
    struct frame *file = *f;
    if (image_sniff(file->bytes) == IMAGE_JPEG) {
        int rc = jpeg_measure(file->bytes, &file->width, &file->height);
        return rc ? err_set(why, ERR_INVALID, "broken JPEG") : 0;
    }
    int rc = image_decode(file->bytes, REEL_MAX_PIXELS, f, why);
    frame_unref(file);
    return rc;
}

void reel_skip(struct reel *r)
{
    r->next = (r->next + 1) % r->count;
}

int reel_read(struct reel *r, struct frame **out, struct err_text *why)
{
    char path[PATH_MAX];
    struct err_text wrong;
    snprintf(path, sizeof path, "%s%s%s", r->folder ? r->folder : "", r->folder ? "/" : "",
             r->names[r->next]);
    reel_skip(r);
    int rc = read_file(path, out, why);
    if (rc)
        return rc;
    rc = understand(out, &wrong);
    if (rc == 0)
        return 0;
    frame_unref(*out);
    *out = NULL;
    return err_set(why, (enum err)rc, "%s: %s", path, wrong.text);
}
