/* SPDX-License-Identifier: Apache-2.0
 * Requests for settings on their way to the device: in order, under a ceiling, each answered once and later.
 *
 * Loop thread only. Callbacks of requests may add and cancel requests. */
#ifndef UACAM_CAMERA_ERRANDS_H
#define UACAM_CAMERA_ERRANDS_H

#include "camera/camera.h"
#include "camera/setting_memory.h"

/* That wait at the same time. */
enum { ERRANDS_MAX = 64 };

struct errand {
    struct list_link link;
    struct setting_request *request; /* NULL: withdrawn */
    bool writes;                     /* `path` = `value`; else it reads */
    char path[SETTING_PATH];
    struct setting_value value;
    int64_t until_ns; /* then it is answered in any case */
    bool under_way;   /* the present job is for it */
    bool finished;    /* its answer is: */
    int code;
    struct err_text why;
};

/* Zero it to begin. */
struct errands {
    struct list all;     /* struct errand */
    struct list refused; /* struct setting_request: there was no place for them */
    size_t open;         /* that are not finished */
};

/* Takes on a request of `c`: `path` and `v` are NULL for reading. NULL: it is refused, and will hear so. */
struct errand *errands_add(struct errands *es, struct camera *c, struct setting_request *r, const char *path,
                           const struct setting_value *v, int64_t until_ns);

/* The oldest that is not finished, NULL for none. */
struct errand *errands_first(const struct errands *es);

/* The next moment at which errands_expire() has something to do, INT64_MAX for none. */
int64_t errands_until_ns(const struct errands *es);

/* Does nothing for one that is finished. `why` may be NULL for code 0. */
void errand_finish(struct errands *es, struct errand *e, int code, const char *why);
void errands_finish_all(struct errands *es, int code, const char *why);
void errands_finish_under_way(struct errands *es, int code, const char *why);
void errands_expire(struct errands *es, int64_t now_ns, const char *why);

/* Calls whoever is due to hear. */
void errands_answer(struct errands *es);
bool errands_have_answers(const struct errands *es);

void errands_cancel(struct errands *es, struct setting_request *r);

/* Ends all without calling them. */
void errands_clear(struct errands *es);

#endif
