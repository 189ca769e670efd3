/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "app/config.h"
#include "base/compiler.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Loads `text` from a file; what the error says behind the file's name is in *problem. */
static int load(const char *text, struct config *c, const char **problem)
{
    static struct err_text why;
    char path[] = "/tmp/uacam-config-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    config_init(c);
    why.text[0] = '\0';
    int rc = config_load(c, path, &why);
    unlink(path);
    size_t skip = strncmp(why.text, path, strlen(path)) == 0 ? strlen(path) : 0;
    *problem = why.text + skip;
    return rc;
}

static void test_values(void **state)
{
    (void)state;
    struct config c;
    const char *problem;
    assert_int_equal(load("server: {port: 5000, listen: loopback}\n"
                          "log:\n  level: debug\n"
                          "camera:\n  linger: 0.5\n  capture_timeout: 7\n"
                          "cameras:\n  - 'sim:'\n  - v4l2:/dev/video0\n",
                          &c, &problem),
                     0);
    assert_int_equal(c.port, 5000);
    assert_int_equal(c.listen, LISTEN_ON_LOOPBACK);
    assert_int_equal(c.log_level, 3);
    assert_true(c.camera.linger == 0.5);
    assert_true(c.camera.capture_timeout == 7);
    assert_int_equal(c.camera.jpeg_quality, 85);
    assert_int_equal(c.camera_count, 2);
    assert_string_equal(c.cameras[0].uri, "sim:");
    assert_string_equal(c.cameras[1].uri, "v4l2:/dev/video0");
}

/* The defaults are closed; policies that are not named are not there. */
static void test_security(void **state)
{
    (void)state;
    struct config c;
    const char *problem;
    assert_int_equal(load("", &c, &problem), 0);
    assert_int_equal(c.security.none, NONE_FOR_LOOPBACK);
    assert_int_equal(c.security.policies, 7);
    assert_int_equal(c.security.min_key_bits, 2048);
    assert_string_equal(c.state_folder, "");
    assert_int_equal(load("state: {folder: /srv/uacam}\n"
                          "security: {none: never, policies: [Aes256_Sha256_RsaPss], anonymous: false,\n"
                          "           certificate: a.der, key: a.pem}\n",
                          &c, &problem),
                     0);
    assert_int_equal(c.security.none, NONE_FOR_NOBODY);
    assert_int_equal(c.security.policies, 4);
    assert_false(c.security.anonymous);
    assert_string_equal(c.state_folder, "/srv/uacam");
    assert_string_equal(c.security.certificate, "a.der");
    assert_string_equal(c.security.key, "a.pem");
    assert_int_equal(load("security: {policies: []}\n", &c, &problem), 0);
    assert_int_equal(c.security.policies, 0);
}

/* Settings of its own stand over those of all, wherever the list is in the file. */
static void test_settings_of_one_camera(void **state)
{
    (void)state;
    struct config c;
    const char *problem;
    assert_int_equal(load("cameras:\n"
                          "  - uri: 'sim:?seed=2'\n"
                          "    camera: {linger: 1}\n"
                          "    image: {format: png, max_size: 100}\n"
                          "  - 'sim:'\n"
                          "camera: {linger: 9, warmup: 3}\n",
                          &c, &problem),
                     0);
    assert_int_equal(c.camera_count, 2);
    assert_string_equal(c.cameras[0].uri, "sim:?seed=2");
    assert_true(c.cameras[0].options.linger == 1);
    assert_int_equal(c.cameras[0].options.warmup, 3);
    assert_int_equal(c.cameras[0].options.image_format, 1);
    assert_int_equal(c.cameras[0].options.image_max_size, 100);
    assert_true(c.cameras[1].options.linger == 9);
    assert_int_equal(c.cameras[1].options.image_max_size, 0);
}

