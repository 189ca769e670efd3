/* SPDX-License-Identifier: Apache-2.0
 * A folder of a test's own. */
#ifndef UACAM_TEST_TEMPORARY_FOLDER_H
#define UACAM_TEST_TEMPORARY_FOLDER_H

#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEMPORARY_FOLDER_SIZE = 32 };

/* Puts its path into `path`. False: it cannot be made. */
static inline bool temporary_folder_make(char path[TEMPORARY_FOLDER_SIZE])
{
    strcpy(path, "/tmp/uacam-test-XXXXXX"); /* for mkdtemp() to fill */
    return mkdtemp(path);
}

static inline int temporary_folder_remove_entry(const char *path, const struct stat *st, int type,
                                                struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

/* With all that is in it. 0 when that is so. */
static inline int temporary_folder_remove(const char *path)
{
    return nftw(path, temporary_folder_remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

#endif
