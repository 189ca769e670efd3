/* SPDX-License-Identifier: Apache-2.0 */
#include "client/endpoint_url.h"
#include "support/unit.h"

#include <string.h>

static void good_urls(void **state)
{
    (void)state;
    static const struct {
        const char *url, *host;
        uint16_t port;
    } cases[] = {
        {"opc.tcp://localhost:4840", "localhost", 4840},
        {"opc.tcp://localhost", "localhost", 4840},
        {"opc.tcp://localhost/", "localhost", 4840},
        {"OPC.TCP://Host-1.example:1", "Host-1.example", 1},
        {"opc.tcp://192.0.2.7:65535/opcfy/server/", "192.0.2.7", 65535},
        {"opc.tcp://[::1]:14840", "::1", 14840},
        {"opc.tcp://[2001:db8::7]", "2001:db8::7", 4840},
        {"opc.tcp://[fe80::1%eth0]/x:y", "fe80::1%eth0", 4840},
        {"opc.tcp://h:0004840?q", "h", 4840},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct endpoint_url out;
        struct err_text why = {"?"};
        assert_int_equal(endpoint_url_parse(cases[i].url, &out, &why), 0);
        assert_string_equal(out.text, cases[i].url);
        assert_string_equal(out.host, cases[i].host);
        assert_int_equal(out.port, cases[i].port);
    }
}

static void bad_urls(void **state)
{
    (void)state;
    static const struct {
        const char *url, *says;
    } cases[] = {
        {"", "no scheme"},
        {"localhost", "no scheme"},
        {"localhost:4840", "no scheme"},
        {"opc.tcp:/localhost", "no scheme"},
        {"http://localhost", "opc.tcp"},
        {"opc.https://localhost", "opc.tcp"},
        {"opc.tcp://", "host"},
        {"opc.tcp://:4840", "host"},
        {"opc.tcp:///path", "host"},
        {"opc.tcp://[::1", "host"},
        {"opc.tcp://[]", "host"},
        {"opc.tcp://[::1]x", "host"},
        {"opc.tcp://h:", "port"},
        {"opc.tcp://h:/", "port"},
        {"opc.tcp://h:0", "port"},
        {"opc.tcp://h:65536", "port"},
        {"opc.tcp://h:99999999999999999999", "port"},
        {"opc.tcp://h:-1", "port"},
        {"opc.tcp://h:48x", "port"},
        {"opc.tcp://::1", "host"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct endpoint_url out;
        struct err_text why = {""};
        assert_int_equal(endpoint_url_parse(cases[i].url, &out, &why), ERR_INVALID);
        assert_non_null(strstr(why.text, cases[i].says));
        assert_non_null(strstr(why.text, "opc.tcp://localhost:4840"));
        assert_string_equal(out.host, "");
        assert_string_equal(out.text, "");
        assert_int_equal(out.port, 0);
    }
}

/* As long as there is room, and one more. */
static void long_urls(void **state)
{
    (void)state;
    struct endpoint_url out;
    struct err_text why;
    char url[ENDPOINT_URL_TEXT + 1] = "opc.tcp://h/";
    memset(url + 12, 'p', ENDPOINT_URL_TEXT - 12);
    assert_int_equal(endpoint_url_parse(url, &out, &why), ERR_INVALID);
    url[ENDPOINT_URL_TEXT - 1] = '\0';
    assert_int_equal(endpoint_url_parse(url, &out, &why), 0);

    char host[10 + ENDPOINT_URL_HOST + 1] = "opc.tcp://";
    memset(host + 10, 'h', ENDPOINT_URL_HOST);
    assert_int_equal(endpoint_url_parse(host, &out, &why), ERR_INVALID);
    host[10 + ENDPOINT_URL_HOST - 1] = '\0';
    assert_int_equal(endpoint_url_parse(host, &out, &why), 0);
    assert_int_equal(strlen(out.host), ENDPOINT_URL_HOST - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_urls),
        cmocka_unit_test(bad_urls),
        cmocka_unit_test(long_urls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