/* Of cameras that are found, by id or pattern; those that are told by URI may have names as well. */
static void test_names_and_patterns(void **state)
{
    (void)state;
    struct config c;
    const char *problem;
    assert_int_equal(load("cameras:\n"
                          "  - {uri: 'sim:', name: Door}\n"
                          "  - {id: 'usb-046d-*', enabled: false}\n"
                          "  - {id: usb-1, name: Yard, camera: {linger: 1}}\n"
                          "detection: {kinds: [gige]}\n"
                          "server: {default_camera: usb-1}\n",
                          &c, &problem),
                     0);
    assert_int_equal(c.camera_count, 3);
    assert_string_equal(c.cameras[0].name, "Door");
    assert_true(c.cameras[0].enabled);
    assert_string_equal(c.cameras[1].id, "usb-046d-*");
    assert_false(c.cameras[1].enabled);
    assert_string_equal(c.cameras[2].name, "Yard");
    assert_true(c.cameras[2].options.linger == 1);
    assert_int_equal(c.detected_kinds, 2);
    assert_string_equal(c.default_camera, "usb-1");
}

static void test_mistakes_have_a_place_and_a_cure(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"server:\n  prt: 4840\n", ":2:3: unknown key 'prt'; known here: port, listen, default_camera"},
        {"servers: {}\n", ":1:1: unknown key 'servers'; known here: server, state, security, log, camera, "
                          "image, change, detection, cameras"},
        {"server:\n  port: 0\n", ":2:9: server.port takes a port, 1 to 65535"},
        {"server:\n  port: 48.40\n", ":2:9: server.port takes a port, 1 to 65535"},
        {"server:\n  port: '4840'\n", ":2:9: server.port takes a port, 1 to 65535"},
        {"server:\n  port: 99999999999999999999\n", ":2:9: server.port takes a port, 1 to 65535"},
        {"security:\n  anonymous: yes\n", ":2:14: security.anonymous takes true or false"},
        {"server:\n  open: true\n", ":2:3: unknown key 'open'; known here: port, listen, default_camera"},
        {"security: {none: always}\n", ":1:18: security.none takes loopback, never or open"},
        {"security: {policies: None}\n", ":1:22: security.policies takes a list of Basic256Sha256, "
                                         "Aes128_Sha256_RsaOaep, Aes256_Sha256_RsaPss"},
        {"security: {policies: [Basic256]}\n", ":1:23: security.policies takes a list of Basic256Sha256, "
                                               "Aes128_Sha256_RsaOaep, Aes256_Sha256_RsaPss"},
        {"security: {min_key_bits: 1024}\n", ":1:26: security.min_key_bits takes bits, 2048 to 4096"},
        {"state: {folder: [a]}\n", ":1:17: state.folder takes the path of a folder"},
        {"log: {level: loud}\n", ":1:14: log.level takes error, warning, info or debug"},
        {"camera: {linger: .nan}\n", ":1:18: camera.linger takes seconds, 0 to 3600"},
        {"camera: 5\n",
         ":1:9: keys are expected here: linger, warmup, capture_timeout, width, height, frame_rate"},
        {"cameras: sim\n", ":1:10: cameras takes a list of camera URIs such as v4l2:/dev/video0, or of uri: "
                           "or id: with settings of its own"},
        {"cameras: [[]]\n", ":1:11: cameras: a camera URI is expected here, such as v4l2:/dev/video0"},
        {"cameras: [{uri: 'sim:', server: {port: 1}}]\n",
         ":1:25: unknown key 'server'; known here: uri, id, name, enabled, camera, image, change"},
        {"cameras: [{uri: 'sim:', image: {quality: 0}}]\n", ":1:42: image.quality takes 1 to 100"},
        {"cameras: [{image: {quality: 5}}]\n",
         ":1:11: cameras: an entry has either a uri or an id, of a camera "
         "that is found"},
        {"cameras: [{uri: 'sim:', id: a}]\n",
         ":1:11: cameras: an entry has either a uri or an id, of a camera "
         "that is found"},
        {"cameras: [{id: a, enabled: 2}]\n", ":1:28: enabled takes true or false"},
        {"cameras: [{id: [a]}]\n", ":1:16: id takes the id of a camera, or a pattern with * and ?"},
        {"detection: {kinds: [usb]}\n", ":1:21: detection.kinds takes a list of v4l2, gige, usb3v"},
        {"[1]: 2\n", ":1:1: a key must be a word"},
        {"server: [\n", ":2:1: did not find expected node content"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct config c;
        const char *problem;
        assert_int_equal(load(rows[i][0], &c, &problem), ERR_INVALID);
        assert_string_equal(problem, rows[i][1]);
    }
}

