/* SPDX-License-Identifier: Apache-2.0
 * GenICam cameras without one: what discovery reads, who a camera is, what URIs say, USB3 Vision in sysfs. */
#include "camera/genicam/gige.h"
#include "camera/genicam/options.h"
#include "camera/genicam/usb3v.h"
#include "support/temporary_folder.h"
#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { ACK_SIZE = 256 };

/* ---- discovery ---- */

static void put_text(uint8_t *packet, size_t at, const char *text)
{
    memcpy(packet + 8 + at, text, strlen(text));
}

/* An answer, laid out by the addresses of GigE Vision's bootstrap registers. */
static void make_ack(uint8_t packet[ACK_SIZE], uint16_t request)
{
    static const uint8_t mac[] = {0x00, 0x11, 0x1c, 0xa1, 0xb2, 0xc3}, address[] = {192, 168, 1, 20};
    const uint8_t head[] = {0, 0, 0, 3, 0, 0xf8, (uint8_t)(request >> 8), (uint8_t)request};
    memset(packet, 0, ACK_SIZE);
    memcpy(packet, head, sizeof head);
    memcpy(packet + 8 + 0x0a, mac, sizeof mac);
    memcpy(packet + 8 + 0x24, address, sizeof address);
    put_text(packet, 0x48, "Maker & Sons");
    put_text(packet, 0x68, "Eye 3 (mono)");
    put_text(packet, 0x88, "1.2.3");
    put_text(packet, 0xd8, "0123456789ABCDEF"); /* fills its field: no end */
    put_text(packet, 0xe8, "gate left");
}

static struct gvcp_device some_device(void)
{
    uint8_t packet[ACK_SIZE];
    struct gvcp_device d;
    make_ack(packet, 7);
    assert_int_equal(gvcp_read_discovery((struct slice){packet, ACK_SIZE}, 7, &d), 0);
    return d;
}

static void test_a_question_asks_for_an_answer_to_us_alone(void **state)
{
    static const uint8_t expected[] = {0x42, 0x01, 0, 2, 0, 0, 0xab, 0xcd};
    uint8_t command[GVCP_COMMAND_SIZE];
    (void)state;
    gvcp_write_discovery(0xabcd, command);
    assert_memory_equal(command, expected, sizeof expected);
}

static void test_an_answer_is_read(void **state)
{
    static const uint8_t mac[] = {0x00, 0x11, 0x1c, 0xa1, 0xb2, 0xc3};
    struct gvcp_device d = some_device();
    (void)state;
    assert_int_equal(d.address, 192u << 24 | 168 << 16 | 1 << 8 | 20);
    assert_memory_equal(d.mac, mac, sizeof mac);
    assert_string_equal(d.manufacturer, "Maker & Sons");
    assert_string_equal(d.model, "Eye 3 (mono)");
    assert_string_equal(d.version, "1.2.3");
    assert_string_equal(d.serial, "0123456789ABCDEF");
    assert_string_equal(d.user_name, "gate left");
}

static void test_other_packets_are_no_answers(void **state)
{
    uint8_t packet[ACK_SIZE];
    struct gvcp_device d;
    struct slice whole = {packet, ACK_SIZE}, cut = {packet, ACK_SIZE - 1};
    (void)state;
    make_ack(packet, 7);
    assert_int_equal(gvcp_read_discovery(whole, 8, &d), ERR_INVALID);
    assert_int_equal(gvcp_read_discovery(cut, 7, &d), ERR_INVALID);
    assert_int_equal(gvcp_read_discovery((struct slice){NULL, 0}, 7, &d), ERR_INVALID);
    packet[0] = 0x80; /* a status */
    assert_int_equal(gvcp_read_discovery(whole, 7, &d), ERR_INVALID);
    make_ack(packet, 7);
    packet[3] = 0x82; /* the answer to something else */
    assert_int_equal(gvcp_read_discovery(whole, 7, &d), ERR_INVALID);
    make_ack(packet, 7);
    packet[5] = 0xf7; /* it claims to be shorter */
    assert_int_equal(gvcp_read_discovery(whole, 7, &d), ERR_INVALID);
    assert_string_equal(d.model, "");
}

