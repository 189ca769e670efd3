/* SPDX-License-Identifier: Apache-2.0 */
#include "net/loop.h"
#include "support/unit.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* What happened, in order, as letters. */
struct trace {
    struct loop *loop;
    char seen[64];
    size_t count;
};

static void note(struct trace *t, char letter)
{
    assert_true(t->count < sizeof t->seen - 1);
    t->seen[t->count++] = letter;
}

static int set_up(void **state)
{
    struct trace *t = calloc(1, sizeof *t);
    struct err_text why;
    if (!t || loop_new(&t->loop, &why))
        return -1;
    *state = t;
    return 0;
}

static int tear_down(void **state)
{
    struct trace *t = *state;
    loop_free(t->loop);
    free(t);
    return 0;
}

struct alarm {
    struct timer timer;
    struct trace *trace;
    char letter;
    int repeats;
};

static void alarm_rings(struct timer *timer)
{
    struct alarm *a = container_of(timer, struct alarm, timer);
    note(a->trace, a->letter);
    if (a->repeats-- > 0)
        assert_int_equal(timer_start_in(loop_timers(a->trace->loop), timer, 3 * NS_PER_MS), 0);
}

static void alarm_start(struct alarm *a, struct trace *t, char letter, int64_t delay_ns)
{
    *a = (struct alarm){.timer.callback = alarm_rings, .trace = t, .letter = letter};
    assert_int_equal(timer_start_in(loop_timers(t->loop), &a->timer, delay_ns), 0);
}

static void an_empty_loop_ends(void **state)
{
    struct trace *t = *state;
    loop_run(t->loop);
    loop_run(t->loop);
}

static void timers_ring_in_order_and_not_early(void **state)
{
    struct trace *t = *state;
    struct alarm a, b, c;
    int64_t begin = clock_mono_ns(&system_clock);
    alarm_start(&a, t, 'a', 30 * NS_PER_MS + 300000);
    alarm_start(&b, t, 'b', 10 * NS_PER_MS);
    alarm_start(&c, t, 'c', 0);
    loop_run(t->loop);
    assert_string_equal(t->seen, "cba");
    assert_true(clock_mono_ns(&system_clock) - begin >= 30 * NS_PER_MS + 300000);
}

static void a_timer_may_start_itself_again(void **state)
{
    struct trace *t = *state;
    struct alarm a;
    alarm_start(&a, t, 'a', NS_PER_MS);
    a.repeats = 3;
    loop_run(t->loop);
    assert_string_equal(t->seen, "aaaa");
}

static void rings_for_a_past_deadline(struct timer *timer)
{
    struct alarm *a = container_of(timer, struct alarm, timer);
    note(a->trace, a->letter);
    if (a->repeats-- > 0)
        assert_int_equal(timer_start_at(loop_timers(a->trace->loop), timer, 0), 0);
}

static void work_for_a_while(void *user)
{
    (void)user;
    nanosleep(&(struct timespec){.tv_nsec = 200 * NS_PER_MS}, NULL);
}

static void note_job(void *trace)
{
    note(trace, 'j');
}

/* What is due when the loop begins to sleep does not wait for other news. */
static void a_timer_for_a_past_deadline_rings_in_the_next_turn(void **state)
{
    struct trace *t = *state;
    struct job job = {.work = work_for_a_while, .done = note_job, .user = t};
    struct alarm a = {.timer.callback = rings_for_a_past_deadline, .trace = t, .letter = 'a', .repeats = 3};
    assert_int_equal(loop_submit(t->loop, &job), 0);
    assert_int_equal(timer_start_at(loop_timers(t->loop), &a.timer, 0), 0);
    loop_run(t->loop);
    assert_string_equal(t->seen, "aaaaj");
}

static void waiting_costs_no_cpu(void **state)
{
    struct trace *t = *state;
    struct alarm a;
    alarm_start(&a, t, 'a', 200 * NS_PER_MS + 1);
    struct timespec before, after;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
    loop_run(t->loop);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
    int64_t used_ns = (after.tv_sec - before.tv_sec) * NS_PER_S + after.tv_nsec - before.tv_nsec;
    assert_true(used_ns < 50 * NS_PER_MS);
}

static void note_x(void *user)
{
    note(user, 'x');
}

static void post_x(void *user)
{
    struct trace *t = user;
    note(t, 'p');
    assert_int_equal(loop_post(t->loop, note_x, t), 0);
}

static void posts_run_even_when_nothing_else_waits(void **state)
{
    struct trace *t = *state;
    assert_int_equal(loop_post(t->loop, post_x, t), 0);
    assert_int_equal(loop_post(t->loop, post_x, t), 0);
    loop_run(t->loop);
    assert_string_equal(t->seen, "ppxx");
}

static void too_many_posts_are_refused(void **state)
{
    struct trace *t = *state;
    for (int i = 0; i < 65536; i++)
        assert_int_equal(loop_post(t->loop, free, NULL), 0);
    assert_int_equal(loop_post(t->loop, free, NULL), ERR_LIMIT);
    loop_run(t->loop);
    assert_int_equal(loop_post(t->loop, free, NULL), 0);
}

