/* SPDX-License-Identifier: Apache-2.0 */
#include "service/subscription/notification_message.h"

#include "base/log.h"
#include "base/scraps.h"
#include "service/server_private.h"
#include "service/subscription/monitored_item.h"

enum {
    CLIENT_HANDLE_SIZE = 4,
    /* Bytes of a message that are not of its notifications: number, time, and for each kind of them one
     * ExtensionObject with up to two lengths. */
    MESSAGE_FRAME_SIZE = 52,
    VARIANT_OF_STATUS_SIZE = 5,
};

/* What is reported of an item whose value is larger than the client takes. */
static const struct sample too_large = {.status = UA_BAD_ENCODING_LIMITS_EXCEEDED};

/* The sample itself, or what stands for it when it does not fit into a message alone. */
static const struct sample *fitting(const struct monitored_item *item, const struct sample *s, size_t room)
{
    size_t size = CLIENT_HANDLE_SIZE + sample_size(s, item->settings.timestamps);
    return size <= room ? s : &too_large;
}

static bool event_fits(const struct event_note *n, size_t room)
{
    return CLIENT_HANDLE_SIZE + n->fields.len <= room;
}

/* A walk through what is ready, in the order in which it is to be reported. Zero it to begin. */
struct walk {
    struct monitored_item *item;
    struct list_link *at; /* in what waits in the item */
};

/* The next sample or event; false at the end. */
static bool walk_on(const struct subscription *sub, struct walk *w)
{
    if (w->at)
        w->at = w->at->next;
    if (!w->at) {
        struct list_link *next = w->item ? w->item->ready_link.next : sub->ready.first;
        if (!next)
            return false;
        w->item = container_of(next, struct monitored_item, ready_link);
        w->at = monitored_item_waiting(w->item)->first;
    }
    return true;
}

static const struct sample *sample_of(const struct walk *w)
{
    return container_of(w->at, struct sample, link);
}

static const struct event_note *event_of(const struct walk *w)
{
    return container_of(w->at, struct event_note, link);
}

static size_t size_of_event(const struct walk *w, size_t room)
{
    const struct event_note *n = event_of(w);
    size_t replaced = 4 + VARIANT_OF_STATUS_SIZE * w->item->settings.event_filter->field_count;
    return CLIENT_HANDLE_SIZE + (event_fits(n, room) ? n->fields.len : replaced);
}

static size_t size_of(const struct walk *w, size_t room)
{
    if (monitored_item_is_of_events(w->item))
        return size_of_event(w, room);
    return CLIENT_HANDLE_SIZE +
           sample_size(fitting(w->item, sample_of(w), room), w->item->settings.timestamps);
}

/* What goes into one message. */
struct load {
    size_t samples, events;
    size_t room;
};

static struct load load_fitting(const struct subscription *sub, size_t room)
{
    struct load load = {.room = room};
    size_t most = sub->settings.max_notifications ? sub->settings.max_notifications : SIZE_MAX;
    size_t used = 0;
    struct walk w = {0};
    while (load.samples + load.events < most && walk_on(sub, &w)) {
        size_t size = size_of(&w, room);
        if (load.samples + load.events > 0 && size > room - used)
            break;
        used = size < room - used ? used + size : room;
        *(monitored_item_is_of_events(w.item) ? &load.events : &load.samples) += 1;
    }
    return load;
}

/* Once an item: the client cannot know what to do about it, whoever runs the server can. */
static void tell_too_large(struct monitored_item *item, size_t size, size_t room)
{
    char node[80];
    if (item->told_too_large)
        return;
    item->told_too_large = true;
    bool event = monitored_item_is_of_events(item);
    log_warning("service",
                "%s: %s of %zu bytes is larger than the %zu that a subscribed client takes; raise its "
                "MaxMessageSize, or %s",
                ua_nodeid_text(&item->node_id, node, sizeof node), event ? "an event" : "a value", size, room,
                event ? "select fewer fields" : "monitor Thumbnail, read ImageFile, or use an IndexRange");
}

static void write_sample(struct writer *w, const struct walk *at, size_t room)
{
    const struct sample *s = sample_of(at), *sent = fitting(at->item, s, room);
    if (sent != s)
        tell_too_large(at->item, s->value.len, room);
    write_u32(w, at->item->settings.client_handle);
    sample_write(w, sent, at->item->settings.timestamps);
}

/* A StatusCode stands for each field of an event that is larger than the client takes. */
static void write_event(struct writer *w, const struct walk *at, size_t room)
{
    const struct event_note *n = event_of(at);
    const struct ua_variant replaced = ua_variant_status(UA_BAD_ENCODING_LIMITS_EXCEEDED);
    write_u32(w, at->item->settings.client_handle);
    if (event_fits(n, room)) {
        int rc = w->status ? 0 : rope_append_rope(w->out, &n->fields);
        if (rc)
            writer_fail(w, ua_status_of_err(rc));
        return;
    }
    tell_too_large(at->item, n->fields.len, room);
    size_t count = at->item->settings.event_filter->field_count;
    write_array_len(w, count);
    for (size_t i = 0; i < count; i++)
        write_variant(w, &replaced);
}

