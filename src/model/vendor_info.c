/* SPDX-License-Identifier: Apache-2.0
 * Server/VendorServerInfo (Part 5 §6.3.5): the facts of the running server as Variables. */
#include "model/fact.h"
#include "model/model_private.h"
#include "model/property.h"

#define FOLDER "VendorServerInfo"

/* Counters grow with every answer, those that tell of them too: nobody needs them more often. */
enum { SAMPLED_MS = 1000 };

struct vendor_row {
    const char *name;
    const char *display_name;
    const char *description;
    uint32_t data_type;
    enum fact_kind kind;
    size_t offset; /* in struct server_facts */
    const char *unit;
};

#define BYTES(field) UA_UINT64, FACT_UINT64, offsetof(struct server_facts, field), "B"

static const struct vendor_row rows[] = {
    {"EncryptionEngine", "Encryption Engine",
     "What signs and encrypts: ipsec-mb is several times as fast as openssl", UA_STRING, FACT_TEXT,
     offsetof(struct server_facts, encryption_engine), NULL},
    {"Connections", "Connections", "Clients that are connected, with a session or without", UA_UINT32,
     FACT_UINT32, offsetof(struct server_facts, connections), NULL},
    {"BytesSent", "Bytes Sent", "To all clients since the server started", BYTES(bytes_sent)},
    {"BytesSecured", "Bytes Secured", "Of BytesSent, those that were signed or encrypted",
     BYTES(bytes_secured)},
    {"BytesWaiting", "Bytes Waiting",
     "Now on their way to clients: much, and for long, means that a client or its network is too slow",
     BYTES(bytes_waiting)},
    {"ValuesReplaced", "Values Replaced",
     "Values and pictures that were never sent, because newer ones came before their client could take them: "
     "it reads too slowly, or publishes less often than it samples",
     UA_UINT64, FACT_UINT64, offsetof(struct server_facts, values_replaced), NULL},
};

static void read_row(void *user, const struct node *n, struct value_answer *a)
{
    const struct model *m = user;
    const struct vendor_row *row = rows;
    struct server_facts facts;
    while (!slice_is(n->browse_name.name, row->name))
        row++;
    m->look_at_server(m->server, &facts);
    struct ua_data_value value = {
        .value = fact_value(row->kind, (const char *)&facts + row->offset, a->arena),
        .has_value = true,
        .source_timestamp = ua_datetime_of_utc_ns(clock_utc_ns(m->clock)),
    };
    a->give(a, &value);
}

static const struct value_source vendor_source = {.read = read_row};

static ua_status add_row(struct model *m, const struct vendor_row *row)
{
    char path[MODEL_PATH];
    if (!model_join(path, FOLDER, row->name))
        return UA_BAD_OUT_OF_MEMORY;
    uint32_t type = row->unit ? UA_ID_ANALOGUNITTYPE : UA_ID_BASEDATAVARIABLETYPE;
    struct node_spec spec = {
        .id = model_id(m, path),
        .node_class = NODE_VARIABLE,
        .browse_name = {m->ns, slice_of(row->name)},
        .display_name = slice_of(row->display_name),
        .description = slice_of(row->description),
        .parent = ua_nodeid_numeric(0, UA_ID_SERVER_VENDORSERVERINFO),
        .reference_type = UA_ID_HASCOMPONENT,
        .type_definition = ua_nodeid_numeric(0, type),
        .variable =
            {
                .data_type = ua_nodeid_numeric(0, row->data_type),
                .value_rank = VALUE_RANK_SCALAR,
                .access_level = ACCESS_READ,
                .minimum_sampling_interval = SAMPLED_MS,
                .source = &vendor_source,
                .source_user = m,
            },
    };
    ua_status status = space_add(m->space, &spec, NULL);
    return status || !row->unit ? status : property_put_unit(m, path, row->unit);
}

ua_status model_show_server(struct model *m, void (*look)(void *server, struct server_facts *out),
                            void *server)
{
    m->look_at_server = look;
    m->server = server;
    ua_status status = UA_GOOD;
    for (size_t i = 0; i < ARRAY_LEN(rows) && !status; i++)
        status = add_row(m, &rows[i]);
    return status;
}
