#include "decide.h"

#include "base/hash.h"
#include "furniture.h"

enum { FEW_TOKENS = 60, COPY_TOKENS = 30, COMMENT_AFTER_TOKENS = 60, COMMENT_LEVELS = 4, CAPTION_LEVELS = 4, SAYS_TITLE = 200 /* of 255 of the words */, ONE = 65535 };
enum { OFFER_TOKENS = 8, SAYS_HALF = 128, UNSURE = 36044 };
enum { HEADING_TOKENS = 12 /* more are text in the tag of a heading */, OTHER_BIAS = 3 * MODEL_ONE / 10 /* log-odds */ };
static const double UNSURE_F1 = 0.5;

static bool is_heading(unsigned tag) { return tag >= LXB_TAG_H1 && tag <= LXB_TAG_H6; }

static bool is_forum(const struct decision *d) { return d->type.probability[PAGE_FORUM - PAGE_ARTICLE] > ONE / 2; }

/* Comments go once an article stands before them: blocks a few levels below what is called comments. In a forum they are the content. */
static void drop_comments(const struct blocks *b, struct decision *d) {
    if (is_forum(d)) return;
    const uint8_t *distance = d->features.column + F_DISTANCE_COMMENTS * d->features.stride;
    uint64_t before = 0; /* expected content */
    for (size_t i = 0; i < b->count; i++) {
        bool comment = distance[i] > 0 && distance[i] <= COMMENT_LEVELS;
        if (!comment) before += (uint64_t)d->probability[i] * b->block[i].tokens;
        else if (before >= (uint64_t)COMMENT_AFTER_TOKENS * ONE) d->probability[i] = 0, d->rule[i] = RULE_COMMENTS;
    }
}

static bool is_in_figcaption(const struct blocks *b, uint32_t n) {
    for (unsigned level = 0; level < CAPTION_LEVELS && n; level++, n = b->node[n].parent)
        if (b->node[n].tag == LXB_TAG_FIGCAPTION) return true;
    return false;
}

/* Captions belong to their images. What is only called a caption is for the models to judge. */
static void drop_captions(const struct blocks *b, struct decision *d) {
    for (size_t i = 0; i < b->count; i++) {
        uint32_t n = b->block[i].node;
        if ((b->node[n].places & IN_CAPTION) && is_in_figcaption(b, n)) d->probability[i] = 0, d->rule[i] = RULE_CAPTION;
    }
}

struct ranked {
    uint32_t probability, index;
};

/* The most probable first, of equals as they stand: by the lower byte, then by the upper one. `order` has room for twice as many. */
static void sort_by_probability(struct ranked *order, size_t count) {
    for (unsigned byte = 0; byte < 2; byte++) {
        struct ranked *from = order + byte * count, *to = order + !byte * count;
        size_t at[257] = {0};
        for (size_t i = 0; i < count; i++) at[256 - (from[i].probability >> 8 * byte & 255)]++;
        for (unsigned k = 1; k < 256; k++) at[k] += at[k - 1];
        for (size_t i = 0; i < count; i++) to[at[255 - (from[i].probability >> 8 * byte & 255)]++] = from[i];
    }
}

/* Keeps the most probable blocks up to where the expected F1 = 2 sum(p t) / (kept t + expected t) is highest. */
static void keep_best(const struct blocks *b, struct ranked *order, struct decision *out) {
    uint64_t total = 0, hit = 0, kept = 0;
    double best = 0;
    size_t count = 0;
    for (size_t i = 0; i < b->count; i++) {
        order[i] = (struct ranked){out->probability[i], (uint32_t)i};
        total += (uint64_t)out->probability[i] * b->block[i].tokens;
    }
    sort_by_probability(order, b->count);
    for (size_t i = 0; i < b->count; i++) {
        uint64_t tokens = b->block[order[i].index].tokens;
        hit += order[i].probability * tokens;
        kept += tokens;
        double f1 = 2.0 * (double)hit / (double)(kept * ONE + total);
        if (f1 > best) best = f1, count = i + 1;
    }
    for (size_t i = 0; i < count; i++) {
        out->keep[order[i].index] = true;
        out->kept_tokens += b->block[order[i].index].tokens;
    }
    out->expected = (double)total / ONE;
    out->f1 = best;
}

