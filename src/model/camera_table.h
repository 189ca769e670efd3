/* SPDX-License-Identifier: Apache-2.0
 * What CameraType looks like: one row a node, the same for the type and for every camera of it. */
#ifndef UACAM_MODEL_CAMERA_TABLE_H
#define UACAM_MODEL_CAMERA_TABLE_H

#include "image/encode.h"
#include "space/node.h"

/* How a fact lies in its struct, and with that its built-in type. */
enum fact_kind {
    FACT_TEXT,      /* char[], String */
    FACT_URN,       /* char[] of an id, as a URN of its own */
    FACT_BOOLEAN,   /* bool */
    FACT_STATE,     /* enum camera_state, CameraState */
    FACT_CONNECTED, /* enum camera_state: is the device there? */
    FACT_UINT32,
    FACT_UINT64,
    FACT_DOUBLE,
    FACT_UTC_NS, /* int64_t, UtcTime */
};

/* Where a Variable's value comes from. */
enum row_source {
    ROW_NO_VALUE, /* Objects, Methods */
    ROW_IDENTITY, /* struct camera_identity */
    ROW_FACT,     /* struct camera_facts, always there */
    ROW_SNAPSHOT, /* struct camera_facts, once there was a snapshot */
    ROW_IMAGE,    /* a picture, made when somebody asks */
    ROW_QUALITY,  /* Settings/JpegQuality */
};

struct camera_row {
    const char *path; /* below the camera: "Status/State"; parents stand before their children */
    const char *display_name;
    enum node_class node_class;
    enum row_source source;
    uint32_t type_definition; /* in ns 0; 0 for Methods */
    uint32_t data_type;       /* in ns 0; 0: CameraState */
    uint8_t access;
    size_t offset;       /* of the fact */
    enum fact_kind kind; /* of the fact */
    enum image_format format;
    uint32_t max_width; /* of the picture; 0: as the camera has it */
};

extern const struct camera_row camera_rows[];
extern const size_t camera_row_count;

/* The last part of the path: the BrowseName. */
const char *camera_row_name(const struct camera_row *row);

#endif
