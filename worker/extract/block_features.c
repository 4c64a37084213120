#include "block_features.h"

#include "base/hash.h"
#include "block_text.h"
#include "block_features_marks.h"
#include "block_features_node.h"
#include "block_features_scale.h"
#include "word_starts.h"

enum { SET_WORDS_MAX = 64, WORD_SLOTS = 256, RUN_MAX = 40, WINDOW_BYTES = 24, WINDOW_SLOTS = 4096, MOSTLY = 200 /* of 255 */ };

#define FEATURE_NAME(name) #name,
const char *const feature_names[FEATURE_COUNT] = {FEATURES_FIRST(FEATURE_NAME) FEATURES_SECOND(FEATURE_NAME)};
#undef FEATURE_NAME

static uint8_t *column(const struct features *f, enum feature id) { return f->column + (size_t)id * f->stride; }

/* -- the block itself ---------------------------------------------------------------------------------------------------------- */

static unsigned tag_order(unsigned tag) {
    static const uint16_t tags[] = {LXB_TAG_P,       LXB_TAG_PRE,  LXB_TAG_BLOCKQUOTE, LXB_TAG_H1,     LXB_TAG_H2,     LXB_TAG_H3,      LXB_TAG_H4,  LXB_TAG_H5,
                                    LXB_TAG_H6,      LXB_TAG_LI,   LXB_TAG_DD,         LXB_TAG_DT,     LXB_TAG_TD,     LXB_TAG_TH,      LXB_TAG_TR,  LXB_TAG_FIGCAPTION,
                                    LXB_TAG_CAPTION, LXB_TAG_SUMMARY, LXB_TAG_DETAILS, LXB_TAG_SECTION, LXB_TAG_ARTICLE, LXB_TAG_MAIN,   LXB_TAG_DIV, LXB_TAG_CENTER,
                                    LXB_TAG_FORM,    LXB_TAG_ADDRESS, LXB_TAG_HEADER,  LXB_TAG_FOOTER, LXB_TAG_ASIDE,  LXB_TAG_NAV,     LXB_TAG_BODY};
    for (unsigned i = 0; i < COUNT_OF(tags); i++)
        if (tags[i] == tag) return i + 1;
    return COUNT_OF(tags) + 1;
}

static void measure_own(const struct blocks *b, struct features *f) {
    for (size_t i = 0; i < b->count; i++) {
        const struct text_block *k = &b->block[i];
        const struct block_node *node = &b->node[k->node];
        uint8_t *c = f->column + i;
        size_t s = f->stride;
        c[F_TOKENS * s] = scale_count(k->tokens);
        c[F_TOKEN_LENGTH * s] = scale_count((uint64_t)k->chars * 8 / (k->tokens + 1));
        c[F_LINK_SHARE * s] = scale_share(k->link_chars, k->chars);
        c[F_LINKS * s] = scale_count(k->links);
        c[F_SENTENCES * s] = scale_count(k->sentences);
        c[F_SENTENCE_TOKENS * s] = k->sentences ? scale_count(k->tokens / k->sentences) : 0;
        c[F_COMMAS * s] = scale_share(k->commas * 8, k->tokens + 1);
        c[F_END * s] = k->ends_sentence ? 2 : k->ends_colon;
        c[F_UPPER_START * s] = k->starts_upper;
        c[F_UPPER_SHARE * s] = scale_share(k->upper, k->chars);
        c[F_DIGIT_SHARE * s] = scale_share(k->digits, k->chars);
        c[F_SYMBOL_SHARE * s] = scale_share(k->symbols * 4, k->chars);
        c[F_BOLD_SHARE * s] = scale_share(k->bold_chars, k->chars);
        c[F_CODE_SHARE * s] = scale_share(k->code_chars, k->chars);
        c[F_TAG * s] = (uint8_t)tag_order(node->tag);
        c[F_HEADING * s] = (uint8_t)heading_level(node->tag);
        c[F_BREAKS * s] = scale_count(k->breaks);
        c[F_IMAGES * s] = scale_count(k->images);
        c[F_CELLS * s] = scale_count(k->cells);
        c[F_BUTTON * s] = k->button;
        c[F_HIDDEN * s] = (uint8_t)((node->places & IN_HIDDEN ? 1 : 0) + (k->hidden ? 2 : 0));
        c[F_HAS_DATE * s] = k->has_date;
        c[F_HAS_PRICE * s] = k->has_price;
        c[F_INLINE_SCORE * s] = scale_signed(k->inline_score);
        c[F_LIST_DEPTH * s] = scale_count(k->list_depth);
    }
}

