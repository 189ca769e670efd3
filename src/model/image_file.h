/* SPDX-License-Identifier: Apache-2.0
 * A camera's picture as a file (FileType, Part 20 §4.2): for clients whose message limits are smaller than
 * the picture.
 *
 * Open shoots a new picture and pins it to a handle; Read gives it piece by piece, each as large as asked
 * for. A handle belongs to the session that opened it and ends with it. Loop thread only. */
#ifndef UACAM_MODEL_IMAGE_FILE_H
#define UACAM_MODEL_IMAGE_FILE_H

#include "base/list.h"
#include "camera/camera.h"
#include "space/value_source.h"

struct image_file {
    uint64_t size;           /* of the picture that was opened last */
    int64_t modified_utc_ns; /* when that was exposed; 0: never */
    uint16_t open_count;
    bool writable; /* never */
    char mime_type[32];

    struct list handles; /* struct file_handle */
    uint32_t last_handle;
};

void image_file_init(struct image_file *f);
void image_file_clear(struct image_file *f);

/* The session ended: its handles with it. */
void image_file_session_closed(struct image_file *f, uint32_t session_key);

extern const struct method_handler file_open_method;
extern const struct method_handler file_close_method;
extern const struct method_handler file_read_method;
extern const struct method_handler file_write_method;
extern const struct method_handler file_get_position_method;
extern const struct method_handler file_set_position_method;

#endif
