/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/genicam/module/stream.h"

#include "camera/genicam/module/failure.h"
#include "camera/genicam/module/feature.h"
#include "camera/genicam/module/format.h"

#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>

enum {
    BUFFERS = 6,
    PAYLOAD_MAX = 256 << 20, /* bytes of a buffer */
    BUFFERS_MAX = 512 << 20, /* of all */
    MOST_DROPPED = 1000,     /* a longer gap in the numbers is a new beginning */
};

/* ---- starting ---- */

static void on_new_buffer(ArvStream *arv, void *user)
{
    (void)arv;
    eventfd_write(((struct genicam_device *)user)->news_fd, 1);
}

/* Packets of GigE Vision: how large, how fast. */
static void set_packets(struct genicam_device *d, const struct genicam_options *o)
{
    ArvGvDevice *gv = ARV_GV_DEVICE(d->arv);
    if (o->packet_size)
        arv_gv_device_set_packet_size(gv, (gint)o->packet_size, NULL);
    arv_gv_device_set_packet_size_adjustment(gv, o->packet_size ? ARV_GV_PACKET_SIZE_ADJUSTMENT_NEVER
                                                                : ARV_GV_PACKET_SIZE_ADJUSTMENT_ONCE);
    double ticks = (double)arv_gv_device_get_timestamp_tick_frequency(gv, NULL) * o->packet_delay_us / 1e6;
    if (ticks >= 1 && ticks < 1e9)
        feature_set_integer(d, "GevSCPD", (int64_t)ticks);
    /* Nothing comes through a packet socket of the loopback interface. */
    bool plain = o->plain_socket || d->local >> 24 == 127;
    arv_gv_device_set_stream_options(gv, plain ? ARV_GV_STREAM_OPTION_PACKET_SOCKET_DISABLED
                                               : ARV_GV_STREAM_OPTION_NONE);
}

static int create(struct genicam_stream *s, const struct genicam_options *o, struct err_text *why)
{
    GError *e = NULL;
    struct genicam_device *d = s->device;
    if (d->gige)
        set_packets(d, o);
    s->arv = arv_device_create_stream(d->arv, NULL, NULL, &e);
    if (e)
        return genicam_failed(&e, d->name, "no stream can be made", why);
    if (d->gige)
        g_object_set(s->arv, "socket-buffer", ARV_GV_STREAM_SOCKET_BUFFER_AUTO, "socket-buffer-size", 0,
                     NULL);
    if (d->gige && o->no_resend)
        g_object_set(s->arv, "packet-resend", ARV_GV_STREAM_PACKET_RESEND_NEVER, NULL);
    g_signal_connect(s->arv, "new-buffer", G_CALLBACK(on_new_buffer), d);
    arv_stream_set_emit_signals(s->arv, TRUE);
    return 0;
}

static int add_buffers(const struct genicam_stream *s, struct err_text *why)
{
    double payload = feature_number(s->device, "PayloadSize", 0);
    if (payload < 1 || payload > PAYLOAD_MAX)
        return err_set(why, ERR_LIMIT, "%s wants to send pictures of %.0f bytes, uacam takes 1 to %d",
                       s->device->name, payload, PAYLOAD_MAX);
    size_t size = (size_t)payload;
    for (size_t i = 0; i < BUFFERS && (i < 2 || (i + 1) * size <= BUFFERS_MAX); i++) {
        void *data = malloc(size);
        if (!data)
            return err_set(why, ERR_NO_MEMORY, "%s: no memory for its pictures", s->device->name);
        arv_stream_push_buffer(s->arv, arv_buffer_new_full(size, data, data, free));
    }
    return 0;
}

/* What will come, as far as the device tells. */
static void note_picture(struct genicam_stream *s)
{
    struct genicam_device *d = s->device;
    struct genicam_format f;
    char name[SETTING_NAME];
    feature_text(d, "PixelFormat", name, sizeof name);
    const char *rate = feature_first(d, frame_rate_names);
    s->format = genicam_format_of_name(name, &f) ? f.becomes : PIXEL_GREY;
    s->width = (uint32_t)feature_number(d, "Width", 0);
    s->height = (uint32_t)feature_number(d, "Height", 0);
    s->fps = s->beat == GENICAM_STREAMS && rate ? feature_number(d, rate, 0) : 0;
    if (!(s->fps > 0 && s->fps < 1e6))
        s->fps = 0;
}

static int begin(struct genicam_stream *s, struct err_text *why)
{
    GError *e = NULL;
    struct genicam_device *d = s->device;
    note_picture(s);
    d->streams = true;
    feature_set_integer(d, "TLParamsLocked", 1);
    arv_device_execute_command(d->arv, "AcquisitionStart", &e);
    return e ? genicam_failed(&e, d->name, "it does not start", why) : 0;
}

