/* SPDX-License-Identifier: Apache-2.0 */
#include "service/event/audit.h"

#include "service/event/audit_record.h"
#include "service/event/filter_value.h"
#include "service/server_private.h"
#include "service/session/session.h"

#include <stdio.h>
#include <string.h>

enum { TEXT_KEPT = 200, TEXT_SHOWN = 60, NODE_TEXT = 200 };

/* ---- parts of records ---- */

static struct audit_record record_of(const struct request *r, uint32_t type, const char *event,
                                     const char *source_name, ua_status status)
{
    return (struct audit_record){
        .type = type,
        .event = event,
        .source_name = source_name,
        .status = status,
        .who = r->session ? &r->session->who : NULL,
        .from = r->peer->address,
        .entry_id = r->audit_entry_id,
    };
}

static void add_session(struct audit_record *a, const struct session *s)
{
    char text[16];
    if (!s)
        return;
    snprintf(text, sizeof text, "%u", s->key);
    audit_record_add(a, "session", slice_of(text));
    audit_record_add_field(a, "SessionId", ua_variant_nodeid(session_id(s)));
}

/* `text` holds the identifier as long as the record is needed. */
static void add_channel_id(struct audit_record *a, const struct peer *p, char text[16])
{
    snprintf(text, 16, "%u", p->channel_id);
    audit_record_add_field(a, "SecureChannelId", ua_variant_string(slice_of(text)));
}

static void add_node(struct audit_record *a, const char *name, const struct ua_nodeid *id)
{
    char text[NODE_TEXT];
    audit_record_add(a, name, slice_of(ua_nodeid_text(id, text, sizeof text)));
}

static void add_certificate(struct audit_record *a, const struct certificate *c)
{
    char thumbprint[2 * THUMBPRINT_SIZE + 1];
    certificate_thumbprint_text(c, thumbprint);
    audit_record_add(a, "certificate", slice_of(thumbprint));
    audit_record_add(a, "name", c->common_name);
}

/* ---- channels ---- */

void audit_open_channel(struct server *s, const struct peer *p, ua_status status)
{
    char id[16];
    struct audit_record a = {
        .type = UA_ID_AUDITOPENSECURECHANNELEVENTTYPE,
        .event = "OpenSecureChannel",
        .source_name = "SecureChannel/OpenSecureChannel",
        .status = status,
        .from = p->address,
        .routine = true,
    };
    add_channel_id(&a, p, id);
    audit_record_add_field(&a, "SecurityPolicyUri", ua_variant_string(p->security_policy_uri));
    audit_record_add_field(&a, "SecurityMode", ua_variant_int32((int32_t)p->security_mode));
    if (p->client_certificate) {
        add_certificate(&a, p->client_certificate);
        audit_record_add_field(&a, "ClientCertificate", ua_variant_bytestring(p->client_certificate->der));
    }
    audit_record_make(s, &a);
}

void audit_certificate(struct server *s, const struct peer *p, const struct certificate *c, ua_status status)
{
    static const struct {
        ua_status status;
        uint32_t type;
    } types[] = {
        {UA_BAD_CERTIFICATE_UNTRUSTED, UA_ID_AUDITCERTIFICATEUNTRUSTEDEVENTTYPE},
        {UA_BAD_CERTIFICATE_TIME_INVALID, UA_ID_AUDITCERTIFICATEEXPIREDEVENTTYPE},
        {UA_BAD_CERTIFICATE_ISSUER_TIME_INVALID, UA_ID_AUDITCERTIFICATEEXPIREDEVENTTYPE},
        {UA_BAD_CERTIFICATE_REVOKED, UA_ID_AUDITCERTIFICATEREVOKEDEVENTTYPE},
        {UA_BAD_CERTIFICATE_ISSUER_REVOKED, UA_ID_AUDITCERTIFICATEREVOKEDEVENTTYPE},
        {UA_BAD_CERTIFICATE_USE_NOT_ALLOWED, UA_ID_AUDITCERTIFICATEMISMATCHEVENTTYPE},
        {UA_BAD_CERTIFICATE_ISSUER_USE_NOT_ALLOWED, UA_ID_AUDITCERTIFICATEMISMATCHEVENTTYPE},
    };
    struct audit_record a = {
        .type = UA_ID_AUDITCERTIFICATEINVALIDEVENTTYPE,
        .event = "Certificate",
        .source_name = "Security/Certificate",
        .status = status,
        .from = p->address,
    };
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (types[i].status == status)
            a.type = types[i].type;
    add_certificate(&a, c);
    audit_record_add_field(&a, "Certificate", ua_variant_bytestring(c->der));
    audit_record_make(s, &a);
}

/* ---- sessions ---- */

void audit_create_session(const struct request *r, const struct session *s, ua_status status)
{
    char id[16];
    const struct certificate *c = r->peer->client_certificate;
    struct audit_record a =
        record_of(r, UA_ID_AUDITCREATESESSIONEVENTTYPE, "CreateSession", "Session/CreateSession", status);
    a.routine = true;
    add_session(&a, s);
    add_channel_id(&a, r->peer, id);
    if (c) {
        add_certificate(&a, c);
        audit_record_add_field(&a, "ClientCertificate", ua_variant_bytestring(c->der));
    }
    if (s)
        audit_record_add_field(&a, "RevisedSessionTimeout", ua_variant_double(s->timeout_ms));
    audit_record_make(r->server, &a);
}

