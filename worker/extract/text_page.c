#include "text_page.h"

#include <stdlib.h>

#include "base/hash.h"
#include "caption.h"

enum { TITLE_TOKENS_MIN = 3, TITLE_TOKENS_MAX = 40, PROSE_TOKENS = 15, CAPTION_TOKENS_MAX = 60, IMAGES_MAX = 32 };

static bool is_prose(const struct text_block *b) { return b->tokens >= PROSE_TOKENS || (b->ends_sentence && b->tokens >= 9 && !sv_ends(b->text, SV("?"))); }

static void drop(struct decision *d, const struct blocks *b, size_t i) {
    if (!d->keep[i]) return;
    d->keep[i] = false;
    d->rule[i] = RULE_TEXT_PAGE;
    d->kept_tokens -= b->block[i].tokens;
}

sv text_page_title(const struct blocks *b) {
    sv candidate = SV_NONE;
    for (size_t i = 0; i < b->count && i < 40; i++) {
        const struct text_block *block = &b->block[i];
        if (block->tokens < TITLE_TOKENS_MIN || block->tokens > TITLE_TOKENS_MAX || caption_split(block->text, CAPTION_LINE).credit.n) continue;
        for (size_t k = i + 1; k < b->count && k < 60; k++)
            if (sv_eq(b->block[k].text, block->text)) return block->text;
        if (!candidate.n && (!block->ends_sentence || sv_ends(block->text, SV("?")))) candidate = block->text;
        if (is_prose(block) && block->ends_sentence) break;
    }
    return candidate;
}

static enum err_code take_captions(const struct blocks *b, struct decision *d, struct arena *arena, struct article *out, struct err *e) {
    size_t cap = 0;
    for (size_t i = 0; i < b->count; i++) {
        if (b->block[i].tokens > CAPTION_TOKENS_MAX) continue;
        struct caption c = caption_split(b->block[i].text, CAPTION_LINE);
        if (!c.credit.n) continue;
        drop(d, b, i);
        size_t k = 0;
        while (k < out->image_count && !(sv_eq(out->images[k].caption, c.caption) && sv_eq(out->images[k].credit, c.credit))) k++;
        if (k < out->image_count || k >= IMAGES_MAX) continue;
        if (!arena_grow(arena, (void **)&out->images, out->image_count, &cap, sizeof *out->images)) return err_set(e, ERR_MEMORY, "no memory for images");
        out->images[out->image_count++] = (struct article_image){.caption = c.caption, .credit = c.credit, .is_lead = k == 0};
    }
    return ERR_OK;
}

struct line {
    uint64_t hash;
    size_t index;
};

static int by_hash(const void *a, const void *b) {
    const struct line *x = a, *y = b;
    return x->hash != y->hash ? (x->hash < y->hash ? -1 : 1) : (x->index < y->index ? -1 : x->index > y->index);
}

/* A line that came before is not said again. */
static enum err_code drop_repeats(const struct blocks *b, struct decision *d, struct arena *arena, struct err *e) {
    struct line *lines = arena_alloc_array(arena, b->count + 1, sizeof *lines);
    if (!lines) return err_set(e, ERR_MEMORY, "no memory for %zu lines", b->count);
    for (size_t i = 0; i < b->count; i++) lines[i] = (struct line){hash64(b->block[i].text), i};
    qsort(lines, b->count, sizeof *lines, by_hash);
    for (size_t i = 1; i < b->count; i++)
        if (lines[i].hash == lines[i - 1].hash && b->block[lines[i].index].tokens >= TITLE_TOKENS_MIN) drop(d, b, lines[i].index);
    return ERR_OK;
}

enum err_code text_page_clean(const struct blocks *b, sv title, struct decision *d, struct arena *arena, struct article *out, struct err *e) {
    size_t first = 0, end = b->count;
    out->title = arena_dup(arena, title);
    while (first < b->count && !is_prose(&b->block[first])) first++;
    while (end > first && !is_prose(&b->block[end - 1])) end--;
    for (size_t i = 0; i < b->count; i++)
        if (i < first || i >= end || (title.n && sv_eq(b->block[i].text, title))) drop(d, b, i);
    enum err_code code = take_captions(b, d, arena, out, e);
    return code ? code : drop_repeats(b, d, arena, e);
}
