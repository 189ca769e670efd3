/* SPDX-License-Identifier: Apache-2.0 */
#include "app/last_error.h"

#include "app/picture.h"

#include <stdio.h>
#include <string.h>

/* "Cameras/<id>/Status/LastError" of "Cameras/<id>/CameraImage". */
void last_error_of(struct last_error *e, const struct ua_nodeid *image)
{
    static const char own[] = "Cameras/";
    struct slice id = image->kind == UA_ID_STRING ? image->string : (struct slice){0};
    const uint8_t *slash = id.len >= sizeof own ? memrchr(id.data, '/', id.len) : NULL;
    e->path[0] = '\0';
    if (!slash || memcmp(id.data, own, sizeof own - 1) != 0)
        return;
    int n = snprintf(e->path, sizeof e->path, "%.*s/Status/LastError", (int)(slash - id.data),
                     (const char *)id.data);
    if (n < 0 || (size_t)n >= sizeof e->path)
        e->path[0] = '\0';
    e->ns = image->ns;
}

static void tell(struct last_error *e, struct slice text)
{
    struct err_text why;
    const char *name = ua_status_name(e->status);
    e->asking = false;
    if (text.len > 0 && name)
        err_set(&why, ERR_IO, "%s: %.*s (%s)", e->camera, text.len < 200 ? (int)text.len : 200,
                (const char *)text.data, name);
    else
        client_explain(&why, e->status, "%s", e->camera);
    plain_text(why.text);
    e->told(e->user, &why);
}

static void read_done(void *user, ua_status status, const void *response)
{
    const struct ua_read_response *r = response;
    const struct ua_data_value *v = !status && r->results_len == 1 ? &r->results[0] : NULL;
    bool is_text = v && v->has_value && v->value.type == UA_STRING && !v->value.is_array;
    tell(user, is_text ? v->value.bytes : (struct slice){0});
}

void last_error_ask(struct last_error *e, ua_status status)
{
    e->status = status;
    if (e->asking)
        return;
    struct ua_nodeid node = ua_nodeid_string(e->ns, slice_of(e->path));
    e->asking = e->path[0] && !client_read(e->client, &node, 1, 0, 0, read_done, e);
    if (!e->asking)
        tell(e, (struct slice){0});
}
