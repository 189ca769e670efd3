/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/trust_folder.h"

#include "support/fixed_identity.h"
#include "support/temporary_folder.h"
#include "support/unit.h"
#include "vectors.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct certificate *server, *client;
static char folder[TEMPORARY_FOLDER_SIZE];
static char pem_path[80], rubbish_path[80];

static void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static int set_up(void **state)
{
    (void)state;
    if (!temporary_folder_make(folder))
        return -1;
    snprintf(pem_path, sizeof pem_path, "%s/by hand.pem", folder);
    snprintf(rubbish_path, sizeof rubbish_path, "%s/rubbish", folder);
    return certificate_read_text(slice_of(fixed_server_certificate), &server, NULL) ||
           certificate_read_text(slice_of(fixed_client_certificate), &client, NULL);
}

static int tear_down(void **state)
{
    (void)state;
    certificate_free(server);
    certificate_free(client);
    unlink(rubbish_path);
    return rmdir(folder); /* only rubbish was left */
}

static void count(void *user, const char *path, const struct certificate *c)
{
    size_t *n = user;
    assert_memory_equal(path, folder, strlen(folder));
    assert_non_null(c);
    ++*n;
}

static size_t count_all(void)
{
    size_t n = 0;
    assert_int_equal(trust_folder_each(folder, count, &n, NULL), 0);
    return n;
}

static void an_empty_folder(void **state)
{
    (void)state;
    struct certificate *c;
    struct err_text why;
    size_t n = 0;
    assert_int_equal(count_all(), 0);
    assert_int_equal(trust_folder_find(folder, "", &c, &why), ERR_NOT_FOUND);
    assert_null(c);
    assert_int_equal(trust_folder_remove(folder, server, &why), ERR_NOT_FOUND);
    assert_int_equal(trust_folder_each("/nowhere", count, &n, &why), ERR_NOT_FOUND);
    assert_int_equal(trust_folder_add("/nowhere", server, &why), ERR_NOT_FOUND);
}

static void in_and_out(void **state)
{
    (void)state;
    struct certificate *c;
    struct err_text why;
    write_file(rubbish_path, "rubbish");
    assert_int_equal(trust_folder_add(folder, server, &why), 0);
    assert_int_equal(trust_folder_add(folder, server, &why), 0);
    assert_int_equal(count_all(), 1);
    assert_true(trust_folder_holds(folder, server));
    assert_false(trust_folder_holds(folder, client));
    assert_int_equal(trust_folder_find(folder, "", &c, &why), 0);
    assert_true(certificate_equal(c, server));
    certificate_free(c);
    write_file(pem_path, fixed_server_certificate); /* the same in another file */
    assert_int_equal(trust_folder_add(folder, client, &why), 0);
    assert_int_equal(count_all(), 3);
    assert_int_equal(trust_folder_find(folder, "", &c, &why), ERR_INVALID);
    assert_null(c);
    char prefix[] = FIXED_SERVER_THUMBPRINT;
    prefix[9] = 0;
    for (char *at = prefix; *at; at++)
        if (*at >= 'a')
            *at -= 'a' - 'A';
    assert_int_equal(trust_folder_find(folder, prefix, &c, &why), 0);
    assert_true(certificate_equal(c, server));
    certificate_free(c);
    assert_int_equal(trust_folder_find(folder, FIXED_SERVER_THUMBPRINT "0", &c, &why), ERR_NOT_FOUND);
    assert_int_equal(trust_folder_remove(folder, server, &why), 0);
    assert_int_equal(count_all(), 1);
    assert_int_equal(trust_folder_remove(folder, server, &why), ERR_NOT_FOUND);
    assert_int_equal(trust_folder_remove(folder, client, &why), 0);
    assert_int_equal(count_all(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_folder),
        cmocka_unit_test(in_and_out),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
