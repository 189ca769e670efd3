/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/genicam/module/names.h"

#include "camera/setting.h"

#include <string.h>

static const struct known_feature known[] = {
    {{"Width"}, "px", SETTING_STOPS},
    {{"Height"}, "px", SETTING_STOPS},
    {{"OffsetX"}, "px", SETTING_STOPS},
    {{"OffsetY"}, "px", SETTING_STOPS},
    {{"BinningHorizontal"}, NULL, SETTING_STOPS},
    {{"BinningVertical"}, NULL, SETTING_STOPS},
    {{"ReverseX"}, NULL, SETTING_STOPS},
    {{"ReverseY"}, NULL, SETTING_STOPS},
    {{"PixelFormat"}, NULL, SETTING_STOPS},
    {{"AcquisitionFrameRate", "AcquisitionFrameRateAbs"}, "Hz", SETTING_STOPS},
    {{"ExposureTime", "ExposureTimeAbs"}, "us", 0},
    {{"ExposureAuto"}, NULL, 0},
    {{"Gain", "GainAbs", "GainRaw"}, NULL, 0},
    {{"GainAuto"}, NULL, 0},
    {{"BlackLevel", "BlackLevelAbs", "BlackLevelRaw"}, NULL, 0},
    {{"BalanceWhiteAuto"}, NULL, 0},
    {{"Brightness"}, NULL, 0},
    {{"Contrast"}, NULL, 0},
    {{"Saturation"}, NULL, 0},
    {{"Hue"}, NULL, 0},
    {{"Sharpness"}, NULL, 0},
    {{"Gamma"}, NULL, 0},
    {{"TriggerSelector"}, NULL, SETTING_STOPS},
    {{"TriggerMode"}, NULL, SETTING_STOPS},
    {{"TriggerSource"}, NULL, SETTING_STOPS},
    {{"TriggerActivation"}, NULL, SETTING_STOPS},
    {{"TriggerDelay", "TriggerDelayAbs"}, "us", 0},
    {{"DeviceTemperature"}, "Cel", SETTING_VOLATILE},
};

static const char *const ours[] = {
    "AcquisitionMode", "AcquisitionStart", "AcquisitionStop",       "AcquisitionAbort",
    "AcquisitionArm",  "TLParamsLocked",   "TriggerSoftware",       "GevSCPHostPort",
    "GevSCDA",         "GevCCP",           "GevSCPSFireTestPacket",
};

const struct known_feature *known_features(size_t *count)
{
    *count = ARRAY_LEN(known);
    return known;
}

const struct known_feature *known_feature(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        for (size_t k = 0; k < NAMES_OF_ONE && known[i].names[k]; k++)
            if (strcmp(known[i].names[k], name) == 0)
                return &known[i];
    return NULL;
}

bool feature_is_ours(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(ours); i++)
        if (strcmp(ours[i], name) == 0)
            return true;
    return false;
}
