/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/v4l2/look.h"

#include "camera/uri.h"
#include "camera/v4l2/knock.h"
#include "camera/v4l2/known.h"

#include <dirent.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

enum { MAX_NODES = 256, NODE_PATH = 32, NODE_FOLDER = 64 };

/* ---- all nodes ---- */

struct node {
    unsigned number; /* of /dev/video* */
    struct v4l2_facts facts;
};

struct nodes {
    struct node *rows; /* by number */
    size_t count;
};

static int compare_numbers(const void *a, const void *b)
{
    unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;
    return (x > y) - (x < y);
}

static size_t list_numbers(unsigned numbers[MAX_NODES])
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

/* None, without memory. To be freed: `rows`. */
static void list_nodes(struct nodes *out)
{
    unsigned numbers[MAX_NODES];
    size_t count = list_numbers(numbers);
    *out = (struct nodes){.rows = count ? calloc(count, sizeof *out->rows) : NULL};
    for (size_t i = 0; i < count && out->rows; i++) {
        char folder[NODE_FOLDER];
        snprintf(folder, sizeof folder, "/sys/class/video4linux/video%u", numbers[i]);
        out->rows[i].number = numbers[i];
        v4l2_read_facts(&out->rows[i].facts, folder, NULL);
        out->count = i + 1;
    }
}

static void node_path(const struct node *node, char path[NODE_PATH])
{
    snprintf(path, NODE_PATH, "/dev/video%u", node->number);
}

/* ---- one node ---- */

/* The folder of the device file's facts. False when there is no such device file. */
static bool find_folder(const char *path, char folder[NODE_FOLDER])
{
    struct stat is;
    if (stat(path, &is) || !S_ISCHR(is.st_mode))
        return false;
    snprintf(folder, NODE_FOLDER, "/sys/dev/char/%u:%u", major(is.st_rdev), minor(is.st_rdev));
    return true;
}

static bool is_video(const char *folder)
{
    char target[PATH_MAX];
    return realpath(folder, target) && strstr(target, "/video4linux/");
}

/* How many nodes of the machine have this id when told that way? */
static size_t count_of(const char *id, enum v4l2_telling how, const struct nodes *nodes)
{
    size_t count = 0;
    char other[CAMERA_TEXT];
    for (size_t i = 0; i < nodes->count; i++)
        count += v4l2_id(&nodes->rows[i].facts, how, other) && strcmp(id, other) == 0;
    return count;
}

/* The best way that tells it from all others now; that of the last look, if it was there. */
static enum v4l2_telling tell_apart(const struct v4l2_facts *facts, const struct nodes *nodes)
{
    char id[CAMERA_TEXT];
    enum v4l2_telling how = V4L2_BY_SERIAL;
    if (v4l2_known_find(facts, &how))
        return how;
    while (how < V4L2_BY_NAME && !(v4l2_id(facts, how, id) && count_of(id, how, nodes) < 2))
        how++;
    return how;
}

static void identify(const char *path, const struct v4l2_facts *facts, enum v4l2_telling how,
                     struct camera_identity *out)
{
    v4l2_identity(out, facts, how);
    snprintf(out->uri, sizeof out->uri, "v4l2:%.1000s", path);
}

/* Is this the camera of that key? One that has another id is not, though its serial number may be the same.
 */
static bool is_it(const struct v4l2_facts *facts, const char *key)
{
    enum v4l2_telling how;
    char id[CAMERA_TEXT];
    if (v4l2_known_find(facts, &how))
        return v4l2_id(facts, how, id) && strcmp(id, key) == 0;
    return v4l2_is(facts, key);
}

/* ---- what others ask ---- */

int v4l2_look(const char *path, struct camera_identity *out, struct err_text *why)
{
    struct v4l2_facts facts;
    struct nodes nodes;
    char folder[NODE_FOLDER];
    *out = (struct camera_identity){0};
    if (!find_folder(path, folder))
        return err_set(why, ERR_GONE, "%s is not there", path);
    if (!is_video(folder))
        return err_set(why, ERR_UNSUPPORTED, "%s is no camera that uacam can use", path);
    v4l2_read_facts(&facts, folder, NULL);
    list_nodes(&nodes);
    identify(path, &facts, tell_apart(&facts, &nodes), out);
    free(nodes.rows);
    return 0;
}

/* Of a device that does not open, only the first node is likely to be a camera. */
static bool may_be_camera(int rc, const struct v4l2_facts *facts)
{
    return rc == 0 || (rc != ERR_UNSUPPORTED && rc != ERR_GONE && facts->index == 0);
}

static atomic_bool refused;

void v4l2_look_around(camera_found found, void *user)
{
    struct nodes nodes;
    bool denied = false;
    list_nodes(&nodes);
    for (size_t i = 0; i < nodes.count; i++) {
        struct v4l2_capability cap;
        struct v4l2_facts facts;
        struct camera_identity id;
        char path[NODE_PATH], folder[NODE_FOLDER];
        node_path(&nodes.rows[i], path);
        int rc = v4l2_knock(path, &cap, NULL);
        denied |= rc == ERR_DENIED;
        if (!find_folder(path, folder))
            continue;
        v4l2_read_facts(&facts, folder, rc ? NULL : &cap);
        if (!may_be_camera(rc, &facts))
            continue;
        enum v4l2_telling how = tell_apart(&facts, &nodes);
        v4l2_known_put(&facts, how);
        identify(path, &facts, how, &id);
        if (id.id[0])
            found(user, &id);
    }
    v4l2_known_sweep();
    free(nodes.rows);
    atomic_store(&refused, denied);
}

bool v4l2_look_unsettled(void)
{
    return atomic_load(&refused) || v4l2_knock_pending();
}

static bool is_at(const char *key, const char *path)
{
    struct v4l2_facts facts;
    char folder[NODE_FOLDER];
    if (!find_folder(path, folder) || !is_video(folder))
        return false;
    v4l2_read_facts(&facts, folder, NULL);
    return is_it(&facts, key);
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
    bool found = false;
    for (size_t i = 0; i < nodes.count && !found; i++) {
        found = is_it(&nodes.rows[i].facts, id->key);
        node_path(&nodes.rows[i], path);
    }
    free(nodes.rows);
    if (found)
        return v4l2_open(d, path, why);
    return err_set(why, ERR_GONE, "%s is not there: is the camera plugged in? It was %.100s", id->name,
                   usual);
}
