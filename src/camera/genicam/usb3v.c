/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/genicam/usb3v.h"

#include "camera/genicam/options.h"
#include "camera/identity.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char usb3v_devices[] = "/sys/bus/usb/devices";

/* The first line of a device's file; the empty text when there is none. */
static void read_attribute(char *out, size_t size, const char *devices, const char *device, const char *name)
{
    char path[PATH_MAX];
    out[0] = '\0';
    if ((size_t)snprintf(path, sizeof path, "%s/%s/%s", devices, device, name) >= sizeof path)
        return;
    FILE *file = fopen(path, "re");
    if (!file)
        return;
    if (!fgets(out, (int)size, file))
        out[0] = '\0';
    out[strcspn(out, "\n")] = '\0';
    fclose(file);
}

static bool attribute_is(const char *devices, const char *device, const char *name, const char *value)
{
    char text[8];
    read_attribute(text, sizeof text, devices, device, name);
    return strcmp(text, value) == 0;
}

/* Miscellaneous device, USB3 Vision, control. */
static bool is_control_interface(const char *devices, const char *interface)
{
    return attribute_is(devices, interface, "bInterfaceClass", "ef") &&
           attribute_is(devices, interface, "bInterfaceSubClass", "05") &&
           attribute_is(devices, interface, "bInterfaceProtocol", "00");
}

/* `device` is its place in the tree of hubs: "2-1.4". */
static void read_place(struct usb3v_place *out, const char *devices, const char *device)
{
    struct camera_identity *id = &out->identity;
    char bus[8], number[8], text[4 * CAMERA_TEXT];
    *out = (struct usb3v_place){0};
    read_attribute(out->vendor_id, sizeof out->vendor_id, devices, device, "idVendor");
    read_attribute(out->product_id, sizeof out->product_id, devices, device, "idProduct");
    read_attribute(out->manufacturer, sizeof out->manufacturer, devices, device, "manufacturer");
    read_attribute(out->product, sizeof out->product, devices, device, "product");
    read_attribute(out->serial, sizeof out->serial, devices, device, "serial");
    read_attribute(bus, sizeof bus, devices, device, "busnum");
    read_attribute(number, sizeof number, devices, device, "devnum");
    snprintf(out->node, sizeof out->node, "/dev/bus/usb/%03d/%03d", atoi(bus), atoi(number));

    identity_text(id->manufacturer, out->manufacturer);
    identity_text(id->model, out->product);
    identity_text(id->serial, out->serial);
    identity_text(id->driver, "USB3 Vision");
    snprintf(id->address, sizeof id->address, "usb-%.100s", device);
    snprintf(text, sizeof text, "%s %s", out->manufacturer, out->product);
    identity_text(id->name, text);
    if (id->serial[0])
        snprintf(text, sizeof text, "%s %s %s", out->manufacturer, out->product, out->serial);
    else
        snprintf(text, sizeof text, "usb-%s-%s-%s", out->vendor_id, out->product_id, device);
    identity_id(id->id, text);
    identity_id(id->key, text);
    snprintf(id->uri, sizeof id->uri, "usb3v:%s", id->id);
}

void usb3v_look(const char *devices, usb3v_found found, void *user)
{
    DIR *dir = opendir(devices);
    if (!dir)
        return;
    bool going_on = true;
    for (struct dirent *entry; going_on && (entry = readdir(dir));) {
        /* An interface is its device's place, ':' and more. */
        const char *colon = strchr(entry->d_name, ':');
        if (!colon || !is_control_interface(devices, entry->d_name))
            continue;
        char device[NAME_MAX + 1];
        struct usb3v_place place;
        snprintf(device, sizeof device, "%.*s", (int)(colon - entry->d_name), entry->d_name);
        read_place(&place, devices, device);
        going_on = found(user, &place);
    }
    closedir(dir);
}

/* ---- one ---- */

struct wanted {
    const char *name;
    struct usb3v_place *place;
    bool found;
};

static bool look_for(void *user, const struct usb3v_place *place)
{
    struct wanted *w = user;
    w->found = strcmp(w->name, place->identity.id) == 0 ||
               (place->identity.serial[0] && strcmp(w->name, place->identity.serial) == 0);
    if (w->found)
        *w->place = *place;
    return !w->found;
}

int usb3v_locate(const char *devices, const struct camera_identity *id, struct usb3v_place *out,
                 struct err_text *why)
{
    struct genicam_options o;
    *out = (struct usb3v_place){0};
    int rc = genicam_options_read(&o, id->uri, why);
    if (rc)
        return rc;
    struct wanted w = {.name = o.name, .place = out};
    usb3v_look(devices, look_for, &w);
    if (!w.found)
        return err_set(why, ERR_GONE, "the USB3 Vision camera %s is not there: is it plugged in?", o.name);
    if (access(out->node, R_OK | W_OK))
        return err_set(why, ERR_DENIED,
                       "no access to %s: put SUBSYSTEM==\"usb\", ATTRS{idVendor}==\"%s\", MODE=\"0660\", "
                       "GROUP=\"video\" into /etc/udev/rules.d/60-camera.rules, be in the group video, plug "
                       "the camera in again",
                       out->node, out->vendor_id);
    return 0;
}

/* ---- all ---- */

struct teller {
    camera_found found;
    void *user;
};

static bool tell(void *user, const struct usb3v_place *place)
{
    struct teller *t = user;
    t->found(t->user, &place->identity);
    return true;
}

int usb3v_detect(camera_found found, void *user, struct err_text *why)
{
    (void)why;
    usb3v_look(usb3v_devices, tell, &(struct teller){found, user});
    return 0;
}
