/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/v4l2/look.h"

#include "camera/uri.h"
#include "camera/v4l2/identity.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

enum { MAX_NODES = 256 };

/* `index` is the node's among those of its device. */
static int look_at(const char *path, struct camera_identity *out, unsigned *index, struct err_text *why)
{
    struct v4l2_device d;
    struct stat is;
    *out = (struct camera_identity){0};
    *index = 0;
    int rc = v4l2_open(&d, path, why);
    if (stat(path, &is) == 0 && S_ISCHR(is.st_mode)) {
        char folder[64];
        struct v4l2_facts facts;
        snprintf(folder, sizeof folder, "/sys/dev/char/%u:%u", major(is.st_rdev), minor(is.st_rdev));
        v4l2_read_facts(&facts, folder, rc ? NULL : &d.cap);
        v4l2_identity(out, &facts);
        snprintf(out->uri, sizeof out->uri, "v4l2:%.1000s", path);
        *index = facts.index;
    }
    v4l2_close(&d);
    return rc;
}

int v4l2_look(const char *path, struct camera_identity *out, struct err_text *why)
{
    unsigned index;
    return look_at(path, out, &index, why);
}

static int compare_numbers(const void *a, const void *b)
{
    unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;
    return (x > y) - (x < y);
}

/* The numbers of /dev/video*, sorted; none on a machine that has none. */
static size_t list_nodes(unsigned numbers[MAX_NODES])
{
    size_t count = 0;
    DIR *folder = opendir("/sys/class/video4linux");
    if (!folder)
        return 0;
    for (struct dirent *e = readdir(folder); e && count < MAX_NODES; e = readdir(folder))
        if (sscanf(e->d_name, "video%u", &numbers[count]) == 1)
            count++;
    closedir(folder);
    qsort(numbers, count, sizeof *numbers, compare_numbers);
    return count;
}

/* Of a device that we may not ask, only the first node is likely to be a camera. */
static bool may_be_camera(int rc, unsigned index)
{
    return rc == 0 || ((rc == ERR_DENIED || rc == ERR_BUSY) && index == 0);
}

void v4l2_look_around(bool (*found)(void *user, const struct camera_identity *id), void *user)
{
    unsigned numbers[MAX_NODES];
    size_t count = list_nodes(numbers);
    for (size_t i = 0; i < count; i++) {
        char path[32];
        struct camera_identity id;
        unsigned index;
        snprintf(path, sizeof path, "/dev/video%u", numbers[i]);
        int seen = look_at(path, &id, &index, NULL);
        if (may_be_camera(seen, index) && id.id[0] && !found(user, &id))
            break;
    }
}

struct search {
    const char *key;
    char path[CAMERA_URI];
};

static bool compare_key(void *user, const struct camera_identity *id)
{
    struct search *s = user;
    if (strcmp(id->key, s->key) != 0)
        return true;
    snprintf(s->path, sizeof s->path, "%.*s", SLICE_ARGS(uri_split(id->uri).rest));
    return false;
}

int v4l2_open_camera(struct v4l2_device *d, const struct camera_identity *id, struct err_text *why)
{
    struct search search = {.key = id->key};
    struct camera_identity there;
    struct slice path = uri_split(id->uri).rest;
    *d = (struct v4l2_device){.fd = -1};
    snprintf(search.path, sizeof search.path, "%.*s", SLICE_ARGS(path));
    if (id->key[0]) {
        (void)!v4l2_look(search.path, &there, NULL);
        if (strcmp(there.key, id->key) != 0) {
            search.path[0] = '\0';
            v4l2_look_around(compare_key, &search);
        }
    }
    if (!search.path[0])
        return err_set(why, ERR_GONE, "%s is not there: is the camera plugged in? It was %.*s", id->name,
                       SLICE_ARGS(path));
    return v4l2_open(d, search.path, why);
}
