/* SPDX-License-Identifier: Apache-2.0
 * The file of users: what is written is read again, and nothing else is taken for users. */
#include "app/security/users.h"
#include "support/temporary_folder.h"
#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HASH       "$y$j9T$nobodynobodynobodynob0$l2ct5UkP5JS/YSkA20D.6uVV1k5RsMY5VdZr8zHb0UC"
#define THUMBPRINT "0123456789abcdef0123456789abcdef01234567"

static int read_text(const char *text, struct users *out, struct err_text *why)
{
    return users_read(slice_of(text), out, why);
}

static void test_lines(void **state)
{
    (void)state;
    struct users u;
    struct err_text why;
    const char *text = "# a comment\n\nanna:operator:" HASH ":\nbo.b-1@x:observer::" THUMBPRINT
                       "\nJos\xc3\xa9:administrator:" HASH ":" THUMBPRINT;
    assert_int_equal(read_text(text, &u, &why), 0);
    assert_int_equal(u.count, 3);
    const struct user *anna = users_find(&u, slice_of("anna"));
    assert_non_null(anna);
    assert_int_equal(anna->role, ROLE_OPERATOR);
    assert_string_equal(anna->hash, HASH);
    assert_string_equal(anna->thumbprint, "");
    const struct user *bob = users_find(&u, slice_of("bo.b-1@x"));
    assert_int_equal(bob->role, ROLE_OBSERVER);
    assert_string_equal(bob->hash, "");
    assert_string_equal(bob->thumbprint, THUMBPRINT);
    assert_int_equal(users_find(&u, slice_of("Jos\xc3\xa9"))->role, ROLE_ADMINISTRATOR);
    assert_null(users_find(&u, slice_of("ann")));
    assert_null(users_find(&u, slice_of("Anna")));
    assert_null(users_find(&u, slice_of("")));
    assert_null(users_find(&u, (struct slice){(const uint8_t *)"anna\0", 5}));
    users_clear(&u);
}

static void test_wrong_lines(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"anna", "line 1: NAME:ROLE:HASH:THUMBPRINT is expected"},
        {"anna:operator:" HASH, "line 1: NAME:ROLE:HASH:THUMBPRINT is expected"},
        {"#\nanna:operator:" HASH "::\n", "line 2: this is no thumbprint"},
        {":operator:" HASH ":\n", "line 1: this is no user's name"},
        {"-anna:operator:" HASH ":\n", "line 1: this is no user's name"},
        {"an na:operator:" HASH ":\n", "line 1: this is no user's name"},
        {"an\x01na:operator:" HASH ":\n", "line 1: this is no user's name"},
        {"anna:root:" HASH ":\n", "line 1: the role is observer, operator or administrator"},
        {"anna::" HASH ":\n", "line 1: the role is observer, operator or administrator"},
        {"anna:operator:secret:\n", "line 1: this is no yescrypt hash"},
        {"anna:operator:$1$abc$def:\n", "line 1: this is no yescrypt hash"},
        {"anna:operator:" HASH ":0123\n", "line 1: this is no thumbprint"},
        {"anna:operator:" HASH ":0123456789ABCDEF0123456789ABCDEF01234567\n",
         "line 1: this is no thumbprint"},
        {"anna:operator:" HASH ":\r\n", "line 1: this is no thumbprint"},
        {"anna:operator:" HASH ":\nbob:observer::\nanna:observer::\n",
         "line 3: this name stands there twice"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct users u;
        struct err_text why;
        assert_int_equal(read_text(rows[i][0], &u, &why), ERR_INVALID);
        assert_string_equal(why.text, rows[i][1]);
        assert_int_equal(u.count, 0);
        assert_null(u.all);
    }
}

static void test_longest(void **state)
{
    (void)state;
    char text[400], name[USER_NAME_MAX + 2], hash[PASSWORD_HASH_SIZE + 1];
    struct users u;
    struct err_text why;
    memset(name, 'n', sizeof name);
    memset(hash, 'h', sizeof hash);
    memcpy(hash, "$y$", 3);
    for (int longer = 0; longer < 2; longer++) {
        snprintf(text, sizeof text, "%.*s:observer:%.*s:\n", USER_NAME_MAX, name,
                 PASSWORD_HASH_SIZE - 1 + longer, hash);
        assert_int_equal(read_text(text, &u, &why), longer ? ERR_INVALID : 0);
        users_clear(&u);
        snprintf(text, sizeof text, "%.*s:observer::\n", USER_NAME_MAX + longer, name);
        assert_int_equal(read_text(text, &u, &why), longer ? ERR_INVALID : 0);
        users_clear(&u);
    }
}

static void test_too_many(void **state)
{
    (void)state;
    struct users u = {0};
    struct user *user;
    char name[16];
    for (int i = 0; i < USERS_MAX; i++) {
        snprintf(name, sizeof name, "user%d", i);
        assert_int_equal(users_add(&u, name, &user, NULL), 0);
    }
    assert_int_equal(users_add(&u, "one", &user, NULL), ERR_LIMIT);
    assert_null(user);
    users_clear(&u);
}

static void test_files(void **state)
{
    (void)state;
    char folder[TEMPORARY_FOLDER_SIZE], path[64];
    struct users u = {0}, again;
    struct user *user;
    struct err_text why;
    assert_true(temporary_folder_make(folder));
    snprintf(path, sizeof path, "%s/users", folder);
    assert_int_equal(users_load(path, &again, &why), 0);
    assert_int_equal(again.count, 0);
    assert_int_equal(users_add(&u, "bob", &user, &why), 0);
    assert_int_equal(users_add(&u, "anna", &user, &why), 0);
    user->role = ROLE_ADMINISTRATOR;
    strcpy(user->hash, HASH);
    strcpy(user->thumbprint, THUMBPRINT);
    assert_int_equal(users_save(path, &u, &why), 0);
    assert_int_equal(users_load(path, &again, &why), 0);
    assert_int_equal(again.count, 2);
    assert_memory_equal(again.all, u.all, 2 * sizeof *u.all);
    users_remove(&again, &again.all[0]);
    assert_int_equal(again.count, 1);
    assert_string_equal(again.all[0].name, "anna");
    users_clear(&again);
    /* Who else could read it could guess the passwords. */
    assert_int_equal(chmod(path, 0640), 0);
    assert_int_equal(users_load(path, &again, &why), ERR_DENIED);
    assert_non_null(strstr(why.text, "chmod 600"));
    assert_int_equal(again.count, 0);
    users_clear(&u);
    assert_int_equal(temporary_folder_remove(folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),    cmocka_unit_test(test_wrong_lines), cmocka_unit_test(test_longest),
        cmocka_unit_test(test_too_many), cmocka_unit_test(test_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
