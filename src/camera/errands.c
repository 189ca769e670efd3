/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/errands.h"

#include <stdio.h>
#include <stdlib.h>

/* Where a request is: setting_request.ticket. */
enum { REFUSED = 1, ON_AN_ERRAND };

static struct errand *errand_at(struct list_link *l)
{
    return container_of(l, struct errand, link);
}

struct errand *errands_add(struct errands *es, struct camera *c, struct setting_request *r, const char *path,
                           const struct setting_value *v, int64_t until_ns)
{
    struct errand *e = es->open < ERRANDS_MAX ? calloc(1, sizeof *e) : NULL;
    r->camera = c;
    r->ticket = e ? ON_AN_ERRAND : REFUSED;
    if (!e) {
        list_append(&es->refused, &r->link);
        return NULL;
    }
    e->request = r;
    e->until_ns = until_ns;
    if (path) {
        e->writes = true;
        e->value = *v;
        if (snprintf(e->path, sizeof e->path, "%s", path) >= (int)sizeof e->path)
            e->path[0] = '\0'; /* the name of nothing */
    }
    list_append(&es->all, &e->link);
    es->open++;
    return e;
}

struct errand *errands_first(const struct errands *es)
{
    struct list_link *l = es->all.first;
    while (l && errand_at(l)->finished)
        l = l->next;
    return l ? errand_at(l) : NULL;
}

int64_t errands_until_ns(const struct errands *es)
{
    int64_t until = INT64_MAX;
    for (struct list_link *l = es->all.first; l; l = l->next)
        if (!errand_at(l)->finished && errand_at(l)->until_ns < until)
            until = errand_at(l)->until_ns;
    return until;
}

/* ---- finishing ---- */

void errand_finish(struct errands *es, struct errand *e, int code, const char *why)
{
    if (e->finished)
        return;
    e->finished = true;
    e->code = code;
    if (code)
        err_set(&e->why, (enum err)code, "%s", why);
    es->open--;
}

void errands_finish_all(struct errands *es, int code, const char *why)
{
    for (struct list_link *l = es->all.first; l; l = l->next)
        errand_finish(es, errand_at(l), code, why);
}

void errands_finish_under_way(struct errands *es, int code, const char *why)
{
    for (struct list_link *l = es->all.first; l; l = l->next)
        if (errand_at(l)->under_way)
            errand_finish(es, errand_at(l), code, why);
}

void errands_expire(struct errands *es, int64_t now_ns, const char *why)
{
    for (struct list_link *l = es->all.first; l; l = l->next)
        if (errand_at(l)->until_ns <= now_ns)
            errand_finish(es, errand_at(l), ERR_TIMEOUT, why);
}

/* ---- answering ---- */

static struct errand *first_finished(const struct errands *es)
{
    struct list_link *l = es->all.first;
    while (l && !errand_at(l)->finished)
        l = l->next;
    return l ? errand_at(l) : NULL;
}

bool errands_have_answers(const struct errands *es)
{
    return es->refused.count || first_finished(es);
}

static void call(struct setting_request *r, int code, const char *why)
{
    r->camera = NULL;
    r->done(r, code, code ? why : NULL);
}

static void answer_errand(struct errands *es, struct errand *e)
{
    list_remove(&es->all, &e->link);
    if (e->request)
        call(e->request, e->code, e->why.text);
    free(e);
}

/* What callbacks begin has its turn next time, however soon it is finished: the counts are of now. */
void errands_answer(struct errands *es)
{
    size_t finished = es->all.count - es->open, refused = es->refused.count;
    for (struct errand *e; finished && (e = first_finished(es)); finished--)
        answer_errand(es, e);
    for (struct list_link *l; refused && (l = list_pop(&es->refused)); refused--)
        call(container_of(l, struct setting_request, link), ERR_LIMIT,
             "too many requests for this camera's settings wait already: ask again later");
}

/* ---- withdrawing ---- */

static void withdraw(struct errands *es, const struct setting_request *r)
{
    for (struct list_link *l = es->all.first; l; l = l->next)
        if (errand_at(l)->request == r)
            errand_at(l)->request = NULL;
}

void errands_cancel(struct errands *es, struct setting_request *r)
{
    if (r->ticket == REFUSED)
        list_remove(&es->refused, &r->link);
    else
        withdraw(es, r);
    r->camera = NULL;
}

void errands_clear(struct errands *es)
{
    for (struct list_link *l; (l = list_pop(&es->refused));)
        container_of(l, struct setting_request, link)->camera = NULL;
    for (struct list_link *l; (l = list_pop(&es->all));) {
        struct errand *e = errand_at(l);
        if (e->request)
            e->request->camera = NULL;
        free(e);
    }
    es->open = 0;
}
