/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/panel.h"

#include "base/log.h"

#include <string.h>

#define IDLE_NS   (3 * NS_PER_S)    /* the tuner ends so long after its last job */
#define POLL_NS   NS_PER_S          /* between looks at what changes without a word */
#define NOTICE_NS (100 * NS_PER_MS) /* between looks at a device that tells a lot */
#define FAILED_NS (5 * NS_PER_S)    /* between looks that fail */

static int64_t now_ns(const struct panel *p)
{
    return clock_mono_ns(loop_timers(p->setup.loop)->clock);
}

static void due(void *user)
{
    struct panel *p = user;
    p->setup.events.due(p->setup.events.user);
}

void panel_init(struct panel *p, const struct panel_setup *setup)
{
    *p = (struct panel){.setup = *setup, .wish = setup->wish, .list_due = true, .restore_due = true};
    setting_list_init(&p->list);
}

/* ---- results ---- */

static bool wishes_equal(const struct capture_wish *a, const struct capture_wish *b)
{
    return a->width == b->width && a->height == b->height && a->fps == b->fps &&
           a->timeout_ns == b->timeout_ns && strcmp(a->pixel_format, b->pixel_format) == 0;
}

static void take_wish(struct panel *p, const struct capture_wish *wish)
{
    if (wishes_equal(&p->wish, wish))
        return;
    p->wish = *wish;
    p->rewished = true;
    p->fresh_ns = now_ns(p);
}

static bool any_drifts(const struct setting_list *l)
{
    for (size_t i = 0; i < l->count; i++)
        if (l->rows[i].flags & SETTING_VOLATILE)
            return true;
    return false;
}

static void take_list(struct panel *p, struct setting_list *list)
{
    bool same = setting_lists_equal(&p->list, list), alike = setting_lists_alike(&p->list, list);
    setting_list_clear(&p->list);
    p->list = *list;
    p->drifts = any_drifts(list);
    if (!same)
        p->setup.events.changed(p->setup.events.user, !alike);
}

static void take_result(struct panel *p, struct tuner_result *r)
{
    if (p->stops && !r->code)
        p->fresh_ns = now_ns(p);
    p->working = p->hangs = p->stops = false;
    p->used_ns = p->listed_ns = now_ns(p);
    p->list_due = false;
    p->list_failed = !r->listed;
    p->unsure |= !r->listed;
    if (r->task == TUNER_RESTORE)
        p->restore_failed = r->code != 0;
    if (!r->code || r->task != TUNER_APPLY)
        take_wish(p, &r->wish);
    if (!r->code && r->task == TUNER_APPLY)
        panel_remember(p, r->path, &r->value);
    errands_finish_under_way(&p->errands, r->code, r->why.text);
    if (r->listed)
        take_list(p, &r->list);
    else if (r->code && p->list.count == 0)
        errands_finish_all(&p->errands, r->code, r->why.text);
}

/* The tuner has done its job, or has ended, or takes too long. */
static void hear_tuner(struct panel *p)
{
    struct tuner_result r;
    if (p->tuner && tuner_collect(p->tuner, &r))
        take_result(p, &r);
    if (p->tuner && tuner_ended(p->tuner)) {
        tuner_clear(p->tuner, 0);
        p->tuner = NULL;
        p->ending = p->working = p->hangs = false;
    }
    if (p->working && !p->hangs && now_ns(p) >= p->until_ns) {
        p->hangs = true;
        log_warning("camera", "%s: its driver hangs over its settings", p->setup.identity->id);
    }
}

/* ---- jobs ---- */

static int start_tuner(struct panel *p, struct err_text *why)
{
    struct tuner_setup setup = {
        .loop = p->setup.loop,
        .ops = p->setup.ops,
        .identity = p->setup.identity,
        .news = due,
        .user = p,
    };
    int rc = p->tuner ? 0 : tuner_start(&p->tuner, &setup, why);
    if (!rc)
        tuner_watch(p->tuner, p->watchers > 0);
    return rc;
}

