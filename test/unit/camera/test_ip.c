/* SPDX-License-Identifier: Apache-2.0
 * URIs of IP cameras: what is opened, what is shown, ids that last, and texts for those who got one wrong. */
#include "camera/ip/ip_uri.h"
#include "camera/uri_secret.h"
#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

static struct ip_uri uri;
static struct camera_identity identity;
static struct err_text why;

static int identify(const char *text)
{
    const struct backend *b = backend_of(text);
    return b->identify(text, &identity, &why);
}

static const char *id_of(const char *text)
{
    assert_int_equal(identify(text), 0);
    return identity.id;
}

static const char *opened(const char *text)
{
    static char url[4 * CAMERA_URI];
    assert_int_equal(ip_uri_read(&uri, text, &why), 0);
    assert_int_equal(ip_uri_expand(&uri, url, sizeof url, &why), 0);
    return url;
}

static void test_parts(void **state)
{
    (void)state;
    assert_int_equal(ip_uri_read(&uri, "rtsp://u:p@Cam.Example:8554/a/b?c=d&e=f#transport=udp", &why), 0);
    assert_string_equal(uri.scheme, "rtsp");
    assert_string_equal(uri.login, "u:p");
    assert_string_equal(uri.host, "cam.example");
    assert_int_equal(uri.port, 8554);
    assert_string_equal(uri.target, "/a/b?c=d&e=f");
    assert_true(uri.options.udp);
    assert_int_equal(ip_uri_read(&uri, "https://[fe80::1]?x#certificate=any&fps=2.5", &why), 0);
    assert_string_equal(uri.host, "fe80::1");
    assert_int_equal(uri.port, 443);
    assert_string_equal(uri.target, "/?x");
    assert_true(uri.options.any_certificate && uri.options.fps == 2.5 && uri.login[0] == '\0');
}

static void test_what_is_opened(void **state)
{
    (void)state;
    assert_string_equal(opened("rtsp://cam"), "rtsp://cam/");
    assert_string_equal(opened("rtsp://u:p@ss@cam:554/a?b=%20#transport=tcp"), "rtsp://u:p%40ss@cam/a?b=%20");
    assert_string_equal(opened("http://[::1]:8080/\xc3\xbc'\""), "http://[::1]:8080/%C3%BC%27%22");
    assert_int_equal(setenv("TEST_USER", "ad min", 1), 0);
    assert_int_equal(setenv("TEST_PASSWORD", "a:b@c/%41", 1), 0);
    assert_string_equal(opened("rtsp://${TEST_USER}:${TEST_PASSWORD}@cam/x${TEST_USER}?p=${TEST_PASSWORD}"),
                        "rtsp://ad%20min:a%3Ab%40c%2F%2541@cam/xad%20min?p=a%3Ab%40c%2F%2541");
    char *longer = calloc(1, 6 * CAMERA_URI), url[4 * CAMERA_URI];
    memset(longer, 'a', 6 * CAMERA_URI - 1);
    assert_int_equal(setenv("TEST_USER", longer, 1), 0);
    assert_int_equal(ip_uri_read(&uri, "rtsp://${TEST_USER}@cam", &why), 0);
    assert_int_equal(ip_uri_expand(&uri, url, sizeof url, &why), ERR_INVALID);
    assert_string_equal(url, "");
    free(longer);
    assert_int_equal(unsetenv("TEST_USER"), 0);
    assert_int_equal(identify("rtsp://${TEST_USER}@cam"), ERR_INVALID);
    assert_non_null(strstr(why.text, "TEST_USER"));
}

static void test_identity(void **state)
{
    (void)state;
    assert_string_equal(id_of("rtsp://admin:secret@Cam1:8554/h264?user=a#transport=udp"),
                        "rtsp-cam1_8554-h264-34b96fb1");
    assert_string_equal(identity.uri, "rtsp://Cam1:8554/h264");
    assert_string_equal(identity.name, "Cam1:8554/h264");
    assert_string_equal(identity.address, "cam1:8554");
    assert_string_equal(identity.driver, "rtsp");
    assert_string_equal(identity.secret_uri, "rtsp://admin:secret@Cam1:8554/h264?user=a#transport=udp");
    assert_false(identity.simulated);
    assert_string_equal(id_of("http://10.0.0.7/axis-cgi/jpg/image.cgi"),
                        "http-10.0.0.7-axis-cgi-jpg-image.cgi-3db79702");
    assert_string_equal(id_of("http://10.0.0.7:80/snap_1.jpg"), "http-10.0.0.7-snap_1.jpg");
    assert_string_equal(id_of("rtsp://10.0.0.7"), "rtsp-10.0.0.7");
    assert_string_equal(id_of("rtsp://10.0.0.7/"), "rtsp-10.0.0.7");
}

