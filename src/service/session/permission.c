/* SPDX-License-Identifier: Apache-2.0 */
#include "service/session/permission.h"

#include "base/compiler.h"
#include "space/ids_gen.h"

bool permission_read(enum role role, const struct node *n)
{
    return n->guard != GUARD_SECRET || role >= ROLE_ADMINISTRATOR;
}

static bool is_admitted(enum role role, uint8_t guard)
{
    static const enum role least[] = {
        [GUARD_OPERATOR] = ROLE_OPERATOR,
        [GUARD_EVERYBODY] = ROLE_ANONYMOUS,
        [GUARD_ADMINISTRATOR] = ROLE_ADMINISTRATOR,
        [GUARD_SECRET] = ROLE_ADMINISTRATOR,
    };
    return role >= least[guard];
}

bool permission_write(enum role role, const struct node *n)
{
    return role >= ROLE_OPERATOR && is_admitted(role, n->guard);
}

bool permission_call(enum role role, const struct node *n)
{
    return is_admitted(role, n->guard);
}

/* Which of ours has which of the standard's. */
static const struct {
    uint32_t id;
    enum role role;
} roles[PERMISSION_ROLES] = {
    {UA_ID_WELLKNOWNROLE_ANONYMOUS, ROLE_ANONYMOUS},
    {UA_ID_WELLKNOWNROLE_AUTHENTICATEDUSER, ROLE_OBSERVER},
    {UA_ID_WELLKNOWNROLE_OBSERVER, ROLE_OBSERVER},
    {UA_ID_WELLKNOWNROLE_OPERATOR, ROLE_OPERATOR},
    {UA_ID_WELLKNOWNROLE_CONFIGUREADMIN, ROLE_ADMINISTRATOR},
    {UA_ID_WELLKNOWNROLE_SECURITYADMIN, ROLE_ADMINISTRATOR},
};

static uint32_t permissions(enum role role, const struct node *n)
{
    uint32_t bits = UA_PERMISSION_TYPE_BROWSE | UA_PERMISSION_TYPE_READ_ROLE_PERMISSIONS;
    if (n->node_class == NODE_VARIABLE) {
        if (permission_read(role, n))
            bits |= UA_PERMISSION_TYPE_READ;
        if (n->variable.access_level & ACCESS_WRITE && permission_write(role, n))
            bits |= UA_PERMISSION_TYPE_WRITE;
    } else if (n->node_class == NODE_METHOD && permission_call(role, n)) {
        bits |= UA_PERMISSION_TYPE_CALL;
    } else if (n->event_notifier) {
        bits |= UA_PERMISSION_TYPE_RECEIVE_EVENTS;
    }
    return bits;
}

size_t permission_rows(enum role role, const struct node *n,
                       struct ua_role_permission_type rows[PERMISSION_ROLES])
{
    size_t count = 0;
    for (size_t i = 0; i < PERMISSION_ROLES && roles[i].role <= role; i++)
        rows[count++] = (struct ua_role_permission_type){
            .role_id = ua_nodeid_numeric(0, roles[i].id),
            .permissions = permissions(roles[i].role, n),
        };
    return count;
}