static void test_who_a_camera_is(void **state)
{
    struct gvcp_device d = some_device();
    struct camera_identity id;
    (void)state;
    gige_identity(&id, &d);
    assert_string_equal(id.id, "Maker-Sons-Eye-3-mono-0123456789ABCDEF");
    assert_string_equal(id.key, id.id);
    assert_string_equal(id.uri, "gige:Maker-Sons-Eye-3-mono-0123456789ABCDEF");
    assert_string_equal(id.name, "gate left");
    assert_string_equal(id.manufacturer, "Maker & Sons");
    assert_string_equal(id.model, "Eye 3 (mono)");
    assert_string_equal(id.serial, "0123456789ABCDEF");
    assert_string_equal(id.driver, "GigE Vision");
    assert_string_equal(id.address, "192.168.1.20");
    memset(d.serial, 0, sizeof d.serial);
    memset(d.user_name, 0, sizeof d.user_name);
    gige_identity(&id, &d);
    assert_string_equal(id.id, "Maker-Sons-Eye-3-mono-00-11-1c-a1-b2-c3");
    assert_string_equal(id.name, "Maker & Sons Eye 3 (mono)");
}

static void test_whom_a_name_means(void **state)
{
    static const char *const names[] = {"Maker-Sons-Eye-3-mono-0123456789ABCDEF",
                                        "0123456789ABCDEF",
                                        "gate left",
                                        "00:11:1c:a1:b2:c3",
                                        "00:11:1C:A1:B2:C3",
                                        "192.168.1.20"};
    static const char *const others[] = {"", "gate", "Eye 3 (mono)", "192.168.1.2", "00:11:1c:a1:b2:c4"};
    struct gvcp_device d = some_device();
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        assert_true(gige_is(&d, names[i]));
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        assert_false(gige_is(&d, others[i]));
    memset(d.serial, 0, sizeof d.serial);
    memset(d.user_name, 0, sizeof d.user_name);
    assert_false(gige_is(&d, ""));
}

/* ---- URIs ---- */

static void test_options(void **state)
{
    struct genicam_options o;
    (void)state;
    assert_int_equal(genicam_options_read(&o, "gige:GV01", NULL), 0);
    assert_string_equal(o.name, "GV01");
    assert_true(o.trigger == GENICAM_TRIGGER_AS_SET && o.packet_size == 0 && !o.no_resend && !o.plain_socket);
    assert_int_equal(genicam_options_read(&o,
                                          "gige:00:11:1c:a1:b2:c3?trigger=software&packet_size=1500&"
                                          "packet_delay=100&resend=off&socket=udp",
                                          NULL),
                     0);
    assert_string_equal(o.name, "00:11:1c:a1:b2:c3");
    assert_int_equal(o.trigger, GENICAM_TRIGGER_SOFTWARE);
    assert_int_equal(o.packet_size, 1500);
    assert_int_equal(o.packet_delay_us, 100);
    assert_true(o.no_resend && o.plain_socket);
    assert_int_equal(
        genicam_options_read(&o, "gige:a?trigger=off&packet_size=auto&resend=on&socket=auto", NULL), 0);
    assert_true(o.trigger == GENICAM_TRIGGER_OFF && o.packet_size == 0 && !o.no_resend && !o.plain_socket);
    assert_int_equal(genicam_options_read(&o, "usb3v:Maker-Eye-1?trigger=off", NULL), 0);
    assert_string_equal(o.name, "Maker-Eye-1");
}

static void test_bad_uris(void **state)
{
    static const char *const bad[] = {"gige:",
                                      "gige:?trigger=off",
                                      "gige:a?trigger=on",
                                      "gige:a?packet_size=100",
                                      "gige:a?packet_size=x",
                                      "gige:a?resend=1",
                                      "gige:a?size=1x1",
                                      "usb3v:",
                                      "usb3v:a?packet_size=1500"};
    struct camera_identity id;
    struct err_text why;
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        const struct backend *b = backend_of(bad[i]);
        assert_non_null(b);
        assert_int_equal(b->identify(bad[i], &id, &why), ERR_INVALID);
        assert_string_equal(id.id, "");
        assert_non_null(strstr(why.text, bad[i][0] == 'g' ? "gige:192" : "usb3v:"));
        if (i == 0)
            assert_non_null(strstr(why.text, "gige: names no camera: write its id"));
    }
}

static void test_identities_of_uris(void **state)
{
    struct camera_identity id;
    (void)state;
    const struct backend *gige = backend_of("gige:x");
    assert_int_equal(gige->identify("gige:192.168.1.20?resend=off", &id, NULL), 0);
    assert_string_equal(id.id, "gige-192.168.1.20");
    assert_string_equal(id.address, "192.168.1.20");
    assert_string_equal(id.uri, "gige:192.168.1.20?resend=off");
    /* By the name that detection gives, it is the one that detection finds. */
    struct gvcp_device d = some_device();
    struct camera_identity found;
    gige_identity(&found, &d);
    assert_int_equal(gige->identify(found.uri, &id, NULL), 0);
    assert_string_equal(id.id, found.id);
    assert_string_equal(id.key, found.key);
}