static void drop(const struct blocks *b, struct decision *d, size_t i, enum decision_rule rule) {
    d->keep[i] = false;
    d->kept_tokens -= b->block[i].tokens;
    d->rule[i] = (uint8_t)rule;
}

static bool is_kept_heading(const struct blocks *b, const struct decision *d, size_t i) {
    return d->keep[i] && is_heading(b->node[b->block[i].node].tag) && b->block[i].tokens <= HEADING_TOKENS;
}

/* The headline is the title, not the text; where the title says the site's name too, a headline of which the models are not sure. */
static void drop_headline(const struct blocks *b, struct decision *d) {
    const uint8_t *overlap = d->features.column + F_TITLE_OVERLAP * d->features.stride;
    for (size_t i = 0; i < b->count; i++) {
        bool says_title = overlap[i] >= SAYS_TITLE || (overlap[i] >= SAYS_HALF && d->probability[i] < UNSURE);
        if (d->keep[i] && b->node[b->block[i].node].tag == LXB_TAG_H1 && says_title) drop(b, d, i, RULE_TITLE);
    }
}

/* A heading without text below it is not content, where it closes a text; several are a list of titles. */
static void drop_last_heading(const struct blocks *b, struct decision *d) {
    size_t last = b->count, before;
    while (last > 0 && !d->keep[last - 1]) last--;
    if (last == 0 || !is_kept_heading(b, d, last - 1)) return;
    for (before = last - 1; before > 0 && !d->keep[before - 1];) before--;
    if (before > 0 && !is_kept_heading(b, d, before - 1)) drop(b, d, last - 1, RULE_HEADING);
}

/* What closes a text in a few words, in a box of its own that is called a menu, an offer or the like, is none of it. */
static void drop_last_offer(const struct blocks *b, struct decision *d) {
    for (size_t i = b->count; i-- > 0;) {
        const struct block_node *node = &b->node[b->block[i].node];
        if (!d->keep[i]) continue;
        if (b->block[i].tokens > OFFER_TOKENS || !((node->own | b->node[node->parent].own) & IN_CHROME)) return;
        drop(b, d, i, RULE_FURNITURE);
    }
}

/* Nothing is content where next to nothing is sure to be: on pages that wait for their script, on errors and walls. A short page that is content is
 * sure of it. */
static bool is_empty(const struct decision *d) { return d->f1 < UNSURE_F1 && d->expected < FEW_TOKENS; }

/* The element above the one that holds a block. */
static uint32_t two_up(const struct blocks *b, size_t i) { return b->node[b->node[b->block[i].node].parent].parent; }

/* Long blocks that stand word for word in another place before: a layout for another width, a quotation of a post that is on the page. Below one element
 * they are the text's own repetitions. */
static bool drop_copies(const struct blocks *b, struct arena *arena, struct decision *d) {
    size_t mask = 16;
    while (mask < 2 * b->count + 2) mask *= 2;
    uint32_t *slot = arena_alloc_array(arena, mask, sizeof *slot); /* a block's number + 1 */
    if (!slot) return false;
    for (size_t i = 0; i < b->count; i++) {
        if (!d->keep[i] || b->block[i].tokens < COPY_TOKENS) continue;
        size_t at = hash64(b->block[i].text) & (mask - 1);
        while (slot[at] && !sv_eq(b->block[slot[at] - 1].text, b->block[i].text)) at = (at + 1) & (mask - 1);
        if (!slot[at]) slot[at] = (uint32_t)i + 1;
        else if (two_up(b, i) != two_up(b, slot[at] - 1) && b->node[b->block[i].node].parent != b->node[b->block[slot[at] - 1].node].parent) drop(b, d, i, RULE_COPY);
    }
    return true;
}

