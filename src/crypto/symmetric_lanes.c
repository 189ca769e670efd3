/* SPDX-License-Identifier: Apache-2.0
 * Chunks side by side, by libipsec-mb.
 *
 * CBC makes each block wait for the one before, so one chunk alone leaves most of the processor idle. Chunks
 * know nothing of each other: the library walks through many at a time, a lane of a vector register each.
 * First all are signed, then all are encrypted, in the place where they were gathered. */
#include "crypto/symmetric_engine.h"

#include "crypto/secret.h"

#include <assert.h>
#include <intel-ipsec-mb.h>
#include <pthread.h>
#include <stdalign.h>
#include <stdio.h>
#include <string.h>

enum {
    BURST = 16, /* jobs at a time: the lanes stay full, their bytes stay in the cache */
    /* With fewer jobs than this the lanes are too empty: one after the other is faster. */
    LEAST_JOBS = 8,
    MOST_BYTES = 65535, /* of a job; the library counts in 16 bits */
    HMAC_BLOCK = 64,
    EXPANDED_KEY = 16 * 15,
};

/* ---- a manager for each thread ---- */

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t manager_key;
static bool have_key;

static void end_manager(void *manager)
{
    free_mb_mgr(manager);
}

static void make_key(void)
{
    have_key = pthread_key_create(&manager_key, end_manager) == 0;
}

/* NULL without memory. */
static IMB_MGR *manager_new(void)
{
    IMB_MGR *m = alloc_mb_mgr(0);
    if (!m)
        return NULL;
    IMB_ARCH arch;
    init_mb_mgr_auto(m, &arch);
    if (imb_get_errno(m) || arch == IMB_ARCH_NONE || arch == IMB_ARCH_NOAESNI) {
        free_mb_mgr(m);
        return NULL;
    }
    return m;
}

static IMB_MGR *manager(void)
{
    pthread_once(&once, make_key);
    if (!have_key)
        return NULL;
    IMB_MGR *m = pthread_getspecific(manager_key);
    if (m)
        return m;
    m = manager_new();
    if (m && pthread_setspecific(manager_key, m)) {
        free_mb_mgr(m);
        return NULL;
    }
    return m;
}

/* By the processor alone: a manager touches megabytes of the library, which nobody may ever need. */
static bool lanes_usable(void)
{
    return (imb_get_feature_flags() & IMB_CPUFLAGS_SSE) == IMB_CPUFLAGS_SSE;
}

/* The vector instructions that the library chooses: the widest of the processor. */
static const char *vectors(void)
{
    static const struct {
        uint64_t flags;
        const char *name;
    } widths[] = {
        {IMB_CPUFLAGS_AVX512_T2, "AVX-512 with VAES"},
        {IMB_CPUFLAGS_AVX512, "AVX-512"},
        {IMB_CPUFLAGS_AVX2, "AVX2"},
        {IMB_CPUFLAGS_AVX, "AVX"},
    };
    uint64_t have = imb_get_feature_flags();
    for (size_t i = 0; i < ARRAY_LEN(widths); i++)
        if ((have & widths[i].flags) == widths[i].flags)
            return widths[i].name;
    return "SSE";
}

static void describe_lanes(char *out, size_t size)
{
    unsigned version = imb_get_version();
    snprintf(out, size, "libipsec-mb %u.%u, %s", version >> 16, version >> 8 & 0xff, vectors());
}

/* ---- keys ---- */

/* A key set as the library wants it. */
struct schedule {
    alignas(16) uint8_t encrypt[EXPANDED_KEY];
    alignas(16) uint8_t decrypt[EXPANDED_KEY];
    alignas(16) uint8_t inner[SUITE_SIGNATURE_SIZE]; /* states of HMAC after its first block */
    alignas(16) uint8_t outer[SUITE_SIGNATURE_SIZE];
    const struct key_set *of;
};

static void hmac_states(IMB_MGR *m, struct schedule *s)
{
    uint8_t inner[HMAC_BLOCK], outer[HMAC_BLOCK];
    memset(inner, 0x36, sizeof inner);
    memset(outer, 0x5c, sizeof outer);
    for (size_t i = 0; i < s->of->suite->signing_key_size; i++) {
        inner[i] ^= s->of->signing[i];
        outer[i] ^= s->of->signing[i];
    }
    IMB_SHA256_ONE_BLOCK(m, inner, s->inner);
    IMB_SHA256_ONE_BLOCK(m, outer, s->outer);
    secret_wipe(inner, sizeof inner);
    secret_wipe(outer, sizeof outer);
}

