#include "furniture.h"

#include <stdlib.h>

#include "base/hash.h"

enum {
    ATTRIBUTE_BYTES_MAX = 200,
    BANNER_TOKENS_MAX = 160,
    BOX_TOKENS_MAX = 120,      /* words in a box that asks for an address */
    BOX_NODES_MAX = 200,
    PARTS = 3,                 /* a banner or a box is at most one part in so many of what is kept */
    NOTES_PARTS = 16,          /* notes that are more than that are a text of their own */
    COPY_PARTS = 4,            /* of COPY_OF: what of a hidden element is there to be seen too, from which it is a copy */
    COPY_OF = 5,
    COPY_TOKENS_MIN = 8,       /* shorter lines may well be said again */
    DIALOG_TOKENS_MAX = 60,
    HEADLINE_MOST = 55705,     /* of 65535: above it the models take the headline for text */
    QUOTE_TOKENS_MIN = 4,
    QUOTE_TOKENS_MAX = 60,
    QUOTES_MAX = 32,
    QUOTE_LEVELS = 3,
    QUOTE_REACH = 24,          /* blocks before and behind, among which is the sentence */
    TEASER_TOKENS_MAX = 40,
    LABEL_BYTES_MAX = 30,      /* of "Read more:" */
    COPYRIGHT_TOKENS_MAX = 60,
};

enum word { /* bits: what class and id say */
    WORD_CONSENT = 1,
    WORD_BOX = 2,
    WORD_NOTES = 4,
    WORD_PULL = 8,
};

struct room {
    const struct blocks *b;
    struct decision *d;
    uint32_t *kept; /* tokens kept before each block */
    uint8_t *words; /* of each node that holds something kept */
};

static uint32_t kept_in(const struct room *r, const struct block_node *n) { return r->kept[n->end] - r->kept[n->first]; }

static void drop(struct room *r, size_t i) {
    if (!r->d->keep[i]) return;
    r->d->keep[i] = false;
    r->d->kept_tokens -= r->b->block[i].tokens;
    r->d->rule[i] = RULE_FURNITURE;
}

/* -- words of class and id --------------------------------------------------------------------------------------------------- */

static unsigned words_of(sv v) {
    static const struct {
        const char *stem;
        unsigned word;
    } stems[] = {{"cookie", WORD_CONSENT}, {"consent", WORD_CONSENT}, {"gdpr", WORD_CONSENT}, {"newsletter", WORD_BOX}, {"signup", WORD_BOX}, {"sign-up", WORD_BOX},
                 {"subscribe", WORD_BOX}, {"footnote", WORD_NOTES}, {"endnote", WORD_NOTES}, {"pullquote", WORD_PULL}, {"pull-quote", WORD_PULL},
                 {"pull_quote", WORD_PULL}, {"pulledquote", WORD_PULL}};
    unsigned words = 0;
    v = sv_take(v, ATTRIBUTE_BYTES_MAX);
    for (size_t i = 0; i < v.n; i++) {
        char c = ascii_lower(v.p[i]);
        if (c != 'c' && c != 'g' && c != 'n' && c != 's' && c != 'f' && c != 'e' && c != 'p') continue;
        bool starts = i == 0 || !ascii_is_alpha(v.p[i - 1]) || (v.p[i] != c && v.p[i - 1] == ascii_lower(v.p[i - 1]));
        for (size_t k = 0; starts && k < COUNT_OF(stems); k++)
            if (sv_begins(sv_skip(v, i), stems[k].stem) && !sv_starts_nocase(sv_skip(v, i), SV("subscriber"))) words |= stems[k].word;
    }
    return words;
}

/* -- places ------------------------------------------------------------------------------------------------------------------ */

static bool holds_form(const struct blocks *b, size_t n) {
    uint16_t depth = b->node[n].depth;
    if (b->node[n].places & IN_FORM) return true;
    for (size_t k = n + 1; k < b->node_count && k < n + BOX_NODES_MAX && b->node[k].depth > depth; k++)
        if (b->node[k].own & IN_FORM) return true;
    return false;
}

