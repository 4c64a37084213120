#include "spans.h"

#include "url_join.h"

enum { URL_BYTES_MAX = 512 * 1024 };

static enum span_kind kind_of(unsigned tag) {
    switch (tag) {
    case LXB_TAG_A: return SPAN_LINK;
    case LXB_TAG_B: case LXB_TAG_STRONG: return SPAN_STRONG;
    case LXB_TAG_I: case LXB_TAG_EM: return SPAN_EMPHASIS;
    case LXB_TAG_DEL: case LXB_TAG_S: case LXB_TAG_STRIKE: return SPAN_DELETED;
    case LXB_TAG_SUB: return SPAN_SUBSCRIPT;
    case LXB_TAG_SUP: return SPAN_SUPERSCRIPT;
    default: return SPAN_CODE;
    }
}

/* Addresses that a reader can follow from where the article is read. */
static bool is_web(sv url, sv base) {
    sv scheme = url_scheme(url);
    return !scheme.n || sv_is(scheme, "http") || sv_is(scheme, "https") || sv_is(scheme, "mailto") || sv_eq_nocase(scheme, url_scheme(base));
}

static bool find_target(struct spans *s, size_t link, sv *url) {
    *url = s->targets ? link_targets_at(s->targets, link) : SV_NONE;
    if (!url->n || !is_web(*url, s->targets->base) || url->n > URL_BYTES_MAX - s->url_bytes) return false;
    s->url_bytes += url->n;
    return true;
}

static size_t end_of(const struct article_span *s) { return (size_t)s->start + s->length; }

/* The spans of a block so far, and those that are around the place that it has come to, the outermost first. */
struct nest {
    struct article_span *span;
    size_t count, open[SPAN_KIND_END];
    unsigned depth;
};

/* What lies in one of its kind says nothing, and what goes on where one of its kind ended is one with it. */
static void add(struct nest *n, struct article_span s) {
    struct article_span *left = NULL;
    while (n->depth && end_of(&n->span[n->open[n->depth - 1]]) <= s.start) left = &n->span[n->open[--n->depth]];
    for (unsigned i = 0; i < n->depth; i++)
        if (n->span[n->open[i]].kind == s.kind) return;
    if (left && left->kind == s.kind && end_of(left) == s.start && sv_eq(left->url, s.url)) {
        left->length += s.length;
        n->open[n->depth++] = (size_t)(left - n->span);
        return;
    }
    n->open[n->depth++] = n->count;
    n->span[n->count++] = s;
}

static bool stands_before(const struct article_span *a, const struct article_span *b) {
    if (a->start != b->start) return a->start < b->start;
    return a->length != b->length ? a->length > b->length : a->kind < b->kind;
}

/* Of those that hold the same text any may be the outer one: a link around code rather than code around a link. */
static void sort(struct nest *n) {
    for (size_t i = 1; i < n->count; i++) {
        struct article_span s = n->span[i];
        size_t at = i;
        for (; at > 0 && stands_before(&s, &n->span[at - 1]); at--) n->span[at] = n->span[at - 1];
        n->span[at] = s;
    }
}

bool spans_fill(struct spans *s, size_t block, struct arena *arena, struct article_block *out) {
    const struct blocks *b = s->blocks;
    sv text = b->block[block].text;
    while (s->next < b->span_count && b->span[s->next].block < block) s->next++;
    size_t first = s->next;
    while (s->next < b->span_count && b->span[s->next].block == block) s->next++;
    if (s->next == first || out->kind == BLOCK_CODE) return true;
    struct nest nest = {.span = ARENA_ARRAY(arena, struct article_span, s->next - first)};
    if (!nest.span) return false;
    for (size_t i = first; i < s->next; i++) {
        const struct block_span *raw = &b->span[i];
        size_t end = raw->end < text.n ? raw->end : text.n;
        sv inner = raw->start < end ? sv_trim(sv_range(text.p + raw->start, text.p + end)) : SV_NONE;
        struct article_span span = {.kind = kind_of(raw->tag), .start = out->start + (uint32_t)(inner.p ? inner.p - text.p : 0), .length = (uint32_t)inner.n};
        if (inner.n && (span.kind != SPAN_LINK || find_target(s, raw->link, &span.url))) add(&nest, span);
    }
    sort(&nest);
    out->spans = nest.span;
    out->span_count = (uint32_t)nest.count;
    return true;
}