static void schedule_make(IMB_MGR *m, struct schedule *s, const struct key_set *keys)
{
    s->of = keys;
    if (keys->suite->encryption_key_size == 16)
        IMB_AES_KEYEXP_128(m, keys->encryption, s->encrypt, s->decrypt);
    else
        IMB_AES_KEYEXP_256(m, keys->encryption, s->encrypt, s->decrypt);
    hmac_states(m, s);
}

/* ---- bursts ---- */

/* What one call works with. */
struct lanes {
    IMB_MGR *manager;
    struct schedule schedules[BURST]; /* as many as the burst has key sets */
    size_t schedule_count;
    IMB_JOB jobs[BURST];
    size_t job_count;
    uint8_t expected[BURST][SUITE_SIGNATURE_SIZE]; /* signatures of what is opened */
};

/* False without memory for a manager. */
static bool lanes_init(struct lanes *l)
{
    l->manager = manager();
    l->schedule_count = 0;
    l->job_count = 0;
    return l->manager;
}

static void lanes_clear(struct lanes *l)
{
    secret_wipe(l->schedules, sizeof l->schedules);
}

/* Neighbours mostly have the same keys. */
static const struct schedule *schedule_of(struct lanes *l, const struct key_set *keys)
{
    for (size_t i = l->schedule_count; i > 0; i--)
        if (l->schedules[i - 1].of == keys)
            return &l->schedules[i - 1];
    struct schedule *s = &l->schedules[l->schedule_count++];
    schedule_make(l->manager, s, keys);
    return s;
}

static void add_hash(struct lanes *l, const struct key_set *keys, struct slice bytes, uint8_t *tag)
{
    const struct schedule *s = schedule_of(l, keys);
    IMB_JOB *j = &l->jobs[l->job_count++];
    memset(j, 0, sizeof *j);
    j->src = bytes.data;
    j->msg_len_to_hash_in_bytes = bytes.len;
    j->auth_tag_output = tag;
    j->auth_tag_output_len_in_bytes = SUITE_SIGNATURE_SIZE;
    j->u.HMAC._hashed_auth_key_xor_ipad = s->inner;
    j->u.HMAC._hashed_auth_key_xor_opad = s->outer;
}

/* False: the library refused. No jobs afterwards. */
static bool hash(struct lanes *l)
{
    uint32_t n = (uint32_t)l->job_count;
    l->job_count = 0;
    return n == 0 || IMB_SUBMIT_HASH_BURST(l->manager, l->jobs, n, IMB_AUTH_HMAC_SHA_256) == n;
}

static void add_cipher(struct lanes *l, const struct key_set *keys, struct slice bytes, uint8_t *out)
{
    const struct schedule *s = schedule_of(l, keys);
    IMB_JOB *j = &l->jobs[l->job_count++];
    memset(j, 0, sizeof *j);
    j->enc_keys = s->encrypt;
    j->dec_keys = s->decrypt;
    j->key_len_in_bytes = keys->suite->encryption_key_size;
    j->src = bytes.data;
    j->dst = out;
    j->msg_len_to_cipher_in_bytes = bytes.len;
    j->iv = keys->iv;
    j->iv_len_in_bytes = SUITE_BLOCK_SIZE;
}

/* Jobs of one key size, which come first in the list. */
static bool cipher_some(struct lanes *l, IMB_JOB *jobs, size_t count, IMB_CIPHER_DIRECTION direction)
{
    if (count == 0)
        return true;
    IMB_KEY_SIZE_BYTES size = (IMB_KEY_SIZE_BYTES)jobs[0].key_len_in_bytes;
    return IMB_SUBMIT_CIPHER_BURST(l->manager, jobs, (uint32_t)count, IMB_CIPHER_CBC, direction, size) ==
           count;
}

/* The library wants one key size a burst. */
static bool cipher(struct lanes *l, IMB_CIPHER_DIRECTION direction)
{
    size_t from = 0;
    bool good = true;
    for (size_t i = 1; i <= l->job_count && good; i++) {
        if (i < l->job_count && l->jobs[i].key_len_in_bytes == l->jobs[from].key_len_in_bytes)
            continue;
        good = cipher_some(l, &l->jobs[from], i - from, direction);
        from = i;
    }
    l->job_count = 0;
    return good;
}

/* ---- out ---- */

/* The plain bytes and their padding, as one stretch in job->out. */
static struct slice gather(const struct seal_job *job)
{
    size_t n = 0;
    for (size_t i = 0; i < job->plain_count; i++) {
        if (job->plain[i].len > 0)
            memcpy(job->out + n, job->plain[i].data, job->plain[i].len);
        n += job->plain[i].len;
    }
    assert(n >= job->layout.clear);
    size_t padding = symmetric_padding(job->layout, n);
    memset(job->out + n, (int)padding - 1, padding);
    return (struct slice){job->out, n + padding};
}

