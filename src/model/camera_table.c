/* SPDX-License-Identifier: Apache-2.0 */
#include "model/camera_table.h"

#include "camera/camera.h"
#include "model/camera_node.h"
#include "model/image_file.h"
#include "space/ids_gen.h"

#include <string.h>

enum { THUMBNAIL_WIDTH = 320 };

#define OBJECT(at, display, type)                                                                            \
    .path = at, .display_name = display, .node_class = NODE_OBJECT, .type_definition = type

#define VARIABLE(at, display, type)                                                                          \
    .path = at, .display_name = display, .node_class = NODE_VARIABLE,                                        \
    .type_definition = UA_ID_BASEDATAVARIABLETYPE, .data_type = type, .access = ACCESS_READ

#define FACT(at, display, type, from, in, field, how)                                                        \
    VARIABLE(at, display, type), .source = &fact_source, .origin = from, .kind = how,                        \
                                 .offset = offsetof(struct in, field)

#define IDENTITY(name, display, field, how)                                                                  \
    FACT("Identification/" name, display, UA_STRING, FROM_IDENTITY, camera_identity, field, how)
#define STATUS(name, display, type, field, how)                                                              \
    FACT("Status/" name, display, type, FROM_FACTS, camera_facts, field, how)
#define NEWEST(name, display, type, field, how)                                                              \
    FACT(name, display, type, FROM_SNAPSHOT, camera_facts, field, how)

#define IMAGE(name, display, type, file_format, width)                                                       \
    VARIABLE(name, display, type), .source = &image_source, .format = file_format, .max_width = width

#define METHOD(at, what, in, out)                                                                            \
    .path = at, .node_class = NODE_METHOD, .handler = what, .inputs = in, .outputs = out

#define PROPERTY(at, type, from, in, field, how)                                                             \
    .path = at, .ns0 = true, .node_class = NODE_VARIABLE, .type_definition = UA_ID_PROPERTYTYPE,             \
    .source = &fact_source, .data_type = type, .access = ACCESS_READ, .origin = from, .kind = how,           \
    .offset = offsetof(struct in, field)
#define FILE_PROPERTY(name, type, field, how)                                                                \
    PROPERTY("ImageFile/" name, type, FROM_FILE, image_file, field, how)
#define FILE_METHOD(name, what, in, out)                                                                     \
    METHOD("ImageFile/" name, what, in, out), .ns0 = true, .guard = GUARD_EVERYBODY

static const struct camera_argument snapshot_outputs[] = {
    {"Image", UA_ID_IMAGEJPG},
    {"FrameTime", UA_ID_UTCTIME},
    {"FrameNumber", UA_UINT64},
    {0},
};

/* Of FileType (Part 20 §4.2). */
static const struct camera_argument mode_argument[] = {{"Mode", UA_BYTE}, {0}};
static const struct camera_argument handle_argument[] = {{"FileHandle", UA_UINT32}, {0}};
static const struct camera_argument read_inputs[] = {{"FileHandle", UA_UINT32}, {"Length", UA_INT32}, {0}};
static const struct camera_argument write_inputs[] = {
    {"FileHandle", UA_UINT32}, {"Data", UA_BYTESTRING}, {0}};
static const struct camera_argument data_argument[] = {{"Data", UA_BYTESTRING}, {0}};
static const struct camera_argument position_argument[] = {{"Position", UA_UINT64}, {0}};
static const struct camera_argument set_position_inputs[] = {
    {"FileHandle", UA_UINT32},
    {"Position", UA_UINT64},
    {0},
};

