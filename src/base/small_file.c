/* SPDX-License-Identifier: Apache-2.0 */
#include "base/small_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int read_all(int fd, struct buf *out, struct err_text *why, const char *path)
{
    for (;;) {
        int rc = buf_reserve(out, 1);
        if (rc)
            return err_set(why, (enum err)rc, "%s: %s", path, err_name(rc));
        ssize_t n = read(fd, out->data + out->len, out->cap - out->len);
        if (n == 0)
            return 0;
        if (n < 0 && errno != EINTR)
            return err_errno(why, errno, "%s", path);
        out->len += n > 0 ? (size_t)n : 0;
    }
}

int small_file_read(const char *path, struct buf *out, struct err_text *why)
{
    size_t before = out->len;
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return err_errno(why, errno, "%s", path);
    int rc = 0;
    if (fstat(fd, &st) != 0)
        rc = err_errno(why, errno, "%s", path);
    else if (!S_ISREG(st.st_mode))
        rc = err_set(why, ERR_INVALID, "%s: not a file", path);
    else
        rc = read_all(fd, out, why, path);
    close(fd);
    if (rc)
        out->len = before;
    return rc;
}

static int write_all(int fd, struct slice bytes)
{
    while (bytes.len > 0) {
        ssize_t n = write(fd, bytes.data, bytes.len);
        if (n < 0 && errno != EINTR)
            return -1;
        bytes.data += n > 0 ? n : 0;
        bytes.len -= n > 0 ? (size_t)n : 0;
    }
    return fsync(fd);
}

int small_file_replace(const char *path, struct slice bytes, struct err_text *why)
{
    char temporary[PATH_MAX];
    int n = snprintf(temporary, sizeof temporary, "%s.XXXXXX", path);
    if (n < 0 || (size_t)n >= sizeof temporary)
        return err_set(why, ERR_INVALID, "%s: the path is too long", path);
    int fd = mkostemp(temporary, O_CLOEXEC); /* 0600 */
    if (fd < 0)
        return err_errno(why, errno, "%s", path);
    int rc = write_all(fd, bytes) ? err_errno(why, errno, "%s", path) : 0;
    if (close(fd) != 0 && !rc)
        rc = err_errno(why, errno, "%s", path);
    if (!rc && rename(temporary, path) != 0)
        rc = err_errno(why, errno, "%s", path);
    if (rc)
        unlink(temporary);
    return rc;
}
