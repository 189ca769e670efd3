/* SPDX-License-Identifier: Apache-2.0
 * Answers to a WS-Discovery Probe, good and hostile. */
#include "camera/onvif/ws_discovery.h"

#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UUID  "01234567-89ab-4def-8123-456789abcdef"
#define OTHER "ffffffff-89ab-4def-8123-456789abcdef"

static struct onvif_device last;
static unsigned count;

static void keep(void *user, const struct onvif_device *d)
{
    (void)user;
    last = *d;
    count++;
}

static int set_up(void **state)
{
    (void)state;
    count = 0;
    last = (struct onvif_device){0};
    return 0;
}

static bool read_text(const char *text)
{
    char *copy = strdup(text); /* of its exact size */
    bool good = ws_read_matches((struct slice){(uint8_t *)copy, strlen(copy)}, UUID, keep, NULL);
    free(copy);
    return good;
}

#define HEAD(uuid)                                                                                           \
    "<?xml version='1.0'?><s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope' "                    \
    "xmlns:a='http://schemas.xmlsoap.org/ws/2004/08/addressing' "                                            \
    "xmlns:d='http://schemas.xmlsoap.org/ws/2005/04/discovery'><s:Header>"                                   \
    "<a:RelatesTo>urn:uuid:" uuid "</a:RelatesTo></s:Header><s:Body><d:ProbeMatches>"
#define TAIL "</d:ProbeMatches></s:Body></s:Envelope>"
#define MATCH(address, scopes, services)                                                                     \
    "<d:ProbeMatch><a:EndpointReference><a:Address>" address "</a:Address></a:EndpointReference>"            \
    "<d:Types>n:NetworkVideoTransmitter</d:Types><d:Scopes>" scopes "</d:Scopes><d:XAddrs>" services         \
    "</d:XAddrs></d:ProbeMatch>"

static void a_device_with_everything(void **state)
{
    (void)state;
    assert_true(read_text(HEAD(UUID) MATCH(
        "urn:uuid:camera-1",
        "onvif://www.onvif.org/type/video_encoder\n onvif://www.onvif.org/name/Front%20Door "
        "onvif://www.onvif.org/hardware/C100 onvif://www.onvif.org/location/Hall%2",
        "http://[fe80::1]/onvif/device_service http://192.0.2.7/onvif/device_service http://192.0.2.8/x")
                              TAIL));
    assert_int_equal(count, 1);
    assert_string_equal(last.endpoint, "urn:uuid:camera-1");
    assert_string_equal(last.name, "Front Door");
    assert_string_equal(last.hardware, "C100");
    assert_string_equal(last.location, "Hall%2");
    assert_string_equal(last.service, "http://192.0.2.7/onvif/device_service");
}

static void several_in_one_answer(void **state)
{
    (void)state;
    assert_true(read_text(HEAD(UUID) MATCH("urn:uuid:1", "", "http://192.0.2.1/")
                              MATCH("", "x", "http://192.0.2.2/") TAIL));
    assert_int_equal(count, 2);
    assert_string_equal(last.endpoint, "http://192.0.2.2/");
    assert_string_equal(last.name, "");
}

static void answers_to_others(void **state)
{
    (void)state;
    assert_false(read_text(HEAD(OTHER) MATCH("urn:uuid:1", "", "http://192.0.2.1/") TAIL));
    assert_int_equal(count, 0);
}

/* What would be shown or opened must be plain. */
static void odd_texts(void **state)
{
    (void)state;
    assert_true(read_text(HEAD(UUID) MATCH("urn:uuid:1", "onvif://www.onvif.org/name/a%1b%5b31mb%00c%ff",
                                           "ftp://192.0.2.1/ http://192.0.2.1/&lt;") TAIL));
    assert_int_equal(count, 0); /* no address that is any good */
    assert_true(read_text(HEAD(UUID) MATCH("urn:uuid:1", "onvif://www.onvif.org/name/a%1b%5b31mb%00c%ff",
                                           "http://192.0.2.1/") TAIL));
    assert_int_equal(count, 1);
    assert_string_equal(last.name, "a [31mb%00c?");
}

static void hostile(void **state)
{
    (void)state;
    static char deep[20000], large[20000];
    assert_false(read_text("x"));
    assert_false(read_text(HEAD(UUID)));
    assert_false(read_text("<!DOCTYPE a [<!ENTITY x 'y'>]>"
                           "<a>&x;</a>"));
    size_t n = (size_t)snprintf(deep, sizeof deep, "%s", HEAD(UUID));
    for (int i = 0; i < 100; i++)
        n += (size_t)snprintf(deep + n, sizeof deep - n, "<x>");
    assert_false(read_text(deep));
    n = (size_t)snprintf(large, sizeof large, "%s<d:ProbeMatch><d:Scopes>", HEAD(UUID));
    memset(large + n, 'x', sizeof large - n - 1);
    assert_false(read_text(large));
    assert_int_equal(count, 0);
}

/* Our own Probe is XML that names our message, and no answer. */
static void the_probe(void **state)
{
    (void)state;
    char probe[WS_PROBE];
    size_t n = ws_probe(probe, UUID);
    assert_true(n > 0 && n == strlen(probe));
    assert_non_null(strstr(probe, "urn:uuid:" UUID));
    assert_false(read_text(probe));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_device_with_everything, set_up),
        cmocka_unit_test_setup(several_in_one_answer, set_up),
        cmocka_unit_test_setup(answers_to_others, set_up),
        cmocka_unit_test_setup(odd_texts, set_up),
        cmocka_unit_test_setup(hostile, set_up),
        cmocka_unit_test_setup(the_probe, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
