/* SPDX-License-Identifier: Apache-2.0
 * Reads the configuration with libyaml, whose nodes know their line and column. */
#include "app/config_value.h"

#include "base/log.h"
#include "camera/uri_secret.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The document being read, for the text of errors. */
struct load {
    struct config *config;
    const char *path;
    yaml_document_t *doc;
    struct err_text *why;
    const yaml_node_t *cameras;   /* the list, read when all else is known */
    struct config_camera *camera; /* the one whose keys are being read; NULL: those of the whole file */
};

static int mistake(struct load *l, const yaml_node_t *at, const char *fmt, ...) printf_like(3, 4);

static int mistake(struct load *l, const yaml_node_t *at, const char *fmt, ...)
{
    char text[256];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return err_set(l->why, ERR_INVALID, "%s:%zu:%zu: %s", l->path, at->start_mark.line + 1,
                   at->start_mark.column + 1, text);
}

static int wrong_value(struct load *l, const struct config_key *k, const yaml_node_t *value)
{
    return mistake(l, value, "%s takes %s", k->path, k->allowed);
}

static int load_value(struct load *l, const struct config_key *k, const yaml_node_t *value, void *field)
{
    if (k->kind == CONFIG_LIST) {
        l->cameras = value;
        return 0;
    }
    const yaml_node_t *wrong = config_value_take(k, l->doc, value, field);
    return wrong ? wrong_value(l, k, wrong) : 0;
}

/* May this key stand where we are? */
static bool is_known(const struct load *l, const struct config_key *k)
{
    return !l->camera || config_key_is_of_camera(k);
}

/* The names that may stand where `prefix` ends ("" or "camera."), for the text of an error. */
static void list_names(const struct load *l, const char *prefix, char *out, size_t size)
{
    size_t skip = strlen(prefix), last_len = 0;
    size_t used = (size_t)snprintf(out, size, "%s", l->camera && skip == 0 ? "uri, id, name, enabled" : "");
    const char *last = "";
    for (size_t i = 0; i < config_key_count; i++) {
        if (!is_known(l, &config_keys[i]) || strncmp(config_keys[i].path, prefix, skip) != 0)
            continue;
        const char *name = config_keys[i].path + skip;
        size_t len = strcspn(name, ".");
        if (len == last_len && strncmp(name, last, len) == 0)
            continue;
        if (used < size)
            used += (size_t)snprintf(out + used, size - used, "%s%.*s", used ? ", " : "", (int)len, name);
        last = name;
        last_len = len;
    }
}

static const struct config_key *find_key(const struct load *l, const char *path)
{
    for (size_t i = 0; i < config_key_count; i++)
        if (is_known(l, &config_keys[i]) && strcmp(config_keys[i].path, path) == 0)
            return &config_keys[i];
    return NULL;
}

static bool is_section(const struct load *l, const char *path)
{
    size_t n = strlen(path);
    for (size_t i = 0; i < config_key_count; i++)
        if (is_known(l, &config_keys[i]) && strncmp(config_keys[i].path, path, n) == 0 &&
            config_keys[i].path[n] == '.')
            return true;
    return false;
}

static int take_uri(struct load *l, const yaml_node_t *n)
{
    if (n->type == YAML_MAPPING_NODE)
        return mistake(l, n, "cameras: a URI that ends in a colon needs quotes: \"sim:\"");
    if (n->type != YAML_SCALAR_NODE || n->data.scalar.length == 0 || n->data.scalar.length >= CONFIG_URI)
        return mistake(l, n, "cameras: a camera URI is expected here, such as v4l2:/dev/video0");
    memcpy(l->camera->uri, config_value_text(n), n->data.scalar.length + 1);
    return 0;
}