const struct camera_row camera_rows[] = {
    {PROPERTY("NodeVersion", UA_STRING, FROM_NODE, camera_node, version, FACT_TEXT)},

    {IMAGE("CameraImage", "Camera Image", UA_ID_IMAGEJPG, IMAGE_JPEG, 0), .configured = true},
    {IMAGE("CameraImagePng", "Camera Image (PNG)", UA_ID_IMAGEPNG, IMAGE_PNG, 0)},
    {IMAGE("CameraImageBmp", "Camera Image (BMP)", UA_ID_IMAGEBMP, IMAGE_BMP, 0)},
    {IMAGE("Thumbnail", "Thumbnail", UA_ID_IMAGEJPG, IMAGE_JPEG, THUMBNAIL_WIDTH)},

    {.path = "ChangePercent",
     .display_name = "Change Percent",
     .node_class = NODE_VARIABLE,
     .type_definition = UA_ID_ANALOGITEMTYPE,
     .source = &change_source,
     .data_type = UA_DOUBLE,
     .access = ACCESS_READ,
     .low = 0,
     .high = 100,
     .unit = "%"},

    {NEWEST("FrameNumber", "Frame Number", UA_UINT64, frame_number, FACT_UINT64)},
    {NEWEST("FrameTime", "Frame Time", UA_ID_UTCTIME, frame_utc_ns, FACT_UTC_NS)},
    {NEWEST("Width", "Width", UA_UINT32, width, FACT_UINT32)},
    {NEWEST("Height", "Height", UA_UINT32, height, FACT_UINT32)},

    {METHOD("Snapshot", &snapshot_method, NULL, snapshot_outputs)},

    {OBJECT("ImageFile", "Image File", UA_ID_FILETYPE)},
    {FILE_PROPERTY("Size", UA_UINT64, size, FACT_UINT64)},
    {FILE_PROPERTY("Writable", UA_BOOLEAN, writable, FACT_BOOLEAN)},
    {FILE_PROPERTY("UserWritable", UA_BOOLEAN, writable, FACT_BOOLEAN)},
    {FILE_PROPERTY("OpenCount", UA_UINT16, open_count, FACT_UINT16)},
    {FILE_PROPERTY("MimeType", UA_STRING, mime_type, FACT_TEXT)},
    {FILE_PROPERTY("LastModifiedTime", UA_ID_UTCTIME, modified_utc_ns, FACT_UTC_NS)},
    {FILE_METHOD("Open", &file_open_method, mode_argument, handle_argument)},
    {FILE_METHOD("Close", &file_close_method, handle_argument, NULL)},
    {FILE_METHOD("Read", &file_read_method, read_inputs, data_argument)},
    {FILE_METHOD("Write", &file_write_method, write_inputs, NULL)},
    {FILE_METHOD("GetPosition", &file_get_position_method, handle_argument, position_argument)},
    {FILE_METHOD("SetPosition", &file_set_position_method, set_position_inputs, NULL)},

    {OBJECT("Identification", "Identification", UA_ID_BASEOBJECTTYPE)},
    {IDENTITY("Manufacturer", "Manufacturer", manufacturer, FACT_TEXT)},
    {IDENTITY("Model", "Model", model, FACT_TEXT)},
    {IDENTITY("SerialNumber", "Serial Number", serial, FACT_TEXT)},
    {IDENTITY("ProductInstanceUri", "Product Instance URI", id, FACT_URN)},
    {IDENTITY("Driver", "Driver", driver, FACT_TEXT)},
    {IDENTITY("Address", "Address", address, FACT_TEXT)},

    {OBJECT("Status", "Status", UA_ID_BASEOBJECTTYPE)},
    {STATUS("State", "State", 0, state, FACT_STATE)},
    {STATUS("Connected", "Connected", UA_BOOLEAN, state, FACT_CONNECTED)},
    {STATUS("InUse", "In Use", UA_BOOLEAN, in_use, FACT_BOOLEAN)},
    {STATUS("InUseBy", "In Use By", UA_STRING, in_use_by, FACT_TEXT)},
    {STATUS("Consumers", "Consumers", UA_UINT32, consumers, FACT_UINT32)},
    {STATUS("LastError", "Last Error", UA_STRING, last_error.text, FACT_TEXT)},
    {STATUS("LastErrorTime", "Last Error Time", UA_ID_UTCTIME, last_error_utc_ns, FACT_UTC_NS)},
    {STATUS("FramesCaptured", "Frames Captured", UA_UINT64, frames_captured, FACT_UINT64)},
    {STATUS("FramesLost", "Frames Lost", UA_UINT64, frames_lost, FACT_UINT64)},
    {STATUS("FramesSkipped", "Frames Skipped", UA_UINT64, frames_skipped, FACT_UINT64)},
    {STATUS("PicturesMade", "Pictures Made", UA_UINT64, encodes, FACT_UINT64)},
    {STATUS("PicturesPassedThrough", "Pictures Passed Through", UA_UINT64, passed_through, FACT_UINT64)},
    {STATUS("PicturesDelivered", "Pictures Delivered", UA_UINT64, delivered, FACT_UINT64)},
    {STATUS("ActualFrameRate", "Actual Frame Rate", UA_DOUBLE, actual_fps, FACT_DOUBLE)},
    {STATUS("ReopenCount", "Reopen Count", UA_UINT32, reopen_count, FACT_UINT32)},
    {STATUS("LastImageSize", "Last Image Size", UA_UINT64, last_image_size, FACT_UINT64)},

    {OBJECT("Settings", "Settings", UA_ID_BASEOBJECTTYPE)},
    {.path = "Settings/JpegQuality",
     .display_name = "JPEG Quality",
     .node_class = NODE_VARIABLE,
     .type_definition = UA_ID_ANALOGITEMTYPE,
     .source = &quality_source,
     .data_type = UA_BYTE,
     .access = ACCESS_READ | ACCESS_WRITE,
     .low = 1,
     .high = 100},
};

const size_t camera_row_count = ARRAY_LEN(camera_rows);

const char *camera_row_name(const struct camera_row *row)
{
    const char *slash = strrchr(row->path, '/');
    return slash ? slash + 1 : row->path;
}
