/* SPDX-License-Identifier: Apache-2.0
 * A set of cameras over two kinds of the test's own, instead of those of the program. */
#include "base/log.h"
#include "camera/camera_set.h"
#include "stage.h"
#include "support/unit.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { KINDS = 3, MOST = 4 };

/* What is plugged in, of one kind. */
struct kind {
    struct backend backend;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int bell; /* readable: somebody plugged */
    struct camera_identity here[MOST];
    size_t count;
    bool hangs;
    int code;
    unsigned looks;
};

static struct kind kinds[KINDS]; /* alpha and beta tell of plugs, gamma does not */
static const struct backend *const rows[] = {&kinds[0].backend, &kinds[1].backend, &kinds[2].backend, NULL};

const struct backend *const *backends(void)
{
    return rows;
}

const struct backend *backend_of(const char *uri)
{
    for (size_t i = 0; i < KINDS; i++)
        if (strncmp(uri, kinds[i].backend.scheme, strlen(kinds[i].backend.scheme)) == 0)
            return rows[i];
    return NULL;
}

static int look(struct kind *k, camera_found found, void *user, struct err_text *why)
{
    pthread_mutex_lock(&k->lock);
    k->looks++;
    while (k->hangs)
        pthread_cond_wait(&k->changed, &k->lock);
    for (size_t i = 0; i < k->count && !k->code; i++)
        found(user, &k->here[i]);
    int rc = k->code ? err_set(why, (enum err)k->code, "as told") : 0;
    pthread_mutex_unlock(&k->lock);
    return rc;
}

static int look_for_alpha(camera_found found, void *user, struct err_text *why)
{
    return look(&kinds[0], found, user, why);
}

static int look_for_beta(camera_found found, void *user, struct err_text *why)
{
    return look(&kinds[1], found, user, why);
}

static int look_for_gamma(camera_found found, void *user, struct err_text *why)
{
    return look(&kinds[2], found, user, why);
}

static int open_alpha(void **monitor, struct err_text *why)
{
    (void)why;
    *monitor = &kinds[0];
    return 0;
}

static int open_beta(void **monitor, struct err_text *why)
{
    (void)why;
    *monitor = &kinds[1];
    return 0;
}

static void close_monitor(void *monitor)
{
    (void)monitor;
}

static int wait_for_plug(void *monitor, int stop_fd, struct err_text *why)
{
    (void)why;
    struct kind *k = monitor;
    struct pollfd fds[] = {{.fd = stop_fd, .events = POLLIN}, {.fd = k->bell, .events = POLLIN}};
    eventfd_t rung;
    poll(fds, 2, -1);
    return eventfd_read(k->bell, &rung) == 0;
}

static int identify(const char *uri, struct camera_identity *out, struct err_text *why)
{
    (void)why;
    *out = (struct camera_identity){0};
    snprintf(out->uri, sizeof out->uri, "%s", uri);
    snprintf(out->id, sizeof out->id, "named-%s", strchr(uri, ':') + 1);
    if (strstr(uri, "there"))
        snprintf(out->key, sizeof out->key, "a key of its own");
    return 0;
}

static const struct plug_ops alpha_plug = {open_alpha, close_monitor, wait_for_plug};
static const struct plug_ops beta_plug = {open_beta, close_monitor, wait_for_plug};

/* ---- the fixture ---- */

struct fixture {
    struct stage stage; /* of it, the loop and the device that every camera is */
    struct camera_set *set;
    unsigned added, facts_changed, detected;
    size_t detected_count;
};

static void on_added(void *user, struct camera *c)
{
    (void)c;
    ((struct fixture *)user)->added++;
}

static void on_facts(void *user, struct camera *c)
{
    (void)c;
    ((struct fixture *)user)->facts_changed++;
}

static void on_detected(void *user, size_t count)
{
    struct fixture *f = user;
    f->detected++;
    f->detected_count = count;
}

