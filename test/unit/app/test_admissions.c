/* SPDX-License-Identifier: Apache-2.0
 * Between one look and the next: each difference is told once, as the Method that would have made it. */
#include "app/security/admissions.h"

#include "support/fixed_identity.h"
#include "support/temporary_folder.h"
#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HASH       "$y$j9T$nobodynobodynobodynob0$l2ct5UkP5JS/YSkA20D.6uVV1k5RsMY5VdZr8zHb0UC"
#define OTHER_HASH "$y$j9T$somebodysomebodysomeb0$l2ct5UkP5JS/YSkA20D.6uVV1k5RsMY5VdZr8zHb0UC"

struct fixture {
    char folder[TEMPORARY_FOLDER_SIZE];
    struct trust *trust;
    struct admissions admissions;
    char told[1000]; /* a line for each event */
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    if (!temporary_folder_make(f->folder) || trust_open(f->folder, 1, &f->trust, NULL))
        return -1;
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    admissions_clear(&f->admissions);
    trust_close(f->trust);
    int rc = temporary_folder_remove(f->folder);
    free(f);
    return rc;
}

static void note(void *user, const struct audited_admission *what)
{
    struct fixture *f = user;
    size_t used = strlen(f->told);
    snprintf(f->told + used, sizeof f->told - used, "%s %s %s%s%s\n", what->event,
             what->is_user ? what->id : "certificate", what->name, what->as ? " " : "",
             what->as ? what->as : "");
}

/* What is told when these are the users and the folders are as they are. */
static const char *look(struct fixture *f, const char *users_text)
{
    struct users users;
    assert_int_equal(users_read(slice_of(users_text), &users, NULL), 0);
    trust_version(f->trust); /* looks into the folders */
    f->told[0] = 0;
    assert_int_equal(admissions_look(&f->admissions, &users, f->trust, note, f), 0);
    users_clear(&users);
    return f->told;
}

static void put_certificate(struct fixture *f, const char *name)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", f->folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(fixed_server_certificate, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void take_away(struct fixture *f, const char *name)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", f->folder, name);
    assert_int_equal(unlink(path), 0);
}

static void users_come_change_and_go(void **state)
{
    struct fixture *f = *state;
    assert_string_equal(look(f, ""), "");
    assert_string_equal(look(f, "bob:observer:" HASH ":\nanna:operator:" HASH ":\n"),
                        "AddUser anna operator\nAddUser bob observer\n");
    assert_string_equal(look(f, "anna:operator:" HASH ":\nbob:observer:" HASH ":\n"), "");
    assert_string_equal(look(f, "anna:administrator:" HASH ":\nbob:observer:" OTHER_HASH ":\n"),
                        "ModifyUser anna administrator\nModifyUser bob observer\n");
    assert_string_equal(look(f, "bob:observer:" OTHER_HASH ":0123456789abcdef0123456789abcdef01234567\n"
                                "carl:operator:" HASH ":\n"),
                        "RemoveUser anna administrator\nModifyUser bob observer\nAddUser carl operator\n");
    assert_string_equal(look(f, ""), "RemoveUser bob observer\nRemoveUser carl operator\n");
}

/* A certificate counts once for each thing it is good for, in however many files it lies. */
static void certificates_come_and_go(void **state)
{
    struct fixture *f = *state;
    assert_string_equal(look(f, ""), "");
    put_certificate(f, "trusted/certs/a.pem");
    assert_string_equal(look(f, ""), "AddCertificate certificate server trusted\n");
    put_certificate(f, "trusted/certs/b.pem");
    put_certificate(f, "issuers/certs/c.pem");
    assert_string_equal(look(f, ""), "AddCertificate certificate server issuer\n");
    take_away(f, "trusted/certs/a.pem");
    assert_string_equal(look(f, ""), "");
    take_away(f, "trusted/certs/b.pem");
    take_away(f, "issuers/certs/c.pem");
    assert_string_equal(look(f, ""), "RemoveCertificate certificate server trusted\n"
                                     "RemoveCertificate certificate server issuer\n");
}

/* The first look at what was there all the time. */
static void nobody_need_be_told(void **state)
{
    struct fixture *f = *state;
    struct users users;
    assert_int_equal(users_read(slice_of("anna:operator:" HASH ":\n"), &users, NULL), 0);
    assert_int_equal(admissions_look(&f->admissions, &users, f->trust, NULL, NULL), 0);
    users_clear(&users);
    assert_string_equal(look(f, "anna:operator:" HASH ":\n"), "");
    assert_string_equal(look(f, ""), "RemoveUser anna operator\n");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(users_come_change_and_go),
        TEST(certificates_come_and_go),
        TEST(nobody_need_be_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
