/* SPDX-License-Identifier: Apache-2.0
 * What CameraType looks like: one row a node, the same for the type and for every camera of it. */
#ifndef UACAM_MODEL_CAMERA_TABLE_H
#define UACAM_MODEL_CAMERA_TABLE_H

#include "image/encode.h"
#include "model/fact.h"
#include "space/node.h"

/* The struct that a fact is a field of. */
enum fact_origin {
    FROM_IDENTITY, /* struct camera_identity */
    FROM_FACTS,    /* struct camera_facts, always there */
    FROM_SNAPSHOT, /* struct camera_facts, once there was a snapshot */
    FROM_FILE,     /* struct image_file */
    FROM_NODE,     /* struct camera_node */
};

/* One argument of a Method; a list of them ends with a NULL name. */
struct camera_argument {
    const char *name;
    uint32_t data_type; /* in ns 0 */
};

struct camera_row {
    const char *path; /* below the camera: "Status/State"; parents stand before their children */
    bool ns0;         /* the BrowseName is the standard's */
    const char *display_name;
    enum node_class node_class;
    uint32_t type_definition; /* in ns 0; 0 for Methods */
    enum node_guard guard;

    /* Variables */
    const struct value_source *source;
    uint32_t data_type; /* in ns 0; 0: CameraState */
    uint8_t access;

    /* ... that are facts */
    enum fact_origin origin;
    enum fact_kind kind;
    size_t offset;

    /* ... that are pictures; `configured`: as the camera's own settings want it */
    bool configured;
    enum image_format format;
    uint32_t max_width; /* 0: as the camera has it */

    /* ... that are AnalogItems: EURange, and the unit if there is one */
    double low, high;
    const char *unit; /* as in struct setting */

    /* Methods */
    const struct method_handler *handler;
    const struct camera_argument *inputs, *outputs; /* NULL: none */
};

extern const struct camera_row camera_rows[];
extern const size_t camera_row_count;

/* The last part of the path: the BrowseName. */
const char *camera_row_name(const struct camera_row *row);

#endif
