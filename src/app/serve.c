/* SPDX-License-Identifier: Apache-2.0 */
#include "app/serve.h"

#include "app/connections.h"
#include "app/model_events.h"
#include "app/security/gate.h"
#include "app/serve_cameras.h"
#include "app/version.h"
#include "base/log.h"
#include "crypto/symmetric.h"
#include "model/model.h"

#include <assert.h>
#include <signal.h>
#include <string.h>

enum { MOST_LISTENERS = 2, GOODBYE_MS = 1500 };

struct serving {
    const struct config *config;
    struct loop *loop;
    struct serve_cameras cameras;
    struct space *space;
    struct model *model;
    struct gate gate;
    struct server *server;
    struct connections connections;
    struct tcp_listener *listeners[MOST_LISTENERS];
    size_t listener_count;
    struct timer goodbye;
    bool stopping; /* clients have been told */
    bool ending;   /* connections are being closed */
    int failed;    /* why, when that is not what was asked for */
    struct err_text why;

    struct server_identity identity;
    char host[HOST_NAME_SIZE];
};

static int out_of_memory(struct err_text *why)
{
    return err_set(why, ERR_NO_MEMORY, "no memory");
}

/* ---- the address space and the services ---- */

static void session_closed(void *user, uint32_t session_key)
{
    struct serving *s = user;
    model_session_closed(s->model, session_key);
}

static void cameras_detected(void *user, size_t count)
{
    serve_cameras_detected(&((struct serving *)user)->cameras, count);
}

static void look_at_server(void *user, struct server_facts *out)
{
    const struct serving *s = user;
    struct traffic traffic = connections_traffic(&s->connections);
    *out = (struct server_facts){
        .connections = (uint32_t)s->connections.all.count,
        .bytes_sent = traffic.sent,
        .bytes_secured = traffic.secured,
        .bytes_waiting = traffic.waiting,
        .values_replaced = server_values_replaced(s->server),
    };
    static_assert(sizeof out->encryption_engine >= SYMMETRIC_ENGINE_TEXT, "it fits");
    symmetric_engine_text(out->encryption_engine);
}

static void model_changed(void *user, const struct node *affected, unsigned verbs)
{
    model_events_tell(((struct serving *)user)->server, affected, verbs);
}

static void describe_server(struct serving *s)
{
    host_name_own(s->host);
    s->identity = (struct server_identity){
        .application_uri = slice_of(gate_application_uri(&s->gate)),
        .application_name = slice_of("uacam"),
        .product_uri = slice_of("urn:uacam"),
        .product_name = slice_of("uacam"),
        .manufacturer = slice_of("uacam"),
        .version = slice_of(UACAM_VERSION),
        .host = slice_of(s->host),
        .port = (uint16_t)s->config->port,
    };
}

static int make_server(struct serving *s, struct err_text *why)
{
    describe_server(s);
    s->space = space_new(s->identity.application_uri);
    if (!s->space)
        return out_of_memory(why);
    ua_status status = model_new(s->space, s->cameras.set, loop_timers(s->loop), &s->model);
    if (!status)
        status = model_set_default(s->model, s->config->default_camera);
    if (!status)
        status = model_show_server(s->model, look_at_server, s);
    if (status)
        return err_set(why, ERR_NO_MEMORY, "the address space cannot be built: %s", ua_status_name(status));
    s->server =
        server_new(s->space, loop_timers(s->loop), &s->identity, &server_default_limits, &s->gate.access);
    if (!s->server)
        return out_of_memory(why);
    model_observe(s->model, &(struct model_observer){
                                .changed = model_changed, .detected = cameras_detected, .user = s});
    server_observe(s->server, &(struct server_observer){.session_closed = session_closed, .user = s});
    return connections_init(&s->connections, s->loop, s->server, &s->gate, why);
}

/* ---- sockets ---- */

static int listen_on(struct serving *s, const char *host, struct err_text *why)
{
    uint16_t port = (uint16_t)s->config->port;
    int rc = tcp_listen(s->loop, host, port, connections_accept, &s->connections,
                        &s->listeners[s->listener_count], why);
    if (rc == ERR_BUSY)
        return err_set(
            why, rc,
            "port %u is in use by another program: stop it (`ss -ltnp sport = :%u` shows it), or choose "
            "another port: uacam serve --port %u",
            port, port, port == UINT16_MAX ? 4840 : port + 1);
    if (!rc)
        s->listener_count++;
    return rc;
}

