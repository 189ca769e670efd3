/* SPDX-License-Identifier: Apache-2.0
 * The video of a stream or a file: packets in, pictures out. MJPEG is passed on as it is; of everything else
 * every packet is decoded, but a picture is converted only when somebody asks for its frame.
 *
 * One thread at a time. */
#ifndef UACAM_CAMERA_IP_MODULE_TRACK_H
#define UACAM_CAMERA_IP_MODULE_TRACK_H

#include "camera/ip/module/convert.h"

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>

#define TRACK_NO_STAMP INT64_MIN

/* Zero it to begin. */
struct track {
    int index; /* of its stream */
    AVRational unit;
    double fps;              /* as the stream tells; 0: unknown */
    AVCodecContext *decoder; /* NULL: MJPEG */
    const AVPacket *jpeg;    /* fed, not yet given */
    AVFrame *decoded;
    struct converter converter;
};

/* Valid until the next picture. */
struct track_picture {
    const AVPacket *jpeg; /* else `decoded` */
    const AVFrame *decoded;
    uint32_t width, height;
    enum pixel_format format; /* of its frame */
    int64_t stamp_ns;         /* by the stream's clock; TRACK_NO_STAMP: unknown */
};

/* Decoders that read what a stranger sends: as few as will do, for avformat's `codec_whitelist`. */
extern const char track_codecs[];

/* Finds the video, and has avformat leave the rest alone. `f` is borrowed. ERR_UNSUPPORTED: no video, or none
 * that we decode; ERR_NO_MEMORY. */
must_check int track_open(struct track *t, AVFormatContext *f, const char *shown, struct err_text *why);
void track_close(struct track *t);

/* Feeds a packet of the track, borrowed until the next one; NULL: there are no more. False: it is broken. */
bool track_feed(struct track *t, const AVPacket *packet);

/* The next picture of what was fed: 1; 0: none; negative: it was broken. */
must_check int track_next(struct track *t, struct track_picture *out);

/* Forgets what was fed: the next packet is of another place. */
void track_flush(struct track *t);

/* Gives the picture's frame, with no times. As convert(). */
must_check int track_frame(struct track *t, const struct track_picture *p, struct frame **out,
                           struct err_text *why);

#endif