static void test_ids_that_differ(void **state)
{
    static const char *const uris[] = {
        "rtsp://cam/a/b",   "rtsp://cam/a-b", "rtsp://cam/a//b", "rtsp://cam/a/b/", "rtsp://cam/a?c=1",
        "rtsp://cam/a?c=2", "rtsp://cam/a",   "http://cam/a",    "rtsp://cam:1/a",  "rtsp://cam/1/a",
        "rtsp://[::1]/a",   "rtsp://[1::]/a", "rtsp://cam/A",    "rtsp://cam/%61",
    };
    char ids[ARRAY_LEN(uris)][CAMERA_TEXT], again[CAMERA_TEXT];
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(uris); i++) {
        strcpy(ids[i], id_of(uris[i]));
        for (size_t k = 0; k < i; k++)
            if (strcmp(ids[i], ids[k]) == 0)
                fail_msg("%s and %s: %s", uris[i], uris[k], ids[i]);
    }
    /* Another user or password makes no other camera. */
    strcpy(again, id_of("http://a:b@cam/s?user=x&password=1&c=1"));
    assert_string_equal(again, id_of("http://c:d@cam/s?user=x&password=2&c=1"));
    strcpy(again, id_of("rtsp://cam/user=admin_password=one_channel=1"));
    assert_string_equal(again, id_of("rtsp://cam/user=admin_password=two_channel=2"));
    assert_null(strstr(again, "one"));
}

static void test_long_ones(void **state)
{
    char text[CAMERA_URI + 8] = "rtsp://cam/";
    (void)state;
    memset(text + 11, 'a', CAMERA_URI - 12);
    assert_int_equal(strlen(text), CAMERA_URI - 1);
    assert_true(strlen(id_of(text)) < CAMERA_TEXT);
    assert_int_equal(strlen(opened(text)), CAMERA_URI - 1);
    strcat(text, "a");
    assert_int_equal(identify(text), ERR_INVALID);
    memset(text, 0, sizeof text);
    strcpy(text, "rtsp://");
    memset(text + 7, 'h', 300);
    assert_int_equal(identify(text), ERR_INVALID);
}

static void test_mistakes(void **state)
{
    static const char *const rows[][2] = {
        {"rtsp:", "rtsp://user:password@"},
        {"rtsp:cam/a", "two slashes"},
        {"rtsp:///a", "address is missing"},
        {"rtsp://u:secret@/a", "address is missing"},
        {"rtsp://cam:0/a", "1 to 65535"},
        {"rtsp://cam:/a", "1 to 65535"},
        {"rtsp://cam:65536/a", "1 to 65535"},
        {"rtsp://u:secret/x@cam/a", "%2F"},
        {"rtsp://u:12/secret@cam/a", "%2F"},
        {"rtsp://u:x?secret@cam/a", "%3F"},
        {"rtsp://u:x#secret@cam/a", "%23"},
        {"rtsp://ca m/a", "%20"},
        {"rtsp://cam/a\r\nX-Evil: secret", "control character"},
        {"rtsp://cam$/a", "character"},
        {"rtsp://${HOST}/a", "character"},
        {"rtsp://[cam]/a", "character"},
        {"rtsp://[::1/a", "character"},
        {"rtsp://${secret@cam/a", "${"},
        {"rtsp://cam/${}", "${"},
        {"rtsp://cam/a#transport=sctp", "tcp or udp"},
        {"rtsp://cam/a#fps=3", "transport"},
        {"http://cam/a#transport=udp", "fps"},
        {"http://cam/a#fps=0", "0.01 to 60"},
        {"http://cam/a#certificate=any", "fps"},
        {"https://cam/a#certificate=none", "checked or any"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (identify(rows[i][0]) != ERR_INVALID)
            fail_msg("%s was taken", rows[i][0]);
        if (!strstr(why.text, rows[i][1]))
            fail_msg("%s: %s", rows[i][0], why.text);
        assert_null(strstr(why.text, "secret"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts),     cmocka_unit_test(test_what_is_opened),
        cmocka_unit_test(test_identity),  cmocka_unit_test(test_ids_that_differ),
        cmocka_unit_test(test_long_ones), cmocka_unit_test(test_mistakes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
