#include "simhash.h"

#include "base/eight.h"
#include "base/hash.h"

enum { WORD_MAX = 24, PIECE = 12, LANES = 8, BATCH = 255 };

/* How often each bit was set: eight counters of a byte in each of eight words, emptied into `ones` before they overflow. */
struct votes {
    uint64_t lane[LANES];
    uint32_t ones[64], words, waiting;
};

static void empty_lanes(struct votes *v) {
    for (unsigned lane = 0; lane < LANES; lane++) {
        for (unsigned byte = 0; byte < 8; byte++) v->ones[byte * 8 + lane] += (uint8_t)(v->lane[lane] >> 8 * byte);
        v->lane[lane] = 0;
    }
    v->waiting = 0;
}

static void vote(struct votes *v, uint64_t hash) {
    for (unsigned lane = 0; lane < LANES; lane++) v->lane[lane] += hash >> lane & EIGHT_ONES;
    v->words++;
    if (++v->waiting == BATCH) empty_lanes(v);
}

static bool is_gap(char c) { return c == ' ' || c == '\n'; }
static bool goes_on(char c) { return ((uint8_t)c & 0xC0) == 0x80; }

/* Where the word that begins at `at` ends; one byte beyond WORD_MAX where it is longer. */
static size_t end_of(sv text, size_t at) {
    size_t end = at + 1;
    _Static_assert(WORD_MAX % 8 == 0, "whole words are looked at");
    for (; end - at <= WORD_MAX && text.n - end >= 8; end += 8) {
        uint64_t eight = eight_read(text.p + end), gap = eight_equal(eight, ' ') | eight_equal(eight, '\n');
        if (gap) return end + eight_before(gap);
    }
    while (end < text.n && end - at <= WORD_MAX && !is_gap(text.p[end])) end++;
    return end;
}

uint64_t simhash(sv text) {
    struct votes v = {0};
    for (size_t at = 0, end; at < text.n; at = end) {
        end = at + 1;
        if (is_gap(text.p[at])) continue;
        end = end_of(text, at);
        if (end - at > WORD_MAX)
            for (end = at + PIECE; goes_on(text.p[end]) && end < at + WORD_MAX;) end++;
        vote(&v, hash64(sv_from(text.p + at, end - at)));
    }
    empty_lanes(&v);
    uint64_t hash = 0;
    for (unsigned i = 0; i < 64; i++) hash |= (uint64_t)(2 * v.ones[i] > v.words) << i;
    return hash;
}