/* What an entry of the list has besides its options. */
static const struct config_key entry_keys[] = {
    {"uri", CONFIG_LIST, 0, .allowed = "a camera URI"},
    {"id", CONFIG_TEXT, offsetof(struct config_camera, id),
     .allowed = "the id of a camera, or a pattern with * and ?"},
    {"name", CONFIG_TEXT, offsetof(struct config_camera, name), .allowed = "what people call the camera"},
    {"enabled", CONFIG_BOOLEAN, offsetof(struct config_camera, enabled), .allowed = "true or false"},
};

static const struct config_key *find_entry_key(const struct load *l, const char *path)
{
    for (size_t i = 0; l->camera && i < ARRAY_LEN(entry_keys); i++)
        if (strcmp(entry_keys[i].path, path) == 0)
            return &entry_keys[i];
    return NULL;
}

static int load_mapping(struct load *l, const char *prefix, const yaml_node_t *mapping);

static int load_pair(struct load *l, const char *prefix, const yaml_node_t *key, const yaml_node_t *value)
{
    char path[128], names[160];
    if (key->type != YAML_SCALAR_NODE)
        return mistake(l, key, "a key must be a word");
    snprintf(path, sizeof path, "%s%s", prefix, config_value_text(key));
    const struct config_key *k = find_entry_key(l, path);
    if (k)
        return k->kind == CONFIG_LIST ? take_uri(l, value)
                                      : load_value(l, k, value, (char *)l->camera + k->offset);
    k = find_key(l, path);
    if (k)
        return load_value(l, k, value,
                          l->camera ? config_camera_field(k, &l->camera->options)
                                    : (char *)l->config + k->offset);
    if (prefix[0] == '\0' && is_section(l, path)) {
        if (value->type == YAML_SCALAR_NODE && value->data.scalar.length == 0)
            return 0; /* a section whose keys are all commented out */
        snprintf(path, sizeof path, "%s.", config_value_text(key));
        return load_mapping(l, path, value);
    }
    list_names(l, prefix, names, sizeof names);
    return mistake(l, key, "unknown key '%.60s'; known here: %s", config_value_text(key), names);
}

/* YAML wants keys to be unique; libyaml does not look. */
static bool is_repeated(struct load *l, const yaml_node_t *mapping, const yaml_node_pair_t *pair)
{
    const yaml_node_t *key = yaml_document_get_node(l->doc, pair->key);
    for (const yaml_node_pair_t *p = mapping->data.mapping.pairs.start; p < pair; p++) {
        const yaml_node_t *earlier = yaml_document_get_node(l->doc, p->key);
        if (key->type == YAML_SCALAR_NODE && earlier->type == YAML_SCALAR_NODE &&
            strcmp(config_value_text(key), config_value_text(earlier)) == 0)
            return true;
    }
    return false;
}

static int load_mapping(struct load *l, const char *prefix, const yaml_node_t *mapping)
{
    char names[160];
    if (mapping->type != YAML_MAPPING_NODE) {
        list_names(l, prefix, names, sizeof names);
        return mistake(l, mapping, "keys are expected here: %s", names);
    }
    yaml_node_pair_t *pair = mapping->data.mapping.pairs.start;
    for (; pair < mapping->data.mapping.pairs.top; pair++) {
        const yaml_node_t *key = yaml_document_get_node(l->doc, pair->key);
        if (is_repeated(l, mapping, pair))
            return mistake(l, key, "'%.60s' stands here twice", config_value_text(key));
        int rc = load_pair(l, prefix, key, yaml_document_get_node(l->doc, pair->value));
        if (rc)
            return rc;
    }
    return 0;
}

/* `- sim:` without quotes is a mapping too, of "sim" to nothing. */
static bool is_settings(const struct load *l, const yaml_node_t *n)
{
    if (n->type != YAML_MAPPING_NODE || n->data.mapping.pairs.start == n->data.mapping.pairs.top)
        return false;
    const yaml_node_t *value = yaml_document_get_node(l->doc, n->data.mapping.pairs.start->value);
    return value->type != YAML_SCALAR_NODE || value->data.scalar.length > 0;
}