static void end(struct genicam_device *d)
{
    feature_execute(d, "AcquisitionStop");
    feature_set_integer(d, "TLParamsLocked", 0);
    d->streams = false;
}

int genicam_stream_start(struct genicam_stream *s, struct genicam_device *d, const struct capture_wish *wish,
                         const struct genicam_options *o, struct err_text *why)
{
    *s = (struct genicam_stream){0};
    pthread_mutex_lock(&d->lock);
    int rc = genicam_take_control(d, why);
    if (!rc) {
        s->device = d;
        /* Another program may have left it so. */
        end(d);
        rc = genicam_set_picture(d, wish, o->trigger, &s->beat, why);
    }
    if (!rc)
        rc = create(s, o, why);
    if (!rc)
        rc = add_buffers(s, why);
    if (!rc)
        rc = begin(s, why);
    pthread_mutex_unlock(&d->lock);
    return rc;
}

void genicam_stream_stop(struct genicam_stream *s)
{
    struct genicam_device *d = s->device;
    if (!d)
        return;
    pthread_mutex_lock(&d->lock);
    if (!atomic_load(&d->lost))
        end(d);
    d->streams = false;
    genicam_leave_control(d);
    pthread_mutex_unlock(&d->lock);
    if (s->arv) {
        arv_stream_set_emit_signals(s->arv, FALSE);
        g_object_unref(s->arv);
    }
    *s = (struct genicam_stream){0};
}

/* ---- buffers ---- */

/* The first packet of a picture comes when it has been exposed. No frame is of the future. */
static int64_t exposed_at(const struct genicam_device *d, ArvBuffer *buffer)
{
    int64_t now_mono = clock_mono_ns(&system_clock), now_utc = clock_utc_ns(&system_clock);
    uint64_t told = arv_buffer_get_system_timestamp(buffer);
    int64_t age = told && told <= (uint64_t)now_utc ? now_utc - (int64_t)told : 0;
    if (age > 60 * NS_PER_S)
        age = 0;
    return now_mono - age - atomic_load(&d->exposure_ns);
}

static uint64_t dropped_before(struct genicam_stream *s, uint64_t id)
{
    uint64_t step = id - s->last_id;
    bool counting = s->last_id != 0;
    s->last_id = id;
    return counting && step > 1 && step < MOST_DROPPED ? step - 1 : 0;
}

bool genicam_stream_take(struct genicam_stream *s, struct genicam_shot *out)
{
    *out = (struct genicam_shot){.buffer = arv_stream_try_pop_buffer(s->arv)};
    if (!out->buffer)
        return false;
    out->complete = arv_buffer_get_status(out->buffer) == ARV_BUFFER_STATUS_SUCCESS;
    out->exposed_mono_ns = exposed_at(s->device, out->buffer);
    out->dropped = dropped_before(s, arv_buffer_get_frame_id(out->buffer));
    return true;
}

void genicam_stream_return(struct genicam_stream *s, struct genicam_shot *shot)
{
    arv_stream_push_buffer(s->arv, shot->buffer);
    shot->buffer = NULL;
}

/* The part of a buffer that is a picture; -1: none. */
static int find_picture(ArvBuffer *buffer)
{
    guint count = arv_buffer_get_n_parts(buffer);
    for (guint i = 0; i < count; i++)
        if (arv_buffer_get_part_data_type(buffer, i) == ARV_BUFFER_PART_DATA_TYPE_2D_IMAGE)
            return (int)i;
    return -1;
}

struct frame *genicam_stream_copy(const struct genicam_shot *shot)
{
    struct genicam_format format;
    struct frame *f = NULL;
    int part = find_picture(shot->buffer);
    if (part < 0)
        return NULL;
    guint at = (guint)part;
    size_t len = 0;
    gint padding = 0;
    const void *data = arv_buffer_get_part_data(shot->buffer, at, &len);
    gint width = arv_buffer_get_part_width(shot->buffer, at);
    gint height = arv_buffer_get_part_height(shot->buffer, at);
    arv_buffer_get_part_padding(shot->buffer, at, &padding, NULL);
    if (!data || width <= 0 || height <= 0 || padding < 0 ||
        !genicam_format_of_code(arv_buffer_get_part_pixel_format(shot->buffer, at), &format) ||
        genicam_make_frame(&format, (uint32_t)width, (uint32_t)height, (struct slice){data, len},
                           (size_t)padding, &f, NULL))
        return NULL;
    return f;
}

int genicam_stream_trigger(struct genicam_stream *s, struct err_text *why)
{
    struct genicam_device *d = s->device;
    GError *e = NULL;
    pthread_mutex_lock(&d->lock);
    arv_device_execute_command(d->arv, "TriggerSoftware", &e);
    pthread_mutex_unlock(&d->lock);
    return e ? genicam_failed(&e, d->name, "it cannot be triggered", why) : 0;
}
