/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/module.h"

#include "base/log.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MODULES_MAX = 8, FOLDERS = 3, PATH_SIZE = 4096 };

const struct camera_module_kind camera_module_kinds[] = {
    {"ffmpeg", "IP cameras, video files"},
    {"genicam", "GigE Vision, USB3 Vision"},
    {NULL, NULL},
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of what follows */
static const struct camera_module *loaded[MODULES_MAX];
static size_t loaded_count;

/* ---- where they are ---- */

/* "<folder of the program>/modules"; empty when that is not known. */
static void folder_beside_program(char *out, size_t size)
{
    char program[PATH_SIZE - 16];
    ssize_t len = readlink("/proc/self/exe", program, sizeof program - 1);
    program[len < 0 ? 0 : len] = '\0';
    char *end = strrchr(program, '/');
    if (end)
        snprintf(out, size, "%.*s/modules", (int)(end - program), program);
    else
        out[0] = '\0';
}

/* Where modules may be, in this order; unused places are empty. */
static void list_folders(char out[FOLDERS][PATH_SIZE])
{
    const char *named = getenv("UACAM_MODULES");
    memset(out, 0, FOLDERS * sizeof out[0]);
    if (named && named[0]) {
        snprintf(out[0], PATH_SIZE, "%s", named);
        return;
    }
    folder_beside_program(out[1], PATH_SIZE);
    snprintf(out[2], PATH_SIZE, "%s", UACAM_MODULE_FOLDER);
}

/* The first place where there is such a file. */
static int find_file(const char *name, char *out, size_t size, struct err_text *why)
{
    char folders[FOLDERS][PATH_SIZE];
    const char *last = "";
    list_folders(folders);
    for (size_t i = 0; i < FOLDERS; i++) {
        if (!folders[i][0])
            continue;
        last = folders[i];
        int len = snprintf(out, size, "%s/%s.so", folders[i], name);
        if (len > 0 && (size_t)len < size && access(out, F_OK) == 0)
            return 0;
    }
    return err_set(
        why, ERR_UNSUPPORTED,
        "the module %s.so that such cameras need is not in %s: install the package uacam-%s, or name "
        "its folder in UACAM_MODULES",
        name, last, name);
}

/* ---- loading ---- */

static int check_version(const struct camera_module *m, const char *path, struct err_text *why)
{
    if (m->version == CAMERA_MODULE_VERSION)
        return 0;
    return err_set(
        why, ERR_UNSUPPORTED,
        "%s is of another version than this program (%u, not %d): install both from the same release", path,
        m->version, CAMERA_MODULE_VERSION);
}

/* A module stays for good once its code has run. */
static int load_file(const char *path, const struct camera_module **out, struct err_text *why)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return err_set(why, ERR_UNSUPPORTED, "a module does not load, install what it lacks: %s", dlerror());
    const struct camera_module *m = dlsym(library, "uacam_camera_module");
    int rc = m ? check_version(m, path, why)
               : err_set(why, ERR_UNSUPPORTED, "%s is no module of uacam: remove it", path);
    if (rc)
        dlclose(library);
    else
        *out = m;
    return rc;
}

/* The lock is held. */
static const struct camera_module *find_loaded(const char *name)
{
    for (size_t i = 0; i < loaded_count; i++)
        if (strcmp(loaded[i]->name, name) == 0)
            return loaded[i];
    return NULL;
}

/* The lock is held. */
static int load(const char *name, const struct camera_module **out, struct err_text *why)
{
    char path[PATH_SIZE + 64];
    if (loaded_count == MODULES_MAX)
        return err_set(why, ERR_LIMIT, "%s: there are %d modules already", name, MODULES_MAX);
    int rc = find_file(name, path, sizeof path, why);
    if (!rc)
        rc = load_file(path, out, why);
    if (rc)
        return rc;
    loaded[loaded_count++] = *out;
    log_debug("camera", "module %s: %s", path, (*out)->library);
    return 0;
}

int camera_module_load(const char *name, const struct camera_module **out, struct err_text *why)
{
    pthread_mutex_lock(&lock);
    *out = find_loaded(name);
    int rc = *out ? 0 : load(name, out, why);
    pthread_mutex_unlock(&lock);
    return rc;
}