void audit_activate_session(const struct request *r, const struct principal *who, ua_status status)
{
    char id[16];
    struct audit_record a = record_of(r, UA_ID_AUDITACTIVATESESSIONEVENTTYPE, "ActivateSession",
                                      "Session/ActivateSession", status);
    a.who = who;
    add_session(&a, r->session);
    add_channel_id(&a, r->peer, id);
    audit_record_make(r->server, &a);
}

void audit_end_session(const struct session *s, const struct request *r)
{
    struct audit_record a = {
        .type = UA_ID_AUDITSESSIONEVENTTYPE,
        .event = r ? "CloseSession" : "Timeout",
        .source_name = r ? "Session/CloseSession" : "Session/Timeout",
        .who = &s->who,
        .from = s->peer ? s->peer->address : NULL,
        .routine = true,
    };
    if (r)
        a.entry_id = r->audit_entry_id;
    add_session(&a, s);
    audit_record_make(s->server, &a);
}

/* ---- what clients change ---- */

static bool keep_text(struct arena *arena, struct slice *text)
{
    return text->len <= TEXT_KEPT && arena_copy(arena, *text, text);
}

/* Numbers and short texts; NULL for all else. */
static struct ua_variant keep_value(struct arena *arena, const struct ua_variant *v)
{
    struct ua_variant kept = *v;
    kept.blob = NULL;
    bool number = v->type >= UA_BOOLEAN && v->type <= UA_DOUBLE;
    if (v->is_array)
        return (struct ua_variant){0};
    if (number || v->type == UA_DATETIME || v->type == UA_STATUSCODE)
        return kept;
    if (v->type == UA_STRING && keep_text(arena, &kept.bytes))
        return kept;
    if (v->type == UA_LOCALIZEDTEXT && keep_text(arena, &kept.localized_text.text) &&
        keep_text(arena, &kept.localized_text.locale))
        return kept;
    return (struct ua_variant){0};
}

/* The node may be gone when the record is made. Null when it does not fit. */
static struct ua_nodeid keep_id(struct arena *arena, const struct ua_nodeid *id)
{
    struct ua_nodeid kept = *id;
    bool text = id->kind == UA_ID_STRING || id->kind == UA_ID_OPAQUE;
    return !text || arena_copy(arena, id->string, &kept.string) ? kept : (struct ua_nodeid){0};
}

void audit_begin_write(struct request *r, const struct node *n, const struct ua_variant *value,
                       struct audited_write *out)
{
    *out = (struct audited_write){.node = keep_id(&r->arena, &n->id)};
    if (n->guard != GUARD_SECRET)
        out->value = keep_value(&r->arena, value);
}

void audit_end_write(const struct request *r, const struct audited_write *w, ua_status status)
{
    if (ua_nodeid_is_null(&w->node))
        return;
    struct audit_record a = record_of(r, UA_ID_AUDITWRITEUPDATEEVENTTYPE, "Write", "Attribute/Write", status);
    struct arena arena;
    arena_init(&arena, 4 * TEXT_KEPT);
    a.source = w->node;
    add_node(&a, "node", &w->node);
    struct ua_variant text = filter_value_cast(&w->value, UA_STRING, &arena);
    if (text.type == UA_STRING) {
        text.bytes.len = text.bytes.len < TEXT_SHOWN ? text.bytes.len : TEXT_SHOWN;
        audit_record_add(&a, "value", text.bytes);
    }
    audit_record_add_field(&a, "AttributeId", ua_variant_uint32(ATTRIBUTE_VALUE));
    audit_record_add_field(&a, "NewValue", w->value);
    audit_record_make(r->server, &a);
    arena_clear(&arena);
}

void audit_begin_call(struct request *r, const struct method_call *call, struct audited_call *out)
{
    *out = (struct audited_call){0};
    if (call->method->guard == GUARD_EVERYBODY)
        return;
    out->object = keep_id(&r->arena, &call->object->id);
    out->method = keep_id(&r->arena, &call->method->id);
    out->inputs = arena_alloc(&r->arena, call->input_count, sizeof *out->inputs);
    if (!out->inputs || call->method->guard == GUARD_SECRET)
        return;
    out->input_count = call->input_count;
    for (size_t i = 0; i < call->input_count; i++)
        out->inputs[i] = keep_value(&r->arena, &call->inputs[i]);
}

void audit_end_call(const struct request *r, const struct audited_call *c, ua_status status)
{
    if (ua_nodeid_is_null(&c->method))
        return;
    struct audit_record a = record_of(r, UA_ID_AUDITUPDATEMETHODEVENTTYPE, "Call", "Attribute/Call", status);
    a.routine = true;
    a.source = c->object;
    add_node(&a, "method", &c->method);
    audit_record_add_field(&a, "MethodId", ua_variant_nodeid(c->method));
    audit_record_add_field(&a, "InputArguments", ua_variant_array(UA_VARIANT, c->inputs, c->input_count));
    audit_record_make(r->server, &a);
}

/* ---- what is changed on this machine ---- */

void audit_admission(struct server *s, const struct audited_admission *what)
{
    struct audit_record a = {
        .type =
            what->is_user ? UA_ID_ROLEMAPPINGRULECHANGEDAUDITEVENTTYPE : UA_ID_TRUSTLISTUPDATEDAUDITEVENTTYPE,
        .event = what->event,
        .source_name = what->is_user ? "Security/Users" : "Security/TrustList",
        .from = "this-machine",
    };
    audit_record_add(&a, what->is_user ? "name" : "certificate", slice_of(what->id));
    audit_record_add(&a, what->is_user ? "role" : "name", slice_of(what->name));
    if (what->as)
        audit_record_add(&a, "as", slice_of(what->as));
    audit_record_make(s, &a);
}
