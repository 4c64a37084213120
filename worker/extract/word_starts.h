/* Where words begin in a text with single spaces: at its front, behind each space, and at each character beyond Latin script and marks, of which
 * many stand without spaces. */
#pragma once

#include "base/eight.h"

/* The first such place at or behind `at`, which is at most text.n; text.n where there is none. Eight bytes at a time. */
static inline size_t word_starts_next(sv text, size_t at) {
    if (at == 0) return 0;
    for (; text.n - at >= 8; at += 8) {
        uint64_t here = eight_read(text.p + at), found = eight_equal(eight_read(text.p + at - 1), ' ') | (here & here << 1 & EIGHT_HIGH); /* a byte from 0xC0 on */
        if (found) return at + eight_before(found);
    }
    while (at < text.n && text.p[at - 1] != ' ' && (uint8_t)text.p[at] < 0xC0) at++;
    return at;
}