struct slot {
    uint64_t hash;
    uint32_t count, seen;
};

static struct slot *find_slot(struct slot *slots, size_t mask, uint64_t hash) {
    size_t i = hash & mask;
    while (slots[i].hash && slots[i].hash != hash) i = (i + 1) & mask;
    slots[i].hash = hash;
    return &slots[i];
}

/* Blocks of the same text. */
static bool measure_duplicates(const struct blocks *b, struct arena *arena, struct features *f) {
    size_t mask = 16;
    while (mask < 2 * b->count + 2) mask *= 2;
    struct slot *slots = arena_alloc_array(arena, mask, sizeof *slots);
    struct slot **of = arena_alloc_array(arena, b->count + 1, sizeof(struct slot *));
    if (!slots || !of) return false;
    mask--;
    for (size_t i = 0; i < b->count; i++) {
        of[i] = find_slot(slots, mask, hash64(b->block[i].text) | 1);
        of[i]->count++;
    }
    for (size_t i = 0; i < b->count; i++) {
        column(f, F_DUPLICATE_BEFORE)[i] = scale_count(of[i]->seen++);
        column(f, F_DUPLICATES)[i] = scale_count(of[i]->count - 1);
    }
    return true;
}

/* Windows of text that stand in another block too: teasers opened, texts that a page holds once more for a script. Windows begin where the text itself says
 * so (at words whose next bytes hash to a chosen value), so that the same text gives the same windows wherever it stands. */
struct window {
    uint32_t tag, owner;
};

static bool measure_repeats(const struct blocks *b, struct arena *arena, struct features *f) {
    struct window *windows = arena_alloc_array(arena, WINDOW_SLOTS, sizeof *windows);
    uint32_t *counts = arena_alloc_array(arena, 3 * b->count + 1, sizeof *counts);
    if (!windows || !counts) return false;
    uint32_t *all = counts, *before = counts + b->count, *after = before + b->count;
    for (uint32_t i = 0; i < b->count; i++) {
        sv text = b->block[i].text;
        for (size_t at = 0; (at = word_starts_next(text, at)) + WINDOW_BYTES <= text.n; at++) {
            uint64_t head;
            memcpy(&head, text.p + at, sizeof head);
            if ((head * 0x9E3779B97F4A7C15u) >> 62) continue;
            uint64_t hash = hash64(sv_from(text.p + at, WINDOW_BYTES));
            struct window *w = &windows[hash % WINDOW_SLOTS];
            uint32_t tag = (uint32_t)(hash >> 32) | 1;
            all[i]++;
            if (w->tag == tag && w->owner != i) before[i]++, after[w->owner]++;
            if (!w->tag) *w = (struct window){tag, i};
        }
    }
    for (size_t i = 0; i < b->count; i++) {
        column(f, F_SEEN_BEFORE)[i] = scale_share(before[i], all[i]);
        column(f, F_SEEN_AFTER)[i] = scale_share(after[i], all[i]);
    }
    return true;
}

/* -- the title ------------------------------------------------------------------------------------------------------------------- */

/* The words of the title. */
struct word_set {
    uint32_t slot[WORD_SLOTS], stamp[WORD_SLOTS];
    size_t count;
};

static unsigned word_slot(const struct word_set *t, uint32_t hash) {
    unsigned i = hash % WORD_SLOTS;
    while (t->slot[i] && t->slot[i] != hash) i = (i + 1) % WORD_SLOTS;
    return i;
}

static void word_set_add(struct word_set *t, sv text) {
    uint32_t hashes[SET_WORDS_MAX];
    size_t n = block_text_hashes(text, hashes, SET_WORDS_MAX);
    for (size_t i = 0; i < n; i++) {
        unsigned slot = word_slot(t, hashes[i] | 1);
        t->count += t->slot[slot] == 0;
        t->slot[slot] = hashes[i] | 1;
    }
}

/* How many words of the set are among those hashed, each once. */
static size_t words_in_both(struct word_set *t, const uint32_t *hashes, size_t n, uint32_t stamp) {
    size_t both = 0;
    for (size_t i = 0; i < n && t->count; i++) {
        unsigned slot = word_slot(t, hashes[i] | 1);
        if (!t->slot[slot] || t->stamp[slot] == stamp) continue;
        t->stamp[slot] = stamp;
        both++;
    }
    return both;
}