/* The samples or the events of the load as a DataChangeNotification or an EventNotificationList. */
static void write_notifications(struct writer *w, const struct subscription *sub, const struct load *load,
                                bool of_events)
{
    const struct ua_structure *structure =
        of_events ? &ua_event_notification_list_structure : &ua_data_change_notification_structure;
    struct ua_nodeid type = ua_nodeid_numeric(0, structure->encoding_id);
    write_nodeid(w, &type);
    write_u8(w, 1); /* a ByteString body */
    size_t body = write_length_begin(w);
    write_array_len(w, of_events ? load->events : load->samples);
    struct walk walk = {0};
    for (size_t i = 0; i < load->samples + load->events && walk_on(sub, &walk); i++) {
        if (monitored_item_is_of_events(walk.item) != of_events)
            continue;
        if (of_events)
            write_event(w, &walk, load->room);
        else
            write_sample(w, &walk, load->room);
    }
    if (!of_events)
        write_array_len(w, 0); /* diagnosticInfos */
    write_length_end(w, body);
}

static void write_head(struct writer *w, const struct server *s, uint32_t sequence_number,
                       size_t notifications)
{
    write_u32(w, sequence_number);
    write_datetime(w, server_datetime(s));
    write_array_len(w, notifications);
}

static void forget(struct subscription *sub, struct notification_message *m)
{
    list_remove(&sub->sent, &m->link);
    sub->sent_bytes -= m->rope.len;
    rope_clear(&m->rope);
    scraps_give(m);
}

static struct notification_message *message_at(struct list_link *link)
{
    return container_of(link, struct notification_message, link);
}

/* Keeps it for Republish; the oldest give way, by number and by the bytes that they hold. */
static void keep(struct subscription *sub, struct notification_message *m)
{
    const struct server_limits *limits = &sub->server->limits;
    list_append(&sub->sent, &m->link);
    sub->sent_bytes += m->rope.len;
    while (sub->sent.count > 1 &&
           (sub->sent.count > limits->retransmissions || sub->sent_bytes > limits->retransmission_bytes)) {
        forget(sub, message_at(sub->sent.first));
        sub->counts.discarded_messages++;
    }
}

const struct notification_message *notification_message_new(struct subscription *sub, size_t max_bytes)
{
    struct notification_message *m = scraps_take(sizeof *m);
    if (!m)
        return NULL;
    size_t room = max_bytes > MESSAGE_FRAME_SIZE ? max_bytes - MESSAGE_FRAME_SIZE : 0;
    struct load load = load_fitting(sub, room);
    struct writer w;
    *m = (struct notification_message){.sequence_number = sub->next_sequence_number};
    rope_init(&m->rope, INT32_MAX);
    writer_init(&w, &m->rope);
    write_head(&w, sub->server, m->sequence_number, (load.samples > 0) + (load.events > 0));
    if (load.samples)
        write_notifications(&w, sub, &load, false);
    if (load.events)
        write_notifications(&w, sub, &load, true);
    if (w.status) {
        rope_clear(&m->rope);
        scraps_give(m);
        return NULL;
    }
    for (size_t i = 0; i < load.samples + load.events; i++)
        monitored_item_take(container_of(sub->ready.first, struct monitored_item, ready_link));
    sub->counts.notifications += (uint32_t)load.samples;
    sub->counts.event_notifications += (uint32_t)load.events;
    /* Part 4 §7.8: counters pass from the largest UInt32 to 1. */
    sub->next_sequence_number = m->sequence_number == UINT32_MAX ? 1 : m->sequence_number + 1;
    keep(sub, m);
    return m;
}

void write_keep_alive_message(struct writer *w, const struct subscription *sub)
{
    write_head(w, sub->server, sub->next_sequence_number, 0);
}

void write_status_change_message(struct writer *w, const struct server *s, const struct farewell *f)
{
    struct ua_status_change_notification change = {.status = f->status};
    change.diagnostic_info = (struct ua_diagnostic_info){
        .symbolic_id = -1, .namespace_uri = -1, .localized_text = -1, .locale = -1};
    struct ua_extension_object object = {
        .structure = &ua_status_change_notification_structure,
        .value = &change,
    };
    write_head(w, s, f->sequence_number, 1);
    write_extension_object(w, &object);
}

static struct notification_message *find(const struct subscription *sub, uint32_t sequence_number)
{
    for (struct list_link *l = sub->sent.first; l; l = l->next)
        if (message_at(l)->sequence_number == sequence_number)
            return message_at(l);
    return NULL;
}

const struct notification_message *notification_message_find(const struct subscription *sub,
                                                             uint32_t sequence_number)
{
    return find(sub, sequence_number);
}

bool notification_message_acknowledge(struct subscription *sub, uint32_t sequence_number)
{
    struct notification_message *m = find(sub, sequence_number);
    if (m)
        forget(sub, m);
    return m;
}

void notification_messages_free(struct subscription *sub)
{
    while (sub->sent.first)
        forget(sub, message_at(sub->sent.first));
}

void notification_message_numbers(const struct subscription *sub, uint32_t *out)
{
    for (struct list_link *l = sub->sent.first; l; l = l->next)
        *out++ = message_at(l)->sequence_number;
}
