#include "class_words.h"

#include "base/hash.h"
#include "blocks.h"
#include "class_parts.h"
#include "mark_words.h"

enum { WORD_MAX = 20, LETTERS = 26, CACHE_SLOTS = 1024 };
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

static int32_t score_of(uint32_t hash, const struct word_scores *scores, bool *known) {
    for (uint32_t i = hash & scores->mask; scores->slot[i].hash; i = (i + 1) & scores->mask)
        if (scores->slot[i].hash == hash) {
            *known = true;
            return scores->slot[i].score;
        }
    return 0;
}

uint32_t class_words_hash(sv word) {
    uint32_t hash = fnv_start;
    for (size_t i = 0; i < word.n; i++) hash = (hash ^ (uint8_t)ascii_lower(word.p[i])) * fnv_prime;
    return hash ? hash : 1;
}

struct reading {
    struct class_words out;
    const struct word_scores *scores;
    const uint32_t *seconds; /* that follow each first letter in words of meaning; NULL: any may */
    int32_t sum, strongest, known;
    bool after_thing;
};

static void read_word(struct reading *r, const char *word, size_t n, uint32_t hash) {
    bool may_mean = n > 1 && (!r->seconds || r->seconds[word[0] - 'a'] >> (word[1] - 'a') & 1);
    if (may_mean) r->out.marks |= mark_words_of(word);
    if (n > WORD_MAX) return;
    if (may_mean) r->out.parts |= class_parts_of(sv_from(word, n));
    uint32_t meaning = may_mean ? meaning_of(word, n) : 0;
    r->out.places |= meaning & ~(uint32_t)(THING | PART);
    if (r->after_thing && (meaning & PART)) r->out.places |= IN_BODY;
    r->after_thing = meaning & THING;
    bool known = false;
    if (!r->scores || !r->scores->slot || n < 2) return;
    int32_t score = score_of(hash ? hash : 1, r->scores, &known);
    if (!known) return;
    r->known++;
    r->sum += score;
    if ((score < 0 ? -score : score) > (r->strongest < 0 ? -r->strongest : r->strongest)) r->strongest = score;
}

static struct class_words read(sv v, const struct word_scores *scores, const uint32_t *seconds) {
    struct reading r = {.scores = scores, .seconds = seconds};
    char word[WORD_MAX] = {0};
    uint32_t hash = fnv_start;
    size_t n = 0;
    bool small = false; /* the letter before was a small one */
    v = sv_take(v, CLASS_WORDS_BYTES_MAX);
    for (size_t i = 0; i <= v.n; i++) {
        char c = i < v.n ? v.p[i] : ' ', lower = ascii_lower(c);
        bool letter = lower >= 'a' && lower <= 'z';
        if (!letter || (small && c != lower)) { /* a word ends: here, or at a hump */
            if (n) {
                read_word(&r, word, n, hash);
                memset(word, 0, sizeof word);
                n = 0;
                hash = fnv_start;
            }
            if (ascii_is_space(c)) r.after_thing = false;
        }
        small = letter && c == lower;
        if (!letter) continue;
        if (n < WORD_MAX) word[n] = lower;
        hash = (hash ^ (uint8_t)lower) * fnv_prime;
        n++;
    }
    if (r.known) r.out.score = (int16_t)((r.strongest + r.sum / r.known) / 2);
    return r.out;
}

struct class_words class_words_read(sv v, const struct word_scores *scores) { return read(v, scores, NULL); }

/* -- once a page --------------------------------------------------------------------------------------------------------------- */

struct class_cache {
    const struct word_scores *scores;
    uint32_t seconds[LETTERS];
    struct {
        uint64_t hash;
        struct class_words words;
    } slot[CACHE_SLOTS];
};

struct class_cache *class_cache_new(const struct word_scores *scores, struct arena *arena) {
    struct class_cache *c = ARENA_NEW(arena, struct class_cache);
    if (!c) return NULL;
    c->scores = scores;
    mark_words_pairs(c->seconds);
    class_parts_pairs(c->seconds);
    for (size_t i = 0; i < COUNT_OF(words); i++) c->seconds[words[i].text[0] - 'a'] |= 1u << (words[i].text[1] - 'a');
    return c;
}

struct class_words class_cache_read(struct class_cache *c, sv attribute) {
    if (!attribute.n) return (struct class_words){0};
    uint64_t hash = hash64(attribute);
    size_t i = hash % CACHE_SLOTS;
    if (c->slot[i].hash != hash) {
        c->slot[i].hash = hash;
        c->slot[i].words = read(attribute, c->scores, c->seconds);
    }
    return c->slot[i].words;
}
