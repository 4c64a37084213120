/* Eight bytes at a time, as one number: what a look at each byte would find, for an eighth of the looks. Marks are the highest bits of the bytes that
 * they are of. The first byte is the lowest, so that a search ends at the lowest mark. */
#pragma once

#include "base/sv.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the first byte is the lowest");

#define EIGHT_ONES 0x0101010101010101u
#define EIGHT_HIGH 0x8080808080808080u

static inline uint64_t eight_read(const char *p) {
    uint64_t eight;
    memcpy(&eight, p, sizeof eight);
    return eight;
}

/* Marks of bytes below a limit of at most 0x80, and of those that are a certain one. Beyond the lowest mark others may be wrong. */
static inline uint64_t eight_below(uint64_t eight, uint8_t limit) { return (eight - limit * EIGHT_ONES) & ~eight & EIGHT_HIGH; }
static inline uint64_t eight_equal(uint64_t eight, uint8_t byte) { return eight_below(eight ^ byte * EIGHT_ONES, 1); }

/* The same where all bytes are ASCII, and `byte` is: every mark is right. */
static inline uint64_t eight_each_equal(uint64_t ascii, uint8_t byte) { return ~((ascii ^ byte * EIGHT_ONES) + 0x7F * EIGHT_ONES) & EIGHT_HIGH; }

/* How many bytes stand before the lowest of the marks, of which there is one. */
static inline size_t eight_before(uint64_t marks) { return (size_t)__builtin_ctzll(marks) / 8; }
