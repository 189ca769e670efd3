/* SPDX-License-Identifier: Apache-2.0
 * Guessing passwords becomes slow, owning one stays quick. */
#include "app/security/throttle.h"
#include "base/clock.h"
#include "support/unit.h"

#include <stdio.h>

static struct throttle t;
static int64_t now = 1000 * NS_PER_S;

static int set_up(void **state)
{
    (void)state;
    t = (struct throttle){0};
    return 0;
}

static void guess(const char *address, const char *user, size_t times)
{
    for (size_t i = 0; i < times; i++)
        throttle_failed(&t, address, slice_of(user), now);
}

static int64_t address_ms(const char *address)
{
    int64_t ms = (throttle_address_free_ns(&t, address) - now) / NS_PER_MS;
    return ms > 0 ? ms : 0;
}

static int64_t user_ms(const char *user)
{
    return throttle_user_delay_ns(&t, slice_of(user), now) / NS_PER_MS;
}

static void mistyping_costs_nothing(void **state)
{
    (void)state;
    assert_int_equal(address_ms("192.0.2.1"), 0);
    assert_int_equal(user_ms("anna"), 0);
    guess("192.0.2.1", "anna", 2);
    assert_int_equal(address_ms("192.0.2.1"), 0);
    assert_int_equal(user_ms("anna"), 0);
}

static void delays_double_up_to_a_ceiling(void **state)
{
    (void)state;
    static const int64_t of_address[] = {0, 0, 250, 500, 1000, 2000, 4000, 8000, 8000, 8000};
    static const int64_t of_user[] = {0, 0, 250, 500, 1000, 1000, 1000, 1000, 1000, 1000};
    for (size_t i = 0; i < ARRAY_LEN(of_address); i++) {
        guess("192.0.2.1", "anna", 1);
        assert_int_equal(address_ms("192.0.2.1"), of_address[i]);
        assert_int_equal(user_ms("anna"), of_user[i]);
    }
    guess("192.0.2.1", "anna", 100000);
    assert_int_equal(address_ms("192.0.2.1"), 8000);
}

/* A stranger elsewhere makes the owner wait a second, not more. */
static void owners_are_not_kept_out(void **state)
{
    (void)state;
    guess("192.0.2.1", "anna", 1000);
    assert_int_equal(address_ms("192.0.2.2"), 0);
    assert_int_equal(user_ms("anna"), 1000);
    assert_int_equal(user_ms("bob"), 0);
}

static void success_and_time_forgive(void **state)
{
    (void)state;
    guess("192.0.2.1", "anna", 10);
    throttle_succeeded(&t, "192.0.2.1", slice_of("anna"));
    assert_int_equal(address_ms("192.0.2.1"), 0);
    assert_int_equal(user_ms("anna"), 0);
    guess("192.0.2.1", "anna", 10);
    now += 901 * NS_PER_S;
    assert_int_equal(address_ms("192.0.2.1"), 0);
    assert_int_equal(user_ms("anna"), 0);
    guess("192.0.2.1", "anna", 1);
    assert_int_equal(address_ms("192.0.2.1"), 0);
}

/* Of IPv6 a stranger has a whole network. */
static void networks_count_as_one(void **state)
{
    (void)state;
    guess("2001:db8:1:2::1", "a", 5);
    assert_true(address_ms("2001:db8:1:2:3:4:5:6") > 0);
    assert_int_equal(address_ms("2001:db8:1:3::1"), 0);
    assert_int_equal(address_ms("192.0.2.1"), 0);
}

/* The table is full: the newest are kept. */
static void it_does_not_grow(void **state)
{
    (void)state;
    char user[16];
    guess("192.0.2.1", "anna", 10);
    for (int i = 0; i < 5 * THROTTLE_ENTRIES; i++) {
        now++;
        snprintf(user, sizeof user, "user%d", i);
        guess("192.0.2.9", user, 3);
    }
    assert_true(address_ms("192.0.2.9") >= 7999);
    assert_int_equal(user_ms(user), 250);
    assert_int_equal(user_ms("anna"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(mistyping_costs_nothing, set_up),
        cmocka_unit_test_setup(delays_double_up_to_a_ceiling, set_up),
        cmocka_unit_test_setup(owners_are_not_kept_out, set_up),
        cmocka_unit_test_setup(success_and_time_forgive, set_up),
        cmocka_unit_test_setup(networks_count_as_one, set_up),
        cmocka_unit_test_setup(it_does_not_grow, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
