/* SPDX-License-Identifier: Apache-2.0
 * Makes one allocation fail, to walk every out-of-memory path of a piece of code:
 *
 *     bool failed;
 *     size_t n = 0;
 *     do {
 *         failing_malloc_after(n++);
 *         int rc = thing_do(...);
 *         failed = failing_malloc_hit();
 *         failing_malloc_off();
 *         assert_int_equal(rc, failed ? ERR_NO_MEMORY : 0);
 *     } while (failed);
 *
 * Covers malloc, calloc, realloc of the test and of our libraries, not those of shared libraries. Declare the
 * test with FAILING_MALLOC. Any thread. */
#ifndef UACAM_TEST_FAILING_MALLOC_H
#define UACAM_TEST_FAILING_MALLOC_H

#include <stdbool.h>
#include <stddef.h>

/* `successes` more allocations succeed, the one after them fails, later ones succeed again. */
void failing_malloc_after(size_t successes);

/* No allocation fails from now on. */
void failing_malloc_off(void);

/* Has one failed since failing_malloc_after()? */
bool failing_malloc_hit(void);

#endif