static bool is_banner(const struct room *r, const struct block_node *node, unsigned words) {
    uint32_t kept = kept_in(r, node);
    bool consent = words & WORD_CONSENT && !(node->places & (IN_ARTICLE | IN_BODY | IN_MAIN));
    return kept * PARTS <= r->d->kept_tokens && ((consent && kept <= BANNER_TOKENS_MAX) || (node->own & IN_DIALOG && kept <= DIALOG_TOKENS_MAX));
}

static bool is_box(const struct room *r, size_t n, unsigned words) {
    uint32_t kept = kept_in(r, &r->b->node[n]);
    return words & WORD_BOX && kept <= BOX_TOKENS_MAX && kept * PARTS <= r->d->kept_tokens && holds_form(r->b, n);
}

static void drop_places(struct room *r) {
    for (size_t n = 1; n < r->b->node_count; n++) {
        const struct block_node *node = &r->b->node[n];
        if (!kept_in(r, node)) continue;
        unsigned words = words_of(node->classes) | words_of(node->id);
        r->words[n] = (uint8_t)words;
        if (!is_banner(r, node, words) && !is_box(r, n, words)) continue;
        for (uint32_t i = node->first; i < node->end; i++) drop(r, i);
    }
}

/* Notes at the foot, unless they are so long that they are a text of their own. */
static void drop_notes(struct room *r) {
    uint64_t notes = 0;
    for (int round = 0; round < 2; round++) {
        for (size_t n = 1, end = 0; n < r->b->node_count; n++) {
            const struct block_node *node = &r->b->node[n];
            if (!(r->words[n] & WORD_NOTES) || node->first < end) continue;
            end = node->end;
            notes += round == 0 ? kept_in(r, node) : 0;
            for (uint32_t i = node->first; round == 1 && i < node->end; i++) drop(r, i);
        }
        if (notes * NOTES_PARTS > r->kept[r->b->count]) return;
    }
}

/* -- lines ------------------------------------------------------------------------------------------------------------------- */

bool furniture_is_ad_label(sv line) {
    static const char *const labels[] = {"advertisement", "advertising", "advertorial", "sponsored", "anzeige", "werbung", "publicidad", "publicité", "publicidade", "pubblicità",
                                         "advertentie", "annonse", "annons", "annonce", "mainos", "reklama", "reklam", "oglas", "реклама", "Реклама", "РЕКЛАМА", "広告", "广告",
                                         "廣告", "광고", "διαφήμιση", "פרסומת", "إعلان", "quảng cáo", "โฆษณา", "iklan", "विज्ञापन", "hirdetés", "publicitate", "ad", "ads"};
    while (line.n && strchr("-[]()*:.", line.p[0])) line = sv_skip(line, 1);
    while (line.n && strchr("-[]()*:.", line.p[line.n - 1])) line = sv_take(line, line.n - 1);
    line = sv_trim(line);
    for (size_t i = 0; i < COUNT_OF(labels); i++)
        if (sv_is(line, labels[i])) return true;
    return false;
}

static bool has_year(sv v) {
    unsigned digits = 0;
    for (size_t i = 0; i <= v.n; i++) {
        if (i < v.n && ascii_is_digit(v.p[i])) {
            digits++;
            continue;
        }
        if (digits == 4 && (memcmp(v.p + i - 4, "19", 2) == 0 || memcmp(v.p + i - 4, "20", 2) == 0)) return true;
        digits = 0;
    }
    return false;
}

static bool is_copyright(const struct text_block *k) {
    if (k->tokens > COPYRIGHT_TOKENS_MAX || !has_year(k->text)) return false;
    return sv_starts(k->text, SV("©")) || sv_starts_nocase(k->text, SV("copyright")) || sv_starts_nocase(k->text, SV("(c) "));
}

