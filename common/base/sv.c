#define _GNU_SOURCE /* memmem */
#include "base/sv.h"

#include "base/eight.h"

enum { NEAR = 128 /* bytes to look in, up to which a search without preparation is quicker */ };

bool sv_same_nocase(const char *a, const char *b, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (ascii_lower(a[i]) != ascii_lower(b[i])) return false;
    return true;
}

/* Indentation is long. */
sv sv_trim_ends(sv v) {
    while (v.n >= 8 && memcmp(v.p, "        ", 8) == 0) v.p += 8, v.n -= 8;
    while (v.n >= 8 && memcmp(v.p + v.n - 8, "        ", 8) == 0) v.n -= 8;
    while (v.n && ascii_is_space(v.p[0])) v.p++, v.n--;
    while (v.n && ascii_is_space(v.p[v.n - 1])) v.n--;
    return v;
}

/* Looks at the places from `from` to `last` where the first two bytes are those of the needle, which has them, eight places at a time. */
static size_t find_near(const char *p, size_t from, size_t last, sv needle) {
    size_t at = from;
    for (; at + 9 <= last + needle.n; at += 8) {
        uint64_t found = eight_equal(eight_read(p + at), (uint8_t)needle.p[0]) & eight_equal(eight_read(p + at + 1), (uint8_t)needle.p[1]);
        for (; found; found &= found - 1) {
            size_t here = at + eight_before(found);
            if (here <= last && memcmp(p + here, needle.p, needle.n) == 0) return here;
        }
    }
    for (; at <= last; at++)
        if (p[at] == *needle.p && memcmp(p + at, needle.p, needle.n) == 0) return at;
    return SIZE_MAX;
}

size_t sv_find(sv v, sv needle, size_t from) {
    if (from > v.n || needle.n > v.n - from) return SIZE_MAX;
    if (needle.n == 0) return from;
    if (needle.n == 1) return sv_find_char(v, *needle.p, from);
    if (v.n - from <= NEAR) return find_near(v.p, from, v.n - needle.n, needle);
    const char *hit = memmem(v.p + from, v.n - from, needle.p, needle.n);
    return hit ? (size_t)(hit - v.p) : SIZE_MAX;
}

size_t sv_find_nocase(sv v, sv needle, size_t from) {
    if (from > v.n || needle.n > v.n - from) return SIZE_MAX;
    if (needle.n == 0) return from;
    const char lower = ascii_lower(needle.p[0]), upper = lower >= 'a' && lower <= 'z' ? (char)(lower - 32) : lower;
    for (const char *at = v.p + from, *last = v.p + (v.n - needle.n); at <= last; at++)
        if ((*at == lower || *at == upper) && sv_same_nocase(at + 1, needle.p + 1, needle.n - 1)) return (size_t)(at - v.p);
    return SIZE_MAX;
}

bool sv_has_any(sv v, const sv *needles, size_t count) {
    uint32_t first[256] = {0}, second[256] = {0}; /* a bit a needle: which have a byte there */
    for (size_t k = 0; k < count; k++) {
        first[(uint8_t)needles[k].p[0]] |= (uint32_t)1 << k;
        second[(uint8_t)needles[k].p[1]] |= (uint32_t)1 << k;
    }
    for (size_t i = 0; i + 1 < v.n; i++)
        for (uint32_t may = first[(uint8_t)v.p[i]] & second[(uint8_t)v.p[i + 1]]; may; may &= may - 1)
            if (sv_starts(sv_skip(v, i), needles[__builtin_ctz(may)])) return true;
    return false;
}

size_t sv_find_char(sv v, char c, size_t from) {
    if (from >= v.n) return SIZE_MAX;
    const char *hit = memchr(v.p + from, c, v.n - from);
    return hit ? (size_t)(hit - v.p) : SIZE_MAX;
}

sv sv_cut(sv *rest, char c) {
    sv whole = *rest;
    size_t at = sv_find_char(whole, c, 0);
    if (at == SIZE_MAX) {
        *rest = SV_NONE;
        return whole;
    }
    *rest = sv_skip(whole, at + 1);
    return sv_take(whole, at);
}

bool sv_to_u64(sv v, uint64_t *out) {
    uint64_t value = 0;
    if (v.n == 0) return false;
    for (size_t i = 0; i < v.n; i++) {
        if (!ascii_is_digit(v.p[i])) return false;
        if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, (uint64_t)(v.p[i] - '0'), &value)) return false;
    }
    *out = value;
    return true;
}