static int set_up(void **state)
{
    static int (*const detects[])(camera_found, void *, struct err_text *) = {look_for_alpha, look_for_beta,
                                                                              look_for_gamma};
    static const char *const schemes[] = {"alpha", "beta", "gamma"};
    struct fixture *f = calloc(1, sizeof *f);
    struct err_text why;
    struct camera_config config = stage_config();
    if (!f || loop_new(&f->stage.loop, &why))
        return -1;
    fake_camera_init(&f->stage.device);
    for (size_t i = 0; i < KINDS; i++) {
        kinds[i] = (struct kind){.backend = f->stage.device.backend, .bell = eventfd(0, EFD_NONBLOCK)};
        kinds[i].backend.scheme = schemes[i];
        kinds[i].backend.detect = detects[i];
        kinds[i].backend.identify = identify;
        pthread_mutex_init(&kinds[i].lock, NULL);
        pthread_cond_init(&kinds[i].changed, NULL);
    }
    kinds[0].backend.plug = &alpha_plug;
    kinds[1].backend.plug = &beta_plug;
    kinds[2].backend.detect_again_ns = 5 * NS_PER_MS;
    f->set = camera_set_new(f->stage.loop, &config);
    camera_set_observe(f->set,
                       &(struct camera_observer){
                           .added = on_added, .facts_changed = on_facts, .detected = on_detected, .user = f});
    *state = f;
    return 0;
}

static void let_go(struct kind *k)
{
    pthread_mutex_lock(&k->lock);
    k->hangs = false;
    pthread_cond_broadcast(&k->changed);
    pthread_mutex_unlock(&k->lock);
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    camera_set_free(f->set);
    for (size_t i = 0; i < KINDS; i++) {
        let_go(&kinds[i]);
        close(kinds[i].bell);
    }
    loop_free(f->stage.loop);
    fake_camera_hang(&f->stage.device, false);
    fake_camera_clear(&f->stage.device);
    free(f);
    return 0;
}

/* ---- plugging ---- */

static void plug_in(struct kind *k, const char *key, const char *place)
{
    struct camera_identity id = {0};
    snprintf(id.id, sizeof id.id, "id-%s", key);
    snprintf(id.key, sizeof id.key, "%s", key);
    snprintf(id.name, sizeof id.name, "Camera %s", key);
    snprintf(id.uri, sizeof id.uri, "%s:%s", k->backend.scheme, place);
    pthread_mutex_lock(&k->lock);
    assert_true(k->count < MOST);
    k->here[k->count++] = id;
    pthread_mutex_unlock(&k->lock);
    eventfd_write(k->bell, 1);
}

static void unplug_all(struct kind *k)
{
    pthread_mutex_lock(&k->lock);
    k->count = 0;
    pthread_mutex_unlock(&k->lock);
    eventfd_write(k->bell, 1);
}

static unsigned looks(struct kind *k)
{
    pthread_mutex_lock(&k->lock);
    unsigned n = k->looks;
    pthread_mutex_unlock(&k->lock);
    return n;
}

/* ---- watching ---- */

static void watch(struct fixture *f, const struct camera_rule *rules, size_t rule_count)
{
    struct err_text why;
    struct camera_watch_options options = {.rules = rules, .rule_count = rule_count};
    assert_int_equal(camera_set_watch(f->set, &options, &why), 0);
}

static bool is_detected(void *user)
{
    return ((struct fixture *)user)->detected > 0;
}

static void watch_well(struct fixture *f, const struct camera_rule *rules, size_t rule_count)
{
    watch(f, rules, rule_count);
    stage_run_until(&f->stage, is_detected, f);
    assert_int_equal(f->detected, 1);
}

struct wanted {
    struct fixture *fixture;
    const char *id;
    enum camera_state state;
};

static bool is_in_state(void *user)
{
    struct wanted *w = user;
    struct camera *c = camera_set_find(w->fixture->set, w->id);
    return c && camera_facts(c)->state == w->state;
}

static struct camera *until_state(struct fixture *f, const char *id, enum camera_state state)
{
    stage_run_until(&f->stage, is_in_state, &(struct wanted){f, id, state});
    return camera_set_find(f->set, id);
}

static size_t count_cameras(struct fixture *f)
{
    size_t n = 0;
    while (camera_set_at(f->set, n))
        n++;
    return n;
}