/* The last lines of what is kept, outside of the element that holds all the rest, as long as each claims the page for somebody. */
static void drop_copyright(struct room *r) {
    size_t last = r->b->count, first = 0;
    while (first < r->b->count && !r->d->keep[first]) first++;
    while (last > first && !(r->d->keep[last - 1] && !is_copyright(&r->b->block[last - 1]))) last--;
    if (last == first) return;
    uint32_t n = r->b->block[last - 1].node;
    while (r->b->node[n].first > first) n = r->b->node[n].parent;
    for (size_t i = r->b->node[n].end > last ? r->b->node[n].end : last; i < r->b->count; i++) drop(r, i);
}

/* A paragraph that is one link and no sentence, with a label before it: "Read more: ...". */
static bool is_teaser(const struct room *r, size_t i) {
    const struct text_block *k = &r->b->block[i];
    const struct block_node *node = &r->b->node[k->node];
    if (k->links != 1 || k->link_chars < k->chars || k->tokens > TEASER_TOKENS_MAX || k->ends_sentence) return false;
    if ((node->places & (IN_LIST | IN_TABLE)) || (node->tag >= LXB_TAG_H1 && node->tag <= LXB_TAG_H6)) return false;
    size_t colon = sv_find_char(k->text, ':', 0);
    return colon != SIZE_MAX && colon < LABEL_BYTES_MAX && colon + 1 < k->text.n && k->text.p[colon + 1] == ' ';
}

/* The numbers beside code, in a block of their own. */
static bool is_line_numbers(const struct room *r, size_t i) {
    const struct text_block *k = &r->b->block[i];
    return r->b->node[k->node].places & IN_PRE && k->digits == k->chars && sv_find_char(k->text, '\n', 0) != SIZE_MAX;
}

static void drop_lines(struct room *r) {
    for (size_t i = 0; i < r->b->count; i++) {
        if (!r->d->keep[i]) continue;
        const struct text_block *k = &r->b->block[i];
        bool quotes = i > 0 && i + 1 < r->b->count && r->d->keep[i - 1];
        if ((k->tokens <= 6 && furniture_is_ad_label(k->text)) || is_line_numbers(r, i) || (quotes && is_teaser(r, i))) drop(r, i);
    }
}

/* -- text that is there twice --------------------------------------------------------------------------------------------------- */

struct seen {
    uint64_t hash;
    uint32_t index;
};

static int by_hash(const void *a, const void *b) {
    const struct seen *x = a, *y = b;
    return x->hash != y->hash ? (x->hash < y->hash ? -1 : 1) : (x->index < y->index ? -1 : x->index > y->index);
}

/* The copies of visible text that stand in hidden elements, where most of the element is such: the same text for another width of screen. */
static void drop_hidden(struct room *r, const uint32_t *copies) {
    for (size_t n = 1; n < r->b->node_count; n++) {
        const struct block_node *node = &r->b->node[n];
        bool hidden = node->own & IN_HIDDEN && !(r->b->node[node->parent].places & IN_HIDDEN);
        uint32_t kept = hidden ? kept_in(r, node) : 0, same = hidden ? copies[node->end] - copies[node->first] : 0;
        for (uint32_t i = node->first; kept && (uint64_t)same * COPY_OF >= (uint64_t)kept * COPY_PARTS && i < node->end; i++) drop(r, i);
    }
}

static bool is_hidden(const struct room *r, size_t i) { return r->b->node[r->b->block[i].node].places & IN_HIDDEN; }