static int start_listening(struct serving *s, struct err_text *why)
{
    struct err_text ignored;
    bool here = s->config->listen == LISTEN_ON_LOOPBACK;
    int rc = listen_on(s, here ? "127.0.0.1" : NULL, why);
    if (!rc && here && listen_on(s, "::1", &ignored)) /* a machine without IPv6 */
        log_debug("serve", "not listening on ::1: %s", ignored.text);
    if (rc)
        return rc;
    gate_advise(&s->gate);
    return 0;
}

/* Clients are served already; whoever waits for this line finds the cameras there. */
static void tell_ready(void *user)
{
    struct serving *s = user;
    bool here = s->config->listen == LISTEN_ON_LOOPBACK;
    log_info("serve", "opc.tcp://%s:%lld is ready%s", here ? "localhost" : s->host,
             (long long)s->config->port, here ? " (this machine only)" : "");
}

static int watch_cameras(struct serving *s, struct err_text *why)
{
    char folder[PATH_MAX];
    const char *kept =
        s->config->keep_settings ? state_folder_path(&s->gate.state, "settings", folder) : NULL;
    return serve_cameras_watch(&s->cameras, kept, tell_ready, s, why);
}

/* ---- the end ---- */

static void everybody_gone(void *user)
{
    struct serving *s = user;
    loop_stop(s->loop);
}

/* Signals stay watched: one more must not kill what is about to end well. */
static void stop_now(struct serving *s)
{
    s->ending = true;
    timer_stop(loop_timers(s->loop), &s->goodbye);
    for (size_t i = 0; i < s->listener_count; i++)
        tcp_listener_close(s->listeners[i]);
    s->listener_count = 0;
    s->connections.emptied = everybody_gone;
    s->connections.user = s;
    connections_close(&s->connections, UA_BAD_SHUTDOWN, "the server is shut down");
    if (s->connections.all.count == 0)
        loop_stop(s->loop);
}

static void goodbye_over(struct timer *t)
{
    stop_now(container_of(t, struct serving, goodbye));
}

/* The first signal lets clients read ServerStatus, the second does not wait. */
static void stop_asked(void *user)
{
    struct serving *s = user;
    if (s->ending)
        return;
    bool nobody = !s->server || server_session_count(s->server) == 0; /* still making its key: none yet */
    if (s->stopping || nobody) {
        stop_now(s);
        return;
    }
    s->stopping = true;
    log_info("serve", "shutting down");
    server_announce_shutdown(s->server, 1, slice_of("the server is shut down"));
    s->goodbye.callback = goodbye_over;
    if (timer_start_in(loop_timers(s->loop), &s->goodbye, GOODBYE_MS * NS_PER_MS))
        stop_now(s);
}

static void hang_up(void *user)
{
    (void)user;
    log_info("serve", "SIGHUP: nothing is read anew; restart to change the configuration");
}

static int watch_signals(struct serving *s, struct err_text *why)
{
    int rc = loop_watch_signal(s->loop, SIGTERM, stop_asked, s, why);
    if (!rc)
        rc = loop_watch_signal(s->loop, SIGINT, stop_asked, s, why);
    if (!rc)
        rc = loop_watch_signal(s->loop, SIGHUP, hang_up, s, why);
    return rc;
}

/* ---- the beginning ---- */

static void gate_opened(void *user, int rc, const struct err_text *why)
{
    struct serving *s = user;
    if (s->ending)
        return;
    s->why = *why;
    if (!rc)
        rc = make_server(s, &s->why);
    if (!rc)
        rc = start_listening(s, &s->why);
    if (!rc)
        rc = watch_cameras(s, &s->why);
    if (rc) {
        s->failed = rc;
        stop_now(s);
    }
}

int serve(const struct config *config, const char *file, struct err_text *why)
{
    struct serving s = {.config = config};
    int rc = loop_new(&s.loop, why);
    if (rc)
        return rc;
    rc = watch_signals(&s, why);
    if (!rc)
        rc = serve_cameras_open(&s.cameras, s.loop, config, why);
    if (!rc)
        rc = gate_open(&s.gate, s.loop, config, file, gate_opened, &s, why);
    if (rc)
        stop_now(&s);
    else if (!s.ending)
        loop_run(s.loop);
    gate_stop(&s.gate);
    server_free(s.server);
    model_free(s.model);
    serve_cameras_close(&s.cameras);
    space_free(s.space);
    loop_run(s.loop); /* until every handle is closed */
    gate_close(&s.gate);
    loop_free(s.loop);
    loop_end_workers();
    if (s.failed)
        *why = s.why;
    return rc ? rc : s.failed;
}