/* ---- tests ---- */

static void what_is_there_is_added_and_told_once(void **state)
{
    struct fixture *f = *state;
    plug_in(&kinds[0], "a", "0");
    plug_in(&kinds[1], "b", "0");
    plug_in(&kinds[1], "c", "1");
    watch_well(f, NULL, 0);
    assert_int_equal(f->detected_count, 3);
    assert_int_equal(f->added, 3);
    assert_string_equal(camera_identity(camera_set_find(f->set, "id-c"))->uri, "beta:1");
    assert_int_equal(fake_camera_opens(&f->stage.device), 0);
}

static void nothing_there_is_told_too(void **state)
{
    struct fixture *f = *state;
    watch_well(f, NULL, 0);
    assert_int_equal(f->detected_count, 0);
}

static void only_wanted_kinds_are_looked_for(void **state)
{
    struct fixture *f = *state;
    static const char *const schemes[] = {"beta", "sim", NULL};
    struct camera_watch_options options = {.schemes = schemes};
    plug_in(&kinds[0], "a", "0");
    plug_in(&kinds[1], "b", "0");
    assert_int_equal(camera_set_watch(f->set, &options, NULL), 0);
    stage_run_until(&f->stage, is_detected, f);
    assert_int_equal(count_cameras(f), 1);
    assert_int_equal(looks(&kinds[0]), 0);
}

static void a_camera_goes_and_comes_back_elsewhere(void **state)
{
    struct fixture *f = *state;
    plug_in(&kinds[0], "a", "0");
    plug_in(&kinds[0], "b", "1");
    watch_well(f, NULL, 0);
    struct camera *a = camera_set_find(f->set, "id-a"), *b = camera_set_find(f->set, "id-b");
    unplug_all(&kinds[0]);
    until_state(f, "id-a", CAMERA_UNPLUGGED);
    until_state(f, "id-b", CAMERA_UNPLUGGED);
    assert_int_equal(camera_facts(a)->last_error_code, ERR_GONE);
    unsigned before = f->facts_changed;
    plug_in(&kinds[0], "b", "0");
    plug_in(&kinds[0], "a", "1");
    assert_ptr_equal(until_state(f, "id-a", CAMERA_IDLE), a);
    assert_ptr_equal(until_state(f, "id-b", CAMERA_IDLE), b);
    assert_string_equal(camera_identity(a)->uri, "alpha:1");
    assert_string_equal(camera_identity(b)->uri, "alpha:0");
    assert_true(f->facts_changed >= before + 2);
    assert_int_equal(f->added, 2);
    assert_int_equal(fake_camera_opens(&f->stage.device), 0);
}

static void a_kind_without_news_is_looked_at_again(void **state)
{
    struct fixture *f = *state;
    watch_well(f, NULL, 0);
    plug_in(&kinds[2], "late", "9");
    until_state(f, "id-late", CAMERA_IDLE);
    unplug_all(&kinds[2]);
    until_state(f, "id-late", CAMERA_UNPLUGGED);
}

static void on_picture(struct demand *d, const struct snapshot *s, int code, const char *why)
{
    struct asker *a = d->user;
    (void)why;
    a->pictures += s != NULL;
    a->failures += s == NULL;
    a->code = code;
}

static void ask(struct asker *a, struct camera *c, bool follows)
{
    *a = asker_of(IMAGE_BMP);
    a->demand.done = on_picture;
    a->demand.user = a;
    a->demand.newer_than_mono_ns = clock_mono_ns(&system_clock);
    (follows ? camera_follow : camera_shoot)(c, &a->demand);
}

static bool has_ended(void *device)
{
    return fake_camera_ends(device) > 0;
}

