/* SPDX-License-Identifier: Apache-2.0 */
#include "app/image_finder.h"

#include "app/picture.h"
#include "model/model.h"
#include "space/ids_gen.h"

#include <stdio.h>
#include <string.h>

enum { PATH = 512, MAX_PARSED = 4096 };

static void fail(struct image_finder *f, ua_status status, const char *what)
{
    struct err_text why;
    client_explain(&why, status, "%s", what);
    f->failed(f->user, &why);
}

static struct ua_nodeid id_of(const struct image_finder *f, const char *path)
{
    return ua_nodeid_string(f->ns, slice_of(path));
}

static struct ua_qualified_name name_of(const struct image_finder *f, const char *name)
{
    return (struct ua_qualified_name){f->ns, slice_of(name)};
}

/* Bad_NoMatch without a target on this server. */
static ua_status target_of(const struct ua_translate_browse_paths_to_node_ids_response *r,
                           struct ua_nodeid *out)
{
    if (r->results_len != 1)
        return UA_BAD_UNKNOWN_RESPONSE;
    const struct ua_browse_path_result *result = &r->results[0];
    if (ua_is_bad(result->status_code))
        return result->status_code;
    if (result->targets_len == 0 || result->targets[0].target_id.server_index)
        return UA_BAD_NO_MATCH;
    *out = result->targets[0].target_id.id;
    return UA_GOOD;
}

/* ---- a camera that is not there: which are? ---- */

/* Appends ", id" or, when there is no room, ", ..." once. */
static void append_id(struct err_text *why, struct slice id)
{
    size_t used = strlen(why->text), room = sizeof why->text - used;
    if (id.len + sizeof ", , ..." > room) {
        if (used < 3 || strcmp(why->text + used - 3, "...") != 0)
            snprintf(why->text + used, room, ", ...");
        return;
    }
    snprintf(why->text + used, room, "%s%.*s", why->text[used - 1] == ':' ? " " : ", ", SLICE_ARGS(id));
}

static void find_camera(struct image_finder *f);

/* Takes the id of the one camera that is called so. */
static bool take_named(struct image_finder *f, const struct ua_browse_result *list)
{
    size_t count = 0;
    if (f->id[0])
        return false;
    for (size_t i = 0; i < list->references_len; i++) {
        struct slice id = list->references[i].browse_name.name;
        if (!slice_is(list->references[i].display_name.text, f->camera) || id.len >= sizeof f->id)
            continue;
        snprintf(f->id, sizeof f->id, "%.*s", SLICE_ARGS(id));
        count++;
    }
    if (count == 1)
        f->camera = f->id;
    return count == 1;
}

static void cameras_listed(void *user, ua_status status, const void *response)
{
    struct image_finder *f = user;
    const struct ua_browse_response *r = response;
    if (!status && r->results_len != 1)
        status = UA_BAD_UNKNOWN_RESPONSE;
    if (!status && ua_is_bad(r->results[0].status_code))
        status = r->results[0].status_code;
    if (status) {
        fail(f, status, "cannot list the cameras of the server");
        return;
    }
    struct err_text why;
    const struct ua_browse_result *list = &r->results[0];
    if (take_named(f, list)) {
        find_camera(f);
        return;
    }
    err_set(&why, ERR_NOT_FOUND, "the server has no camera '%.60s'%s", f->camera ? f->camera : "",
            list->references_len ? "; it has:" : ", nor any other");
    for (size_t i = 0; i < list->references_len; i++)
        append_id(&why, list->references[i].browse_name.name);
    plain_text(why.text);
    f->failed(f->user, &why);
}

static void list_cameras(struct image_finder *f)
{
    struct ua_nodeid cameras = id_of(f, "Cameras");
    ua_status status = client_browse(f->client, &cameras, UA_NODE_CLASS_OBJECT, cameras_listed, f);
    if (status)
        fail(f, status, "cannot list the cameras of the server");
}

/* ---- a camera by its id ---- */

static void member_found(void *user, ua_status status, const void *response)
{
    struct image_finder *f = user;
    struct ua_nodeid node;
    char what[PATH];
    if (!status)
        status = target_of(response, &node);
    snprintf(what, sizeof what, "camera '%.60s', %s", f->camera, f->variable);
    if (!status)
        f->found(f->user, &node);
    else if (status == UA_BAD_NODE_ID_UNKNOWN)
        list_cameras(f);
    else
        fail(f, status, what);
}

