/* SPDX-License-Identifier: Apache-2.0 */
#include "app/security/prompt.h"

#include "crypto/secret.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <termios.h>
#include <unistd.h>

enum { SHORTEST = 8, CTRL_C = 3, CTRL_D = 4 };

bool prompt_possible(void)
{
    return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

/* Byte by byte: nothing behind the line is taken. */
static int read_line(struct secret_line *out, struct err_text *why)
{
    size_t len = 0;
    for (;;) {
        char c;
        ssize_t n = read(STDIN_FILENO, &c, 1);
        if (n < 0 && errno == EINTR)
            continue;
        if ((n <= 0 && len == 0) || (n > 0 && c == CTRL_C) || (n > 0 && c == CTRL_D && len == 0))
            return err_set(why, ERR_CLOSED, "no password was given");
        if (n <= 0 || c == '\n' || c == '\r')
            break;
        if (len == PASSWORD_MAX)
            return err_set(why, ERR_LIMIT, "a password has at most %d bytes", PASSWORD_MAX);
        if (c == 0x7f || c == '\b')
            len -= len > 0;
        else
            out->text[len++] = c;
    }
    out->text[len] = '\0';
    return 0;
}

/* Keys come one by one, unseen, even Ctrl+C: the terminal is put right again in any case. */
static int ask_unseen(const char *question, struct secret_line *out, struct err_text *why)
{
    struct termios before, unseen;
    fprintf(stderr, "%s", question);
    if (tcgetattr(STDIN_FILENO, &before))
        return err_errno(why, errno, "cannot use the terminal");
    unseen = before;
    unseen.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ISIG | ICANON);
    if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &unseen))
        return err_errno(why, errno, "cannot use the terminal");
    int rc = read_line(out, why);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    fprintf(stderr, "\n");
    return rc;
}

int prompt_secret(const char *question, struct secret_line *out, struct err_text *why)
{
    *out = (struct secret_line){0};
    int rc = prompt_possible() ? ask_unseen(question, out, why) : read_line(out, why);
    if (rc)
        secret_wipe(out, sizeof *out);
    return rc;
}

int prompt_new_password(struct secret_line *out, struct err_text *why)
{
    struct secret_line again = {0};
    int rc = prompt_secret("New password: ", out, why);
    if (!rc && strlen(out->text) < SHORTEST)
        rc = err_set(why, ERR_INVALID, "a password has at least %d characters", SHORTEST);
    if (!rc && prompt_possible()) {
        rc = prompt_secret("The same again: ", &again, why);
        if (!rc && strcmp(out->text, again.text) != 0)
            rc = err_set(why, ERR_INVALID, "the two differ: nothing was changed");
    }
    secret_wipe(&again, sizeof again);
    if (rc)
        secret_wipe(out, sizeof *out);
    return rc;
}

bool prompt_yes(const char *question)
{
    char answer[16];
    if (!prompt_possible())
        return false;
    fprintf(stderr, "%s", question);
    if (!fgets(answer, sizeof answer, stdin))
        return false;
    answer[strcspn(answer, "\r\n")] = '\0';
    return strcasecmp(answer, "y") == 0 || strcasecmp(answer, "yes") == 0;
}
