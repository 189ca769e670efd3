/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/v4l2/plug.h"

#include "camera/v4l2/look.h"

#include <errno.h>
#include <libudev.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

enum { QUIET_MS = 50, LONGEST_BURST_MS = 300, FIRST_RETRY_MS = 300, LAST_RETRY_MS = 10000 };

struct plug {
    struct udev *udev;
    struct udev_monitor *monitor;
    int retry_ms; /* until an unsettled device is looked at again */
};

static void plug_close(void *monitor)
{
    struct plug *p = monitor;
    udev_monitor_unref(p->monitor);
    udev_unref(p->udev);
    free(p);
}

/* udevd tells of a device when its permissions are set; where it does not run, the kernel tells itself. */
static const char *source(void)
{
    return access("/run/udev/control", F_OK) == 0 ? "udev" : "kernel";
}

static int plug_open(void **monitor, struct err_text *why)
{
    struct plug *p = calloc(1, sizeof *p);
    *monitor = NULL;
    if (!p)
        return err_set(why, ERR_NO_MEMORY, "out of memory");
    p->retry_ms = FIRST_RETRY_MS;
    p->udev = udev_new();
    p->monitor = p->udev ? udev_monitor_new_from_netlink(p->udev, source()) : NULL;
    if (!p->monitor || udev_monitor_filter_add_match_subsystem_devtype(p->monitor, "video4linux", NULL) < 0 ||
        udev_monitor_enable_receiving(p->monitor) < 0) {
        plug_close(p);
        return err_set(why, ERR_IO, "no news of V4L2 cameras that are plugged in: libudev does not start");
    }
    *monitor = p;
    return 0;
}

/* Sleeps at most `timeout_ms` (-1: for ever). 1: events; 0: stopped or `*timed_out`; else ERR_IO. */
static int sleep_for_event(const struct plug *p, int stop_fd, int timeout_ms, bool *timed_out,
                           struct err_text *why)
{
    struct pollfd fds[] = {{.fd = udev_monitor_get_fd(p->monitor), .events = POLLIN},
                           {.fd = stop_fd, .events = POLLIN}};
    int ready;
    do {
        ready = poll(fds, ARRAY_LEN(fds), timeout_ms);
    } while (ready < 0 && errno == EINTR);
    *timed_out = ready == 0;
    if (ready < 0)
        return err_errno(why, errno, "no news of V4L2 cameras that are plugged in: poll failed");
    return !fds[1].revents && fds[0].revents;
}

static void take_events(const struct plug *p)
{
    struct udev_device *device;
    while ((device = udev_monitor_receive_device(p->monitor)))
        udev_device_unref(device);
}

static int plug_wait(void *monitor, int stop_fd, struct err_text *why)
{
    struct plug *p = monitor;
    bool timed_out;
    int rc = sleep_for_event(p, stop_fd, v4l2_look_unsettled() ? p->retry_ms : -1, &timed_out, why);
    if (timed_out) {
        p->retry_ms = p->retry_ms * 2 < LAST_RETRY_MS ? p->retry_ms * 2 : LAST_RETRY_MS;
        return 1;
    }
    int64_t end = clock_mono_ns(&system_clock) + LONGEST_BURST_MS * NS_PER_MS;
    for (; rc > 0 && clock_mono_ns(&system_clock) < end;
         rc = sleep_for_event(p, stop_fd, QUIET_MS, &timed_out, why)) {
        p->retry_ms = FIRST_RETRY_MS;
        take_events(p);
    }
    return timed_out ? 1 : rc;
}

const struct plug_ops v4l2_plug = {.open = plug_open, .close = plug_close, .wait = plug_wait};