/* The hashes of the words of each block of few. */
static bool hash_words(const struct blocks *b, struct arena *arena, struct block_words *out) {
    size_t count = 0, room = 0;
    for (size_t i = 0; i < b->count; i++) room += b->block[i].tokens < BLOCK_WORDS_MAX ? b->block[i].tokens : 0;
    uint32_t *first = arena_alloc_array(arena, b->count + 1, sizeof *first), *hash = arena_alloc_array(arena, room, sizeof *hash);
    *out = (struct block_words){hash, first};
    if (!first || !hash) return false;
    for (size_t i = 0; i < b->count; i++) {
        if (b->block[i].tokens < BLOCK_WORDS_MAX) count += block_text_hashes(b->block[i].text, hash + count, room - count);
        first[i + 1] = (uint32_t)count;
    }
    return true;
}

static void measure_overlap(const struct blocks *b, const struct page_hints *hints, const struct block_words *words, struct features *f) {
    struct word_set title = {0};
    word_set_add(&title, hints->title);
    word_set_add(&title, hints->og_title);
    for (size_t i = 0; title.count && i < b->count; i++) {
        size_t n = words->first[i + 1] - words->first[i], both = words_in_both(&title, words->hash + words->first[i], n, (uint32_t)i + 1);
        if (b->block[i].tokens >= BLOCK_WORDS_MAX) continue;
        column(f, F_TITLE_OVERLAP)[i] = scale_share(both, n + title.count - both);
    }
}

/* Which block is the headline, and where the others stand to it. */
static bool measure_title(const struct blocks *b, struct arena *arena, struct features *f) {
    size_t best = 0;
    unsigned most = 0, h1 = 0;
    for (size_t i = 0; i < b->count; i++) {
        const struct text_block *k = &b->block[i];
        unsigned level = heading_level(b->node[k->node].tag);
        unsigned rank = column(f, F_TITLE_OVERLAP)[i] + (level == 1 ? 77u : 0u) + (level ? 26u : 0u);
        if (k->hidden || b->node[k->node].places & IN_HIDDEN) rank = rank > 77 ? rank - 77 : 0;
        if (rank > most) most = rank, best = i;
        column(f, F_H1_BEFORE)[i] = scale_count(h1);
        h1 += level == 1;
    }
    bool found = most > 77;
    uint32_t *meet = found ? features_meet(b, b->block[best].node, arena) : NULL;
    if (found && !meet) return false;
    for (size_t i = 0; i < b->count; i++) {
        uint32_t n = b->block[i].node;
        column(f, F_AFTER_TITLE)[i] = found ? scale_signed((int64_t)i - (int64_t)best) : 255;
        column(f, F_TITLE_UP)[i] = found ? scale_count((uint64_t)(b->node[n].depth - b->node[meet[n]].depth)) : 255;
        column(f, F_TITLE_DOWN)[i] = found ? scale_count((uint64_t)(b->node[b->block[best].node].depth - b->node[meet[n]].depth)) : 255;
    }
    return true;
}

/* -- where it stands ----------------------------------------------------------------------------------------------------------------- */

static void measure_position(const struct blocks *b, const struct features *features) {
    const struct features own = *features, *f = &own; /* that no store of a byte can change */
    size_t last = SIZE_MAX, linked = SIZE_MAX;
    unsigned last_level = 0;
    for (size_t i = 0; i < b->count; i++) {
        uint32_t n = b->block[i].node, parent = b->node[n].parent;
        int depth = b->node[n].depth;
        const struct text_block *before = i ? &b->block[i - 1] : NULL, *after = i + 1 < b->count ? &b->block[i + 1] : NULL;
        column(f, F_POSITION)[i] = scale_share(i, b->count);
        column(f, F_TOKEN_POSITION)[i] = scale_share(f->tokens_before[i], b->tokens);
        column(f, F_INDEX)[i] = scale_count(i);
        column(f, F_DEPTH)[i] = scale_count((uint64_t)depth);
        column(f, F_HEADING_GAP)[i] = last == SIZE_MAX ? 255 : scale_count(i - last);
        column(f, F_HEADING_LEVEL)[i] = (uint8_t)last_level;
        column(f, F_HEADING_LINK_GAP)[i] = linked == SIZE_MAX ? 255 : scale_count(i - linked);
        column(f, F_DEPTH_BEFORE)[i] = before ? scale_signed(depth - b->node[before->node].depth) : 0;
        column(f, F_DEPTH_AFTER)[i] = after ? scale_signed(depth - b->node[after->node].depth) : 0;
        column(f, F_KIN_BEFORE)[i] = before ? (uint8_t)((b->node[before->node].parent == parent) + (before->node == n)) : 0;
        column(f, F_KIN_AFTER)[i] = after ? (uint8_t)((b->node[after->node].parent == parent) + (after->node == n)) : 0;
        unsigned level = heading_level(b->node[n].tag);
        if (level) last = i, last_level = level;
        if (level && column(f, F_LINK_SHARE)[i] >= MOSTLY) linked = i;
    }
}