static void give(struct panel *p, struct tuner_job *job)
{
    struct err_text why;
    int rc = start_tuner(p, &why);
    job->wish = p->wish;
    p->used_ns = now_ns(p);
    if (rc) {
        setting_memory_clear(&job->memory);
        errands_finish_all(&p->errands, rc, why.text);
        p->listed_ns = p->used_ns;
        p->list_failed = true;
        p->list_due = p->stops = false;
        return;
    }
    p->working = true;
    p->task = job->task;
    p->until_ns = p->used_ns + p->setup.timeout_ns;
    tuner_give(p->tuner, job);
}

/* One look answers all who asked before it. */
static void begin_list(struct panel *p)
{
    for (struct list_link *l = p->errands.all.first; l; l = l->next) {
        struct errand *e = container_of(l, struct errand, link);
        if (e->finished)
            continue;
        if (e->writes)
            break;
        e->under_way = true;
    }
    give(p, &(struct tuner_job){.task = TUNER_LIST});
}

static void begin_restore(struct panel *p)
{
    struct tuner_job job = {.task = TUNER_RESTORE};
    p->restore_due = p->stops = false;
    if (setting_memory_copy(&p->memory, &job.memory))
        return;
    p->stops = true;
    give(p, &job);
}

/* Gives it to the tuner, finishes it, or waits until the camera is closed. */
static void begin_write(struct panel *p, struct errand *e, struct panel_view view)
{
    struct err_text why;
    struct tuner_job job = {.task = TUNER_APPLY, .value = e->value};
    const struct setting *s = setting_find(&p->list, e->path);
    int rc = s ? setting_check(s, &e->value, &why)
               : err_set(&why, ERR_NOT_FOUND, "%s: it has no setting %s", p->setup.identity->id, e->path);
    if (rc) {
        errand_finish(&p->errands, e, rc, why.text);
        return;
    }
    p->stops = s->flags & SETTING_STOPS;
    if (p->stops && !view.closed)
        return; /* until it is */
    memcpy(job.path, e->path, sizeof job.path);
    e->under_way = true;
    give(p, &job);
}

/* ---- what is next ---- */

/* When to look without being asked. */
static int64_t next_look(const struct panel *p)
{
    if (p->absent || !p->watchers)
        return INT64_MAX;
    if (p->list_failed)
        return p->listed_ns + FAILED_NS;
    if (p->tuner && tuner_noticed(p->tuner))
        return p->listed_ns + NOTICE_NS;
    return p->drifts || !p->setup.ops->wait ? p->listed_ns + POLL_NS : INT64_MAX;
}

static bool must_restore(struct panel *p, struct panel_view view)
{
    if (!p->restore_due || !(p->list_due || view.opening))
        return false;
    if (p->memory.count == 0)
        p->restore_due = false;
    return p->restore_due;
}

static void begin_next(struct panel *p, struct panel_view view)
{
    if (p->working)
        return;
    p->stops = false;
    if (p->ending || p->absent || p->loading || !p->setup.ops)
        return;
    if (must_restore(p, view)) {
        p->stops = true;
        if (view.closed)
            begin_restore(p);
        return;
    }
    bool unknown = p->list_failed && p->list.count == 0 && p->errands.open;
    bool looks = p->list_due || unknown || now_ns(p) >= next_look(p);
    struct errand *e = errands_first(&p->errands);
    for (; e && e->writes && !looks && !p->working && !p->stops; e = errands_first(&p->errands))
        begin_write(p, e, view);
    if (!p->working && !p->stops && (e || looks))
        begin_list(p);
}

/* Why nothing can be asked of the device; 0: it can. */
static int obstacle(const struct panel *p, struct err_text *why)
{
    const char *id = p->setup.identity->id;
    if (p->absent)
        return err_set(why, ERR_GONE, "%s: it is not plugged in", id);
    if (!p->setup.ops)
        return err_set(why, ERR_NOT_FOUND, "%s: such cameras have no settings", id);
    return 0;
}

