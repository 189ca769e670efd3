/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/genicam/module/failure.h"

#include "camera/genicam/discover.h"

#include <stdio.h>

struct meaning {
    int code;
    enum err is;
};

static const struct meaning device_meanings[] = {
    {ARV_DEVICE_ERROR_TIMEOUT, ERR_GONE},
    {ARV_DEVICE_ERROR_NOT_CONNECTED, ERR_GONE},
    {ARV_DEVICE_ERROR_NOT_FOUND, ERR_GONE},
    {ARV_DEVICE_ERROR_NOT_CONTROLLER, ERR_BUSY},
    {ARV_DEVICE_ERROR_PROTOCOL_ERROR_ACCESS_DENIED, ERR_BUSY},
    {ARV_DEVICE_ERROR_FEATURE_NOT_FOUND, ERR_UNSUPPORTED},
    {ARV_DEVICE_ERROR_WRONG_FEATURE, ERR_UNSUPPORTED},
    {ARV_DEVICE_ERROR_INVALID_PARAMETER, ERR_INVALID},
    {ARV_DEVICE_ERROR_PROTOCOL_ERROR_INVALID_PARAMETER, ERR_INVALID},
};

static const struct meaning feature_meanings[] = {
    {ARV_GC_ERROR_OUT_OF_RANGE, ERR_INVALID},
    {ARV_GC_ERROR_ENUM_ENTRY_NOT_FOUND, ERR_INVALID},
    {ARV_GC_ERROR_READ_ONLY, ERR_DENIED},
    {ARV_GC_ERROR_NODE_NOT_FOUND, ERR_UNSUPPORTED},
};

static enum err find_meaning(const struct meaning *rows, size_t count, int code)
{
    for (size_t i = 0; i < count; i++)
        if (rows[i].code == code)
            return rows[i].is;
    return ERR_IO;
}

static enum err meaning_of(const GError *e)
{
    if (e->domain == arv_device_error_quark())
        return find_meaning(device_meanings, ARRAY_LEN(device_meanings), e->code);
    if (e->domain == arv_gc_error_quark())
        return find_meaning(feature_meanings, ARRAY_LEN(feature_meanings), e->code);
    return ERR_IO;
}

int genicam_gone(const char *camera, struct err_text *why)
{
    return err_set(why, ERR_GONE, "%s does not answer any more: is it on, is its cable in?", camera);
}

int genicam_busy(const char *camera, uint32_t by, struct err_text *why)
{
    char address[16], where[32] = "here or on another machine";
    gige_address_text(by, address);
    if (by)
        snprintf(where, sizeof where, "on %s", address);
    return err_set(why, ERR_BUSY,
                   "%s is controlled by another program, %s: close it there, or wait some seconds if it has "
                   "just crashed",
                   camera, where);
}

int genicam_failed(GError **e, const char *camera, const char *doing, struct err_text *why)
{
    enum err code = meaning_of(*e);
    if (code == ERR_GONE)
        genicam_gone(camera, why);
    else if (code == ERR_BUSY)
        genicam_busy(camera, 0, why);
    else
        err_set(why, code, "%s: %s: %s", camera, doing, (*e)->message);
    g_clear_error(e);
    return code;
}
