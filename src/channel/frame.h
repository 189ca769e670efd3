/* SPDX-License-Identifier: Apache-2.0
 * The layouts of the conversation, as bytes (Part 6 §6.7.2, §7.1.2): message headers, HEL, ACK, ERR, and what
 * stands before the body of a chunk.
 *
 * A frame is one message on the transport: a HEL, or one chunk of a MSG. Reading borrows from the bytes and
 * returns 0 or Bad_DecodingError; writing goes to a rope whose writer keeps the failure. Any thread. */
#ifndef UACAM_CHANNEL_FRAME_H
#define UACAM_CHANNEL_FRAME_H

#include "channel/policy.h"
#include "wire/reader.h"
#include "wire/writer.h"

enum {
    FRAME_HEADER_SIZE = 8,
    FRAME_SMALLEST_BUFFER = 8192, /* what each side must be able to receive */
    FRAME_MAX_TEXT = 4096,        /* of an endpoint URL or a reason */
};

/* `type` is "MSGF": three letters, then F (final), C (more come) or A (abort). */
struct frame_header {
    char type[4];
    uint32_t size; /* with the header */
};

/* One that has come whole. */
struct frame {
    char type[4];
    struct slice whole;
    struct slice body; /* behind the header */
};

struct frame_header frame_header_read(const uint8_t bytes[FRAME_HEADER_SIZE]);

/* HEL; ACK is the same without the URL. */
struct hello {
    uint32_t version;
    uint32_t receive_buffer, send_buffer;
    uint32_t max_message, max_chunks; /* 0: no limit */
    struct slice endpoint_url;
};

must_check ua_status hello_read(struct slice body, struct hello *out);
must_check ua_status acknowledge_read(struct slice body, struct hello *out);

/* ERR, and the body of an abort chunk. */
struct transport_error {
    ua_status status;
    struct slice reason;
};

must_check ua_status transport_error_read(struct slice body, struct transport_error *out);

/* In front of an OpenSecureChannel body. */
struct asymmetric_header {
    uint32_t channel_id;
    struct slice policy_uri;
    struct slice sender_certificate;
    struct slice receiver_thumbprint;
};

struct asymmetric_header asymmetric_header_read(struct reader *r);
void asymmetric_header_write(struct writer *w, const struct asymmetric_header *h);

/* In front of the body of every chunk, encrypted with it. */
struct sequence_header {
    uint32_t number;
    uint32_t request_id;
};

struct sequence_header sequence_header_read(struct reader *r);
void sequence_header_write(struct writer *w, const struct sequence_header *h);

/* A frame in an empty rope: begin, write the body, end. The rope must have no splices. */
void frame_begin(struct writer *w, const char type[4]);
void frame_end(struct writer *w);

/* As frame_end(), of one that will have `size` bytes when it is sealed. */
void frame_end_sealed(struct writer *w, size_t size);

/* Whole frames. */
void hello_write(struct writer *w, const struct hello *h);
void acknowledge_write(struct writer *w, const struct hello *h);
void transport_error_write(struct writer *w, const struct transport_error *e);

/* All that stands before the body of a symmetric chunk. `frame.size` counts these headers. */
struct chunk_headers {
    struct frame_header frame;
    uint32_t channel_id;
    uint32_t token_id;
    struct sequence_header sequence;
};

void chunk_headers_put(uint8_t out[CHUNK_HEADERS_SIZE], const struct chunk_headers *h);

#endif
