/* SPDX-License-Identifier: Apache-2.0
 * The file of users: any bytes. What is taken is written as it was read. */
#include "app/security/users.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct users u;
    struct err_text why;
    if (users_read((struct slice){data, size}, &u, &why)) {
        if (u.count || u.all)
            abort();
        return 0;
    }
    for (size_t i = 0; i < u.count; i++) {
        const struct user *user = &u.all[i];
        bool good = user_name_is_good(slice_of(user->name)) && user->role > ROLE_ANONYMOUS &&
                    user->role < ROLE_COUNT && users_find(&u, slice_of(user->name)) == user &&
                    (!user->hash[0] || password_is_hash(slice_of(user->hash)));
        if (!good)
            abort();
    }
    users_clear(&u);
    return 0;
}