enum { POSTERS = 4, POSTS_EACH = 500 };

struct poster {
    struct count *count;
    int next; /* of its posts, to come */
};

struct count {
    struct trace *trace;
    struct poster posters[POSTERS];
    pthread_t thread[POSTERS];
    pthread_t loop_thread;
    int left;
    struct timer patience; /* keeps the loop running */
};

struct numbered {
    struct poster *poster;
    int number;
};

static void numbered_arrives(void *user)
{
    struct numbered *n = user;
    struct count *c = n->poster->count;
    assert_true(pthread_equal(pthread_self(), c->loop_thread));
    assert_int_equal(n->number, n->poster->next++);
    free(n);
    if (--c->left == 0)
        timer_stop(loop_timers(c->trace->loop), &c->patience);
}

static void *post_many(void *arg)
{
    struct poster *p = arg;
    for (int i = 0; i < POSTS_EACH; i++) {
        struct numbered *n = malloc(sizeof *n);
        if (!n)
            abort();
        *n = (struct numbered){p, i};
        if (loop_post(p->count->trace->loop, numbered_arrives, n))
            abort();
    }
    return NULL;
}

static void give_up(struct timer *t)
{
    (void)t;
    fail_msg("the posts did not arrive");
}

static void posts_from_threads_arrive_in_their_order(void **state)
{
    struct count c = {.trace = *state, .loop_thread = pthread_self(), .left = POSTERS * POSTS_EACH};
    c.patience.callback = give_up;
    assert_int_equal(timer_start_in(loop_timers(c.trace->loop), &c.patience, 20 * NS_PER_S), 0);
    for (int i = 0; i < POSTERS; i++) {
        c.posters[i] = (struct poster){&c, 0};
        assert_int_equal(pthread_create(&c.thread[i], NULL, post_many, &c.posters[i]), 0);
    }
    loop_run(c.trace->loop);
    for (int i = 0; i < POSTERS; i++) {
        pthread_join(c.thread[i], NULL);
        assert_int_equal(c.posters[i].next, POSTS_EACH);
    }
}

static void stop_now(void *user)
{
    struct trace *t = user;
    note(t, 's');
    loop_stop(t->loop);
}

static void a_stopped_loop_can_run_on(void **state)
{
    struct trace *t = *state;
    struct alarm a;
    alarm_start(&a, t, 'a', 5 * NS_PER_MS);
    assert_int_equal(loop_post(t->loop, stop_now, t), 0);
    loop_run(t->loop);
    assert_string_equal(t->seen, "s");
    loop_run(t->loop);
    assert_string_equal(t->seen, "sa");
}

struct task {
    struct job job;
    struct trace *trace;
    pthread_t worker;
    int turns;
};

static void task_work(void *user)
{
    struct task *t = user;
    t->worker = pthread_self();
}

static void task_done(void *user)
{
    struct task *t = user;
    assert_false(pthread_equal(t->worker, pthread_self()));
    note(t->trace, 'd');
    if (--t->turns > 0)
        assert_int_equal(loop_submit(t->trace->loop, &t->job), 0);
}

static void jobs_work_elsewhere_and_end_here(void **state)
{
    struct task t = {.trace = *state, .turns = 3};
    t.job = (struct job){.work = task_work, .done = task_done, .user = &t};
    assert_int_equal(loop_submit(t.trace->loop, &t.job), 0);
    loop_run(t.trace->loop);
    assert_string_equal(t.trace->seen, "ddd");
}

static void signals_are_told(void **state)
{
    struct trace *t = *state;
    struct err_text why;
    assert_int_equal(loop_watch_signal(t->loop, SIGUSR1, stop_now, t, &why), 0);
    struct alarm a;
    alarm_start(&a, t, 'a', 10 * NS_PER_S);
    kill(getpid(), SIGUSR1);
    loop_run(t->loop);
    timer_stop(loop_timers(t->loop), &a.timer);
    assert_string_equal(t->seen, "s");
    assert_true(loop_watch_signal(t->loop, SIGKILL, stop_now, t, &why) < 0);
    assert_non_null(strstr(why.text, "signal 9"));
}

#define LOOP_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOOP_TEST(an_empty_loop_ends),
        LOOP_TEST(timers_ring_in_order_and_not_early),
        LOOP_TEST(a_timer_may_start_itself_again),
        LOOP_TEST(a_timer_for_a_past_deadline_rings_in_the_next_turn),
        LOOP_TEST(waiting_costs_no_cpu),
        LOOP_TEST(posts_run_even_when_nothing_else_waits),
        LOOP_TEST(too_many_posts_are_refused),
        LOOP_TEST(posts_from_threads_arrive_in_their_order),
        LOOP_TEST(a_stopped_loop_can_run_on),
        LOOP_TEST(jobs_work_elsewhere_and_end_here),
        LOOP_TEST(signals_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
