/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/lanes.h"

#include "crypto/secret.h"

#include <pthread.h>
#include <string.h>

enum { HMAC_BLOCK = 64 };

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

/* ---- keys ---- */

static void hmac_states(IMB_MGR *m, struct lanes_schedule *s)
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

static void schedule_make(IMB_MGR *m, struct lanes_schedule *s, const struct key_set *keys)
{
    s->of = keys;
    if (keys->suite->encryption_key_size == 16)
        IMB_AES_KEYEXP_128(m, keys->encryption, s->encrypt, s->decrypt);
    else
        IMB_AES_KEYEXP_256(m, keys->encryption, s->encrypt, s->decrypt);
    hmac_states(m, s);
}

/* ---- bursts ---- */

bool lanes_init(struct lanes *l)
{
    l->manager = manager();
    lanes_begin(l);
    return l->manager;
}

void lanes_begin(struct lanes *l)
{
    l->schedule_count = 0;
    l->job_count = 0;
}

void lanes_clear(struct lanes *l)
{
    secret_wipe(l->schedules, sizeof l->schedules);
}

/* Neighbours mostly have the same keys. */
static const struct lanes_schedule *schedule_of(struct lanes *l, const struct key_set *keys)
{
    for (size_t i = l->schedule_count; i > 0; i--)
        if (l->schedules[i - 1].of == keys)
            return &l->schedules[i - 1];
    struct lanes_schedule *s = &l->schedules[l->schedule_count++];
    schedule_make(l->manager, s, keys);
    return s;
}

void lanes_add_hash(struct lanes *l, const struct key_set *keys, struct slice bytes, uint8_t *tag)
{
    const struct lanes_schedule *s = schedule_of(l, keys);
    IMB_JOB *j = &l->jobs[l->job_count++];
    memset(j, 0, sizeof *j);
    j->src = bytes.data;
    j->msg_len_to_hash_in_bytes = bytes.len;
    j->auth_tag_output = tag;
    j->auth_tag_output_len_in_bytes = SUITE_SIGNATURE_SIZE;
    j->u.HMAC._hashed_auth_key_xor_ipad = s->inner;
    j->u.HMAC._hashed_auth_key_xor_opad = s->outer;
}

bool lanes_hash(struct lanes *l)
{
    uint32_t n = (uint32_t)l->job_count;
    l->job_count = 0;
    return n == 0 || IMB_SUBMIT_HASH_BURST(l->manager, l->jobs, n, IMB_AUTH_HMAC_SHA_256) == n;
}

void lanes_add_cipher(struct lanes *l, const struct key_set *keys, struct slice bytes, uint8_t *out)
{
    const struct lanes_schedule *s = schedule_of(l, keys);
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

/* One key size a burst. */
bool lanes_cipher(struct lanes *l, IMB_CIPHER_DIRECTION direction)
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
