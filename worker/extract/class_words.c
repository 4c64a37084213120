#include "class_words.h"

#include <stdlib.h>

#include "base/hash.h"
#include "blocks.h"
#include "class_parts.h"
#include "mark_words.h"

enum { WORD_MAX = 20, WORD_BYTES = 24 /* of a word and the zeros behind it */, LETTERS = 26, CACHE_SLOTS = 1024, CACHED_WORDS = 1024, CACHED_LETTERS = 16 };
/* "entry-content", "article__body", "post-text", "story-body": a thing and a part of it in a row mean the body of an article. */
enum { THING = 1 << 30, PART = 1 << 29 };
static const uint32_t fnv_start = 2166136261u, fnv_prime = 16777619u;

struct word {
    const char *text;
    size_t n;
    uint32_t meaning; /* places, or THING or PART */
};

#define W(text, meaning) {text, sizeof(text) - 1, meaning}
/* Sorted by the first letter. */
static const struct word words[] = {
    W("ad", IN_CHROME), W("ads", IN_CHROME), W("advert", IN_CHROME), W("advertisement", IN_CHROME), W("advertising", IN_CHROME), W("article", THING),
    W("articlebody", IN_BODY), W("banner", IN_CHROME), W("blog", THING), W("body", PART), W("breadcrumb", IN_CHROME), W("breadcrumbs", IN_CHROME),
    W("caption", IN_CAPTION), W("captions", IN_CAPTION), W("comentarios", IN_COMMENTS), W("comment", IN_COMMENTS), W("comments", IN_COMMENTS),
    W("consent", IN_CHROME), W("content", PART), W("cookie", IN_CHROME), W("cookies", IN_CHROME), W("copyright", IN_CHROME), W("credit", IN_CAPTION),
    W("disqus", IN_COMMENTS), W("entry", THING), W("footer", IN_FOOTER), W("gdpr", IN_CHROME), W("hidden", IN_HIDDEN), W("intensedebate", IN_COMMENTS),
    W("kommentare", IN_COMMENTS), W("livefyre", IN_COMMENTS), W("login", IN_CHROME), W("menu", IN_NAV), W("modal", IN_CHROME), W("nav", IN_NAV),
    W("navbar", IN_NAV), W("navigation", IN_NAV), W("news", THING), W("newsletter", IN_CHROME), W("outbrain", IN_CHROME), W("overlay", IN_CHROME),
    W("pager", IN_CHROME), W("pagination", IN_CHROME), W("paywall", IN_CHROME), W("popular", IN_CHROME), W("popup", IN_CHROME), W("post", THING),
    W("promo", IN_CHROME), W("promotion", IN_CHROME), W("rating", IN_CHROME), W("recommend", IN_CHROME), W("recommendations", IN_CHROME),
    W("recommended", IN_CHROME), W("related", IN_CHROME), W("replies", IN_COMMENTS), W("respond", IN_COMMENTS), W("search", IN_CHROME), W("share", IN_CHROME),
    W("sharebar", IN_CHROME), W("sharedaddy", IN_CHROME), W("sharing", IN_CHROME), W("sidebar", IN_ASIDE), W("signup", IN_CHROME), W("skip", IN_CHROME),
    W("social", IN_CHROME), W("sponsor", IN_CHROME), W("sponsored", IN_CHROME), W("story", THING), W("subscribe", IN_CHROME), W("subscription", IN_CHROME),
    W("taboola", IN_CHROME), W("tags", IN_CHROME), W("talkback", IN_COMMENTS), W("teaser", IN_CHROME), W("teasers", IN_CHROME), W("text", PART),
    W("toolbar", IN_CHROME), W("trending", IN_CHROME), W("widget", IN_CHROME),
};
#undef W

/* Where the words of each letter begin. */
static const uint8_t first_of[LETTERS + 1] = {0, 7, 12, 23, 24, 25, 26, 27, 28, 29, 29, 30, 32, 34, 39, 41, 49, 49, 56, 70, 78, 78, 78, 79, 79, 79, 79};
_Static_assert(COUNT_OF(words) == 79, "first_of is made from the words");

/* "commentbody", "commentaires"; not "commentary". */
static bool begins_with_comment(const char *word, size_t n) {
    static const char stem[] = "comment";
    return n > sizeof stem && word[0] == stem[0] && memcmp(word, stem, sizeof stem - 1) == 0 && (word[7] != 'a' || word[8] == 'i');
}

static uint32_t meaning_of(const char *word, size_t n) {
    if (begins_with_comment(word, n)) return IN_COMMENTS;
    for (size_t i = first_of[word[0] - 'a']; i < first_of[word[0] - 'a' + 1]; i++)
        if (words[i].n == n && words[i].text[1] == word[1] && memcmp(words[i].text, word, n) == 0) return words[i].meaning;
    return 0;
}

/* What is known of a word. */
enum { NO_SCORE = INT16_MIN };
struct meaning {
    uint32_t places, marks; /* places: THING and PART too */
    uint16_t parts;
    int16_t score; /* NO_SCORE: not known */
};
_Static_assert(PART_COUNT <= 16, "parts fit");

static struct meaning look_up(const char word[WORD_BYTES], size_t n, const struct word_scores *scores) {
    struct meaning m = {meaning_of(word, n), mark_words_of(word), (uint16_t)class_parts_of(sv_from(word, n)), NO_SCORE};
    uint32_t hash = class_words_hash(sv_from(word, n));
    for (uint32_t i = hash; scores && scores->slot && scores->slot[i & scores->mask].hash; i++) {
        if (scores->slot[i & scores->mask].hash != hash) continue;
        m.score = (int16_t)scores->slot[i & scores->mask].score;
        break;
    }
    return m;
}

