/* SPDX-License-Identifier: Apache-2.0
 * IP cameras that speak RTSP, on 127.0.0.1: bars that never change, coded in several ways.
 *
 *     rtspd PORT [USER:PASSWORD [CERTIFICATE.pem]]
 *
 * With user and password it asks for Digest, with a certificate, in whose file the key is too, it speaks
 * rtsps. Says "ready", then serves until it is ended, and says "teardown" for each client that takes its
 * leave. */
#include <gst/gst.h>
#include <gst/rtsp-server/rtsp-server.h>
#include <stdio.h>
#include <string.h>

#define BARS(size, fps)                                                                                      \
    "videotestsrc is-live=true pattern=smpte ! video/x-raw,format=I420," size ",framerate=" fps

static const struct {
    const char *path, *pipeline;
} streams[] = {
    {"/h264", "( " BARS("width=642,height=362",
                        "25/1") " ! x264enc tune=zerolatency speed-preset=ultrafast "
                                "key-int-max=10 ! rtph264pay name=pay0 pt=96 config-interval=1 )"},
    {"/hd",
     "( " BARS(
         "width=1280,height=720,colorimetry=bt709",
         "10/1") " ! x264enc tune=zerolatency "
                 "speed-preset=ultrafast key-int-max=5 ! rtph264pay name=pay0 pt=96 config-interval=1 )"},
    {"/h265", "( " BARS("width=640,height=360",
                        "10/1") " ! x265enc tune=zerolatency speed-preset=ultrafast "
                                "key-int-max=5 ! rtph265pay name=pay0 pt=96 config-interval=1 )"},
    {"/mjpeg", "( " BARS("width=640,height=480", "15/1") " ! jpegenc ! rtpjpegpay name=pay0 pt=26 )"},
    {"/theora", "( " BARS("width=320,height=240", "10/1") " ! theoraenc ! rtptheorapay name=pay0 pt=96 )"},
    {"/sound", "( audiotestsrc is-live=true ! audioconvert ! alawenc ! rtppcmapay name=pay0 pt=8 )"},
};

static void add_stream(GstRTSPMountPoints *points, const char *path, const char *pipeline, gboolean guarded)
{
    GstRTSPMediaFactory *factory = gst_rtsp_media_factory_new();
    gst_rtsp_media_factory_set_launch(factory, pipeline);
    gst_rtsp_media_factory_set_shared(factory, TRUE);
    if (guarded)
        gst_rtsp_media_factory_add_role(factory, "viewer", GST_RTSP_PERM_MEDIA_FACTORY_ACCESS, G_TYPE_BOOLEAN,
                                        TRUE, GST_RTSP_PERM_MEDIA_FACTORY_CONSTRUCT, G_TYPE_BOOLEAN, TRUE,
                                        NULL);
    gst_rtsp_mount_points_add_factory(points, path, factory);
}

static gboolean guard(GstRTSPServer *server, const char *login, const char *pem)
{
    g_auto(GStrv) parts = g_strsplit(login, ":", 2);
    g_autoptr(GstRTSPAuth) auth = gst_rtsp_auth_new();
    g_autoptr(GstRTSPToken) token =
        gst_rtsp_token_new(GST_RTSP_TOKEN_MEDIA_FACTORY_ROLE, G_TYPE_STRING, "viewer", NULL);
    gst_rtsp_auth_set_supported_methods(auth, GST_RTSP_AUTH_DIGEST);
    gst_rtsp_auth_add_digest(auth, parts[0], parts[1], token);
    if (pem) {
        g_autoptr(GTlsCertificate) certificate = g_tls_certificate_new_from_file(pem, NULL);
        if (!certificate)
            return FALSE;
        gst_rtsp_auth_set_tls_certificate(auth, certificate);
    }
    gst_rtsp_server_set_auth(server, auth);
    return TRUE;
}

static void on_teardown(GstRTSPClient *client, GstRTSPContext *context, gpointer user)
{
    (void)client;
    (void)context;
    (void)user;
    puts("teardown");
    fflush(stdout);
}

static void on_client(GstRTSPServer *server, GstRTSPClient *client, gpointer user)
{
    (void)server;
    g_signal_connect(client, "teardown-request", G_CALLBACK(on_teardown), user);
}

int main(int argc, char **argv)
{
    gst_init(&argc, &argv);
    if (argc < 2 || (argc > 2 && !strchr(argv[2], ':'))) {
        fputs("usage: rtspd PORT [USER:PASSWORD [CERTIFICATE.pem]]\n", stderr);
        return 2;
    }
    GMainLoop *loop = g_main_loop_new(NULL, FALSE);
    GstRTSPServer *server = gst_rtsp_server_new();
    gst_rtsp_server_set_address(server, "127.0.0.1");
    gst_rtsp_server_set_service(server, argv[1]);
    if (argc > 2 && !guard(server, argv[2], argc > 3 ? argv[3] : NULL)) {
        fprintf(stderr, "rtspd: no certificate and key in %s\n", argv[3]);
        return 1;
    }
    g_signal_connect(server, "client-connected", G_CALLBACK(on_client), NULL);
    g_autoptr(GstRTSPMountPoints) points = gst_rtsp_server_get_mount_points(server);
    for (size_t i = 0; i < G_N_ELEMENTS(streams); i++)
        add_stream(points, streams[i].path, streams[i].pipeline, argc > 2);
    if (!gst_rtsp_server_attach(server, NULL)) {
        fprintf(stderr, "rtspd: cannot listen on port %s\n", argv[1]);
        return 1;
    }
    puts("ready");
    fflush(stdout);
    g_main_loop_run(loop);
}
