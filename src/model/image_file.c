/* SPDX-License-Identifier: Apache-2.0 */
#include "model/image_file.h"

#include "model/camera_node.h"
#include "model/model_private.h"
#include "model/status.h"

#include <stdio.h>
#include <stdlib.h>

/* Each pins a picture in memory. */
enum { MOST_HANDLES = 32, MOST_HANDLES_PER_SESSION = 4 };

/* Open's mode (Part 20 §4.2.2): one bit for reading, the others write. */
enum { MODE_READ = 1 };

struct file_handle {
    struct list_link link; /* in file->handles */
    uint32_t id;
    uint32_t session_key;
    struct blob *picture; /* shared */
    size_t position;
};

static struct image_file *file_of(void *user)
{
    return &((struct camera_member *)user)->owner->file;
}

void image_file_init(struct image_file *f)
{
    *f = (struct image_file){0};
    snprintf(f->mime_type, sizeof f->mime_type, "%s", image_mime_type(IMAGE_JPEG));
}

static void handle_free(struct image_file *f, struct file_handle *h)
{
    list_remove(&f->handles, &h->link);
    f->open_count = (uint16_t)f->handles.count;
    blob_unref(h->picture);
    free(h);
}

void image_file_clear(struct image_file *f)
{
    while (f->handles.first)
        handle_free(f, container_of(f->handles.first, struct file_handle, link));
}

void image_file_session_closed(struct image_file *f, uint32_t session_key)
{
    for (struct list_link *l = f->handles.first, *next; l; l = next) {
        next = l->next;
        struct file_handle *h = container_of(l, struct file_handle, link);
        if (h->session_key == session_key)
            handle_free(f, h);
    }
}

/* The caller's handle that the first argument names; NULL was answered with Bad_InvalidArgument. */
static struct file_handle *handle_of(struct image_file *f, struct method_call *m)
{
    for (struct list_link *l = f->handles.first; l; l = l->next) {
        struct file_handle *h = container_of(l, struct file_handle, link);
        if (h->id == m->inputs[0].uint32 && h->session_key == m->session_key)
            return h;
    }
    m->give(m, UA_BAD_INVALID_ARGUMENT, NULL, 0);
    return NULL;
}

static bool has_room(const struct image_file *f, uint32_t session_key)
{
    size_t own = 0;
    for (struct list_link *l = f->handles.first; l; l = l->next)
        own += container_of(l, struct file_handle, link)->session_key == session_key;
    return f->handles.count < MOST_HANDLES && own < MOST_HANDLES_PER_SESSION;
}

static void opened(struct method_call *m, void *user, const struct snapshot *s, int code)
{
    struct image_file *f = file_of(user);
    if (!s) {
        m->give(m, model_status_of_failure(code), NULL, 0);
        return;
    }
    struct file_handle *h = has_room(f, m->session_key) ? calloc(1, sizeof *h) : NULL;
    if (!h) {
        m->give(m, UA_BAD_RESOURCE_UNAVAILABLE, NULL, 0);
        return;
    }
    h->id = ++f->last_handle;
    h->session_key = m->session_key;
    h->picture = blob_ref(s->image);
    list_append(&f->handles, &h->link);
    f->open_count = (uint16_t)f->handles.count;
    f->size = s->image->bytes.len;
    f->modified_utc_ns = s->exposed_utc_ns;
    const struct ua_variant id = ua_variant_uint32(h->id);
    m->give(m, UA_GOOD, &id, 1);
}

static void call_open(void *user, struct method_call *m)
{
    uint8_t mode = m->inputs[0].byte;
    if (mode == MODE_READ)
        shoot_for_call(user, m, opened);
    else
        m->give(m, mode & ~MODE_READ ? UA_BAD_NOT_WRITABLE : UA_BAD_INVALID_ARGUMENT, NULL, 0);
}

static void call_close(void *user, struct method_call *m)
{
    struct file_handle *h = handle_of(file_of(user), m);
    if (!h)
        return;
    handle_free(file_of(user), h);
    m->give(m, UA_GOOD, NULL, 0);
}

static void call_read(void *user, struct method_call *m)
{
    struct file_handle *h = handle_of(file_of(user), m);
    if (!h)
        return;
    int32_t wanted = m->inputs[1].int32;
    if (wanted <= 0) {
        m->give(m, UA_BAD_INVALID_ARGUMENT, NULL, 0);
        return;
    }
    struct slice all = h->picture->bytes;
    size_t left = all.len - h->position;
    struct slice part = {all.data + h->position, (size_t)wanted < left ? (size_t)wanted : left};
    h->position += part.len;
    const struct ua_variant data = ua_variant_blob(h->picture, part);
    m->give(m, UA_GOOD, &data, 1);
}

static void call_write(void *user, struct method_call *m)
{
    if (handle_of(file_of(user), m))
        m->give(m, UA_BAD_NOT_WRITABLE, NULL, 0);
}

static void call_get_position(void *user, struct method_call *m)
{
    const struct file_handle *h = handle_of(file_of(user), m);
    if (!h)
        return;
    const struct ua_variant position = ua_variant_uint64(h->position);
    m->give(m, UA_GOOD, &position, 1);
}

/* Past the end is the end. */
static void call_set_position(void *user, struct method_call *m)
{
    struct file_handle *h = handle_of(file_of(user), m);
    if (!h)
        return;
    uint64_t wanted = m->inputs[1].uint64;
    h->position = wanted < h->picture->bytes.len ? (size_t)wanted : h->picture->bytes.len;
    m->give(m, UA_GOOD, NULL, 0);
}

const struct method_handler file_open_method = {.call = call_open, .cancel = cancel_shot_for_call};
const struct method_handler file_close_method = {.call = call_close};
const struct method_handler file_read_method = {.call = call_read};
const struct method_handler file_write_method = {.call = call_write};
const struct method_handler file_get_position_method = {.call = call_get_position};
const struct method_handler file_set_position_method = {.call = call_set_position};
