/* SPDX-License-Identifier: Apache-2.0
 * The View services (Part 4 §5.9): walking the address space. */
#ifndef UACAM_SERVICE_VIEW_VIEW_H
#define UACAM_SERVICE_VIEW_VIEW_H

#include "service/request.h"

void browse(struct request *r, const void *decoded);
void browse_next(struct request *r, const void *decoded);
void translate_browse_paths(struct request *r, const void *decoded);
void register_nodes(struct request *r, const void *decoded);
void unregister_nodes(struct request *r, const void *decoded);

/* Forgets the continuation points of a session. */
void browse_points_free(struct session *s);

/* Does a reference of type `type` count when `wanted` (NULL: any) is asked for? */
bool reference_type_matches(const struct space *space, const struct node *type, const struct node *wanted,
                            bool include_subtypes);

#endif
