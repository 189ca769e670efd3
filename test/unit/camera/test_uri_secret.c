/* SPDX-License-Identifier: Apache-2.0
 * What people may see of URIs: never a password, however badly it is written. */
#include "base/compiler.h"
#include "camera/uri_secret.h"
#include "support/unit.h"

#include <string.h>

static const char *show(const char *uri)
{
    static char out[256];
    uri_show(uri, out, sizeof out);
    return out;
}

static const char *mask(const char *uri)
{
    static char out[256];
    uri_mask(uri, out, sizeof out);
    return out;
}

static void test_shown(void **state)
{
    static const char *const rows[][2] = {
        {"rtsp://host/path", "rtsp://host/path"},
        {"rtsp://u:p@host:8554/path?a=b#c=d", "rtsp://host:8554/path"},
        {"rtsp://u@host", "rtsp://host"},
        {"rtsp://u:p@ss@host/x", "rtsp://host/x"},
        {"rtsp://u:p/a?s#s@host/x", "rtsp://host/x"},
        {"rtps://u:p@host/x", "rtps://host/x"},
        {"rtsp://${U}:${P}@host/x", "rtsp://host/x"},
        {"rtsp://host/user=admin_password=tlJwpbo6_channel=1.sdp", "rtsp://host/user=admin_password="},
        {"rtsp://host/user=admin_password=${P}_channel=1.sdp?x",
         "rtsp://host/user=admin_password=${P}_channel=1.sdp"},
        {"rtsp://", "rtsp://"},
        {"sim:?size=1x1&id=a@b", "sim:?size=1x1&id=a@b"},
        {"file:///a@b?fps=1", "file:///a@b?fps=1"},
        {"v4l2:/dev/video0", "v4l2:/dev/video0"},
        {"", ""},
        {"://u:p@host", "://u:p@host"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_string_equal(show(rows[i][0]), rows[i][1]);
    char cut[12];
    uri_show("rtsp://u:p@host/path", cut, sizeof cut);
    assert_string_equal(cut, "rtsp://host");
}

static void test_masked(void **state)
{
    static const char *const rows[][2] = {
        {"rtsp://u:p@host/a?b=c#transport=udp", "rtsp://u:***@host/a?b=c#transport=udp"},
        {"rtsp://token@host/", "rtsp://***@host/"},
        {"rtsp://u:${P}@host/", "rtsp://u:${P}@host/"},
        {"rtsp://${U}:${P}x@host/", "rtsp://${U}:***@host/"},
        {"rtsp://${TOKEN}@host/", "rtsp://${TOKEN}@host/"},
        {"http://h/api?cmd=Snap&user=admin&password=s3&rs=1",
         "http://h/api?cmd=Snap&user=admin&password=***&rs=1"},
        {"http://h/?usr=a&PWD=s3#fps=1", "http://h/?usr=a&PWD=***#fps=1"},
        {"http://h/?authToken=${T}&pass=", "http://h/?authToken=${T}&pass="},
        {"http://h/?pass=1&token=2&apikey=3", "http://h/?pass=***&token=***&apikey=***"},
        {"rtsp://h/user=a_password=b_c/d?channel=1", "rtsp://h/user=a_password=***?channel=1"},
        {"file:/a?password=b", "file:/a?password=b"},
        {"http://h/passing?x=y", "http://h/passing?x=y"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_string_equal(mask(rows[i][0]), rows[i][1]);
        assert_int_equal(uri_has_secret(rows[i][0]), strcmp(rows[i][0], rows[i][1]) != 0);
    }
}

static void test_scrubbed(void **state)
{
    static const char *const rows[][2] = {
        {"Opening 'rtsp://u:p@host/a?b' for reading", "Opening 'rtsp://host/a' for reading"},
        {"http://u:p@a/ and https://v:q@b/?k=1", "http://a/ and https://b/"},
        {"no URL: at all @ here", "no URL: at all @ here"},
        {"://", "://"},
        {"x ://u:p@y tls://u:p@z", "x ://u:p@y tls://z"},
        {"", ""},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char text[128];
        strcpy(text, rows[i][0]);
        uri_scrub(text);
        assert_string_equal(text, rows[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shown),
        cmocka_unit_test(test_masked),
        cmocka_unit_test(test_scrubbed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
