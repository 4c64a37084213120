#include "phrase_table.h"

static uint8_t first_of(sv v) { return (uint8_t)ascii_lower(v.p[0]); }

/* The number of phrases that begin below a byte. */
static size_t count_below(struct phrase_table t, unsigned byte) {
    size_t from = 0, end = t.count;
    while (from < end) {
        size_t middle = (from + end) / 2;
        if (first_of(t.item[middle]) < byte) from = middle + 1;
        else end = middle;
    }
    return from;
}

/* Whether case does not change the first byte: it is ASCII, or begins a sign of U+00BF or below, or one beyond U+1FFF. */
static bool keeps_first(uint8_t first) { return first < 0x80 || first == 0xC2 || first >= 0xE2; }

struct phrase_table phrase_table_for(struct phrase_table t, sv text) {
    if (!text.n) return (struct phrase_table){t.item, 0};
    uint8_t first = first_of(text);
    bool kept = keeps_first(first);
    size_t from = count_below(t, kept ? first : 0x80), end = kept ? from : t.count;
    while (end < t.count && first_of(t.item[end]) == first) end++;
    return (struct phrase_table){t.item + from, end - from};
}

bool phrase_table_is_sorted(struct phrase_table t) {
    for (size_t i = 0; i < t.count; i++)
        if (!t.item[i].n || (i > 0 && first_of(t.item[i - 1]) > first_of(t.item[i]))) return false;
    return true;
}
