/* SPDX-License-Identifier: Apache-2.0
 * The file of written settings: whatever it says, what is remembered of it reads back the same. */
#include "camera/setting_memory.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct setting_memory first = {0}, second = {0};
    struct buf text;
    size_t bad;
    buf_init(&text, 1 << 20);
    if (setting_memory_read(&first, (struct slice){data, size}, &bad) || setting_memory_show(&first, &text) ||
        setting_memory_read(&second, buf_slice(&text), &bad))
        abort();
    if (bad || first.count != second.count)
        abort();
    for (size_t i = 0; i < first.count; i++)
        if (strcmp(first.rows[i].path, second.rows[i].path) != 0 ||
            strcmp(first.rows[i].text, second.rows[i].text) != 0)
            abort();
    buf_clear(&text);
    setting_memory_clear(&first);
    setting_memory_clear(&second);
    return 0;
}
