/* SPDX-License-Identifier: Apache-2.0
 * Chunks side by side, by libipsec-mb.
 *
 * CBC makes each block wait for the one before, so one chunk alone leaves most of the processor idle. Chunks
 * know nothing of each other: the library walks through many at a time, a lane of a vector register each.
 * First all are signed, then all are encrypted, in the place where they were gathered. */
#include "crypto/lanes.h"
#include "crypto/symmetric_engine.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum {
    /* With fewer jobs than this the lanes are too empty: one after the other is faster. */
    LEAST_JOBS = 8,
    MOST_BYTES = 65535, /* of a job; the library counts in 16 bits */
};

/* ---- the library ---- */

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
    struct slice stretches[LANES_BURST];
    lanes_begin(l);
    for (size_t i = 0; i < count; i++) {
        stretches[i] = gather(&jobs[i]);
        lanes_add_hash(l, jobs[i].keys, stretches[i], jobs[i].out + stretches[i].len);
    }
    if (!lanes_hash(l))
        return false;
    for (size_t i = 0; i < count; i++) {
        size_t clear = jobs[i].layout.clear;
        uint8_t *at = jobs[i].out + clear;
        if (jobs[i].layout.encrypt)
            lanes_add_cipher(l, jobs[i].keys,
                             (struct slice){at, stretches[i].len - clear + SUITE_SIGNATURE_SIZE}, at);
    }
    return lanes_cipher(l, IMB_DIR_ENCRYPT);
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
    for (size_t i = 0; i < count && good; i += LANES_BURST)
        good = seal_burst(&l, jobs + i, count - i < LANES_BURST ? count - i : LANES_BURST);
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
    uint8_t expected[LANES_BURST][SUITE_SIGNATURE_SIZE];
    lanes_begin(l);
    for (size_t i = 0; i < count; i++) {
        size_t clear = jobs[i].layout.clear;
        if (symmetric_length_fits(&jobs[i]) && jobs[i].layout.encrypt)
            lanes_add_cipher(l, jobs[i].keys,
                             (struct slice){jobs[i].sealed.data + clear, jobs[i].sealed.len - clear},
                             jobs[i].out + clear);
    }
    if (!lanes_cipher(l, IMB_DIR_DECRYPT))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!symmetric_length_fits(&jobs[i]))
            continue;
        struct slice whole = opened(&jobs[i]);
        lanes_add_hash(l, jobs[i].keys, (struct slice){whole.data, whole.len - SUITE_SIGNATURE_SIZE},
                       expected[i]);
    }
    if (!lanes_hash(l))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!symmetric_length_fits(&jobs[i]))
            continue;
        struct slice whole = opened(&jobs[i]);
        size_t clear = jobs[i].layout.clear;
        symmetric_accept(&jobs[i],
                         (struct slice){whole.data + clear, whole.len - clear - SUITE_SIGNATURE_SIZE},
                         expected[i]);
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
    for (size_t i = 0; i < count && good; i += LANES_BURST)
        good = unseal_burst(&l, jobs + i, count - i < LANES_BURST ? count - i : LANES_BURST);
    lanes_clear(&l);
    return good ? 0 : ERR_IO;
}

const struct symmetric_engine lanes_engine = {
    .name = "ipsec-mb",
    .describe = describe_lanes,
    .lanes = LANES_BURST,
    .usable = lanes_usable,
    .seal = lanes_seal,
    .unseal = lanes_unseal,
};
