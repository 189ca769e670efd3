/* SPDX-License-Identifier: Apache-2.0 */
#include "service/server_object.h"

#include "service/event/event_filter.h"
#include "wire/messages_gen.h"

/* Standard Event Subscription Server Facet */
#define PROFILE_EVENTS "http://opcfoundation.org/UA-Profile/Server/StandardEventSubscription"

#define CAPABILITY(name) UA_ID_SERVER_SERVERCAPABILITIES_##name
#define LIMIT(name)      UA_ID_SERVER_SERVERCAPABILITIES_OPERATIONLIMITS_##name
#define IDENTITIES(name) UA_ID_WELLKNOWNROLE_##name##_IDENTITIES
#define BUILD_INFO(name) UA_ID_SERVER_SERVERSTATUS_BUILDINFO_##name

struct capability {
    uint32_t id;
    struct ua_variant value;
};

static ua_status store(struct server *s, const struct capability *c, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct node *n = space_ns0(s->space, c[i].id);
        if (!n)
            return UA_BAD_NODE_ID_UNKNOWN;
        struct ua_data_value value = {.value = c[i].value, .has_value = true};
        ua_status status = space_store(s->space, n, &value);
        if (status)
            return status;
    }
    return UA_GOOD;
}

static ua_status store_limits(struct server *s)
{
    const struct server_limits *l = &s->limits;
    struct ua_variant operations = ua_variant_uint32(l->operations_per_call);
    struct ua_variant none = ua_variant_uint32(0);
    const struct capability rows[] = {
        {CAPABILITY(MAXBROWSECONTINUATIONPOINTS), ua_variant_uint16((uint16_t)l->browse_points_per_session)},
        {CAPABILITY(MAXQUERYCONTINUATIONPOINTS), ua_variant_uint16(0)},
        {CAPABILITY(MAXHISTORYCONTINUATIONPOINTS), ua_variant_uint16(0)},
        {CAPABILITY(MAXARRAYLENGTH), ua_variant_uint32(l->operations_per_call)},
        {CAPABILITY(MAXSTRINGLENGTH), ua_variant_uint32((uint32_t)l->arena_bytes)},
        {CAPABILITY(MAXBYTESTRINGLENGTH), ua_variant_uint32((uint32_t)l->response_bytes)},
        {CAPABILITY(MAXSESSIONS), ua_variant_uint32(l->sessions)},
        {CAPABILITY(MAXSUBSCRIPTIONS), ua_variant_uint32(l->sessions * l->subscriptions_per_session)},
        {CAPABILITY(MAXMONITOREDITEMS), none},
        {CAPABILITY(MAXSUBSCRIPTIONSPERSESSION), ua_variant_uint32(l->subscriptions_per_session)},
        {CAPABILITY(MAXMONITOREDITEMSPERSUBSCRIPTION), ua_variant_uint32(l->items_per_subscription)},
        {CAPABILITY(MAXMONITOREDITEMSQUEUESIZE), ua_variant_uint32(l->item_queue)},
        {CAPABILITY(MAXSELECTCLAUSEPARAMETERS), ua_variant_uint32(EVENT_FILTER_FIELDS)},
        {CAPABILITY(MAXWHERECLAUSEPARAMETERS), ua_variant_uint32(EVENT_FILTER_OPERANDS)},
        {CAPABILITY(MINSUPPORTEDSAMPLERATE), ua_variant_double(l->min_sampling_interval_ms)},
        {LIMIT(MAXNODESPERREAD), operations},
        {LIMIT(MAXNODESPERWRITE), operations},
        {LIMIT(MAXNODESPERMETHODCALL), operations},
        {LIMIT(MAXNODESPERBROWSE), operations},
        {LIMIT(MAXNODESPERREGISTERNODES), operations},
        {LIMIT(MAXNODESPERTRANSLATEBROWSEPATHSTONODEIDS), operations},
        {LIMIT(MAXMONITOREDITEMSPERCALL), operations},
    };
    return store(s, rows, ARRAY_LEN(rows));
}

static ua_status store_facts(struct server *s)
{
    const struct server_identity *id = s->identity;
    static const struct slice locales[] = {{(const uint8_t *)"en", 2}};
    const struct slice profiles[] = {slice_of(PROFILE_EVENTS)};
    const struct capability rows[] = {
        {CAPABILITY(SERVERPROFILEARRAY), ua_variant_array(UA_STRING, profiles, ARRAY_LEN(profiles))},
        {CAPABILITY(LOCALEIDARRAY), ua_variant_array(UA_STRING, locales, ARRAY_LEN(locales))},
        {CAPABILITY(SOFTWARECERTIFICATES), ua_variant_array(UA_EXTENSIONOBJECT, NULL, 0)},
        {UA_ID_SERVER_AUDITING, ua_variant_boolean(true)},
        {UA_ID_SERVER_SERVERREDUNDANCY_REDUNDANCYSUPPORT, ua_variant_int32(0)},
        /* The arrays of sessions and subscriptions are not kept. */
        {UA_ID_SERVER_SERVERDIAGNOSTICS_ENABLEDFLAG, ua_variant_boolean(false)},
        {BUILD_INFO(PRODUCTNAME), ua_variant_string(id->product_name)},
        {BUILD_INFO(PRODUCTURI), ua_variant_string(id->product_uri)},
        {BUILD_INFO(MANUFACTURERNAME), ua_variant_string(id->manufacturer)},
        {BUILD_INFO(SOFTWAREVERSION), ua_variant_string(id->version)},
        {BUILD_INFO(BUILDNUMBER), ua_variant_string(id->version)},
        {BUILD_INFO(BUILDDATE), ua_variant_datetime(id->build_date)},
    };
    return store(s, rows, ARRAY_LEN(rows));
}

/* Part 18 §4.4: who has which Role by the way he came. Users have theirs by name, which is nobody's business.
 */
static ua_status store_roles(struct server *s)
{
    struct ua_identity_mapping_rule_type rules[] = {
        {.criteria_type = UA_IDENTITY_CRITERIA_TYPE_ANONYMOUS},
        {.criteria_type = UA_IDENTITY_CRITERIA_TYPE_AUTHENTICATED_USER},
    };
    struct ua_extension_object objects[ARRAY_LEN(rules)];
    for (size_t i = 0; i < ARRAY_LEN(rules); i++)
        objects[i] = (struct ua_extension_object){.structure = &ua_identity_mapping_rule_type_structure,
                                                  .value = &rules[i]};
    const struct ua_variant none = ua_variant_array(UA_EXTENSIONOBJECT, NULL, 0);
    const struct capability rows[] = {
        {IDENTITIES(ANONYMOUS), ua_variant_array(UA_EXTENSIONOBJECT, &objects[0], 1)},
        {IDENTITIES(AUTHENTICATEDUSER), ua_variant_array(UA_EXTENSIONOBJECT, &objects[1], 1)},
        {IDENTITIES(OBSERVER), none},
        {IDENTITIES(OPERATOR), none},
        {IDENTITIES(ENGINEER), none},
        {IDENTITIES(SUPERVISOR), none},
        {IDENTITIES(CONFIGUREADMIN), none},
        {IDENTITIES(SECURITYADMIN), none},
        {IDENTITIES(TRUSTEDAPPLICATION), none},
    };
    return store(s, rows, ARRAY_LEN(rows));
}

ua_status server_capabilities_store(struct server *s)
{
    ua_status status = store_limits(s);
    if (!status)
        status = store_facts(s);
    return status ? status : store_roles(s);
}
