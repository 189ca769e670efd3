/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "base/heap.h"

#include <string.h>

enum { ITEMS = 300 };

static struct heap_link items[ITEMS];

static uint32_t chance(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static const struct heap_link *least(void)
{
    const struct heap_link *best = NULL;
    for (size_t i = 0; i < ITEMS; i++)
        if (items[i].in && (!best || items[i].key < best->key))
            best = &items[i];
    return best;
}

static void assert_first(const struct heap *h)
{
    const struct heap_link *best = least();
    if (best)
        assert_true(h->first->key == best->key);
    else
        assert_null(h->first);
}

/* Against a search through all of them. */
static void the_least_is_first_whatever_happens(void **state)
{
    (void)state;
    struct heap h = {0};
    uint32_t seed = 1;
    memset(items, 0, sizeof items);
    for (int step = 0; step < 20000; step++) {
        struct heap_link *link = &items[chance(&seed) % ITEMS];
        if (chance(&seed) % 3)
            heap_put(&h, link, (int64_t)(chance(&seed) % 1000) - 500);
        else
            heap_remove(&h, chance(&seed) % 2 && h.first ? h.first : link);
        assert_first(&h);
    }
    while (h.first) {
        heap_remove(&h, h.first);
        assert_first(&h);
    }
}

static void those_that_leave_can_come_again(void **state)
{
    (void)state;
    struct heap h = {0};
    memset(items, 0, sizeof items);
    heap_remove(&h, &items[0]);
    for (int64_t i = 0; i < ITEMS; i++)
        heap_put(&h, &items[i], INT64_MAX - i);
    heap_put(&h, &items[0], INT64_MIN);
    assert_ptr_equal(h.first, &items[0]);
    for (int64_t i = ITEMS; i > 0; i--) {
        heap_remove(&h, h.first);
        assert_true(h.first == (i > 1 ? &items[i - 1] : NULL));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_least_is_first_whatever_happens),
        cmocka_unit_test(those_that_leave_can_come_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