static void test_nothing_is_fine(void **state)
{
    (void)state;
    static const char *const rows[] = {"", "# only words\n", "server:\n", "---\n"};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct config c;
        const char *problem;
        assert_int_equal(load(rows[i], &c, &problem), 0);
        assert_int_equal(c.port, 4840);
    }
}

static void test_no_file(void **state)
{
    (void)state;
    struct config c;
    struct err_text why;
    config_init(&c);
    assert_int_equal(config_load(&c, "/nowhere/uacam.yaml", &why), ERR_NOT_FOUND);
    assert_string_equal(why.text,
                        "cannot read the configuration /nowhere/uacam.yaml: No such file or directory");
}

static char *shown(const struct config *c)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    config_show(c, out);
    fclose(out);
    return text;
}

/* What is shown can be loaded, and is shown the same again. */
static void test_show_is_a_configuration(void **state)
{
    (void)state;
    struct config first, again;
    const char *problem;
    assert_int_equal(
        load("camera: {linger: 1.5}\n"
             "security: {policies: [Basic256Sha256, Aes256_Sha256_RsaPss], host_names: 'a, \"b\"'}\n"
             "cameras: ['file:/a \"b\"\\c', {uri: 'sim:', camera: {linger: 2}, image: {format: bmp}}, "
             "{id: 'usb-*', name: A, enabled: false}]\n",
             &first, &problem),
        0);
    char *text = shown(&first);
    assert_int_equal(load(text, &again, &problem), 0);
    char *text_again = shown(&again);
    assert_string_equal(text, text_again);
    assert_string_equal(again.cameras[0].uri, "file:/a \"b\"\\c");
    assert_string_equal(again.cameras[2].id, "usb-*");
    assert_false(again.cameras[2].enabled);
    free(text);
    free(text_again);
}

/* The shipped file names every key, commented at its default, and loads as nothing but defaults. */
static void test_shipped_file_tells_the_truth(void **state)
{
    (void)state;
    struct config defaults, shipped;
    struct err_text why;
    config_init(&defaults);
    config_init(&shipped);
    assert_int_equal(config_load(&shipped, SHIPPED_CONFIG, &why), 0);
    assert_memory_equal(&defaults, &shipped, sizeof defaults);
    char *text = shown(&defaults), *save;
    FILE *file = fopen(SHIPPED_CONFIG, "r");
    assert_non_null(file);
    char content[16384] = {0};
    assert_true(fread(content, 1, sizeof content - 1, file) > 0);
    fclose(file);
    for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        char commented[128];
        snprintf(commented, sizeof commented, "# %s\n", line + strspn(line, " "));
        if (line[0] == ' ' && !strstr(content, commented))
            fail_msg("the shipped file lacks '%s'", commented);
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_security),
        cmocka_unit_test(test_settings_of_one_camera),
        cmocka_unit_test(test_names_and_patterns),
        cmocka_unit_test(test_mistakes_have_a_place_and_a_cure),
        cmocka_unit_test(test_nothing_is_fine),
        cmocka_unit_test(test_no_file),
        cmocka_unit_test(test_show_is_a_configuration),
        cmocka_unit_test(test_shipped_file_tells_the_truth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
