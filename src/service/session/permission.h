/* SPDX-License-Identifier: Apache-2.0
 * What a role may do with a node (Part 3 §4.9, §8.55). Pure. */
#ifndef UACAM_SERVICE_SESSION_PERMISSION_H
#define UACAM_SERVICE_SESSION_PERMISSION_H

#include "service/session/access.h"
#include "space/node.h"
#include "wire/messages_gen.h"

/* May it see the Value? */
bool permission_read(enum role role, const struct node *n);

/* May it change the Value, if anybody may? */
bool permission_write(enum role role, const struct node *n);

/* May it call the Method? */
bool permission_call(enum role role, const struct node *n);

/* The well-known Roles (Part 18 §4.3), the weakest first. */
enum { PERMISSION_ROLES = 6 };

/* Fills one row for each of the first Roles, and gives how many: those that a session of this role has. */
size_t permission_rows(enum role role, const struct node *n,
                       struct ua_role_permission_type rows[PERMISSION_ROLES]);

#endif
