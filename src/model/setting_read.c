/* SPDX-License-Identifier: Apache-2.0
 * Reading settings. A Read of many asks the device once: what comes in one turn of the loop is gathered. */
#include "model/model_private.h"
#include "model/setting_nodes.h"
#include "model/status.h"

/* A parked read, in the asker's arena. */
struct setting_read {
    struct list_link link;
    struct list *in; /* owner->gathered or owner->asked */
    struct setting_node *node;
    struct value_answer *answer;
    struct timer deadline;
};

static struct timer_queue *timers_of(const struct setting_nodes *s)
{
    return s->model->timers;
}

static void leave(struct setting_read *r)
{
    list_remove(r->in, &r->link);
    timer_stop(timers_of(r->node->owner), &r->deadline);
    r->answer->parked = NULL;
}

static void give(struct setting_read *r, const struct ua_data_value *value)
{
    leave(r);
    r->answer->give(r->answer, value);
}

static void give_status(struct setting_read *r, ua_status status)
{
    give(r, &(struct ua_data_value){.status = status});
}

static void too_late(struct timer *t)
{
    give_status(container_of(t, struct setting_read, deadline), UA_BAD_TIMEOUT);
}

/* Answering one may withdraw others. */
static struct setting_read *first(const struct list *l)
{
    return l->first ? container_of(l->first, struct setting_read, link) : NULL;
}

static void answer_all(struct list *l, int code)
{
    struct setting_read *r;
    while ((r = first(l))) {
        if (code) {
            give_status(r, model_status_of_failure(code));
        } else {
            struct ua_data_value value = setting_told(r->node);
            give(r, &value);
        }
    }
}

static void gather(struct setting_nodes *s);

static void was_read(struct setting_request *request, int code, const char *why)
{
    (void)why; /* clients find it in Status/LastError */
    struct setting_nodes *s = request->user;
    if (!code) {
        s->listed_mono_ns = clock_mono_ns(s->model->clock);
        setting_nodes_refresh(s);
    }
    answer_all(&s->asked, code);
    gather(s);
}

static void ask(struct timer *t)
{
    struct setting_nodes *s = container_of(t, struct setting_nodes, gathering);
    struct setting_read *r;
    if (s->request.camera)
        return; /* gather() begins the next one */
    while ((r = first(&s->gathered))) {
        list_remove(&s->gathered, &r->link);
        list_append(&s->asked, &r->link);
        r->in = &s->asked;
    }
    if (s->asked.count == 0 && !s->wanted)
        return;
    s->wanted = false;
    s->request = (struct setting_request){.done = was_read, .user = s};
    camera_read_settings(s->camera, &s->request);
}

/* Lets what was gathered wait for a reading that begins as soon as this turn of the loop is over. */
static void gather(struct setting_nodes *s)
{
    bool nobody = s->gathered.count == 0 && !s->wanted;
    if (nobody || s->request.camera || timer_running(&s->gathering))
        return;
    s->gathering.callback = ask;
    if (timer_start_in(timers_of(s), &s->gathering, 0))
        answer_all(&s->gathered, ERR_NO_MEMORY);
}

void setting_look(struct setting_nodes *s)
{
    s->wanted = true;
    gather(s);
}

/* Part 4 §5.11.2.2: is what was listed last as new as the reader wants it? */
static bool is_fresh(const struct setting_node *n, double max_age_ms)
{
    const struct setting_nodes *s = n->owner;
    if (max_age_ms >= INT32_MAX)
        return true;
    if (max_age_ms <= 0)
        return false;
    if (s->watch_count && !n->is_volatile)
        return true; /* a change would have been noticed */
    int64_t age_ns = clock_mono_ns(s->model->clock) - s->listed_mono_ns;
    return (double)age_ns <= max_age_ms * (double)NS_PER_MS;
}

void setting_read(void *user, const struct node *node, struct value_answer *a)
{
    (void)node;
    struct setting_node *n = user;
    struct setting_nodes *s = n->owner;
    if (n->status == UA_BAD_NO_COMMUNICATION || is_fresh(n, a->max_age_ms)) {
        struct ua_data_value value = setting_told(n);
        a->give(a, &value);
        return;
    }
    struct setting_read *r = arena_alloc(a->arena, 1, sizeof *r);
    if (!r || timer_start_at(timers_of(s), &r->deadline, a->deadline_ns)) {
        a->give(a, &(struct ua_data_value){.status = UA_BAD_OUT_OF_MEMORY});
        return;
    }
    r->deadline.callback = too_late;
    r->node = n;
    r->answer = a;
    r->in = &s->gathered;
    list_append(&s->gathered, &r->link);
    a->parked = r;
    gather(s);
}

void setting_read_cancel(void *user, struct value_answer *a)
{
    (void)user;
    leave(a->parked);
}

static struct setting_read *of_node(const struct list *l, const struct setting_node *n)
{
    for (struct list_link *link = l->first; link; link = link->next) {
        struct setting_read *r = container_of(link, struct setting_read, link);
        if (!n || r->node == n)
            return r;
    }
    return NULL;
}

void setting_reads_end(struct setting_nodes *s, const struct setting_node *n)
{
    struct setting_read *r;
    while ((r = of_node(&s->gathered, n)) || (r = of_node(&s->asked, n)))
        give_status(r, UA_BAD_NODE_ID_UNKNOWN);
}
