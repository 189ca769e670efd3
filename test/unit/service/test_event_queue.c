/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "service/event/event_queue.h"

#include <string.h>

enum { OVERFLOW_NOTE = '!' };

static struct event_note *note(char name, size_t size)
{
    char fields[2000];
    assert_true(size <= sizeof fields);
    memset(fields, name, size);
    struct event_note *n = event_note_new();
    assert_non_null(n);
    assert_int_equal(rope_append(&n->fields, fields, size), 0);
    return n;
}

/* As a server does it. */
static bool push(struct event_queue *q, char name)
{
    bool lost = event_queue_push(q, note(name, 1));
    if (lost && !q->overflow)
        event_queue_push_overflow(q, note(OVERFLOW_NOTE, 1));
    return lost;
}

static void assert_holds(const struct event_queue *q, const char *names)
{
    char have[32] = {0};
    size_t count = 0;
    for (struct list_link *l = q->notes.first; l; l = l->next)
        have[count++] = (char)container_of(l, struct event_note, link)->fields.own.data[0];
    assert_string_equal(have, names);
}

static void the_oldest_are_discarded(void **state)
{
    (void)state;
    struct event_budget budget = {.most = 100000};
    struct event_queue q;
    event_queue_init(&q, &budget, 3, true);
    assert_false(push(&q, 'a') || push(&q, 'b') || push(&q, 'c'));
    assert_holds(&q, "abc");
    assert_true(push(&q, 'd'));
    assert_holds(&q, "!bcd");
    assert_true(push(&q, 'e'));
    assert_holds(&q, "!cde");
    event_queue_take(&q); /* the word of the loss is out: the next loss is told anew */
    assert_null(q.overflow);
    assert_true(push(&q, 'f'));
    assert_holds(&q, "!def");
    event_queue_take(&q);
    event_queue_take(&q);
    assert_false(push(&q, 'g'));
    assert_holds(&q, "efg");
    event_queue_clear(&q);
    assert_int_equal(budget.used, 0);
}

static void the_newest_are_replaced(void **state)
{
    (void)state;
    struct event_budget budget = {.most = 100000};
    struct event_queue q;
    event_queue_init(&q, &budget, 3, false);
    push(&q, 'a');
    push(&q, 'b');
    push(&q, 'c');
    assert_true(push(&q, 'd'));
    assert_holds(&q, "abd!");
    assert_true(push(&q, 'e'));
    assert_holds(&q, "abe!");
    event_queue_take(&q);
    assert_false(push(&q, 'f'));
    assert_holds(&q, "bef!");
    event_queue_clear(&q);
    assert_holds(&q, "");
    assert_int_equal(budget.used, 0);
}

static void a_queue_of_one_tells_too(void **state)
{
    (void)state;
    struct event_budget budget = {.most = 100000};
    struct event_queue q;
    event_queue_init(&q, &budget, 1, true);
    push(&q, 'a');
    assert_true(push(&q, 'b'));
    assert_holds(&q, "!b");
    event_queue_clear(&q);
}

static void a_smaller_queue_drops_by_the_new_policy(void **state)
{
    (void)state;
    struct event_budget budget = {.most = 100000};
    struct event_queue q;
    event_queue_init(&q, &budget, 4, true);
    for (char c = 'a'; c <= 'e'; c++)
        push(&q, c);
    assert_holds(&q, "!bcde");
    assert_true(event_queue_resize(&q, 2, false));
    assert_holds(&q, "bc!");
    assert_false(event_queue_resize(&q, 2, true));
    assert_holds(&q, "!bc");
    event_queue_clear(&q);
}

static void queues_share_a_budget(void **state)
{
    (void)state;
    struct event_budget budget = {.most = 3500};
    struct event_queue q, other;
    event_queue_init(&q, &budget, 10, true);
    event_queue_init(&other, &budget, 10, true);
    assert_false(event_queue_push(&q, note('a', 1000)) || event_queue_push(&q, note('b', 1000)));
    assert_true(event_queue_push(&q, note('c', 1500)));
    assert_holds(&q, "bc");
    assert_true(event_queue_push(&other, note('d', 1000))); /* what others hold is not dropped for it */
    assert_holds(&other, "");
    event_queue_push_overflow(&other, note(OVERFLOW_NOTE, 1900)); /* always has room, past the budget too */
    assert_true(budget.used > budget.most);
    assert_true(event_queue_push(&other, note('e', 1)));
    assert_holds(&other, "!");
    assert_true(event_queue_push(&q, note('f', 1)));
    assert_holds(&q, "f");
    event_queue_clear(&q);
    event_queue_clear(&other);
    assert_int_equal(budget.used, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_oldest_are_discarded), cmocka_unit_test(the_newest_are_replaced),
        cmocka_unit_test(a_queue_of_one_tells_too), cmocka_unit_test(a_smaller_queue_drops_by_the_new_policy),
        cmocka_unit_test(queues_share_a_budget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
