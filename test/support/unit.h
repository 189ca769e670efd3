/* SPDX-License-Identifier: Apache-2.0
 * cmocka with the headers that it wants before it. */
#ifndef UACAM_TEST_UNIT_H
#define UACAM_TEST_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
