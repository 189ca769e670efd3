/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/v4l2/known.h"

#include <pthread.h>
#include <string.h>

struct known {
    char place[CAMERA_TEXT];
    char serial[CAMERA_TEXT];
    enum v4l2_telling how;
    bool seen; /* since the last sweep */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct known rows[V4L2_MAX_KNOWN];
static size_t row_count;

/* With the lock held. NULL: none. */
static struct known *find(const struct v4l2_facts *facts)
{
    char place[CAMERA_TEXT];
    (void)v4l2_id(facts, V4L2_BY_NAME, place);
    for (size_t i = 0; i < row_count; i++)
        if (strcmp(rows[i].place, place) == 0 && strcmp(rows[i].serial, facts->serial) == 0)
            return &rows[i];
    return NULL;
}

void v4l2_known_put(const struct v4l2_facts *facts, enum v4l2_telling how)
{
    pthread_mutex_lock(&lock);
    struct known *row = find(facts);
    if (!row && row_count < V4L2_MAX_KNOWN) {
        row = &rows[row_count++];
        (void)v4l2_id(facts, V4L2_BY_NAME, row->place);
        memcpy(row->serial, facts->serial, sizeof row->serial);
    }
    if (row) {
        row->how = how;
        row->seen = true;
    }
    pthread_mutex_unlock(&lock);
}

bool v4l2_known_find(const struct v4l2_facts *facts, enum v4l2_telling *how)
{
    pthread_mutex_lock(&lock);
    const struct known *row = find(facts);
    if (row)
        *how = row->how;
    pthread_mutex_unlock(&lock);
    return row != NULL;
}

void v4l2_known_sweep(void)
{
    size_t kept = 0;
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < row_count; i++)
        if (rows[i].seen)
            rows[kept++] = rows[i];
    row_count = kept;
    for (size_t i = 0; i < row_count; i++)
        rows[i].seen = false;
    pthread_mutex_unlock(&lock);
}