static void unplugging_is_heard_at_once(void **state)
{
    struct fixture *f = *state;
    struct asker always, once, later;
    plug_in(&kinds[0], "a", "0");
    watch_well(f, NULL, 0);
    struct camera *c = camera_set_find(f->set, "id-a");
    ask(&always, c, true);
    until_state(f, "id-a", CAMERA_STREAMING);
    ask(&once, c, false);
    unplug_all(&kinds[0]);
    asker_until_failures(&always, &f->stage, 1);
    asker_until_failures(&once, &f->stage, 1);
    assert_int_equal(always.code, ERR_GONE);
    assert_int_equal(once.code, ERR_GONE);
    ask(&later, c, false);
    asker_until_failures(&later, &f->stage, 1);
    assert_int_equal(later.code, ERR_GONE);
    stage_run_until(&f->stage, has_ended, &f->stage.device);
    assert_int_equal(fake_camera_opens(&f->stage.device), 1);
    fake_camera_run_freely(&f->stage.device, 5 * NS_PER_MS);
    plug_in(&kinds[0], "a", "1");
    asker_until_pictures(&always, &f->stage, 1);
    assert_int_equal(always.failures, 1);
    assert_int_equal(fake_camera_opens(&f->stage.device), 2);
    asker_clear(&always);
}

static void unplugging_is_heard_though_the_driver_hangs(void **state)
{
    struct fixture *f = *state;
    struct asker always;
    plug_in(&kinds[0], "a", "0");
    watch_well(f, NULL, 0);
    fake_camera_hang(&f->stage.device, true);
    ask(&always, camera_set_find(f->set, "id-a"), true);
    until_state(f, "id-a", CAMERA_STARTING);
    unplug_all(&kinds[0]);
    asker_until_failures(&always, &f->stage, 1);
    assert_int_equal(camera_facts(camera_set_find(f->set, "id-a"))->state, CAMERA_UNPLUGGED);
    fake_camera_hang(&f->stage.device, false);
    asker_clear(&always);
}

static void the_first_rule_that_fits_counts(void **state)
{
    struct fixture *f = *state;
    struct camera_rule rules[] = {{.pattern = "id-b", .config = stage_config()},
                                  {.pattern = "id-?", .disabled = true},
                                  {.pattern = "*", .config = stage_config()}};
    strcpy(rules[0].config.name, "Front door");
    rules[2].config.fps = 7;
    plug_in(&kinds[0], "a", "0");
    plug_in(&kinds[0], "b", "1");
    plug_in(&kinds[1], "long", "0");
    watch_well(f, rules, ARRAY_LEN(rules));
    assert_null(camera_set_find(f->set, "id-a"));
    assert_string_equal(camera_identity(camera_set_find(f->set, "id-b"))->name, "Front door");
    assert_true(camera_config(camera_set_find(f->set, "id-long"))->fps == 7);
    assert_int_equal(f->detected_count, 2);
}

static bool is_later(void *when_ns)
{
    return clock_mono_ns(&system_clock) > *(int64_t *)when_ns;
}

static void who_is_named_is_waited_for(void **state)
{
    struct fixture *f = *state;
    struct asker once;
    struct camera_rule rules[] = {{.pattern = "id-late", .config = stage_config()},
                                  {.pattern = "id-*", .config = stage_config()},
                                  {.pattern = "no/id", .config = stage_config()},
                                  {.pattern = "id-never", .disabled = true}};
    strcpy(rules[0].config.name, "Late");
    watch_well(f, rules, ARRAY_LEN(rules));
    assert_int_equal(count_cameras(f), 1);
    struct camera *c = until_state(f, "id-late", CAMERA_UNPLUGGED);
    assert_string_equal(camera_identity(c)->name, "Late");
    int64_t later = clock_mono_ns(&system_clock) + 300 * NS_PER_MS;
    stage_run_until(&f->stage, is_later, &later);
    ask(&once, c, false);
    asker_until_failures(&once, &f->stage, 1);
    assert_int_equal(once.code, ERR_GONE);
    plug_in(&kinds[1], "late", "3");
    assert_ptr_equal(until_state(f, "id-late", CAMERA_IDLE), c);
    assert_string_equal(camera_identity(c)->uri, "beta:3");
    assert_string_equal(camera_identity(c)->name, "Late");
    fake_camera_run_freely(&f->stage.device, 5 * NS_PER_MS);
    ask(&once, c, false);
    asker_until_pictures(&once, &f->stage, 1);
}

