/* SPDX-License-Identifier: Apache-2.0 */
#include "model/unit.h"

#include "base/compiler.h"

#include <string.h>

/* UNECE Recommendation 20. */
struct unit {
    const char *text;
    const char *code;
    const char *symbol;
    const char *name;
};

static const struct unit units[] = {
    {"%", "P1", "%", "percent"},
    {"px", "E37", "px", "pixel"},
    {"ns", "C47", "ns", "nanosecond"},
    {"us", "B98", "µs", "microsecond"},
    {"ms", "C26", "ms", "millisecond"},
    {"s", "SEC", "s", "second"},
    {"Hz", "HTZ", "Hz", "hertz"},
    {"kHz", "KHZ", "kHz", "kilohertz"},
    {"MHz", "MHZ", "MHz", "megahertz"},
    {"dB", "2N", "dB", "decibel"},
    {"Cel", "CEL", "°C", "degree Celsius"},
    {"C", "CEL", "°C", "degree Celsius"},
    {"K", "KEL", "K", "kelvin"},
    {"deg", "DD", "°", "degree [unit of angle]"},
    {"B", "AD", "byte", "byte"},
    {"Bps", "P93", "byte/s", "byte per second"},
    {"MBps", "P95", "Mbyte/s", "megabyte per second"},
    {"mm", "MMT", "mm", "millimetre"},
    {"um", "4H", "µm", "micrometre (micron)"},
    {"V", "VLT", "V", "volt"},
    {"mA", "4K", "mA", "milliampere"},
    {"W", "WTT", "W", "watt"},
};

static const struct unit *find(const char *text)
{
    for (size_t i = 0; i < ARRAY_LEN(units); i++)
        if (strcmp(units[i].text, text) == 0)
            return &units[i];
    return NULL;
}

/* Part 8 §5.6.3.2: the characters of the code, the first one highest. */
static int32_t number_of(const char *code)
{
    int32_t number = 0;
    for (; *code; code++)
        number = number << 8 | (uint8_t)*code;
    return number;
}

struct ua_eu_information unit_information(const char *text)
{
    const struct unit *u = find(text);
    if (!u)
        return (struct ua_eu_information){.unit_id = -1, .display_name.text = slice_of(text)};
    return (struct ua_eu_information){
        .namespace_uri = slice_of("http://www.opcfoundation.org/UA/units/un/cefact"),
        .unit_id = number_of(u->code),
        .display_name.text = slice_of(u->symbol),
        .description.text = slice_of(u->name),
    };
}