static void measure_run(const struct blocks *b, struct features *f) {
    size_t run = 0;
    for (size_t i = 0; i < b->count; i++) {
        const struct block_node *node = &b->node[b->block[i].node], *before = i ? &b->node[b->block[i - 1].node] : NULL;
        run = before && before != node && before->tag == node->tag && before->depth == node->depth ? run + 1 : 0;
        column(f, F_RUN)[i] = scale_count(run < RUN_MAX ? run : RUN_MAX);
    }
}

static void measure_neighbours(const struct blocks *b, struct features *f, const struct sums *s) {
    static const struct {
        enum feature to, from;
        int step;
        uint8_t none;
    } copies[] = {{F_BEFORE1_TOKENS, F_TOKENS, -1, 0}, {F_BEFORE2_TOKENS, F_TOKENS, -2, 0},   {F_AFTER1_TOKENS, F_TOKENS, 1, 0},
                  {F_AFTER2_TOKENS, F_TOKENS, 2, 0},   {F_BEFORE1_LINKS, F_LINK_SHARE, -1, 0}, {F_AFTER1_LINKS, F_LINK_SHARE, 1, 0},
                  {F_BEFORE1_TAG, F_TAG, -1, 0},       {F_AFTER1_TAG, F_TAG, 1, 0},            {F_BEFORE1_SCORE, F_SCORE_SUM, -1, 128},
                  {F_AFTER1_SCORE, F_SCORE_SUM, 1, 128}};
    for (size_t k = 0; k < COUNT_OF(copies); k++) {
        size_t before = copies[k].step < 0 ? (size_t)-copies[k].step : 0, behind = copies[k].step > 0 ? (size_t)copies[k].step : 0;
        uint8_t *to = column(f, copies[k].to);
        memset(to, copies[k].none, b->count);
        if (b->count > before + behind) memcpy(to + before, column(f, copies[k].from) + behind, b->count - before - behind);
    }
    for (size_t i = 0; i < b->count; i++) {
        column(f, F_BEFORE3_PROSE)[i] = scale_count(sums_window(s->prose, b->count, i, -3, -1));
        column(f, F_AFTER3_PROSE)[i] = scale_count(sums_window(s->prose, b->count, i, 1, 3));
        column(f, F_WINDOW_PROSE)[i] = scale_count(sums_window(s->prose, b->count, i, -8, 8));
        column(f, F_WINDOW_LINKS)[i] = scale_share(sums_window(s->links, b->count, i, -4, 4), sums_window(s->tokens, b->count, i, -4, 4));
    }
}

/* -- the page ------------------------------------------------------------------------------------------------------------------------ */

static void fill(struct features *f, enum feature id, uint8_t value) { memset(column(f, id), value, f->count); }

static void measure_url(const struct page_hints *hints, struct features *f) {
    sv url = hints->url;
    unsigned depth = 0, digits = 0, dashes = 0;
    size_t scheme = sv_find(url, SV("://"), 0), path = sv_find_char(url, '/', scheme == SIZE_MAX ? 0 : scheme + 3);
    for (size_t i = path; path != SIZE_MAX && i < url.n && url.p[i] != '?' && url.p[i] != '#'; i++) {
        depth += url.p[i] == '/' && i + 1 < url.n;
        digits += ascii_is_digit(url.p[i]);
        dashes += url.p[i] == '-' || url.p[i] == '_';
    }
    fill(f, F_PAGE_URL_DEPTH, url.n ? scale_count(depth) : 255);
    fill(f, F_PAGE_URL_DIGITS, url.n ? scale_count(digits) : 255);
    fill(f, F_PAGE_URL_DASHES, url.n ? scale_count(dashes) : 255);
}

