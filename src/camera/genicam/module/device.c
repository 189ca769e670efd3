/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/genicam/module/device.h"

#include "camera/genicam/gige.h"
#include "camera/genicam/module/failure.h"
#include "camera/genicam/usb3v.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Aravis reads one camera's XML at a time, and does not see to it itself. The camera has just answered, so
 * this takes a moment, or the few seconds after which Aravis gives up. */
static pthread_mutex_t opening_lock = PTHREAD_MUTEX_INITIALIZER;

/* Held for moments only. */
static pthread_mutex_t table_lock = PTHREAD_MUTEX_INITIALIZER;
static struct list table;

/* ---- losing ---- */

void genicam_lose(struct genicam_device *d)
{
    atomic_store(&d->lost, true);
    eventfd_write(d->news_fd, 1);
}

static void on_control_lost(ArvDevice *arv, void *user)
{
    (void)arv;
    genicam_lose(user);
}

/* ---- opening ---- */

static GInetAddress *inet_address(uint32_t address)
{
    const uint8_t bytes[4] = {(uint8_t)(address >> 24), (uint8_t)(address >> 16), (uint8_t)(address >> 8),
                              (uint8_t)address};
    return g_inet_address_new_from_bytes(bytes, G_SOCKET_FAMILY_IPV4);
}

static int open_gige(struct genicam_device *d, const struct camera_identity *id, struct err_text *why)
{
    struct gige_place place;
    GError *e = NULL;
    int rc = gige_locate(id, &place, why);
    if (rc)
        return rc;
    d->gige = true;
    d->address = place.device.address;
    d->local = place.local;
    GInetAddress *local = inet_address(d->local), *address = inet_address(d->address);
    pthread_mutex_lock(&opening_lock);
    d->arv = arv_gv_device_new(local, address, &e);
    pthread_mutex_unlock(&opening_lock);
    g_object_unref(local);
    g_object_unref(address);
    if (e)
        return genicam_failed(&e, d->name, "cannot be opened", why);
    /* Aravis has taken control, if it could. */
    if (arv_gv_device_is_controller(ARV_GV_DEVICE(d->arv)))
        arv_gv_device_leave_control(ARV_GV_DEVICE(d->arv), NULL);
    return 0;
}

static int open_usb3v(struct genicam_device *d, const struct camera_identity *id, struct err_text *why)
{
    struct usb3v_place place;
    GError *e = NULL;
    int rc = usb3v_locate(usb3v_devices, id, &place, why);
    if (rc)
        return rc;
    pthread_mutex_lock(&opening_lock);
    d->arv = arv_uv_device_new(place.manufacturer, place.product, place.serial, &e);
    pthread_mutex_unlock(&opening_lock);
    return e ? genicam_failed(&e, d->name, "cannot be opened", why) : 0;
}

static void free_device(struct genicam_device *d)
{
    if (d->arv) {
        g_signal_handlers_disconnect_by_data(d->arv, d);
        g_object_unref(d->arv);
    }
    if (d->news_fd >= 0)
        close(d->news_fd);
    pthread_mutex_destroy(&d->lock);
    free(d);
}

static const char *key_of(const struct camera_identity *id)
{
    return id->key[0] ? id->key : id->uri;
}

static struct genicam_device *new_device(const struct camera_identity *id)
{
    struct genicam_device *d = calloc(1, sizeof *d);
    if (!d)
        return NULL;
    pthread_mutex_init(&d->lock, NULL);
    memcpy(d->name, id->name[0] ? id->name : id->id, sizeof d->name);
    snprintf(d->key, sizeof d->key, "%s", key_of(id));
    d->news_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (d->news_fd >= 0)
        return d;
    free_device(d);
    return NULL;
}

