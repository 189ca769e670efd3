/* SPDX-License-Identifier: Apache-2.0 */
#include "model/camera_table.h"

#include "camera/camera.h"
#include "space/ids_gen.h"

#include <string.h>

enum { THUMBNAIL_WIDTH = 320 };

#define OBJECT(at, display)                                                                                  \
    {                                                                                                        \
        .path = at, .display_name = display, .node_class = NODE_OBJECT,                                      \
        .type_definition = UA_ID_BASEOBJECTTYPE                                                              \
    }

#define VARIABLE(at, display, type, from)                                                                    \
    .path = at, .display_name = display, .node_class = NODE_VARIABLE, .source = from,                        \
    .type_definition = UA_ID_BASEDATAVARIABLETYPE, .data_type = type, .access = ACCESS_READ

#define FACT(at, display, type, from, in, field, how)                                                        \
    {                                                                                                        \
        VARIABLE(at, display, type, from), .offset = offsetof(struct in, field), .kind = how                 \
    }

#define IDENTITY(name, display, field, how)                                                                  \
    FACT("Identification/" name, display, UA_STRING, ROW_IDENTITY, camera_identity, field, how)
#define STATUS(name, display, type, field, how)                                                              \
    FACT("Status/" name, display, type, ROW_FACT, camera_facts, field, how)
#define NEWEST(name, display, type, field, how)                                                              \
    FACT(name, display, type, ROW_SNAPSHOT, camera_facts, field, how)

#define IMAGE(name, display, type, file_format, width)                                                       \
    {                                                                                                        \
        VARIABLE(name, display, type, ROW_IMAGE), .format = file_format, .max_width = width                  \
    }

const struct camera_row camera_rows[] = {
    IMAGE("CameraImage", "Camera Image", UA_ID_IMAGEJPG, IMAGE_JPEG, 0),
    IMAGE("CameraImagePng", "Camera Image (PNG)", UA_ID_IMAGEPNG, IMAGE_PNG, 0),
    IMAGE("CameraImageBmp", "Camera Image (BMP)", UA_ID_IMAGEBMP, IMAGE_BMP, 0),
    IMAGE("Thumbnail", "Thumbnail", UA_ID_IMAGEJPG, IMAGE_JPEG, THUMBNAIL_WIDTH),

    NEWEST("FrameNumber", "Frame Number", UA_UINT64, frame_number, FACT_UINT64),
    NEWEST("FrameTime", "Frame Time", UA_ID_UTCTIME, frame_utc_ns, FACT_UTC_NS),
    NEWEST("Width", "Width", UA_UINT32, width, FACT_UINT32),
    NEWEST("Height", "Height", UA_UINT32, height, FACT_UINT32),

    {.path = "Snapshot", .display_name = "Snapshot", .node_class = NODE_METHOD},

    OBJECT("Identification", "Identification"),
    IDENTITY("Manufacturer", "Manufacturer", manufacturer, FACT_TEXT),
    IDENTITY("Model", "Model", model, FACT_TEXT),
    IDENTITY("SerialNumber", "Serial Number", serial, FACT_TEXT),
    IDENTITY("ProductInstanceUri", "Product Instance URI", id, FACT_URN),
    IDENTITY("Driver", "Driver", driver, FACT_TEXT),
    IDENTITY("Address", "Address", address, FACT_TEXT),

    OBJECT("Status", "Status"),
    STATUS("State", "State", 0, state, FACT_STATE),
    STATUS("Connected", "Connected", UA_BOOLEAN, state, FACT_CONNECTED),
    STATUS("InUse", "In Use", UA_BOOLEAN, in_use, FACT_BOOLEAN),
    STATUS("InUseBy", "In Use By", UA_STRING, in_use_by, FACT_TEXT),
    STATUS("Consumers", "Consumers", UA_UINT32, consumers, FACT_UINT32),
    STATUS("LastError", "Last Error", UA_STRING, last_error.text, FACT_TEXT),
    STATUS("LastErrorTime", "Last Error Time", UA_ID_UTCTIME, last_error_utc_ns, FACT_UTC_NS),
    STATUS("FramesCaptured", "Frames Captured", UA_UINT64, frames_captured, FACT_UINT64),
    STATUS("FramesLost", "Frames Lost", UA_UINT64, frames_lost, FACT_UINT64),
    STATUS("ActualFrameRate", "Actual Frame Rate", UA_DOUBLE, actual_fps, FACT_DOUBLE),
    STATUS("ReopenCount", "Reopen Count", UA_UINT32, reopen_count, FACT_UINT32),
    STATUS("LastImageSize", "Last Image Size", UA_UINT64, last_image_size, FACT_UINT64),

    OBJECT("Settings", "Settings"),
    {.path = "Settings/JpegQuality",
     .display_name = "JPEG Quality",
     .node_class = NODE_VARIABLE,
     .source = ROW_QUALITY,
     .type_definition = UA_ID_ANALOGITEMTYPE,
     .data_type = UA_BYTE,
     .access = ACCESS_READ | ACCESS_WRITE},
};

const size_t camera_row_count = ARRAY_LEN(camera_rows);

const char *camera_row_name(const struct camera_row *row)
{
    const char *slash = strrchr(row->path, '/');
    return slash ? slash + 1 : row->path;
}
