/* Columns about what the head says of the page: blocks that hold the words of its description. Three words at a time, as bytes. */
#include "block_features_node.h"
#include "block_features_scale.h"
#include "word_starts.h"

enum { WINDOW_BYTES = 16, SLOT_BITS = 10, SLOTS = 1 << SLOT_BITS, BLOCK_BYTES = 400, LEAST_WINDOWS = 4 };

_Static_assert(PAGE_HINTS_DESCRIPTION_BYTES * 2 <= SLOTS, "half of the slots stay empty");

struct windows {
    uint32_t tag[SLOTS], count;
};

static uint64_t hash_window(const char *p) {
    uint64_t head, tail;
    memcpy(&head, p, sizeof head);
    memcpy(&tail, p + sizeof head, sizeof tail);
    uint64_t hash = head * 0x9E3779B97F4A7C15u ^ tail;
    return (hash ^ hash >> 32) * 0xD6E8FEB86659FD93u;
}

/* The slot that holds this window, or the empty one where it would be. */
static uint32_t *find_window(struct windows *w, uint64_t hash) {
    uint32_t i = (uint32_t)(hash >> (64 - SLOT_BITS)), tag = (uint32_t)hash | 1;
    while (w->tag[i] && w->tag[i] != tag) i = (i + 1) % SLOTS;
    return &w->tag[i];
}

static void note_description(struct windows *w, sv text) {
    for (size_t at = 0; (at = word_starts_next(text, at)) + WINDOW_BYTES <= text.n; at++) {
        uint64_t hash = hash_window(text.p + at);
        uint32_t *slot = find_window(w, hash);
        w->count += *slot == 0;
        *slot = (uint32_t)hash | 1;
    }
}

void features_measure_description(const struct blocks *b, const struct page_hints *hints, struct features *f) {
    uint8_t *share = f->column + (size_t)F_DESCRIPTION_SHARE * f->stride, *cover = f->column + (size_t)F_DESCRIPTION_COVER * f->stride, most = 0;
    struct windows w = {0};
    note_description(&w, hints->description);
    for (size_t i = 0; i < b->count && w.count >= LEAST_WINDOWS; i++) {
        sv text = sv_take(b->block[i].text, BLOCK_BYTES);
        uint32_t words = 0, hits = 0;
        for (size_t at = 0; (at = word_starts_next(text, at)) + WINDOW_BYTES <= text.n; at++) {
            words++;
            hits += *find_window(&w, hash_window(text.p + at)) != 0;
        }
        share[i] = scale_share(hits, words);
        cover[i] = scale_share(hits, w.count);
        if (cover[i] > most) most = cover[i];
    }
    memset(f->column + (size_t)F_PAGE_DESCRIPTION * f->stride, most, f->count);
}
