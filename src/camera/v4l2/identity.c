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

void v4l2_read_facts(struct v4l2_facts *out, const char *node, const struct v4l2_capability *cap)
{
    char link[PATH_MAX], device[PATH_MAX] = "";
    *out = (struct v4l2_facts){0};
    read_attribute(out->card, node, "name");
    out->index = read_number(node, "index", 10);
    if ((size_t)snprintf(link, sizeof link, "%s/device", node) < sizeof link && realpath(link, device)) {
        const char *name = strrchr(device, '/');
        identity_text(out->bus, name + 1);
        read_usb_facts(out, device);
    }
    if (!cap)
        return;
    snprintf(out->card, sizeof out->card, "%.*s", (int)sizeof cap->card, (const char *)cap->card);
    snprintf(out->driver, sizeof out->driver, "%.*s", (int)sizeof cap->driver, (const char *)cap->driver);
    if (cap->bus_info[0])
        snprintf(out->bus, sizeof out->bus, "%.*s", (int)sizeof cap->bus_info, (const char *)cap->bus_info);
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

static void make_id(char out[CAMERA_TEXT], const struct v4l2_facts *f, bool by_place)
{
    char text[4 * CAMERA_TEXT];
    size_t used;
    if (!by_place && f->vendor_id[0] && serial_tells_apart(f->serial))
        used = (size_t)snprintf(text, sizeof text, "usb-%s-%s-%s", f->vendor_id, f->product_id, f->serial);
    else
        used = (size_t)snprintf(text, sizeof text, "%s", f->bus);
    if (f->interface > 0)
        used += (size_t)snprintf(text + used, sizeof text - used, "-if%u", f->interface);
    if (f->index > 0)
        snprintf(text + used, sizeof text - used, "-%u", f->index);
    identity_id(out, text);
}

bool v4l2_twins(const struct v4l2_facts *a, const struct v4l2_facts *b)
{
    char id_a[CAMERA_TEXT], id_b[CAMERA_TEXT];
    if (!a->vendor_id[0] || !serial_tells_apart(a->serial))
        return false;
    make_id(id_a, a, false);
    make_id(id_b, b, false);
    return strcmp(id_a, id_b) == 0;
}

void v4l2_identity(struct camera_identity *out, const struct v4l2_facts *facts, bool by_place)
{
    *out = (struct camera_identity){0};
    make_id(out->id, facts, by_place);
    make_id(out->key, facts, by_place);
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
    make_id(id, facts, false);
    if (strcmp(id, key) == 0)
        return true;
    make_id(id, facts, true);
    return strcmp(id, key) == 0;
}
