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

enum { MAX_NODES = 256, NODE_PATH = 32 };

/* ---- all nodes ---- */

struct nodes {
    unsigned numbers[MAX_NODES]; /* of /dev/video*, sorted */
    size_t count;
};

static int compare_numbers(const void *a, const void *b)
{
    unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;
    return (x > y) - (x < y);
}

static void list_nodes(struct nodes *out)
{
    out->count = 0;
    DIR *folder = opendir("/sys/class/video4linux");
    if (!folder)
        return;
    for (struct dirent *e = readdir(folder); e && out->count < MAX_NODES; e = readdir(folder))
        if (sscanf(e->d_name, "video%u", &out->numbers[out->count]) == 1)
            out->count++;
    closedir(folder);
    qsort(out->numbers, out->count, sizeof *out->numbers, compare_numbers);
}

static void node_path(const struct nodes *nodes, size_t i, char path[NODE_PATH])
{
    snprintf(path, NODE_PATH, "/dev/video%u", nodes->numbers[i]);
}

/* ---- one node ---- */

/* As v4l2_look(). False when there is no such device file. */
static bool read_facts_of(const char *path, struct v4l2_facts *out, int *rc, struct err_text *why)
{
    struct v4l2_device d;
    struct stat is;
    char folder[64];
    *out = (struct v4l2_facts){0};
    *rc = v4l2_open(&d, path, why);
    bool there = stat(path, &is) == 0 && S_ISCHR(is.st_mode);
    if (there) {
        snprintf(folder, sizeof folder, "/sys/dev/char/%u:%u", major(is.st_rdev), minor(is.st_rdev));
        v4l2_read_facts(out, folder, *rc ? NULL : &d.cap);
    }
    v4l2_close(&d);
    return there;
}

/* Is another device of the same serial number attached? It counts itself, too. */
static bool has_twin(const struct v4l2_facts *facts, const struct nodes *nodes)
{
    size_t count = 0;
    for (size_t i = 0; i < nodes->count; i++) {
        struct v4l2_facts other;
        char folder[64];
        snprintf(folder, sizeof folder, "/sys/class/video4linux/video%u", nodes->numbers[i]);
        v4l2_read_facts(&other, folder, NULL);
        count += v4l2_twins(facts, &other);
    }
    return count > 1;
}

static void identify(const char *path, const struct v4l2_facts *facts, const struct nodes *nodes,
                     struct camera_identity *out)
{
    v4l2_identity(out, facts, has_twin(facts, nodes));
    snprintf(out->uri, sizeof out->uri, "v4l2:%.1000s", path);
}

/* ---- what others ask ---- */

int v4l2_look(const char *path, struct camera_identity *out, struct err_text *why)
{
    struct v4l2_facts facts;
    struct nodes nodes;
    int rc;
    *out = (struct camera_identity){0};
    if (read_facts_of(path, &facts, &rc, why)) {
        list_nodes(&nodes);
        identify(path, &facts, &nodes, out);
    }
    return rc;
}

/* Of a device that we may not ask, only the first node is likely to be a camera. */
static bool may_be_camera(int rc, const struct v4l2_facts *facts)
{
    return rc == 0 || ((rc == ERR_DENIED || rc == ERR_BUSY) && facts->index == 0);
}

void v4l2_look_around(camera_found found, void *user)
{
    struct nodes nodes;
    list_nodes(&nodes);
    for (size_t i = 0; i < nodes.count; i++) {
        struct v4l2_facts facts;
        struct camera_identity id;
        char path[NODE_PATH];
        int rc;
        node_path(&nodes, i, path);
        if (!read_facts_of(path, &facts, &rc, NULL) || !may_be_camera(rc, &facts))
            continue;
        identify(path, &facts, &nodes, &id);
        if (id.id[0])
            found(user, &id);
    }
}

static bool is_at(const char *key, const char *path)
{
    struct v4l2_facts facts;
    int rc;
    return read_facts_of(path, &facts, &rc, NULL) && v4l2_is(&facts, key);
}

int v4l2_open_camera(struct v4l2_device *d, const struct camera_identity *id, struct err_text *why)
{
    struct nodes nodes;
    char usual[CAMERA_URI], path[NODE_PATH];
    *d = (struct v4l2_device){.fd = -1};
    snprintf(usual, sizeof usual, "%.*s", SLICE_ARGS(uri_split(id->uri).rest));
    if (!id->key[0] || is_at(id->key, usual))
        return v4l2_open(d, usual, why);
    list_nodes(&nodes);
    for (size_t i = 0; i < nodes.count; i++) {
        node_path(&nodes, i, path);
        if (is_at(id->key, path))
            return v4l2_open(d, path, why);
    }
    return err_set(why, ERR_GONE, "%s is not there: is the camera plugged in? It was %.100s", id->name,
                   usual);
}
