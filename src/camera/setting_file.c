/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/setting_file.h"

#include "base/log.h"
#include "base/small_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { FILE_MAX = SETTING_MEMORY_MAX * (SETTING_PATH + SETTING_TEXT + 4) };

/* Outlives its file when that is closed. */
struct setting_file_work {
    struct job job;
    struct loop *loop;
    struct setting_file *owner; /* NULL: closed */
    char path[SETTING_FILE_PATH];
    bool writes;
    struct buf text;
    bool again;      /* once it is done, write: */
    struct buf then; /* text */
    int rc;
    struct err_text why;
};

/* ---- on a worker ---- */

static int make_folder(const char *path, struct err_text *why)
{
    char folder[SETTING_FILE_PATH];
    snprintf(folder, sizeof folder, "%s", path);
    char *slash = strrchr(folder, '/');
    if (!slash || slash == folder)
        return 0;
    *slash = '\0';
    return mkdir(folder, 0700) == 0 || errno == EEXIST ? 0 : err_errno(why, errno, "%s", folder);
}

static void do_work(void *user)
{
    struct setting_file_work *w = user;
    if (!w->writes) {
        w->rc = small_file_read(w->path, &w->text, &w->why);
        return;
    }
    w->rc = make_folder(w->path, &w->why);
    if (!w->rc)
        w->rc = small_file_replace(w->path, buf_slice(&w->text), &w->why);
}

/* ---- on the loop ---- */

static void free_work(struct setting_file_work *w)
{
    if (w->owner)
        w->owner->work = NULL;
    buf_clear(&w->text);
    buf_clear(&w->then);
    free(w);
}

static int submit(struct setting_file_work *w)
{
    int rc = loop_submit(w->loop, &w->job);
    if (rc)
        free_work(w);
    return rc;
}

static void tell_loaded(struct setting_file_work *w)
{
    struct setting_memory m = {0};
    size_t bad = 0;
    int rc = w->rc == ERR_NOT_FOUND ? 0 : w->rc;
    if (!rc)
        rc = setting_memory_read(&m, buf_slice(&w->text), &bad);
    if (rc)
        log_warning("camera", "kept settings cannot be read: %s", w->rc ? w->why.text : err_name(rc));
    if (bad)
        log_warning("camera", "%s: %zu lines are no settings and are passed over", w->path, bad);
    w->owner->loaded(w->owner->user, &m);
    setting_memory_clear(&m);
}

static void work_done(void *user)
{
    struct setting_file_work *w = user;
    if (w->writes && w->rc)
        log_warning("camera", "settings are not kept: %s", w->why.text);
    if (!w->writes && w->owner)
        tell_loaded(w);
    if (!w->again) {
        free_work(w);
        return;
    }
    buf_clear(&w->text);
    w->text = w->then;
    buf_init(&w->then, FILE_MAX);
    w->again = false;
    w->writes = true;
    (void)!submit(w);
}

static struct setting_file_work *new_work(struct setting_file *f)
{
    struct setting_file_work *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    w->job = (struct job){.work = do_work, .done = work_done, .user = w};
    w->loop = f->loop;
    w->owner = f;
    memcpy(w->path, f->path, sizeof w->path);
    buf_init(&w->text, FILE_MAX);
    buf_init(&w->then, FILE_MAX);
    f->work = w;
    return w;
}

int setting_file_open(struct setting_file *f, struct loop *loop, const char *folder, const char *id,
                      void (*loaded)(void *user, const struct setting_memory *m), void *user,
                      struct err_text *why)
{
    *f = (struct setting_file){.loop = loop, .loaded = loaded, .user = user};
    int len = snprintf(f->path, sizeof f->path, "%s/%s.settings", folder, id);
    int rc = 0;
    if (len < 0 || (size_t)len >= sizeof f->path)
        rc = err_set(why, ERR_INVALID, "%.100s...: the path is too long", folder);
    else if (!new_work(f) || submit(f->work))
        rc = err_set(why, ERR_NO_MEMORY, "%s: no memory to read it", f->path);
    if (rc)
        *f = (struct setting_file){0};
    return rc;
}

static int show(const struct setting_memory *m, struct buf *out)
{
    buf_clear(out);
    buf_init(out, FILE_MAX);
    return setting_memory_show(m, out);
}

void setting_file_save(struct setting_file *f, const struct setting_memory *m)
{
    if (!f->path[0])
        return;
    bool busy = f->work;
    struct setting_file_work *w = busy ? f->work : new_work(f);
    int rc = w ? show(m, busy ? &w->then : &w->text) : ERR_NO_MEMORY;
    if (!rc && busy)
        w->again = true;
    if (!rc && !busy) {
        w->writes = true;
        rc = submit(w);
    } else if (rc && w && !busy) {
        free_work(w);
    }
    if (rc)
        log_warning("camera", "%s: settings are not kept: %s", f->path, err_name(rc));
}

void setting_file_close(struct setting_file *f)
{
    if (f->work)
        f->work->owner = NULL;
    *f = (struct setting_file){0};
}
