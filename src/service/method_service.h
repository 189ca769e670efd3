/* SPDX-License-Identifier: Apache-2.0
 * The Method service set (Part 4 §5.12). */
#ifndef UACAM_SERVICE_METHOD_SERVICE_H
#define UACAM_SERVICE_METHOD_SERVICE_H

#include "service/request.h"

void call_methods(struct request *r, const void *decoded);

#endif
