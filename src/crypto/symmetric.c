/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/symmetric_engine.h"

#include "crypto/secret.h"

#include <stdio.h>
#include <string.h>

/* ---- sizes ---- */

size_t symmetric_padding(struct chunk_layout layout, size_t plain)
{
    if (!layout.encrypt)
        return 0;
    size_t encrypted = plain - layout.clear + 1 + SUITE_SIGNATURE_SIZE;
    size_t past = encrypted % SUITE_BLOCK_SIZE;
    return 1 + (past ? SUITE_BLOCK_SIZE - past : 0);
}

size_t sealed_size(struct chunk_layout layout, size_t plain)
{
    return plain + symmetric_padding(layout, plain) + SUITE_SIGNATURE_SIZE;
}

size_t sealed_capacity(struct chunk_layout layout, size_t size)
{
    if (!layout.encrypt)
        return size - SUITE_SIGNATURE_SIZE;
    size_t encrypted = (size - layout.clear) / SUITE_BLOCK_SIZE * SUITE_BLOCK_SIZE;
    return layout.clear + encrypted - SUITE_SIGNATURE_SIZE - 1;
}

/* ---- what every engine checks ---- */

bool symmetric_length_fits(const struct unseal_job *job)
{
    struct chunk_layout layout = job->layout;
    size_t least = SUITE_SIGNATURE_SIZE + (layout.encrypt ? 1 : 0);
    return job->sealed.len >= layout.clear && job->sealed.len - layout.clear >= least &&
           (!layout.encrypt || (job->sealed.len - layout.clear) % SUITE_BLOCK_SIZE == 0);
}

/* All bytes of the padding say how long it is. Looks at `plain` always in the same way for its length. */
static bool padding_is_good(struct slice plain, size_t *size)
{
    uint8_t last = plain.data[plain.len - 1];
    unsigned wrong = last >= plain.len;
    for (size_t i = 1; i <= 256 && i <= plain.len; i++)
        wrong |= (unsigned)(i <= last + 1u) & (unsigned)(plain.data[plain.len - i] != last);
    *size = wrong ? 1 : last + 1u;
    return !wrong;
}

void symmetric_accept(struct unseal_job *job, struct slice plain,
                      const uint8_t expected[SUITE_SIGNATURE_SIZE])
{
    size_t padding = 0;
    bool padded = !job->layout.encrypt || padding_is_good(plain, &padding);
    bool signed_well = secret_equal(expected, plain.data + plain.len, SUITE_SIGNATURE_SIZE);
    if (padded & signed_well)
        job->plain = (struct slice){plain.data, plain.len - padding};
}

/* ---- the engine in use ---- */

/* Set before there are threads. */
static const struct symmetric_engine *engine = &openssl_engine;

const struct symmetric_engine *symmetric_engine_find(const char *name)
{
    for (const struct symmetric_engine *const *e = symmetric_engines; *e; e++)
        if (!name || strcmp((*e)->name, name) == 0)
            if ((*e)->usable())
                return *e;
    return NULL;
}

bool symmetric_use(const char *name)
{
    const struct symmetric_engine *wanted = symmetric_engine_find(name);
    if (wanted)
        engine = wanted;
    return wanted;
}

void symmetric_engine_text(char out[SYMMETRIC_ENGINE_TEXT])
{
    char library[SYMMETRIC_ENGINE_TEXT - 16];
    engine->describe(library, sizeof library);
    snprintf(out, SYMMETRIC_ENGINE_TEXT, "%s (%s)", engine->name, library);
}

size_t symmetric_lanes(void)
{
    return engine->lanes;
}

int symmetric_seal(const struct seal_job *jobs, size_t count)
{
    return count ? engine->seal(jobs, count) : 0;
}

int symmetric_unseal(struct unseal_job *jobs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        jobs[i].plain = (struct slice){0};
    int rc = count ? engine->unseal(jobs, count) : 0;
    for (size_t i = 0; rc && i < count; i++)
        jobs[i].plain = (struct slice){0};
    return rc;
}