static void who_was_added_by_place_goes_and_comes_back(void **state)
{
    struct fixture *f = *state;
    struct camera *c, *other;
    assert_int_equal(camera_set_add(f->set, "alpha:5", NULL, &c, NULL), 0);
    assert_int_equal(camera_set_add(f->set, "beta:0", NULL, &other, NULL), 0);
    plug_in(&kinds[1], "b", "0");
    watch_well(f, NULL, 0);
    until_state(f, "named-5", CAMERA_UNPLUGGED);
    assert_int_equal(camera_facts(other)->state, CAMERA_IDLE);
    plug_in(&kinds[0], "a", "5");
    assert_ptr_equal(until_state(f, "named-5", CAMERA_IDLE), c);
    assert_string_equal(camera_identity(c)->name, "Camera a");
    unplug_all(&kinds[0]);
    until_state(f, "named-5", CAMERA_UNPLUGGED);
    plug_in(&kinds[0], "a", "6");
    until_state(f, "named-5", CAMERA_IDLE);
    assert_string_equal(camera_identity(c)->uri, "alpha:6");
    assert_int_equal(count_cameras(f), 2);
}

/* It was there when it was named: such a look just does not see it. */
static void who_is_there_unseen_is_left_alone(void **state)
{
    struct fixture *f = *state;
    struct camera *c;
    assert_int_equal(camera_set_add(f->set, "gamma:there", NULL, &c, NULL), 0);
    watch_well(f, NULL, 0);
    assert_int_equal(camera_facts(c)->state, CAMERA_IDLE);
}

struct wanted_looks {
    struct kind *kind;
    unsigned count;
};

static bool has_looked(void *user)
{
    struct wanted_looks *w = user;
    return looks(w->kind) >= w->count;
}

static void a_look_that_fails_says_nothing(void **state)
{
    struct fixture *f = *state;
    plug_in(&kinds[2], "a", "0");
    watch_well(f, NULL, 0);
    pthread_mutex_lock(&kinds[2].lock);
    kinds[2].code = ERR_IO;
    unsigned before = kinds[2].looks;
    pthread_mutex_unlock(&kinds[2].lock);
    stage_run_until(&f->stage, has_looked, &(struct wanted_looks){&kinds[2], before + 3});
    assert_int_equal(camera_facts(camera_set_find(f->set, "id-a"))->state, CAMERA_IDLE);
}

static void a_kind_that_hangs_holds_up_nobody(void **state)
{
    struct fixture *f = *state;
    kinds[0].hangs = true;
    plug_in(&kinds[0], "a", "0");
    plug_in(&kinds[1], "b", "0");
    watch(f, NULL, 0);
    until_state(f, "id-b", CAMERA_IDLE);
    assert_int_equal(f->detected, 0);
    stage_run_until(&f->stage, is_detected, f);
    assert_int_equal(f->detected_count, 1);
    let_go(&kinds[0]);
    until_state(f, "id-a", CAMERA_IDLE);
    assert_int_equal(f->detected, 1);
    pthread_mutex_lock(&kinds[1].lock);
    kinds[1].hangs = true;
    unsigned before = kinds[1].looks;
    pthread_mutex_unlock(&kinds[1].lock);
    eventfd_write(kinds[1].bell, 1);
    stage_run_until(&f->stage, has_looked, &(struct wanted_looks){&kinds[1], before + 1});
}

#define on_set(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    log_set_level(LOG_ERROR);
    const struct CMUnitTest tests[] = {
        on_set(what_is_there_is_added_and_told_once),
        on_set(nothing_there_is_told_too),
        on_set(only_wanted_kinds_are_looked_for),
        on_set(a_camera_goes_and_comes_back_elsewhere),
        on_set(a_kind_without_news_is_looked_at_again),
        on_set(unplugging_is_heard_at_once),
        on_set(unplugging_is_heard_though_the_driver_hangs),
        on_set(the_first_rule_that_fits_counts),
        on_set(who_is_named_is_waited_for),
        on_set(who_was_added_by_place_goes_and_comes_back),
        on_set(who_is_there_unseen_is_left_alone),
        on_set(a_look_that_fails_says_nothing),
        on_set(a_kind_that_hangs_holds_up_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
