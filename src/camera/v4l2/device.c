/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/v4l2/device.h"

#include "camera/v4l2/holder.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

static int busy(const char *path, struct err_text *why)
{
    struct stat is;
    struct v4l2_holder holder;
    if (stat(path, &is) == 0 && v4l2_find_holder(is.st_rdev, &holder))
        return err_set(why, ERR_BUSY, "%s is in use by %s (pid %d)", path, holder.name, (int)holder.pid);
    return err_set(why, ERR_BUSY, "%s is in use by another program", path);
}

/* Tells the user which group opens the door, if one does. */
static int denied(const char *path, struct err_text *why)
{
    char user_buf[1024], group_buf[1024];
    struct passwd user_row, *user = NULL;
    struct group group_row, *group = NULL;
    struct stat is;
    (void)!getpwuid_r(geteuid(), &user_row, user_buf, sizeof user_buf, &user);
    if (stat(path, &is) == 0 && is.st_gid != 0 && is.st_mode & S_IRGRP && is.st_mode & S_IWGRP)
        (void)!getgrgid_r(is.st_gid, &group_row, group_buf, sizeof group_buf, &group);
    const char *name = user ? user->pw_name : "USER";
    if (group)
        return err_set(why, ERR_DENIED, "no access to %s: run `sudo usermod -aG %s %s` and log in again",
                       path, group->gr_name, name);
    return err_set(why, ERR_DENIED, "no access to %s for %s: see `ls -l %s`", path, name, path);
}

static int not_there(const char *path, struct err_text *why)
{
    return err_set(why, ERR_GONE, "%s is not there: is the camera plugged in?", path);
}

static int open_failed(const char *path, int errnum, struct err_text *why)
{
    switch (errnum) {
    case EACCES:
    case EPERM:
        return denied(path, why);
    case ENOENT:
    case ENODEV:
    case ENXIO:
        return not_there(path, why);
    case EBUSY:
        return busy(path, why);
    default:
        return err_errno(why, errnum, "%s cannot be opened", path);
    }
}

/* The type of the buffers with pictures; 0 for a device that is no camera. */
static uint32_t capture_type(const struct v4l2_capability *cap)
{
    uint32_t can = cap->capabilities & V4L2_CAP_DEVICE_CAPS ? cap->device_caps : cap->capabilities;
    uint32_t must_not =
        V4L2_CAP_VIDEO_OUTPUT | V4L2_CAP_VIDEO_OUTPUT_MPLANE | V4L2_CAP_VIDEO_M2M | V4L2_CAP_VIDEO_M2M_MPLANE;
    if (can & must_not || !(can & V4L2_CAP_STREAMING))
        return 0;
    if (can & V4L2_CAP_VIDEO_CAPTURE)
        return V4L2_BUF_TYPE_VIDEO_CAPTURE;
    return can & V4L2_CAP_VIDEO_CAPTURE_MPLANE ? V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE : 0;
}

int v4l2_open(struct v4l2_device *d, const char *path, struct err_text *why)
{
    int rc = 0;
    *d = (struct v4l2_device){.fd = -1};
    if ((size_t)snprintf(d->path, sizeof d->path, "%s", path) >= sizeof d->path)
        return err_set(why, ERR_INVALID, "device path of more than %d bytes", CAMERA_URI - 1);
    d->fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (d->fd < 0)
        return open_failed(path, errno, why);
    int errnum = v4l2_call(d, VIDIOC_QUERYCAP, &d->cap);
    if (errnum == ENODEV)
        rc = not_there(path, why);
    else if (errnum || !(d->type = capture_type(&d->cap)))
        rc = err_set(why, ERR_UNSUPPORTED, "%s is no camera that uacam can use", path);
    if (rc)
        v4l2_close(d);
    return rc;
}

void v4l2_close(struct v4l2_device *d)
{
    if (d->fd >= 0)
        close(d->fd);
    d->fd = -1;
}

int v4l2_call(const struct v4l2_device *d, unsigned long request, void *arg)
{
    int rc;
    do {
        rc = ioctl(d->fd, request, arg);
    } while (rc < 0 && errno == EINTR);
    return rc < 0 ? errno : 0;
}

int v4l2_failed(const struct v4l2_device *d, int errnum, const char *name, struct err_text *why)
{
    struct v4l2_capability cap;
    if (v4l2_call(d, VIDIOC_QUERYCAP, &cap) == ENODEV)
        errnum = ENODEV;
    switch (errnum) {
    case ENODEV:
        return err_set(why, ERR_GONE, "%s was unplugged", d->path);
    case EBUSY:
        return busy(d->path, why);
    case ENOSPC:
        return err_set(why, ERR_IO,
                       "%s: not enough USB bandwidth; use another port, or a smaller size or rate", d->path);
    default:
        (void)!err_errno(why, errnum, "%s: %s failed", d->path, name);
        return ERR_IO;
    }
}