/* ---- USB3 Vision ---- */

static void put(const char *top, const char *device, const char *name, const char *text)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", top, device);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/%s/%s", top, device, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fprintf(f, "%s\n", text);
    fclose(f);
}

struct seen {
    struct usb3v_place places[4];
    size_t count;
};

static bool see(void *user, const struct usb3v_place *place)
{
    struct seen *s = user;
    assert_true(s->count < ARRAY_LEN(s->places));
    s->places[s->count++] = *place;
    return true;
}

static void put_interface(const char *top, const char *name, const char *class, const char *protocol)
{
    put(top, name, "bInterfaceClass", class);
    put(top, name, "bInterfaceSubClass", "05");
    put(top, name, "bInterfaceProtocol", protocol);
}

static void put_camera(const char *top)
{
    put(top, "2-1.4", "idVendor", "2676");
    put(top, "2-1.4", "idProduct", "ba02");
    put(top, "2-1.4", "manufacturer", "Basler");
    put(top, "2-1.4", "product", "acA1920-40uc");
    put(top, "2-1.4", "serial", "22334455");
    put(top, "2-1.4", "busnum", "2");
    put(top, "2-1.4", "devnum", "917");
    put_interface(top, "2-1.4:1.0", "ef", "00");
}

static void test_usb3_vision_in_sysfs(void **state)
{
    static struct seen seen;
    char top[TEMPORARY_FOLDER_SIZE];
    (void)state;
    assert_true(temporary_folder_make(top));
    put_camera(top);
    put_interface(top, "2-1.4:1.1", "ef", "02"); /* its stream */
    put_interface(top, "1-3:1.0", "0e", "00");   /* a webcam */
    usb3v_look(top, see, &seen);
    assert_int_equal(seen.count, 1);
    const struct usb3v_place *p = &seen.places[0];
    assert_string_equal(p->identity.id, "Basler-acA1920-40uc-22334455");
    assert_string_equal(p->identity.key, p->identity.id);
    assert_string_equal(p->identity.uri, "usb3v:Basler-acA1920-40uc-22334455");
    assert_string_equal(p->identity.name, "Basler acA1920-40uc");
    assert_string_equal(p->identity.address, "usb-2-1.4");
    assert_string_equal(p->node, "/dev/bus/usb/002/917");
    assert_string_equal(p->vendor_id, "2676");
    usb3v_look("/nowhere", see, &seen);
    assert_int_equal(seen.count, 1);
    assert_int_equal(temporary_folder_remove(top), 0);
}

/* No machine has so many USB devices: its file cannot be opened. */
static void test_usb3_vision_without_access(void **state)
{
    char top[TEMPORARY_FOLDER_SIZE];
    struct camera_identity id;
    struct usb3v_place place;
    struct err_text why;
    (void)state;
    assert_true(temporary_folder_make(top));
    put_camera(top);
    assert_int_equal(backend_of("usb3v:x")->identify("usb3v:22334455", &id, NULL), 0);
    assert_int_equal(usb3v_locate(top, &id, &place, &why), ERR_DENIED);
    assert_string_equal(
        why.text, "no access to /dev/bus/usb/002/917: put SUBSYSTEM==\"usb\", ATTRS{idVendor}==\"2676\", "
                  "MODE=\"0660\", GROUP=\"video\" into /etc/udev/rules.d/60-camera.rules, be in the group "
                  "video, plug the camera in again");
    assert_int_equal(temporary_folder_remove(top), 0);
}

static void test_usb3_vision_that_is_not_there(void **state)
{
    struct camera_identity id;
    struct usb3v_place place;
    struct err_text why;
    (void)state;
    assert_int_equal(backend_of("usb3v:x")->identify("usb3v:Nobody-Has-4711", &id, NULL), 0);
    assert_int_equal(usb3v_locate(usb3v_devices, &id, &place, &why), ERR_GONE);
    assert_string_equal(why.text, "the USB3 Vision camera Nobody-Has-4711 is not there: is it plugged in?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_question_asks_for_an_answer_to_us_alone),
        cmocka_unit_test(test_an_answer_is_read),
        cmocka_unit_test(test_other_packets_are_no_answers),
        cmocka_unit_test(test_who_a_camera_is),
        cmocka_unit_test(test_whom_a_name_means),
        cmocka_unit_test(test_options),
        cmocka_unit_test(test_bad_uris),
        cmocka_unit_test(test_identities_of_uris),
        cmocka_unit_test(test_usb3_vision_in_sysfs),
        cmocka_unit_test(test_usb3_vision_without_access),
        cmocka_unit_test(test_usb3_vision_that_is_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
