/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "base/list.h"

struct item {
    int number;
    struct list_link link;
};

static void assert_numbers(const struct list *list, const int *numbers, size_t count)
{
    assert_int_equal(list->count, count);
    size_t i = 0;
    for (struct list_link *l = list->first; l; l = l->next)
        assert_int_equal(container_of(l, struct item, link)->number, numbers[i++]);
    assert_int_equal(i, count);
    for (struct list_link *l = list->last; l; l = l->prev)
        assert_int_equal(container_of(l, struct item, link)->number, numbers[--i]);
    assert_int_equal(i, 0);
}

static void first_in_is_first_out(void **state)
{
    (void)state;
    struct list list = {0};
    struct item items[] = {{.number = 1}, {.number = 2}, {.number = 3}};
    for (size_t i = 0; i < 3; i++)
        list_append(&list, &items[i].link);
    assert_numbers(&list, (int[]){1, 2, 3}, 3);
    for (size_t i = 0; i < 3; i++)
        assert_ptr_equal(list_pop(&list), &items[i].link);
    assert_null(list_pop(&list));
    assert_numbers(&list, NULL, 0);
}

static void any_place_can_be_left(void **state)
{
    (void)state;
    static const int rest[3][2] = {{2, 3}, {1, 3}, {1, 2}};
    for (size_t gone = 0; gone < 3; gone++) {
        struct list list = {0};
        struct item items[] = {{.number = 1}, {.number = 2}, {.number = 3}};
        for (size_t i = 0; i < 3; i++)
            list_append(&list, &items[i].link);
        list_remove(&list, &items[gone].link);
        assert_numbers(&list, rest[gone], 2);
        list_append(&list, &items[gone].link);
        assert_int_equal(list.count, 3);
        assert_ptr_equal(list.last, &items[gone].link);
    }
}

static void some_come_first(void **state)
{
    (void)state;
    struct list list = {0};
    struct item items[] = {{.number = 1}, {.number = 2}, {.number = 3}};
    list_prepend(&list, &items[1].link);
    list_append(&list, &items[2].link);
    list_prepend(&list, &items[0].link);
    assert_numbers(&list, (int[]){1, 2, 3}, 3);
    list_remove(&list, &items[1].link);
    assert_numbers(&list, (int[]){1, 3}, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_in_is_first_out),
        cmocka_unit_test(any_place_can_be_left),
        cmocka_unit_test(some_come_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
