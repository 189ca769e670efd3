/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/v4l2/holder.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool has_open(pid_t pid, dev_t device)
{
    char path[32];
    snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    DIR *fds = opendir(path);
    if (!fds)
        return false;
    bool found = false;
    for (struct dirent *fd = readdir(fds); fd && !found; fd = readdir(fds)) {
        /* Names first: to stat a file on a dead network drive takes for ever. */
        char name[16] = "";
        struct stat is;
        found = readlinkat(dirfd(fds), fd->d_name, name, sizeof name) > 5 && memcmp(name, "/dev/", 5) == 0 &&
                fstatat(dirfd(fds), fd->d_name, &is, 0) == 0 && S_ISCHR(is.st_mode) && is.st_rdev == device;
    }
    closedir(fds);
    return found;
}

static void read_name(struct v4l2_holder *holder)
{
    char path[32];
    snprintf(path, sizeof path, "/proc/%d/comm", (int)holder->pid);
    FILE *comm = fopen(path, "re");
    if (!comm || !fgets(holder->name, sizeof holder->name, comm))
        snprintf(holder->name, sizeof holder->name, "a program");
    holder->name[strcspn(holder->name, "\n")] = '\0';
    if (comm)
        fclose(comm);
}

bool v4l2_find_holder(dev_t device, struct v4l2_holder *out)
{
    *out = (struct v4l2_holder){0};
    DIR *processes = opendir("/proc");
    if (!processes)
        return false;
    for (struct dirent *p = readdir(processes); p && !out->pid; p = readdir(processes)) {
        pid_t pid = (pid_t)strtol(p->d_name, NULL, 10);
        if (pid > 0 && pid != getpid() && has_open(pid, device))
            out->pid = pid;
    }
    closedir(processes);
    if (!out->pid)
        return false;
    read_name(out);
    return true;
}
