/* SPDX-License-Identifier: Apache-2.0
 * The file in which the written settings of one camera are kept, "FOLDER/ID.settings".
 *
 * A worker reads and writes it; it is replaced whole or not at all. What others put into it is checked line
 * by line. Loop thread only; nothing here waits. */
#ifndef UACAM_CAMERA_SETTING_FILE_H
#define UACAM_CAMERA_SETTING_FILE_H

#include "camera/setting_memory.h"
#include "net/loop.h"

enum { SETTING_FILE_PATH = 4096 };

struct setting_file_work;

/* Zero it: nothing is kept. */
struct setting_file {
    struct loop *loop; /* borrowed for life */
    char path[SETTING_FILE_PATH];
    struct setting_file_work *work; /* what a worker does for it; NULL: nothing */
    void (*loaded)(void *user, const struct setting_memory *m);
    void *user;
};

/* Begins to read it. `loaded` is called once, later, with what it says: nothing where there is no file.
 * ERR_NO_MEMORY, ERR_INVALID (the path is too long). */
must_check int setting_file_open(struct setting_file *f, struct loop *loop, const char *folder,
                                 const char *id, void (*loaded)(void *user, const struct setting_memory *m),
                                 void *user, struct err_text *why);

/* It shall say this from now on. Does nothing where nothing is kept; a failure is logged. */
void setting_file_save(struct setting_file *f, const struct setting_memory *m);

/* What was saved last is still written, `loaded` is not called any more. The loop must run until that is
 * done. */
void setting_file_close(struct setting_file *f);

#endif
