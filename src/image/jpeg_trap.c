/* SPDX-License-Identifier: Apache-2.0 */
#include "image/jpeg_trap.h"

#include <jerror.h>

/* Warnings after which pixels are missing or wrong. libjpeg would fill them with grey. */
static const int breaking_warnings[] = {
    JWRN_JPEG_EOF,       JWRN_HIT_MARKER,  JWRN_HUFF_BAD_CODE,
    JWRN_ARITH_BAD_CODE, JWRN_MUST_RESYNC, JWRN_BOGUS_PROGRESSION,
};

static void on_error(j_common_ptr jpeg)
{
    struct jpeg_trap *t = container_of(jpeg->err, struct jpeg_trap, errors);
    char text[JMSG_LENGTH_MAX];
    jpeg->err->format_message(jpeg, text);
    jpeg_trap_leave(t, jpeg->err->msg_code == JERR_OUT_OF_MEMORY ? ERR_NO_MEMORY : ERR_INVALID, text);
}

static void on_message(j_common_ptr jpeg, int level)
{
    if (level >= 0)
        return;
    for (size_t i = 0; i < ARRAY_LEN(breaking_warnings); i++)
        if (jpeg->err->msg_code == breaking_warnings[i])
            on_error(jpeg);
}

void jpeg_trap_init(struct jpeg_trap *t)
{
    *t = (struct jpeg_trap){0};
    jpeg_std_error(&t->errors);
    t->errors.error_exit = on_error;
    t->errors.emit_message = on_message;
}

int jpeg_trap_run(struct jpeg_trap *t, void (*work)(void *job), void *job, struct err_text *why)
{
    t->why = why;
    t->code = 0;
    if (setjmp(t->jump) == 0)
        work(job);
    return t->code;
}

void jpeg_trap_leave(struct jpeg_trap *t, enum err code, const char *text)
{
    t->code = err_set(t->why, code, "JPEG: %s", text);
    longjmp(t->jump, 1);
}
