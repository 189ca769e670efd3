/* SPDX-License-Identifier: Apache-2.0 */
#include "service/notification_message.h"

#include "base/log.h"
#include "service/monitored_item.h"
#include "service/server_private.h"

#include <stdlib.h>

enum {
    CLIENT_HANDLE_SIZE = 4,
    /* Bytes of a message that are not of its notifications: number, time, one ExtensionObject, two lengths.
     */
    MESSAGE_FRAME_SIZE = 48,
};

/* What is reported of an item whose value is larger than the client takes. */
static const struct sample too_large = {.status = UA_BAD_ENCODING_LIMITS_EXCEEDED};

/* The sample itself, or what stands for it when it does not fit into a message alone. */
static const struct sample *fitting(const struct monitored_item *item, const struct sample *s, size_t room)
{
    size_t size = CLIENT_HANDLE_SIZE + sample_size(s, item->settings.timestamps);
    return size <= room ? s : &too_large;
}

/* A walk through what is ready, in the order in which it is to be reported. Zero it to begin. */
struct walk {
    struct list_link *item;
    struct list_link *sample;
    bool begun;
};

/* The next sample and its item; false at the end. */
static bool walk_on(const struct subscription *sub, struct walk *w, struct monitored_item **item,
                    const struct sample **sample)
{
    if (w->sample)
        w->sample = w->sample->next;
    if (!w->sample) {
        w->item = w->begun ? w->item->next : sub->ready.first;
        w->begun = true;
        if (!w->item)
            return false;
        w->sample = container_of(w->item, struct monitored_item, ready_link)->queue.samples.first;
    }
    *item = container_of(w->item, struct monitored_item, ready_link);
    *sample = container_of(w->sample, struct sample, link);
    return true;
}

/* How many of the ready samples go into one message. */
static size_t count_fitting(const struct subscription *sub, size_t room)
{
    size_t most = sub->settings.max_notifications ? sub->settings.max_notifications : SIZE_MAX;
    size_t count = 0, used = 0;
    struct walk w = {0};
    struct monitored_item *item;
    const struct sample *s;
    while (count < most && walk_on(sub, &w, &item, &s)) {
        size_t size = CLIENT_HANDLE_SIZE + sample_size(fitting(item, s, room), item->settings.timestamps);
        if (count > 0 && size > room - used)
            break;
        used = size < room - used ? used + size : room;
        count++;
    }
    return count;
}

/* Once an item: the client cannot know what to do about it, whoever runs the server can. */
static void tell_too_large(struct monitored_item *item, const struct sample *s, size_t room)
{
    char node[80];
    if (item->told_too_large)
        return;
    item->told_too_large = true;
    log_warning("service",
                "%s: a value of %zu bytes is larger than the %zu that a subscribed client takes; raise its "
                "MaxMessageSize, or monitor Thumbnail, read ImageFile, or use an IndexRange",
                ua_nodeid_text(&item->node_id, node, sizeof node), s->value.len, room);
}

static void write_notifications(struct writer *w, const struct subscription *sub, size_t count, size_t room)
{
    struct ua_nodeid type = ua_nodeid_numeric(0, ua_data_change_notification_structure.encoding_id);
    write_nodeid(w, &type);
    write_u8(w, 1); /* a ByteString body */
    size_t body = write_length_begin(w);
    write_array_len(w, count);
    struct walk walk = {0};
    struct monitored_item *item;
    const struct sample *s;
    for (size_t i = 0; i < count && walk_on(sub, &walk, &item, &s); i++) {
        const struct sample *sent = fitting(item, s, room);
        if (sent != s)
            tell_too_large(item, s, room);
        write_u32(w, item->settings.client_handle);
        sample_write(w, sent, item->settings.timestamps);
    }
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
    free(m);
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
           (sub->sent.count > limits->retransmissions || sub->sent_bytes > limits->unsent_bytes)) {
        forget(sub, message_at(sub->sent.first));
        sub->counts.discarded_messages++;
    }
}

const struct notification_message *notification_message_new(struct subscription *sub, size_t max_bytes)
{
    struct notification_message *m = calloc(1, sizeof *m);
    if (!m)
        return NULL;
    size_t room = max_bytes > MESSAGE_FRAME_SIZE ? max_bytes - MESSAGE_FRAME_SIZE : 0;
    size_t count = count_fitting(sub, room);
    struct writer w;
    rope_init(&m->rope, INT32_MAX);
    writer_init(&w, &m->rope);
    m->sequence_number = sub->next_sequence_number;
    write_head(&w, sub->server, m->sequence_number, 1);
    write_notifications(&w, sub, count, room);
    if (w.status) {
        rope_clear(&m->rope);
        free(m);
        return NULL;
    }
    for (size_t i = 0; i < count; i++)
        monitored_item_take(container_of(sub->ready.first, struct monitored_item, ready_link));
    sub->counts.notifications += (uint32_t)count;
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