/* One of the list: a URI, or a mapping of uri or id and settings of its own. */
static int load_camera(struct load *l, const yaml_node_t *n)
{
    struct config *c = l->config;
    if (c->camera_count == CONFIG_MAX_CAMERAS)
        return mistake(l, n, "cameras: at most %d", CONFIG_MAX_CAMERAS);
    l->camera = &c->cameras[c->camera_count];
    *l->camera = config_camera_of(c);
    int rc = is_settings(l, n) ? load_mapping(l, "", n) : take_uri(l, n);
    if (!rc && (l->camera->uri[0] != '\0') == (l->camera->id[0] != '\0'))
        rc = mistake(l, n, "cameras: an entry has either a uri or an id, of a camera that is found");
    c->camera_count += rc == 0;
    l->camera = NULL;
    return rc;
}

static int load_cameras(struct load *l)
{
    if (!l->cameras)
        return 0;
    if (l->cameras->type != YAML_SEQUENCE_NODE)
        return wrong_value(l, find_key(l, "cameras"), l->cameras);
    l->config->camera_count = 0;
    yaml_node_item_t *item = l->cameras->data.sequence.items.start;
    for (; item < l->cameras->data.sequence.items.top; item++) {
        int rc = load_camera(l, yaml_document_get_node(l->doc, *item));
        if (rc)
            return rc;
    }
    return 0;
}

static int load_file(struct config *c, const char *path, FILE *file, struct err_text *why)
{
    yaml_parser_t parser;
    yaml_document_t doc;
    if (!yaml_parser_initialize(&parser))
        return err_set(why, ERR_NO_MEMORY, "no memory");
    yaml_parser_set_input_file(&parser, file);
    int rc = 0;
    if (!yaml_parser_load(&parser, &doc)) {
        rc =
            err_set(why, ERR_INVALID, "%s:%zu:%zu: %s", path, parser.problem_mark.line + 1,
                    parser.problem_mark.column + 1, parser.problem ? parser.problem : "not readable as YAML");
    } else {
        struct load load = {.config = c, .path = path, .doc = &doc, .why = why};
        const yaml_node_t *root = yaml_document_get_root_node(&doc);
        if (root && !(root->type == YAML_SCALAR_NODE && root->data.scalar.length == 0))
            rc = load_mapping(&load, "", root);
        if (!rc)
            rc = load_cameras(&load);
        yaml_document_delete(&doc);
    }
    yaml_parser_delete(&parser);
    return rc;
}

/* Passwords of cameras are for nobody else on this machine. */
static void warn_of_readers(const struct config *c, const char *path, FILE *file)
{
    struct stat info;
    bool secret = false;
    for (size_t i = 0; i < c->camera_count; i++)
        secret |= uri_has_secret(c->cameras[i].uri);
    if (secret && fstat(fileno(file), &info) == 0 && info.st_mode & S_IROTH)
        log_warning("serve", "%s holds the password of a camera and everybody may read it: run chmod o-r %s",
                    path, path);
}

int config_load(struct config *c, const char *path, struct err_text *why)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return err_errno(why, errno, "cannot read the configuration %s", path);
    int rc = load_file(c, path, file, why);
    if (!rc)
        warn_of_readers(c, path, file);
    fclose(file);
    return rc;
}

/* The first usual file that exists; false: none does. */
static bool find_file(char *path, size_t size)
{
    const char *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    if (xdg && xdg[0])
        snprintf(path, size, "%s/uacam/uacam.yaml", xdg);
    else
        snprintf(path, size, "%s/.config/uacam/uacam.yaml", home ? home : "");
    if (access(path, F_OK) == 0)
        return true;
    snprintf(path, size, "/etc/uacam/uacam.yaml");
    return access(path, F_OK) == 0;
}

int config_load_effective(struct config *c, const char *path, struct err_text *why)
{
    char found[4096];
    config_init(c);
    if (!path && find_file(found, sizeof found))
        path = found;
    return path ? config_load(c, path, why) : 0;
}
