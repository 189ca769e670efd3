/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/envelope.h"

#include "crypto/secret.h"

#include <stdlib.h>
#include <string.h>

enum { EXTRA_PADDING_ABOVE = 256 }; /* bytes of the receiver's key: one byte cannot count its padding */

/* How the encrypted part is made up: plain bytes, padding with its counts, signature. */
struct layout {
    size_t padding; /* with the byte or two that count it */
    size_t signature;
    size_t encrypted; /* when encrypted */
};

static size_t count_bytes(const struct certificate *receiver)
{
    return receiver->key_size > EXTRA_PADDING_ABOVE ? 2 : 1;
}

static struct layout layout_of(const struct envelope *e, size_t plain)
{
    struct layout l = {.padding = count_bytes(e->peer), .signature = e->own->certificate->key_size};
    size_t block = asymmetric_plain_block(e->suite, e->peer);
    size_t past = (plain + l.padding + l.signature) % block;
    l.padding += past ? block - past : 0;
    l.encrypted = asymmetric_encrypted_size(e->suite, e->peer, plain + l.padding + l.signature);
    return l;
}

size_t envelope_size(const struct envelope *e, size_t clear, size_t plain)
{
    return clear + layout_of(e, plain).encrypted;
}

/* ---- seal ---- */

/* The count, so many bytes of its lower half, and for long keys its upper half. */
static void put_padding(uint8_t *out, size_t size, size_t counts)
{
    size_t padding = size - counts;
    memset(out, (int)(padding & 0xff), size);
    if (counts == 2)
        out[size - 1] = (uint8_t)(padding >> 8);
}

/* `work` holds the encrypted part before it is encrypted. */
static int seal(const struct envelope *e, size_t clear, struct slice message, const struct layout *l,
                uint8_t *work, uint8_t *out)
{
    size_t plain = message.len - clear;
    memcpy(work, message.data + clear, plain);
    put_padding(work + plain, l->padding, count_bytes(e->peer));
    struct slice to_sign[] = {{message.data, clear}, {work, plain + l->padding}};
    int rc = asymmetric_sign(e->suite, e->own, to_sign, ARRAY_LEN(to_sign), work + plain + l->padding);
    if (rc)
        return rc;
    memcpy(out, message.data, clear);
    struct slice whole = {work, plain + l->padding + l->signature};
    return asymmetric_encrypt(e->suite, e->peer, whole, out + clear);
}

int envelope_seal(const struct envelope *e, size_t clear, struct slice message, struct buf *out)
{
    struct layout l = layout_of(e, message.len - clear);
    size_t work_size = message.len - clear + l.padding + l.signature;
    int rc = buf_reserve(out, clear + l.encrypted);
    if (rc)
        return rc;
    uint8_t *work = malloc(work_size);
    if (!work)
        return ERR_NO_MEMORY;
    rc = seal(e, clear, message, &l, work, out->data + out->len);
    if (!rc)
        out->len += clear + l.encrypted;
    secret_wipe(work, work_size);
    free(work);
    return rc;
}

/* ---- open ---- */

/* `opened`: plain bytes, padding. Its size with its counts, or 0 when it is malformed. */
static size_t padding_of(struct slice opened, size_t counts)
{
    if (opened.len < counts)
        return 0;
    size_t lower = opened.data[opened.len - counts]; /* the last of the padding, or the count itself */
    size_t padding = lower | (counts == 2 ? (size_t)opened.data[opened.len - 1] << 8 : 0);
    if (padding > opened.len - counts)
        return 0;
    unsigned wrong = 0;
    for (size_t i = 0; i <= padding; i++)
        wrong |= opened.data[opened.len - counts - i] ^ (unsigned)lower;
    return wrong ? 0 : padding + counts;
}

static int open_work(const struct envelope *e, size_t clear, struct slice message, uint8_t *work,
                     struct slice *plain)
{
    struct slice encrypted = {message.data + clear, message.len - clear};
    size_t signature = e->peer->key_size, n;
    int rc = asymmetric_decrypt(e->suite, e->own, encrypted, work, &n);
    if (rc || n < signature)
        return ERR_INVALID;
    n -= signature;
    struct slice was_signed[] = {{message.data, clear}, {work, n}};
    struct slice signature_of_it = {work + n, signature};
    bool good = asymmetric_verify(e->suite, e->peer, was_signed, ARRAY_LEN(was_signed), signature_of_it);
    size_t padding = padding_of(was_signed[1], count_bytes(e->own->certificate));
    if (!good || !padding)
        return ERR_INVALID;
    *plain = (struct slice){work, n - padding};
    return 0;
}

int envelope_open(const struct envelope *e, size_t clear, struct slice message, struct buf *out)
{
    if (message.len <= clear)
        return ERR_INVALID;
    size_t work_size = message.len - clear;
    struct slice plain;
    uint8_t *work = malloc(work_size);
    if (!work)
        return ERR_NO_MEMORY;
    int rc = open_work(e, clear, message, work, &plain);
    if (!rc)
        rc = buf_append(out, plain.data, plain.len);
    secret_wipe(work, work_size);
    free(work);
    return rc;
}
