/* SPDX-License-Identifier: Apache-2.0
 * One thing that a client did or was refused, as a line of the log and as an audit event (Part 5 §6.4.3) for
 * administrators:
 *
 *     audit: event=Write user="alice" from=192.0.2.7 result=Good node="ns=2;s=Cameras/sim/Settings/Gain"
 * value="3"
 *
 * `user` is `anonymous` without quotes for who has no name, `-` for who has none yet. In quotes, \ stands
 * before " and \. Refusals beyond ten in a second are counted, not told one by one: strangers cause them. */
#ifndef UACAM_SERVICE_EVENT_AUDIT_RECORD_H
#define UACAM_SERVICE_EVENT_AUDIT_RECORD_H

#include "service/event/event.h"
#include "service/session/principal.h"

enum { AUDIT_DETAIL = 320, AUDIT_FIELDS = 4 };

struct audit_record {
    uint32_t type;           /* of the event, in ns 0 */
    const char *event;       /* as the log calls it: "Write" */
    const char *source_name; /* as Part 5 calls it: "Attribute/Write" */
    struct ua_nodeid source; /* null: the Server object */
    ua_status status;
    const struct principal *who;             /* NULL: nobody yet */
    const char *from;                        /* NULL: nowhere any more */
    struct slice entry_id;                   /* RequestHeader.auditEntryId */
    char detail[AUDIT_DETAIL];               /* the rest of the line, from audit_record_add() */
    bool routine;                            /* when it is good, for the log at level debug */
    struct event_field fields[AUDIT_FIELDS]; /* its type's own */
    size_t field_count;
};

/* ` name="text"`, cut where there is no more room. */
void audit_record_add(struct audit_record *a, const char *name, struct slice text);
void audit_record_add_field(struct audit_record *a, const char *path, struct ua_variant value);

void audit_record_make(struct server *s, const struct audit_record *a);

#endif
