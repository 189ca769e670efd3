/* SPDX-License-Identifier: Apache-2.0
 * A crew does everything it is given, in batches, and reports on the loop thread. */
#include "net/crew.h"

#include "support/unit.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

enum { TASKS = 500, FULL = 10 };

struct piece {
    struct task task;
    atomic_uint worked;
    unsigned done;
};

static struct loop *loop;
static struct piece pieces[TASKS];
static pthread_t loop_thread;
static unsigned done_count;
static atomic_size_t largest; /* batch */
static sem_t gate;            /* the first batch waits for it */
static atomic_bool gated;

static void work(void *user, struct task *const *tasks, size_t count)
{
    assert_ptr_equal(user, &gate);
    assert_false(pthread_equal(pthread_self(), loop_thread));
    if (atomic_exchange(&gated, false))
        sem_wait(&gate);
    size_t seen = atomic_load(&largest);
    while (count > seen && !atomic_compare_exchange_weak(&largest, &seen, count))
        ;
    for (size_t i = 0; i < count; i++)
        atomic_fetch_add(&container_of(tasks[i], struct piece, task)->worked, 1);
}

static void done(struct task *t)
{
    struct piece *p = container_of(t, struct piece, task);
    assert_true(pthread_equal(pthread_self(), loop_thread));
    assert_int_equal(atomic_load(&p->worked), 1);
    p->done++;
    if (++done_count == TASKS)
        loop_stop(loop);
}

static int set_up(void **state)
{
    (void)state;
    struct err_text why;
    assert_int_equal(loop_new(&loop, &why), 0);
    loop_thread = pthread_self();
    done_count = 0;
    atomic_store(&largest, 0);
    atomic_store(&gated, true);
    assert_int_equal(sem_init(&gate, 0, 0), 0);
    for (size_t i = 0; i < TASKS; i++) {
        atomic_store(&pieces[i].worked, 0);
        pieces[i].done = 0;
        pieces[i].task = (struct task){.weight = 1, .done = done};
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    loop_free(loop);
    sem_destroy(&gate);
    return 0;
}

static struct crew *crew_of(unsigned threads)
{
    struct crew *c = crew_new(
        &(struct crew_setup){.loop = loop, .threads = threads, .full = FULL, .work = work, .user = &gate});
    assert_non_null(c);
    return c;
}

static void all_are_done_once(void **state)
{
    (void)state;
    struct crew *c = crew_of(3);
    for (size_t i = 0; i < TASKS; i++)
        crew_submit(c, &pieces[i].task);
    assert_int_equal(done_count, 0); /* only the loop tells */
    sem_post(&gate);
    while (done_count < TASKS)
        loop_run(loop);
    for (size_t i = 0; i < TASKS; i++)
        assert_int_equal(pieces[i].done, 1);
    crew_free(c);
}

/* What piled up while the only thread was busy goes in full batches, never in more. */
static void batches_are_full(void **state)
{
    (void)state;
    struct crew *c = crew_of(1);
    for (size_t i = 0; i < TASKS; i++)
        crew_submit(c, &pieces[i].task);
    sem_post(&gate);
    crew_free(c);
    assert_int_equal(done_count, TASKS);
    assert_int_equal(atomic_load(&largest), FULL);
}

static void a_heavy_one_goes_alone(void **state)
{
    (void)state;
    struct crew *c = crew_of(1);
    for (size_t i = 0; i < TASKS; i++) {
        pieces[i].task.weight = 5 * FULL;
        crew_submit(c, &pieces[i].task);
    }
    sem_post(&gate);
    crew_free(c);
    assert_int_equal(done_count, TASKS);
    assert_int_equal(atomic_load(&largest), 1);
}

/* Its report is still on the way when the crew is gone. */
static void freed_before_the_loop_runs(void **state)
{
    (void)state;
    struct crew *c = crew_of(2);
    sem_post(&gate);
    for (size_t i = 0; i < TASKS; i++)
        crew_submit(c, &pieces[i].task);
    crew_free(c);
    assert_int_equal(done_count, TASKS);
    loop_run(loop);
    assert_int_equal(done_count, TASKS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(all_are_done_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(batches_are_full, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_heavy_one_goes_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(freed_before_the_loop_runs, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
