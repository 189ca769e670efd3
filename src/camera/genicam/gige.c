/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/genicam/gige.h"

#include "camera/genicam/options.h"
#include "camera/identity.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MAC_TEXT = 18 };

static void mac_text(const struct gvcp_device *d, char out[MAC_TEXT])
{
    const uint8_t *m = d->mac;
    snprintf(out, MAC_TEXT, "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3], m[4], m[5]);
}

/* ---- who is who ---- */

void gige_identity(struct camera_identity *out, const struct gvcp_device *device)
{
    char mac[MAC_TEXT], text[128], address[16];
    *out = (struct camera_identity){0};
    mac_text(device, mac);
    gige_address_text(device->address, address);
    identity_text(out->manufacturer, device->manufacturer);
    identity_text(out->model, device->model);
    identity_text(out->serial, device->serial);
    identity_text(out->driver, "GigE Vision");
    identity_text(out->address, address);
    snprintf(text, sizeof text, "%s %s %s", device->manufacturer, device->model,
             out->serial[0] ? device->serial : mac);
    identity_id(out->id, text);
    identity_id(out->key, text);
    snprintf(text, sizeof text, "%s %s", device->manufacturer, device->model);
    identity_text(out->name, device->user_name[0] ? device->user_name : text);
    snprintf(out->uri, sizeof out->uri, "gige:%s", out->id);
}

bool gige_is(const struct gvcp_device *device, const char *name)
{
    struct camera_identity id;
    char mac[MAC_TEXT];
    gige_identity(&id, device);
    mac_text(device, mac);
    return strcmp(name, id.id) == 0 || strcmp(name, id.address) == 0 ||
           (id.serial[0] && strcmp(name, id.serial) == 0) ||
           (device->user_name[0] && strcmp(name, device->user_name) == 0) || strcasecmp(name, mac) == 0;
}

/* ---- finding one ---- */

struct wanted {
    const char *name;
    struct gige_place place;
    bool found;
};

static bool look_for(void *user, const struct gige_place *place)
{
    struct wanted *w = user;
    if (!gige_is(&place->device, w->name))
        return true;
    w->place = *place;
    w->found = true;
    return false;
}

int gige_locate(const struct camera_identity *id, struct gige_place *out, struct err_text *why)
{
    struct genicam_options o;
    uint32_t address;
    *out = (struct gige_place){0};
    int rc = genicam_options_read(&o, id->uri, why);
    if (rc)
        return rc;
    if (genicam_read_address(o.name, &address))
        return gige_ask(address, out, why);
    /* Where it was last, unless another camera has got the address. */
    if (genicam_read_address(id->address, &address) && gige_ask(address, out, NULL) == 0 &&
        gige_is(&out->device, o.name))
        return 0;
    struct wanted w = {.name = o.name};
    rc = gige_discover(NULL, 0, look_for, &w, why);
    *out = w.place;
    if (!rc && !w.found)
        rc = err_set(why, ERR_GONE,
                     "no GigE Vision camera %s answers: is it on, is its cable in, is its address of this "
                     "network, does a firewall drop UDP from port 3956?",
                     o.name);
    return rc;
}

/* ---- finding all ---- */

struct list {
    struct camera_identity *rows[GIGE_MOST_CAMERAS];
    size_t count;
};

static bool note(void *user, const struct gige_place *place)
{
    struct list *l = user;
    struct camera_identity *row = malloc(sizeof *row);
    if (!row)
        return false;
    gige_identity(row, &place->device);
    l->rows[l->count++] = row;
    return l->count < GIGE_MOST_CAMERAS;
}

/* Cameras that tell the same of themselves are told apart by their addresses. */
static void part_twins(const struct list *l)
{
    bool twin[GIGE_MOST_CAMERAS] = {false};
    for (size_t i = 0; i < l->count; i++)
        for (size_t k = 0; k < l->count; k++)
            twin[i] |= i != k && strcmp(l->rows[i]->key, l->rows[k]->key) == 0;
    for (size_t i = 0; i < l->count; i++) {
        struct camera_identity *row = l->rows[i];
        if (!twin[i])
            continue;
        char text[2 * CAMERA_TEXT];
        snprintf(text, sizeof text, "gige-%s", row->address);
        identity_id(row->id, text);
        snprintf(row->uri, sizeof row->uri, "gige:%s", row->address);
    }
    for (size_t i = 0; i < l->count; i++)
        memcpy(l->rows[i]->key, l->rows[i]->id, CAMERA_TEXT);
}

/* Where cameras were at the last look. */
static struct {
    pthread_mutex_t lock;
    uint32_t addresses[GIGE_MOST_CAMERAS];
    size_t count;
} known = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void remember(const struct list *l)
{
    known.count = 0;
    for (size_t i = 0; i < l->count; i++)
        if (genicam_read_address(l->rows[i]->address, &known.addresses[known.count]))
            known.count++;
}

int gige_detect(camera_found found, void *user, struct err_text *why)
{
    struct list l = {.count = 0};
    pthread_mutex_lock(&known.lock);
    int rc = gige_discover(known.addresses, known.count, note, &l, why);
    remember(&l);
    pthread_mutex_unlock(&known.lock);
    part_twins(&l);
    for (size_t i = 0; i < l.count; i++) {
        found(user, l.rows[i]);
        free(l.rows[i]);
    }
    return rc;
}