/* The device with this key, perhaps still to be opened. NULL without memory. */
static struct genicam_device *join(const struct camera_identity *id)
{
    struct genicam_device *found = NULL;
    pthread_mutex_lock(&table_lock);
    for (struct list_link *l = table.first; l && !found; l = l->next) {
        struct genicam_device *d = container_of(l, struct genicam_device, link);
        if (!atomic_load(&d->lost) && strcmp(d->key, key_of(id)) == 0)
            found = d;
    }
    if (!found && (found = new_device(id)))
        list_append(&table, &found->link);
    if (found)
        found->users++;
    pthread_mutex_unlock(&table_lock);
    return found;
}

/* The lock is held. A device whose opening failed counts as lost. */
static int open_once(struct genicam_device *d, const struct camera_identity *id, struct err_text *why)
{
    if (d->arv)
        return 0;
    if (!d->failure)
        d->failure =
            strncmp(id->uri, "gige:", 5) == 0 ? open_gige(d, id, &d->why) : open_usb3v(d, id, &d->why);
    if (d->failure) {
        atomic_store(&d->lost, true);
        return err_set(why, (enum err)d->failure, "%s", d->why.text);
    }
    arv_device_set_range_check_policy(d->arv, ARV_RANGE_CHECK_POLICY_ENABLE);
    arv_device_set_access_check_policy(d->arv, ARV_ACCESS_CHECK_POLICY_ENABLE);
    g_signal_connect(d->arv, "control-lost", G_CALLBACK(on_control_lost), d);
    return 0;
}

int genicam_open(const struct camera_identity *id, struct genicam_device **out, struct err_text *why)
{
    *out = NULL;
    struct genicam_device *d = join(id);
    if (!d)
        return err_set(why, ERR_NO_MEMORY, "%s: no memory to open it", id->uri);
    pthread_mutex_lock(&d->lock);
    int rc = open_once(d, id, why);
    pthread_mutex_unlock(&d->lock);
    if (rc)
        genicam_close(d);
    else
        *out = d;
    return rc;
}

/* ---- closing ---- */

static void *say_goodbye(void *d)
{
    free_device(d);
    return NULL;
}

void genicam_close(struct genicam_device *d)
{
    pthread_t thread;
    pthread_mutex_lock(&table_lock);
    bool last = --d->users == 0;
    if (last)
        list_remove(&table, &d->link);
    pthread_mutex_unlock(&table_lock);
    if (!last)
        return;
    /* Aravis talks for seconds to a camera that is gone: nobody shall wait for that. */
    if (d->arv && atomic_load(&d->lost) && pthread_create(&thread, NULL, say_goodbye, d) == 0)
        pthread_detach(thread);
    else
        free_device(d);
}

/* ---- control ---- */

/* Registers of every GigE Vision camera. */
enum {
    AT_CONTROL = 0x0a00,
    CONTROLLED = 3,         /* exclusively, or so that others may read */
    AT_CONTROLLER = 0x0a1c, /* its IPv4 address; 0 where a camera does not tell */
};

/* Not every camera answers at once to who may not control it, so it is asked before. */
static int check_free(struct genicam_device *d, struct err_text *why)
{
    GError *e = NULL;
    guint32 control = 0, controller = 0;
    arv_device_read_register(d->arv, AT_CONTROL, &control, &e);
    if (e)
        return genicam_failed(&e, d->name, "cannot be controlled", why);
    if (!(control & CONTROLLED))
        return 0;
    arv_device_read_register(d->arv, AT_CONTROLLER, &controller, NULL);
    return genicam_busy(d->name, controller, why);
}

int genicam_take_control(struct genicam_device *d, struct err_text *why)
{
    GError *e = NULL;
    if (!d->gige || d->controllers > 0) {
        d->controllers++;
        return 0;
    }
    int rc = check_free(d, why);
    if (!rc && !arv_gv_device_take_control(ARV_GV_DEVICE(d->arv), &e))
        rc = genicam_failed(&e, d->name, "cannot be controlled", why);
    d->controllers += !rc;
    return rc;
}

void genicam_leave_control(struct genicam_device *d)
{
    if (--d->controllers == 0 && d->gige && !atomic_load(&d->lost))
        arv_gv_device_leave_control(ARV_GV_DEVICE(d->arv), NULL);
}
