/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/v4l2/identity.h"

#include "camera/identity.h"

#include <limits.h>
#include <linux/videodev2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Serial numbers that whole series of devices share. */
static const char *const common_serials[] = {
    "0001", "SN0001", "0123456789", "1234567890", "123456789", "123456", "200901010001", "01.00.00", "N/A",
};

static bool serial_tells_apart(const char *serial)
{
    for (size_t i = 0; i < ARRAY_LEN(common_serials); i++)
        if (strcmp(serial, common_serials[i]) == 0)
            return false;
    /* "000000": one character over and over, or nothing. */
    return serial[0] && strspn(serial, (const char[]){serial[0], '\0'}) < strlen(serial);
}

/* The first line of the file `name` in `folder`; the empty text when there is none. */
static void read_attribute(char out[CAMERA_TEXT], const char *folder, const char *name)
{
    char path[PATH_MAX];
    out[0] = '\0';
    if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, name) >= sizeof path)
        return;
    FILE *file = fopen(path, "re");
    if (!file)
        return;
    if (fgets(out, CAMERA_TEXT, file))
        out[strcspn(out, "\n")] = '\0';
    else
        out[0] = '\0';
    fclose(file);
}

static unsigned read_number(const char *folder, const char *name, int base)
{
    char text[CAMERA_TEXT];
    read_attribute(text, folder, name);
    unsigned long n = strtoul(text, NULL, base);
    return n <= UINT_MAX ? (unsigned)n : 0;
}

/* Turns "/a/b/c" into "/a/b" in place. False at the root. */
static bool to_parent(char *path)
{
    char *slash = strrchr(path, '/');
    if (!slash || slash == path)
        return false;
    *slash = '\0';
    return true;
}

/* The USB device's place as drivers tell it in bus_info: "usb-0000:00:14.0-1.2". */
static void usb_bus_path(char out[CAMERA_TEXT], const char *device)
{
    char ports[CAMERA_TEXT];
    read_attribute(ports, device, "devpath");
    const char *root_hub = strstr(device, "/usb");
    if (!ports[0] || !root_hub)
        return;
    const char *controller = root_hub;
    while (controller > device && controller[-1] != '/')
        controller--;
    snprintf(out, CAMERA_TEXT, "usb-%.*s-%.32s", (int)(root_hub - controller), controller, ports);
}

/* Looks upward from the folder `at` for the USB device that it belongs to. */
static void read_usb_facts(struct v4l2_facts *out, char *at)
{
    out->interface = read_number(at, "bInterfaceNumber", 16);
    do {
        read_attribute(out->vendor_id, at, "idVendor");
    } while (!out->vendor_id[0] && to_parent(at));
    if (!out->vendor_id[0])
        return;
    read_attribute(out->product_id, at, "idProduct");
    read_attribute(out->manufacturer, at, "manufacturer");
    read_attribute(out->product, at, "product");
    read_attribute(out->serial, at, "serial");
    usb_bus_path(out->bus, at);
}

/* The last part of what the link `name` in `folder` leads to; empty without one. */
static void read_link(char out[CAMERA_TEXT], const char *folder, const char *name)
{
    char link[PATH_MAX], target[PATH_MAX];
    out[0] = '\0';
    if ((size_t)snprintf(link, sizeof link, "%s/%s", folder, name) < sizeof link && realpath(link, target))
        identity_text(out, strrchr(target, '/') + 1);
}

/* `node` is one of a driver without hardware when it belongs to no device. */
static void read_place(struct v4l2_facts *out, const char *node)
{
    char link[PATH_MAX], device[PATH_MAX], subsystem[CAMERA_TEXT];
    if ((size_t)snprintf(link, sizeof link, "%s/device", node) >= sizeof link || !realpath(link, device)) {
        snprintf(out->bus, sizeof out->bus, "virtual:%.*s", (int)sizeof out->bus / 2, out->node_name);
        return;
    }
    read_link(subsystem, device, "subsystem");
    read_link(out->driver, device, "driver");
    snprintf(out->bus, sizeof out->bus, "%.32s%s%.64s", subsystem, subsystem[0] ? ":" : "",
             strrchr(device, '/') + 1);
    read_usb_facts(out, device);
}

void v4l2_read_facts(struct v4l2_facts *out, const char *node, const struct v4l2_capability *cap)
{
    *out = (struct v4l2_facts){0};
    read_attribute(out->node_name, node, "name");
    out->index = read_number(node, "index", 10);
    read_place(out, node);
    memcpy(out->card, out->node_name, sizeof out->card);
    if (!cap)
        return;
    snprintf(out->card, sizeof out->card, "%.*s", (int)sizeof cap->card, (const char *)cap->card);
    snprintf(out->driver, sizeof out->driver, "%.*s", (int)sizeof cap->driver, (const char *)cap->driver);
}

/* uvcvideo calls a camera "Product: Product", cut off. */
static const char *name_of(const struct v4l2_facts *f)
{
    size_t len = strlen(f->product);
    bool repeats = len > 0 && strncmp(f->card, f->product, len) == 0 &&
                   strncmp(f->card + len, ": ", 2) == 0 &&
                   strncmp(f->card + len + 2, f->product, strlen(f->card + len + 2)) == 0;
    return repeats ? f->product : f->card;
}

bool v4l2_id(const struct v4l2_facts *f, enum v4l2_telling how, char out[CAMERA_TEXT])
{
    char text[4 * CAMERA_TEXT];
    size_t used;
    out[0] = '\0';
    if (how == V4L2_BY_SERIAL && !(f->vendor_id[0] && serial_tells_apart(f->serial)))
        return false;
    if (how == V4L2_BY_SERIAL)
        used = (size_t)snprintf(text, sizeof text, "usb-%s-%s-%s", f->vendor_id, f->product_id, f->serial);
    else
        used = (size_t)snprintf(text, sizeof text, "%s", f->bus);
    if (how == V4L2_BY_NAME)
        used += (size_t)snprintf(text + used, sizeof text - used, "-%s", f->node_name);
    if (f->interface > 0)
        used += (size_t)snprintf(text + used, sizeof text - used, "-if%u", f->interface);
    if (f->index > 0)
        snprintf(text + used, sizeof text - used, "-%u", f->index);
    identity_id(out, text);
    return out[0] != '\0';
}

void v4l2_identity(struct camera_identity *out, const struct v4l2_facts *facts, enum v4l2_telling how)
{
    *out = (struct camera_identity){0};
    (void)v4l2_id(facts, how, out->id);
    memcpy(out->key, out->id, sizeof out->key);
    identity_text(out->name, name_of(facts));
    identity_text(out->manufacturer, facts->manufacturer);
    identity_text(out->model, facts->product[0] ? facts->product : facts->card);
    identity_text(out->serial, facts->serial);
    identity_text(out->driver, facts->driver);
    identity_text(out->address, facts->bus);
}

bool v4l2_is(const struct v4l2_facts *facts, const char *key)
{
    char id[CAMERA_TEXT];
    for (enum v4l2_telling how = V4L2_BY_SERIAL; how < V4L2_TELLINGS; how++)
        if (v4l2_id(facts, how, id) && strcmp(id, key) == 0)
            return true;
    return false;
}
