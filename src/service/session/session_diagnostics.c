/* SPDX-License-Identifier: Apache-2.0 */
#include "service/session/session_diagnostics.h"

#include "service/server_private.h"
#include "service/session/session.h"
#include "wire/messages_gen.h"
#include "wire/structure.h"

static const char *mechanism_of(const struct principal *who)
{
    switch (who->token) {
    case TOKEN_ANONYMOUS:
        return "Anonymous";
    case TOKEN_USER_NAME:
        return "UserName";
    case TOKEN_X509:
        return "X509";
    default:
        return ""; /* nobody yet */
    }
}

/* Borrows from the session. `user` has room for the history, of which we keep the present alone. */
static struct ua_session_security_diagnostics_data_type describe(struct session *s, struct slice *user)
{
    const struct peer *p = s->peer; /* NULL: its connection is lost */
    *user = slice_of(s->who.user);
    return (struct ua_session_security_diagnostics_data_type){
        .session_id = session_id(s),
        .client_user_id_of_session = *user,
        .client_user_id_history = user,
        .client_user_id_history_len = 1,
        .authentication_mechanism = slice_of(mechanism_of(&s->who)),
        .encoding = slice_of("UA Binary"),
        .transport_protocol = slice_of("opc.tcp"),
        .security_mode = p ? (int32_t)p->security_mode : UA_MESSAGE_SECURITY_MODE_INVALID,
        .security_policy_uri = p ? p->security_policy_uri : (struct slice){0},
        .client_certificate = p && p->client_certificate ? p->client_certificate->der : (struct slice){0},
    };
}

static void read_sessions(void *user, const struct node *n, struct value_answer *a)
{
    const struct server *server = user;
    size_t count = server->sessions.count, i = 0;
    struct ua_extension_object *objects = arena_alloc(a->arena, count, sizeof *objects);
    struct ua_session_security_diagnostics_data_type *rows = arena_alloc(a->arena, count, sizeof *rows);
    struct slice *users = arena_alloc(a->arena, count, sizeof *users);
    struct ua_data_value value = {.status = UA_BAD_OUT_OF_MEMORY};
    (void)n;
    if (objects && rows && users) {
        for (struct list_link *l = server->sessions.first; l; l = l->next, i++) {
            rows[i] = describe(container_of(l, struct session, link), &users[i]);
            objects[i] = (struct ua_extension_object){
                .structure = &ua_session_security_diagnostics_data_type_structure, .value = &rows[i]};
        }
        value = (struct ua_data_value){
            .has_value = true,
            .value = ua_variant_array(UA_EXTENSIONOBJECT, objects, count),
            .source_timestamp = server_datetime(server),
        };
    }
    a->give(a, &value);
}

static const struct value_source sessions_source = {.read = read_sessions};

ua_status session_diagnostics_attach(struct server *s)
{
    struct node *n = space_ns0(
        s->space, UA_ID_SERVER_SERVERDIAGNOSTICS_SESSIONSDIAGNOSTICSSUMMARY_SESSIONSECURITYDIAGNOSTICSARRAY);
    if (!n)
        return UA_BAD_NODE_ID_UNKNOWN;
    n->guard = GUARD_SECRET;
    n->variable.source = &sessions_source;
    n->variable.source_user = s;
    return UA_GOOD;
}
