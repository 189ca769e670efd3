/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/v4l2/control_table.h"

#include <linux/v4l2-controls.h>

/* The last is what webcams call automatic. */
static const char *const exposure_auto[] = {"Continuous", "Off", "ShutterPriority", "Continuous"};

/* Where drivers count in units of their own there is no unit. */
static const struct control_known table[] = {
    {.id = V4L2_CID_EXPOSURE_ABSOLUTE,
     .name = "ExposureTime",
     .form = CONTROL_FLOAT,
     .scale = 100,
     .unit = "us"},
    {.id = V4L2_CID_EXPOSURE_AUTO,
     .name = "ExposureAuto",
     .choices = exposure_auto,
     .choice_count = ARRAY_LEN(exposure_auto)},
    {.id = V4L2_CID_EXPOSURE_AUTO_PRIORITY, .name = "ExposureAutoPriority"},
    {.id = V4L2_CID_GAIN, .name = "Gain", .form = CONTROL_FLOAT, .scale = 1},
    {.id = V4L2_CID_AUTOGAIN, .name = "GainAuto", .form = CONTROL_SWITCH},
    {.id = V4L2_CID_BLACK_LEVEL, .name = "BlackLevel", .form = CONTROL_FLOAT, .scale = 1},
    {.id = V4L2_CID_AUTO_WHITE_BALANCE, .name = "BalanceWhiteAuto", .form = CONTROL_SWITCH},
    {.id = V4L2_CID_WHITE_BALANCE_TEMPERATURE, .name = "WhiteBalanceTemperature", .unit = "K"},
    {.id = V4L2_CID_BRIGHTNESS, .name = "Brightness"},
    {.id = V4L2_CID_CONTRAST, .name = "Contrast"},
    {.id = V4L2_CID_SATURATION, .name = "Saturation"},
    {.id = V4L2_CID_HUE, .name = "Hue"},
    {.id = V4L2_CID_GAMMA, .name = "Gamma", .form = CONTROL_FLOAT, .scale = 1},
    {.id = V4L2_CID_SHARPNESS, .name = "Sharpness"},
    {.id = V4L2_CID_BACKLIGHT_COMPENSATION, .name = "BacklightCompensation"},
    {.id = V4L2_CID_POWER_LINE_FREQUENCY, .name = "PowerLineFrequency"},
    {.id = V4L2_CID_FOCUS_ABSOLUTE, .name = "Focus"},
    {.id = V4L2_CID_FOCUS_AUTO, .name = "FocusAuto", .form = CONTROL_SWITCH},
    {.id = V4L2_CID_IRIS_ABSOLUTE, .name = "Iris"},
    {.id = V4L2_CID_ZOOM_ABSOLUTE, .name = "Zoom"},
    {.id = V4L2_CID_PAN_ABSOLUTE, .name = "Pan", .form = CONTROL_FLOAT, .scale = 1.0 / 3600, .unit = "deg"},
    {.id = V4L2_CID_TILT_ABSOLUTE, .name = "Tilt", .form = CONTROL_FLOAT, .scale = 1.0 / 3600, .unit = "deg"},
    {.id = V4L2_CID_HFLIP, .name = "ReverseX"},
    {.id = V4L2_CID_VFLIP, .name = "ReverseY"},
    {.id = V4L2_CID_TEST_PATTERN, .name = "TestPattern"},
};

const struct control_known *control_known(uint32_t id)
{
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (table[i].id == id)
            return &table[i];
    return NULL;
}

static bool may_stay(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

void control_make_name(const char *text, char out[SETTING_NAME])
{
    size_t used = 0;
    bool begins = true;
    for (; *text && used < SETTING_NAME - 1; text++) {
        if (may_stay(*text))
            out[used++] = begins && *text >= 'a' && *text <= 'z' ? (char)(*text - 'a' + 'A') : *text;
        begins = !may_stay(*text);
    }
    out[used] = '\0';
}