static void find_camera(struct image_finder *f)
{
    char path[PATH];
    int n = snprintf(path, sizeof path, "Cameras/%s", f->camera);
    struct ua_nodeid camera = id_of(f, path);
    struct ua_qualified_name name = name_of(f, f->variable);
    ua_status status = n < (int)sizeof path ? client_translate(f->client, &camera, &name, 1, member_found, f)
                                            : UA_BAD_NODE_ID_INVALID;
    if (status)
        fail(f, status, "cannot look the camera up");
}

/* ---- the first camera ---- */

/* "Cameras/<id>/CameraImage": the other variables of the camera are beside it. */
static void default_found(void *user, ua_status status, const void *response)
{
    struct image_finder *f = user;
    struct ua_nodeid node;
    if (!status)
        status = target_of(response, &node);
    if (status == UA_BAD_NO_MATCH) {
        f->failed(f->user, &(struct err_text){"the server has no camera; plug one in, or start it with "
                                              "`uacam serve --camera sim:` for a simulated one"});
        return;
    }
    if (status) {
        fail(f, status, "cannot look the first camera up");
        return;
    }
    struct slice id = node.kind == UA_ID_STRING ? node.string : (struct slice){0};
    const uint8_t *slash = id.len ? memrchr(id.data, '/', id.len) : NULL;
    char path[PATH];
    if (slash) {
        snprintf(path, sizeof path, "%.*s/%s", (int)(slash - id.data), (const char *)id.data, f->variable);
        node.string = slice_of(path);
    }
    f->found(f->user, &node);
}

static void find_default(struct image_finder *f)
{
    struct ua_nodeid objects = ua_nodeid_numeric(0, UA_ID_OBJECTSFOLDER);
    struct ua_qualified_name names[] = {name_of(f, "CameraDevice"), name_of(f, "CameraImage")};
    ua_status status = client_translate(f->client, &objects, names, ARRAY_LEN(names), default_found, f);
    if (status)
        fail(f, status, "cannot look the first camera up");
}

/* ---- is it a server of ours? ---- */

static bool find_namespace(const struct ua_read_response *r, uint16_t *ns)
{
    const struct ua_variant *v = r->results_len == 1 ? &r->results[0].value : NULL;
    if (!v || v->type != UA_STRING || !v->is_array)
        return false;
    const struct slice *uris = v->array;
    for (size_t i = 0; i < v->len && i <= UINT16_MAX; i++) {
        *ns = (uint16_t)i;
        if (slice_is(uris[i], MODEL_NAMESPACE))
            return true;
    }
    return false;
}

static void namespaces_read(void *user, ua_status status, const void *response)
{
    struct image_finder *f = user;
    if (status)
        fail(f, status, "cannot read the namespaces of the server");
    else if (!find_namespace(response, &f->ns))
        f->failed(f->user,
                  &(struct err_text){"this is no server of uacam: name the node that holds the picture "
                                     "by its NodeId, such as 'ns=2;s=Camera.Image'"});
    else if (f->camera)
        find_camera(f);
    else
        find_default(f);
}

/* ---- the beginning ---- */

bool image_finder_is_nodeid(const char *camera)
{
    struct arena arena;
    struct ua_nodeid node;
    arena_init(&arena, MAX_PARSED);
    bool is = ua_nodeid_parse(slice_of(camera), &arena, &node);
    arena_clear(&arena);
    return is;
}

void image_finder_start(struct image_finder *f)
{
    struct arena arena;
    struct ua_nodeid node;
    arena_init(&arena, MAX_PARSED);
    if (f->camera && ua_nodeid_parse(slice_of(f->camera), &arena, &node)) {
        f->found(f->user, &node);
    } else {
        node = ua_nodeid_numeric(0, UA_ID_SERVER_NAMESPACEARRAY);
        ua_status status = client_read(f->client, &node, 1, 0, 0, namespaces_read, f);
        if (status)
            fail(f, status, "cannot read the namespaces of the server");
    }
    arena_clear(&arena);
}
