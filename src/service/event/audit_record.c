/* SPDX-License-Identifier: Apache-2.0 */
#include "service/event/audit_record.h"

#include "base/log.h"
#include "service/server_private.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { SEVERITY_GOOD = 100, SEVERITY_REFUSED = 600 };

/* "text" with its quotes; `out` has room for both of them and the end at least. */
static void quote(char *out, size_t size, struct slice text)
{
    size_t at = 0;
    out[at++] = '"';
    for (size_t i = 0; i < text.len && at + 4 <= size; i++) {
        if (text.data[i] == '"' || text.data[i] == '\\')
            out[at++] = '\\';
        out[at++] = (char)text.data[i];
    }
    out[at++] = '"';
    out[at] = '\0';
}

void audit_record_add(struct audit_record *a, const char *name, struct slice text)
{
    size_t used = strlen(a->detail), left = sizeof a->detail - used;
    int n = snprintf(a->detail + used, left, " %s=", name);
    if (n > 0 && (size_t)n + 3 <= left)
        quote(a->detail + used + n, left - (size_t)n, text);
    else
        a->detail[used] = '\0';
}

void audit_record_add_field(struct audit_record *a, const char *path, struct ua_variant value)
{
    assert(a->field_count < AUDIT_FIELDS);
    a->fields[a->field_count++] = (struct event_field){path, value};
}

/* ---- the log ---- */

static const char *user_text(const struct principal *who, char *out, size_t size)
{
    if (!who || !who->token)
        return "-";
    if (who->token == TOKEN_ANONYMOUS)
        return "anonymous";
    quote(out, size, slice_of(who->user));
    return out;
}

static void write_line(struct server *s, const struct audit_record *a)
{
    char user[2 * PRINCIPAL_USER_MAX + 4];
    if (a->status && !log_rate_has_room(&s->refusals, server_mono_ns(s), "audit", "refusals"))
        return;
    log_write(!a->status && a->routine ? LOG_DEBUG : LOG_INFO, "audit",
              "event=%s user=%s from=%s result=%s%s", a->event, user_text(a->who, user, sizeof user),
              a->from ? a->from : "-", ua_status_name(a->status), a->detail);
}

/* ---- the event ---- */

static struct slice user_name(const struct principal *who)
{
    return slice_of(!who || !who->token ? NULL : who->token == TOKEN_ANONYMOUS ? "anonymous" : who->user);
}

static void emit(struct server *s, const struct audit_record *a)
{
    char message[200 + AUDIT_DETAIL];
    struct slice user = user_name(a->who);
    struct slice by = user.len ? user : slice_of("-");
    snprintf(message, sizeof message, "%s by %.*s from %s: %s%s", a->event, SLICE_ARGS(by),
             a->from ? a->from : "-", ua_status_name(a->status), a->detail);
    struct event_field fields[AUDIT_FIELDS + 6] = {
        {"ActionTimeStamp", ua_variant_datetime(server_datetime(s))},
        {"Status", ua_variant_boolean(!a->status)},
        {"ServerId", ua_variant_string(s->identity->application_uri)},
        {"ClientAuditEntryId", ua_variant_string(a->entry_id)},
        {"ClientUserId", ua_variant_string(user)},
        {"StatusCodeId", ua_variant_status(a->status)},
    };
    memcpy(fields + 6, a->fields, a->field_count * sizeof fields[0]);
    const struct event e = {
        .type = a->type,
        .source = a->source,
        .source_name = slice_of(a->source_name),
        .severity = a->status ? SEVERITY_REFUSED : SEVERITY_GOOD,
        .message = slice_of(message),
        .fields = fields,
        .field_count = 6 + a->field_count,
        .for_administrators = true,
    };
    server_emit(s, NULL, &e);
}

void audit_record_make(struct server *s, const struct audit_record *a)
{
    write_line(s, a);
    if (server_has_listeners(s))
        emit(s, a);
}
