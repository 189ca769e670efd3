/* SPDX-License-Identifier: Apache-2.0
 * A webcam made of software. It speaks UVC 1.0 over USB/IP to the kernel's virtual host controller, so that
 * the true uvcvideo driver serves it: MJPEG from the given files in turn, YUYV as a moving ramp, five
 * settings. FPS is the rate of MJPEG.
 *
 *     uvcsim PORT SERIAL FPS WIDTH HEIGHT FILE.jpg...
 *
 * Needs root and the modules vhci-hcd and uvcvideo. Ending the process unplugs the camera. In YUYV the luma
 * at column x of picture n is (x + 8n) mod 256, the chroma 128. */
#include "control.h"
#include "usbip.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PICTURE_MAX = 64, PENDING_MAX = 256, NS_PER_S = 1000000000 };

struct picture {
    uint8_t *data;
    uint32_t len;
};

struct webcam {
    int socket;
    struct control control;
    struct picture files[PICTURE_MAX];
    size_t file_count;
    struct picture ramp;

    struct usbip_request pending[PENDING_MAX]; /* transfers that wait for picture bytes */
    size_t pending_count;
    int64_t next_ns; /* when the next picture is due */
    uint32_t number; /* of the next picture */
    struct picture current;
    uint32_t sent; /* bytes of `current`; all of it: between pictures */
};

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * NS_PER_S + t.tv_nsec;
}

static bool load(struct picture *p, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    fseek(file, 0, SEEK_END);
    long len = ftell(file);
    rewind(file);
    p->data = len > 0 ? malloc((size_t)len) : NULL;
    p->len = (uint32_t)len;
    bool ok = p->data && fread(p->data, 1, p->len, file) == p->len;
    fclose(file);
    return ok;
}

static void draw_ramp(struct webcam *cam)
{
    uint16_t width = cam->control.shape.width;
    for (uint32_t i = 0; i < cam->ramp.len / 2; i++) {
        cam->ramp.data[2 * i] = (uint8_t)(i % width + 8 * cam->number);
        cam->ramp.data[2 * i + 1] = 128;
    }
}

static void begin_picture(struct webcam *cam)
{
    if (cam->control.format == FORMAT_YUYV) {
        draw_ramp(cam);
        cam->current = cam->ramp;
    } else {
        cam->current = cam->files[cam->number % cam->file_count];
    }
    cam->sent = 0;
    cam->number++;
    const struct control *c = &cam->control;
    int64_t interval = 100 * (int64_t)frame_interval(&c->shape, c->format), now = now_ns();
    cam->next_ns += interval;
    if (cam->next_ns < now)
        cam->next_ns = now + interval;
}

/* Fills the oldest waiting transfer with the next payload: a two-byte header, then bytes of the picture. */
static bool send_payload(struct webcam *cam)
{
    enum { HEADER = 2, END_OF_HEADER = 0x80, END_OF_FRAME = 2 };
    static uint8_t payload[PAYLOAD_MAX];
    struct usbip_request transfer = cam->pending[0];
    memmove(cam->pending, cam->pending + 1, --cam->pending_count * sizeof transfer);
    uint32_t room = transfer.length < PAYLOAD_MAX ? transfer.length : PAYLOAD_MAX;
    if (room <= HEADER)
        return usbip_complete(cam->socket, &transfer, 0, payload, 0);
    uint32_t left = cam->current.len - cam->sent, n = left < room - HEADER ? left : room - HEADER;
    memcpy(payload + HEADER, cam->current.data + cam->sent, n);
    payload[0] = HEADER;
    payload[1] = END_OF_HEADER | (n == left ? END_OF_FRAME : 0) | (cam->number & 1);
    cam->sent += n;
    return usbip_complete(cam->socket, &transfer, 0, payload, HEADER + n);
}

/* Takes a waiting transfer back. Without any the stream has stopped, and with it the picture. */
static bool unlink_transfer(struct webcam *cam, const struct usbip_request *request)
{
    int status = 0;
    for (size_t i = 0; i < cam->pending_count; i++) {
        if (cam->pending[i].sequence != request->unlinked)
            continue;
        cam->pending_count--;
        memmove(cam->pending + i, cam->pending + i + 1, (cam->pending_count - i) * sizeof *cam->pending);
        status = -ECONNRESET;
        break;
    }
    if (cam->pending_count == 0)
        cam->sent = cam->current.len;
    return usbip_unlinked(cam->socket, request, status);
}

static bool serve_request(struct webcam *cam)
{
    static uint8_t data[64 * 1024];
    struct usbip_request request;
    if (!usbip_read(cam->socket, &request, data, sizeof data))
        return false;
    if (request.command == USBIP_UNLINK)
        return unlink_transfer(cam, &request);
    if (request.endpoint == 0) {
        int n = control_answer(&cam->control, request.setup, data);
        return usbip_complete(cam->socket, &request, n < 0 ? n : 0, data, n < 0 ? 0 : (uint32_t)n);
    }
    if (cam->pending_count == PENDING_MAX)
        return usbip_complete(cam->socket, &request, -EPIPE, data, 0);
    cam->pending[cam->pending_count++] = request;
    return true;
}

/* How long the webcam has nothing to send, in ms; -1: until the host asks for something. */
static int idle_ms(const struct webcam *cam)
{
    if (cam->pending_count == 0)
        return -1;
    int64_t wait = cam->next_ns - now_ns();
    return cam->sent < cam->current.len || wait <= 0 ? 0 : (int)(wait / 1000000) + 1;
}

static void run(struct webcam *cam)
{
    for (bool alive = true; alive;) {
        struct pollfd host = {.fd = cam->socket, .events = POLLIN};
        poll(&host, 1, idle_ms(cam));
        if (host.revents)
            alive = serve_request(cam);
        else if (cam->sent < cam->current.len)
            alive = send_payload(cam);
        else if (cam->pending_count && now_ns() >= cam->next_ns)
            begin_picture(cam);
    }
}

int main(int argc, char **argv)
{
    static struct webcam cam;
    if (argc < 7 || argc - 6 > PICTURE_MAX) {
        fprintf(stderr, "usage: uvcsim PORT SERIAL FPS WIDTH HEIGHT FILE.jpg...\n");
        return 2;
    }
    const struct shape shape = {.serial = argv[2],
                                .fps = (uint32_t)atoi(argv[3]),
                                .width = (uint16_t)atoi(argv[4]),
                                .height = (uint16_t)atoi(argv[5])};
    control_init(&cam.control, &shape);
    cam.ramp = (struct picture){malloc(frame_size(&shape)), frame_size(&shape)};
    cam.file_count = (size_t)argc - 6;
    for (size_t i = 0; i < cam.file_count; i++) {
        if (!load(&cam.files[i], argv[6 + i])) {
            perror(argv[6 + i]);
            return 1;
        }
    }
    signal(SIGPIPE, SIG_IGN);
    cam.socket = usbip_plug((unsigned)atoi(argv[1]));
    if (cam.socket < 0 || !cam.ramp.data) {
        perror("uvcsim: cannot plug in");
        return 1;
    }
    run(&cam);
    return 0;
}
