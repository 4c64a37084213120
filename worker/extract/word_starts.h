/* Where words begin in a text with single spaces: at its front, behind each space, and at each character beyond Latin script and marks, of which
 * many stand without spaces. */
#pragma once

#include "base/sv.h"

/* The first such place at or behind `at`; text.n where there is none. Eight bytes at a time. */
static inline size_t word_starts_next(sv text, size_t at) {
    const uint64_t ones = 0x0101010101010101u, high = 0x80 * ones;
    if (at == 0) return 0;
    for (; text.n - at >= 8; at += 8) {
        uint64_t before, here;
        memcpy(&before, text.p + at - 1, sizeof before);
        memcpy(&here, text.p + at, sizeof here);
        before ^= ' ' * ones;
        uint64_t found = (((before - ones) & ~before) | (here & here << 1)) & high; /* a space, or a byte from 0xC0 on; the lowest is right */
        if (found) return at + (size_t)__builtin_ctzll(found) / 8;
    }
    while (at < text.n && text.p[at - 1] != ' ' && (uint8_t)text.p[at] < 0xC0) at++;
    return at;
}