static bool seal_burst(struct lanes *l, const struct seal_job *jobs, size_t count)
{
    struct slice stretches[BURST];
    l->schedule_count = 0;
    for (size_t i = 0; i < count; i++) {
        stretches[i] = gather(&jobs[i]);
        add_hash(l, jobs[i].keys, stretches[i], jobs[i].out + stretches[i].len);
    }
    if (!hash(l))
        return false;
    for (size_t i = 0; i < count; i++) {
        size_t clear = jobs[i].layout.clear;
        uint8_t *at = jobs[i].out + clear;
        if (jobs[i].layout.encrypt)
            add_cipher(l, jobs[i].keys, (struct slice){at, stretches[i].len - clear + SUITE_SIGNATURE_SIZE},
                       at);
    }
    return cipher(l, IMB_DIR_ENCRYPT);
}

/* Enough of them, none too large? */
static bool worth_sealing(const struct seal_job *jobs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t plain = 0;
        for (size_t part = 0; part < jobs[i].plain_count; part++)
            plain += jobs[i].plain[part].len;
        if (sealed_size(jobs[i].layout, plain) - jobs[i].layout.clear > MOST_BYTES)
            return false;
    }
    return count >= LEAST_JOBS;
}

static int lanes_seal(const struct seal_job *jobs, size_t count)
{
    if (!worth_sealing(jobs, count))
        return openssl_engine.seal(jobs, count);
    struct lanes l;
    if (!lanes_init(&l))
        return openssl_engine.seal(jobs, count);
    bool good = true;
    for (size_t i = 0; i < count && good; i += BURST)
        good = seal_burst(&l, jobs + i, count - i < BURST ? count - i : BURST);
    lanes_clear(&l);
    return good ? 0 : ERR_IO;
}

/* ---- in ---- */

/* Decrypted, with the clear bytes before it: one stretch, signature and all. */
static struct slice opened(const struct unseal_job *job)
{
    if (!job->layout.encrypt)
        return job->sealed;
    if (job->out != job->sealed.data)
        memcpy(job->out, job->sealed.data, job->layout.clear);
    return (struct slice){job->out, job->sealed.len};
}

static bool unseal_burst(struct lanes *l, struct unseal_job *jobs, size_t count)
{
    l->schedule_count = 0;
    for (size_t i = 0; i < count; i++) {
        size_t clear = jobs[i].layout.clear;
        if (symmetric_length_fits(&jobs[i]) && jobs[i].layout.encrypt)
            add_cipher(l, jobs[i].keys,
                       (struct slice){jobs[i].sealed.data + clear, jobs[i].sealed.len - clear},
                       jobs[i].out + clear);
    }
    if (!cipher(l, IMB_DIR_DECRYPT))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!symmetric_length_fits(&jobs[i]))
            continue;
        struct slice whole = opened(&jobs[i]);
        add_hash(l, jobs[i].keys, (struct slice){whole.data, whole.len - SUITE_SIGNATURE_SIZE},
                 l->expected[i]);
    }
    if (!hash(l))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!symmetric_length_fits(&jobs[i]))
            continue;
        struct slice whole = opened(&jobs[i]);
        size_t clear = jobs[i].layout.clear;
        symmetric_accept(&jobs[i],
                         (struct slice){whole.data + clear, whole.len - clear - SUITE_SIGNATURE_SIZE},
                         l->expected[i]);
    }
    return true;
}

static bool worth_unsealing(const struct unseal_job *jobs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (jobs[i].sealed.len > MOST_BYTES + jobs[i].layout.clear)
            return false;
    return count >= LEAST_JOBS;
}

static int lanes_unseal(struct unseal_job *jobs, size_t count)
{
    if (!worth_unsealing(jobs, count))
        return openssl_engine.unseal(jobs, count);
    struct lanes l;
    if (!lanes_init(&l))
        return openssl_engine.unseal(jobs, count);
    bool good = true;
    for (size_t i = 0; i < count && good; i += BURST)
        good = unseal_burst(&l, jobs + i, count - i < BURST ? count - i : BURST);
    lanes_clear(&l);
    return good ? 0 : ERR_IO;
}

const struct symmetric_engine lanes_engine = {
    .name = "ipsec-mb",
    .describe = describe_lanes,
    .lanes = BURST,
    .usable = lanes_usable,
    .seal = lanes_seal,
    .unseal = lanes_unseal,
};
