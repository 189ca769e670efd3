/* SPDX-License-Identifier: Apache-2.0 */
#include "bare_lanes.h"

#include <intel-ipsec-mb.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 16, HASH = 32, HMAC_BLOCK = 64 };

struct bare_lanes {
    alignas(16) uint8_t encrypt[BLOCK * 15];
    alignas(16) uint8_t decrypt[BLOCK * 15];
    alignas(16) uint8_t inner[HASH]; /* states of HMAC after its first block */
    alignas(16) uint8_t outer[HASH];
    IMB_MGR *manager;
    IMB_JOB jobs[BARE_LANES_JOBS];
};

static void set_keys(struct bare_lanes *l)
{
    static const uint8_t key[32];
    uint8_t inner[HMAC_BLOCK], outer[HMAC_BLOCK];
    memset(inner, 0x36, sizeof inner);
    memset(outer, 0x5c, sizeof outer);
    IMB_AES_KEYEXP_256(l->manager, key, l->encrypt, l->decrypt);
    IMB_SHA256_ONE_BLOCK(l->manager, inner, l->inner);
    IMB_SHA256_ONE_BLOCK(l->manager, outer, l->outer);
}

struct bare_lanes *bare_lanes_new(void)
{
    struct bare_lanes *l = aligned_alloc(alignof(struct bare_lanes), sizeof *l);
    if (!l)
        return NULL;
    l->manager = alloc_mb_mgr(0);
    if (!l->manager) {
        free(l);
        return NULL;
    }
    IMB_ARCH arch;
    init_mb_mgr_auto(l->manager, &arch);
    if (imb_get_errno(l->manager) || arch == IMB_ARCH_NONE || arch == IMB_ARCH_NOAESNI) {
        bare_lanes_free(l);
        return NULL;
    }
    set_keys(l);
    return l;
}

void bare_lanes_free(struct bare_lanes *l)
{
    if (l)
        free_mb_mgr(l->manager);
    free(l);
}

static bool sign(struct bare_lanes *l, const uint8_t *in, uint8_t *out, size_t size)
{
    for (size_t i = 0; i < BARE_LANES_JOBS; i++) {
        IMB_JOB *j = &l->jobs[i];
        memset(j, 0, sizeof *j);
        j->src = in + i * size;
        j->msg_len_to_hash_in_bytes = size;
        j->auth_tag_output = out + i * (size + BARE_LANES_TAG) + size;
        j->auth_tag_output_len_in_bytes = BARE_LANES_TAG;
        j->u.HMAC._hashed_auth_key_xor_ipad = l->inner;
        j->u.HMAC._hashed_auth_key_xor_opad = l->outer;
    }
    return IMB_SUBMIT_HASH_BURST(l->manager, l->jobs, BARE_LANES_JOBS, IMB_AUTH_HMAC_SHA_256) ==
           BARE_LANES_JOBS;
}

static bool encrypt(struct bare_lanes *l, const uint8_t *in, uint8_t *out, size_t size)
{
    static const uint8_t iv[BLOCK];
    for (size_t i = 0; i < BARE_LANES_JOBS; i++) {
        IMB_JOB *j = &l->jobs[i];
        memset(j, 0, sizeof *j);
        j->enc_keys = l->encrypt;
        j->dec_keys = l->decrypt;
        j->key_len_in_bytes = IMB_KEY_256_BYTES;
        j->src = in + i * size;
        j->dst = out + i * (size + BARE_LANES_TAG);
        j->msg_len_to_cipher_in_bytes = size;
        j->iv = iv;
        j->iv_len_in_bytes = BLOCK;
    }
    return IMB_SUBMIT_CIPHER_BURST(l->manager, l->jobs, BARE_LANES_JOBS, IMB_CIPHER_CBC, IMB_DIR_ENCRYPT,
                                   IMB_KEY_256_BYTES) == BARE_LANES_JOBS;
}

bool bare_lanes_seal(struct bare_lanes *l, const uint8_t *in, uint8_t *out, size_t size)
{
    return sign(l, in, out, size) && encrypt(l, in, out, size);
}
