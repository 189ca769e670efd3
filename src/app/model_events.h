/* SPDX-License-Identifier: Apache-2.0
 * Changes of the cameras' nodes as GeneralModelChangeEvents (Part 5 §6.4.32). Loop thread only. */
#ifndef UACAM_APP_MODEL_EVENTS_H
#define UACAM_APP_MODEL_EVENTS_H

#include "service/server.h"

/* `affected` has a NodeVersion that is new now; `verbs` as bits of enum ua_model_change_structure_verb_mask.
 */
void model_events_tell(struct server *s, const struct node *affected, unsigned verbs);

#endif