static void measure_page(const struct blocks *b, const struct page_hints *hints, const struct sums *s, struct features *f) {
    uint32_t chars = 0, alone = 0, comments = 0, paragraphs = 0, headings = 0, h1 = 0, lists = 0, tables = 0, buttons = 0, dates = 0, symbols = 0, code = 0,
             articles = 0, prices = 0;
    for (size_t i = 0; i < b->count; i++) {
        const struct text_block *k = &b->block[i];
        const struct block_node *node = &b->node[k->node];
        chars += k->chars;
        alone += k->alone;
        symbols += k->symbols;
        buttons += k->button;
        dates += k->has_date;
        prices += k->has_price;
        code += node->places & IN_PRE ? k->chars : k->code_chars;
        if (node->places & IN_COMMENTS) comments += k->tokens;
        if (node->places & IN_LIST) lists += k->tokens;
        if (node->places & IN_TABLE) tables += k->tokens;
        paragraphs += node->tag == LXB_TAG_P;
        headings += heading_level(node->tag) > 0;
        h1 += node->tag == LXB_TAG_H1;
    }
    for (size_t n = 0; n < b->node_count; n++) articles += (b->node[n].own & IN_ARTICLE) != 0;
    fill(f, F_PAGE_TOKENS, scale_count(b->tokens));
    fill(f, F_PAGE_BLOCKS, scale_count(b->count));
    fill(f, F_PAGE_LINKS, scale_share(s->links[b->count], b->tokens));
    fill(f, F_PAGE_PROSE, scale_share(s->prose[b->count], b->tokens));
    fill(f, F_PAGE_ARTICLES, scale_count(articles));
    fill(f, F_PAGE_ALONE, scale_share(alone, chars));
    fill(f, F_PAGE_COMMENTS, scale_share(comments, b->tokens));
    fill(f, F_PAGE_PARAGRAPHS, scale_count(paragraphs));
    fill(f, F_PAGE_HEADINGS, scale_count(headings));
    fill(f, F_PAGE_H1, scale_count(h1));
    fill(f, F_PAGE_LISTS, scale_share(lists, b->tokens));
    fill(f, F_PAGE_TABLES, scale_share(tables, b->tokens));
    fill(f, F_PAGE_IMAGES, scale_count(b->images));
    fill(f, F_PAGE_BUTTONS, scale_count(buttons));
    fill(f, F_PAGE_DATES, scale_count(dates));
    fill(f, F_PAGE_SYMBOLS, scale_share((uint64_t)symbols * 8, chars));
    fill(f, F_PAGE_CODE, scale_share(code, chars));
    fill(f, F_PAGE_OG_TYPE, (uint8_t)(hints->og_type * 2 + hints->has_published));
    fill(f, F_PAGE_URL_KIND, (uint8_t)hints->url_kind);
    fill(f, F_PAGE_STATED_ARTICLE, (hints->stated & STATED_ARTICLE) != 0);
    fill(f, F_PAGE_STATED_PRODUCT, (hints->stated & STATED_PRODUCT) != 0);
    fill(f, F_PAGE_STATED_LIST, (hints->stated & STATED_LIST) != 0);
    fill(f, F_PAGE_STATED_FORUM, (hints->stated & STATED_FORUM) != 0);
    fill(f, F_PAGE_STATED_OTHER, (uint8_t)(hints->stated >> 4));
    fill(f, F_PAGE_PRICES, scale_count(prices));
    measure_url(hints, f);
}

enum err_code features_measure(const struct blocks *b, const struct page_hints *hints, struct arena *arena, struct features *f, struct err *e) {
    struct sums sums;
    struct block_words words;
    *f = (struct features){.count = b->count, .stride = (b->count + FEATURE_LANES - 1) / FEATURE_LANES * FEATURE_LANES};
    f->column = arena_alloc_array(arena, FEATURE_COUNT, f->stride + 1);
    if (!f->column || !sums_of_blocks(b, arena, &sums) || !measure_duplicates(b, arena, f) || !measure_repeats(b, arena, f) || !hash_words(b, arena, &words)) goto refused;
    f->tokens_before = sums.tokens;
    measure_own(b, f);
    measure_overlap(b, hints, &words, f);
    if (!measure_title(b, arena, f)) goto refused;
    measure_position(b, f);
    measure_run(b, f);
    features_measure_marks(b, &words, f);
    if (!features_measure_nodes(b, &sums, arena, f)) goto refused;
    if (!features_measure_parts(b, arena, f)) goto refused;
    features_measure_description(b, hints, f);
    measure_neighbours(b, f, &sums);
    measure_page(b, hints, &sums, f);
    return ERR_OK;
refused:
    return err_set(e, ERR_MEMORY, "no memory for the features of %zu blocks", b->count);
}