static bool drop_copies(struct room *r, struct arena *arena) {
    struct seen *seen = arena_alloc_array(arena, r->b->count + 1, sizeof *seen);
    uint32_t *copies = arena_alloc_array(arena, r->b->count + 1, sizeof *copies); /* tokens before each block */
    size_t count = 0;
    if (!seen || !copies) return false;
    for (size_t i = 0; i < r->b->count; i++)
        if (r->d->keep[i]) seen[count++] = (struct seen){hash64(r->b->block[i].text), (uint32_t)i};
    qsort(seen, count, sizeof *seen, by_hash);
    for (size_t i = 0, end; i < count; i = end) {
        bool visible = false;
        for (end = i; end < count && seen[end].hash == seen[i].hash; end++) visible |= !is_hidden(r, seen[end].index);
        for (size_t k = i; visible && k < end; k++) copies[seen[k].index + 1] = is_hidden(r, seen[k].index) && r->b->block[seen[k].index].tokens >= COPY_TOKENS_MIN ? r->b->block[seen[k].index].tokens : 0;
    }
    for (size_t i = 0; i < r->b->count; i++) copies[i + 1] += copies[i];
    drop_hidden(r, copies);
    return true;
}

/* -- pull quotes ------------------------------------------------------------------------------------------------------------------ */

static bool is_quote_place(const struct room *r, size_t i) {
    uint32_t n = r->b->block[i].node;
    for (unsigned level = 0; level < QUOTE_LEVELS && n; level++, n = r->b->node[n].parent)
        if (r->words[n] & WORD_PULL || r->b->node[n].tag == LXB_TAG_ASIDE) return true;
    return false;
}

/* Without quotation marks and stops at both ends. */
static sv bare(sv v) {
    static const char *const marks[] = {"\"", "'", "“", "”", "„", "«", "»", "‘", "’", "‹", "›", "「", "」", "『", "』", ".", "…", ",", "。", "!", "?", "-", "–", "—"};
    for (bool again = true; again;) {
        again = false;
        v = sv_trim(v);
        for (size_t i = 0; i < COUNT_OF(marks); i++) {
            sv mark = sv_cstr(marks[i]);
            if (sv_starts(v, mark)) v = sv_skip(v, mark.n), again = true;
            if (sv_ends(v, mark)) v = sv_take(v, v.n - mark.n), again = true;
        }
    }
    return v;
}

static void drop_pull_quotes(struct room *r) {
    unsigned quotes = 0;
    for (size_t i = 0; i < r->b->count && quotes < QUOTES_MAX; i++) {
        const struct text_block *k = &r->b->block[i];
        if (!r->d->keep[i] || k->tokens < QUOTE_TOKENS_MIN || k->tokens > QUOTE_TOKENS_MAX || !is_quote_place(r, i)) continue;
        sv text = bare(k->text);
        quotes++;
        for (size_t j = i > QUOTE_REACH ? i - QUOTE_REACH : 0; j < r->b->count && j <= i + QUOTE_REACH; j++) {
            if (j == i || !r->d->keep[j] || r->b->block[j].text.n <= text.n || !sv_has_nocase(r->b->block[j].text, text)) continue;
            drop(r, i);
            break;
        }
    }
}

void furniture_drop_title(const struct blocks *b, struct decision *d, sv title) {
    for (size_t i = 0; i < b->count && title.n; i++) {
        unsigned tag = b->node[b->block[i].node].tag;
        if (!d->keep[i]) continue;
        if (tag != LXB_TAG_H1 || d->probability[i] > HEADLINE_MOST || d->type.type != PAGE_ARTICLE || !sv_eq_nocase(b->block[i].text, title)) return;
        d->keep[i] = false;
        d->kept_tokens -= b->block[i].tokens;
        d->rule[i] = RULE_TITLE;
    }
}

bool furniture_drop(const struct blocks *b, struct decision *d, struct arena *arena) {
    bool is_forum = d->type.type == PAGE_FORUM;
    struct room r = {b, d, arena_alloc_array(arena, b->count + 1, sizeof(uint32_t)), arena_alloc_array(arena, b->node_count + 1, 1)};
    if (!r.kept || !r.words) return false;
    for (size_t i = 0; i < b->count; i++) r.kept[i + 1] = r.kept[i] + (d->keep[i] ? b->block[i].tokens : 0);
    drop_places(&r);
    drop_notes(&r);
    drop_lines(&r);
    drop_copyright(&r);
    drop_pull_quotes(&r);
    return is_forum || drop_copies(&r, arena);
}