static void tidy(const struct blocks *b, struct decision *d) {
    drop_headline(b, d);
    drop_last_offer(b, d);
    drop_last_heading(b, d);
    if (!is_empty(d)) return;
    for (size_t i = 0; i < b->count; i++)
        if (d->keep[i]) drop(b, d, i, RULE_EMPTY);
}

static enum err_code ask_models(const struct blocks *b, const struct page_hints *hints, const struct model_set *models, struct arena *arena,
                                struct decision *d, struct err *e) {
    enum err_code code = features_measure(b, hints, arena, &d->features, e);
    if (code) return code;
    struct features *f = &d->features;
    int32_t *sum = arena_alloc_array(arena, f->stride + 1, sizeof *sum);
    if (!sum) return err_set(e, ERR_MEMORY, "no memory for a decision over %zu blocks", b->count);
    model_run(&models->first, f->column, f->stride, b->count, sum);
    for (size_t i = 0; i < b->count; i++) d->first[i] = model_probability(sum[i]);
    code = features_measure_second(b, d->first, arena, f, e);
    if (!code) code = page_type_guess(b, d->first, models, arena, f, &d->type, e);
    if (code) return code;
    model_run(&models->second, f->column, f->stride, b->count, sum);
    /* Where content is no article, the models know it less well, and to leave it out costs more than to take in what stands around it. */
    int32_t bias = d->type.type >= PAGE_PRODUCT ? OTHER_BIAS : 0;
    for (size_t i = 0; i < b->count; i++) d->probability[i] = model_probability(sum[i] + bias);
    return ERR_OK;
}

static enum err_code make_room(const struct blocks *b, struct arena *arena, struct decision *out, struct err *e) {
    size_t n = b->count + 1;
    *out = (struct decision){.keep = arena_alloc_array(arena, n, sizeof(bool)),
                             .probability = arena_alloc_array(arena, n, sizeof(uint16_t)),
                             .first = arena_alloc_array(arena, n, sizeof(uint16_t)),
                             .rule = arena_alloc_array(arena, n, sizeof(uint8_t))};
    bool good = out->keep && out->probability && out->first && out->rule;
    return good ? ERR_OK : err_set(e, ERR_MEMORY, "no memory for a decision over %zu blocks", n);
}

enum err_code decide(const struct blocks *b, const struct page_hints *hints, const struct model_set *models, struct arena *arena, struct decision *out,
                     struct err *e) {
    struct ranked *order = arena_alloc_array(arena, 2 * b->count + 1, sizeof *order);
    enum err_code code = make_room(b, arena, out, e);
    if (!code && !order) code = err_set(e, ERR_MEMORY, "no memory for a decision over %zu blocks", b->count);
    if (!code) code = ask_models(b, hints, models, arena, out, e);
    if (code) return code;
    drop_comments(b, out);
    drop_captions(b, out);
    keep_best(b, order, out);
    if (!furniture_drop(b, out, arena)) return err_set(e, ERR_MEMORY, "no memory for a decision over %zu blocks", b->count);
    tidy(b, out);
    return drop_copies(b, arena, out) ? ERR_OK : err_set(e, ERR_MEMORY, "no memory for a decision over %zu blocks", b->count);
}

enum err_code decide_keep_all(const struct blocks *b, struct arena *arena, struct decision *out, struct err *e) {
    enum err_code code = make_room(b, arena, out, e);
    if (code) return code;
    memset(out->keep, true, b->count * sizeof *out->keep);
    out->kept_tokens = b->tokens;
    out->expected = b->tokens;
    out->f1 = 1;
    return ERR_OK;
}

size_t decision_kept_bytes(const struct blocks *b, const struct decision *d) {
    size_t bytes = 0;
    for (size_t i = 0; i < b->count; i++) bytes += d->keep[i] ? b->block[i].text.n : 0;
    return bytes;
}