static void answer_errands(struct panel *p)
{
    struct err_text why;
    int code = obstacle(p, &why);
    if (code)
        errands_finish_all(&p->errands, code, why.text);
    err_set(&why, ERR_TIMEOUT, "%s: no answer about its settings within %.1f s", p->setup.identity->id,
            (double)p->setup.timeout_ns / NS_PER_S);
    errands_expire(&p->errands, now_ns(p), why.text);
    errands_answer(&p->errands);
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* The tuner ends when nobody needs it. Gives when that will be. */
static int64_t rest(struct panel *p)
{
    if (!p->tuner || p->working || p->ending || p->watchers || p->errands.open)
        return INT64_MAX;
    if (now_ns(p) < p->used_ns + IDLE_NS && !p->absent)
        return p->used_ns + IDLE_NS;
    tuner_stop(p->tuner);
    p->ending = true;
    return INT64_MAX;
}

int64_t panel_update(struct panel *p, struct panel_view view)
{
    hear_tuner(p);
    if (view.closed)
        p->rewished = false;
    begin_next(p, view);
    answer_errands(p);
    int64_t wake = earlier(rest(p), errands_until_ns(&p->errands));
    if (errands_have_answers(&p->errands))
        wake = 0;
    if (p->working && !p->hangs)
        wake = earlier(wake, p->until_ns);
    return p->working || p->ending ? wake : earlier(wake, next_look(p));
}

bool panel_holds(const struct panel *p)
{
    return p->rewished || p->loading || (p->stops && !p->hangs);
}

/* ---- news of the device ---- */

void panel_lose(struct panel *p)
{
    p->absent = true;
    due(p);
}

/* A tuner that is still there knows the device at its old place. */
static void drop_tuner(struct panel *p)
{
    if (!p->tuner)
        return;
    tuner_stop(p->tuner);
    p->ending = true;
    if (!p->hangs)
        return;
    tuner_clear(p->tuner, 0);
    p->tuner = NULL;
    p->ending = p->working = p->hangs = p->stops = false;
}

void panel_find(struct panel *p, const struct tuner_ops *ops)
{
    drop_tuner(p);
    p->setup.ops = ops;
    p->absent = false;
    p->list_due = p->restore_due = true;
    due(p);
}

void panel_streams(struct panel *p)
{
    p->list_due |= p->unsure || p->absent;
    p->unsure = p->absent = false;
    due(p);
}

void panel_failed(struct panel *p, int code)
{
    p->unsure = true;
    p->restore_due |= code == ERR_GONE || p->restore_failed;
}

/* ---- requests ---- */

static int64_t limit_ns(const struct panel *p)
{
    return now_ns(p) + p->setup.timeout_ns;
}

void panel_read(struct panel *p, struct setting_request *r)
{
    errands_add(&p->errands, p->setup.camera, r, NULL, NULL, limit_ns(p));
    due(p);
}

void panel_write(struct panel *p, const char *path, const struct setting_value *v, struct setting_request *r)
{
    errands_add(&p->errands, p->setup.camera, r, path, v, limit_ns(p));
    due(p);
}

void panel_cancel(struct panel *p, struct setting_request *r)
{
    errands_cancel(&p->errands, r);
}

/* Nobody may have noticed what happened until now. */
void panel_watch(struct panel *p, bool watch)
{
    p->list_due |= watch && p->watchers == 0;
    p->watchers += watch ? 1 : -1u;
    if (p->tuner)
        tuner_watch(p->tuner, p->watchers > 0);
    due(p);
}

/* ---- end ---- */

void panel_stop(struct panel *p)
{
    errands_clear(&p->errands);
    if (p->tuner)
        tuner_stop(p->tuner);
}

void panel_clear(struct panel *p, int64_t deadline_ns)
{
    if (p->tuner && !tuner_clear(p->tuner, deadline_ns))
        log_warning("camera", "%s: its driver hangs over its settings and is left behind",
                    p->setup.identity->id);
    p->tuner = NULL;
    setting_file_close(&p->file);
    setting_memory_clear(&p->memory);
    setting_list_clear(&p->list);
}
