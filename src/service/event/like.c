/* SPDX-License-Identifier: Apache-2.0 */
#include "service/event/like.h"

/* Bytes of a character by its first one; what is no UTF-8 counts as a character each. */
static size_t character_size(struct slice text)
{
    uint8_t first = text.data[0];
    size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
    if (size > text.len)
        return 1;
    for (size_t i = 1; i < size; i++)
        if ((text.data[i] & 0xC0) != 0x80)
            return 1;
    return size;
}

/* Bytes in their order compare as the characters do. */
static uint32_t take_character(struct slice *text)
{
    size_t size = character_size(*text);
    uint32_t character = 0;
    for (size_t i = 0; i < size; i++)
        character = character << 8 | text->data[i];
    text->data += size;
    text->len -= size;
    return character;
}

static bool skip(struct slice *pattern, uint8_t c)
{
    if (pattern->len == 0 || pattern->data[0] != c)
        return false;
    pattern->data++;
    pattern->len--;
    return true;
}

/* Takes one character that stands for itself; false at the end of the pattern. */
static bool take_literal(struct slice *pattern, uint32_t *out)
{
    skip(pattern, '\\');
    if (pattern->len == 0)
        return false;
    *out = take_character(pattern);
    return true;
}

/* Behind the '['. A list without its end holds nothing. */
static bool list_holds(struct slice *pattern, uint32_t character)
{
    bool inverted = skip(pattern, '^'), found = false;
    while (!skip(pattern, ']')) {
        uint32_t first, last;
        if (!take_literal(pattern, &first))
            return false;
        last = first;
        if (skip(pattern, '-') && !take_literal(pattern, &last))
            return false;
        found |= character >= first && character <= last;
    }
    return found != inverted;
}

/* Does the pattern's next element, which it takes, allow this character? */
static bool allows(struct slice *pattern, uint32_t character)
{
    if (skip(pattern, '_'))
        return true;
    if (skip(pattern, '['))
        return list_holds(pattern, character);
    uint32_t literal;
    return take_literal(pattern, &literal) && literal == character;
}

bool like_matches(struct slice text, struct slice pattern)
{
    /* Behind the last % so far: where to go on when the text that it stood for was too short. */
    struct slice resumed_pattern = {0}, resumed_text = {0};
    bool resumable = false;
    if (pattern.len > LIKE_PATTERN_MAX)
        return false;
    for (size_t steps = 0; steps < LIKE_STEPS_MAX; steps++) {
        if (skip(&pattern, '%')) {
            resumable = true;
            resumed_pattern = pattern;
            resumed_text = text;
            continue;
        }
        if (text.len == 0 && pattern.len == 0)
            return true;
        struct slice rest = text;
        if (text.len > 0 && pattern.len > 0 && allows(&pattern, take_character(&rest))) {
            text = rest;
            continue;
        }
        if (!resumable || resumed_text.len == 0)
            return false;
        take_character(&resumed_text);
        text = resumed_text;
        pattern = resumed_pattern;
    }
    return false;
}