uint32_t class_words_hash(sv word) {
    uint32_t hash = fnv_start;
    for (size_t i = 0; i < word.n; i++) hash = (hash ^ (uint8_t)ascii_lower(word.p[i])) * fnv_prime;
    return hash ? hash : 1;
}

/* -- what was read before ------------------------------------------------------------------------------------------------------- */

/* A word in lower case, zeros behind it. */
struct word_key {
    uint64_t eight[WORD_BYTES / 8];
};

/* Small, for what a page brings into the processor's cache is what it costs. */
struct class_cache {
    struct {
        uint64_t eight[CACHED_LETTERS / 8];
        struct meaning meaning;
    } word[CACHED_WORDS];
    const struct word_scores *scores;
    struct {
        uint64_t hash;
        struct class_words words;
    } slot[CACHE_SLOTS];
};

static struct meaning recall(struct class_cache *c, const struct word_key *key, size_t n, const struct word_scores *scores) {
    if (!c || n > CACHED_LETTERS) return look_up((const char *)key, n, scores);
    uint64_t hash = (key->eight[0] ^ (key->eight[1] << 7 | key->eight[1] >> 57)) * 0x9E3779B97F4A7C15u;
    size_t i = hash >> 32 & (CACHED_WORDS - 1);
    if (c->word[i].eight[0] != key->eight[0] || c->word[i].eight[1] != key->eight[1]) {
        memcpy(c->word[i].eight, key->eight, sizeof c->word[i].eight);
        c->word[i].meaning = look_up((const char *)key, n, scores);
    }
    return c->word[i].meaning;
}

/* -- reading -------------------------------------------------------------------------------------------------------------------- */

enum { SMALL = 1, CAPITAL = 2, LETTER = SMALL | CAPITAL, SPACE = 4 };
#define LETTERS_FROM(first, kind) \
    [first] = (kind), (kind), (kind), (kind), (kind), (kind), (kind), (kind), (kind), (kind), (kind), (kind), (kind), (kind), (kind), (kind), (kind), (kind), \
    (kind), (kind), (kind), (kind), (kind), (kind), (kind), (kind)
static const uint8_t byte_kinds[256] = {['\t'] = SPACE, SPACE, SPACE, SPACE, SPACE, [' '] = SPACE, LETTERS_FROM('A', CAPITAL), LETTERS_FROM('a', SMALL)};
#undef LETTERS_FROM

struct reading {
    struct class_words out;
    int32_t sum, strongest, known;
    bool after_thing;
};

static void add_word(struct reading *r, const struct meaning *m) {
    r->out.marks |= m->marks;
    r->out.parts |= m->parts;
    r->out.places |= m->places & ~(uint32_t)(THING | PART);
    if (r->after_thing && (m->places & PART)) r->out.places |= IN_BODY;
    r->after_thing = m->places & THING;
    if (m->score == NO_SCORE) return;
    r->known++;
    r->sum += m->score;
    if (abs(m->score) > abs(r->strongest)) r->strongest = m->score;
}

/* The n letters at `p`, behind which WORD_BYTES may be read. */
static struct word_key key_of(const char *p, size_t n) {
    struct word_key key = {{0}};
    for (size_t i = 0; i < COUNT_OF(key.eight) && n > 8 * i; i++) {
        uint64_t eight;
        size_t rest = n - 8 * i;
        memcpy(&eight, p + 8 * i, sizeof eight);
        key.eight[i] = (eight | 0x2020202020202020u) & (rest < 8 ? ((uint64_t)1 << 8 * rest) - 1 : UINT64_MAX);
    }
    return key;
}

static struct class_words read(struct class_cache *cache, sv v, const struct word_scores *scores) {
    struct reading r = {.known = 0};
    char text[CLASS_WORDS_BYTES_MAX + WORD_BYTES] = {0};
    v = sv_take(v, CLASS_WORDS_BYTES_MAX);
    if (v.n) memcpy(text, v.p, v.n);
    for (size_t i = 0, begin; i < v.n;) {
        unsigned kind = byte_kinds[(uint8_t)text[i]];
        begin = i++;
        if (kind == SPACE) r.after_thing = false;
        if (!(kind & LETTER)) continue;
        for (unsigned before = kind; (kind = byte_kinds[(uint8_t)text[i]]) & LETTER && !(before == SMALL && kind == CAPITAL); before = kind) i++; /* up to a hump */
        size_t n = i - begin;
        struct word_key key = key_of(text + begin, n);
        struct meaning m = {.score = NO_SCORE};
        if (n > WORD_MAX) r.out.marks |= mark_words_of((const char *)&key);
        else {
            if (n > 1) m = recall(cache, &key, n, scores);
            add_word(&r, &m);
        }
    }
    if (r.known) r.out.score = (int16_t)((r.strongest + r.sum / r.known) / 2);
    return r.out;
}

struct class_words class_words_read(sv v, const struct word_scores *scores) { return read(NULL, v, scores); }

struct class_cache *class_cache_new(const struct word_scores *scores, struct arena *arena) {
    struct class_cache *c = ARENA_NEW(arena, struct class_cache);
    if (c) c->scores = scores;
    return c;
}

struct class_words class_cache_read(struct class_cache *c, sv attribute) {
    if (!attribute.n) return (struct class_words){0};
    uint64_t hash = hash64(attribute);
    size_t i = hash % CACHE_SLOTS;
    if (c->slot[i].hash != hash) {
        c->slot[i].hash = hash;
        c->slot[i].words = read(c, attribute, c->scores);
    }
    return c->slot[i].words;
}
