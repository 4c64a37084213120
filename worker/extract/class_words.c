#include "class_words.h"

#include "blocks.h"

enum { WORD_MAX = 20 };

struct word {
    const char *text;
    uint32_t places;
};

/* Sorted. */
static const struct word words[] = {
    {"ad", IN_CHROME},           {"ads", IN_CHROME},           {"advert", IN_CHROME},       {"advertisement", IN_CHROME}, {"advertising", IN_CHROME},
    {"articlebody", IN_BODY},    {"banner", IN_CHROME},        {"breadcrumb", IN_CHROME},   {"breadcrumbs", IN_CHROME},   {"caption", IN_CAPTION},
    {"captions", IN_CAPTION},    {"comment", IN_COMMENTS},     {"commentlist", IN_COMMENTS}, {"comments", IN_COMMENTS},   {"consent", IN_CHROME},
    {"cookie", IN_CHROME},       {"cookies", IN_CHROME},       {"copyright", IN_CHROME},    {"credit", IN_CAPTION},       {"disqus", IN_COMMENTS},
    {"footer", IN_FOOTER},       {"gdpr", IN_CHROME},          {"hidden", IN_HIDDEN},       {"login", IN_CHROME},         {"menu", IN_NAV},
    {"modal", IN_CHROME},        {"nav", IN_NAV},              {"navbar", IN_NAV},          {"navigation", IN_NAV},       {"newsletter", IN_CHROME},
    {"outbrain", IN_CHROME},     {"overlay", IN_CHROME},       {"pager", IN_CHROME},        {"pagination", IN_CHROME},    {"paywall", IN_CHROME},
    {"popular", IN_CHROME},      {"popup", IN_CHROME},         {"promo", IN_CHROME},        {"promotion", IN_CHROME},     {"rating", IN_CHROME},
    {"recommend", IN_CHROME},    {"recommendations", IN_CHROME}, {"recommended", IN_CHROME}, {"related", IN_CHROME},      {"replies", IN_COMMENTS},
    {"respond", IN_COMMENTS},    {"search", IN_CHROME},        {"share", IN_CHROME},        {"sharebar", IN_CHROME},      {"sharedaddy", IN_CHROME},
    {"sharing", IN_CHROME},      {"sidebar", IN_ASIDE},        {"signup", IN_CHROME},       {"skip", IN_CHROME},          {"social", IN_CHROME},
    {"sponsor", IN_CHROME},      {"sponsored", IN_CHROME},     {"subscribe", IN_CHROME},    {"subscription", IN_CHROME},  {"taboola", IN_CHROME},
    {"tags", IN_CHROME},         {"teaser", IN_CHROME},        {"teasers", IN_CHROME},      {"toolbar", IN_CHROME},       {"trending", IN_CHROME},
    {"widget", IN_CHROME},
};

static uint32_t places_of(const char *word) {
    size_t low = 0, high = COUNT_OF(words);
    while (low < high) {
        size_t mid = (low + high) / 2;
        int order = word[0] - words[mid].text[0];
        if (order == 0) order = strcmp(word, words[mid].text);
        if (order == 0) return words[mid].places;
        if (order < 0) high = mid;
        else low = mid + 1;
    }
    return 0;
}

static bool is_one_of(const char *word, const char *const *list, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (word[0] == list[i][0] && strcmp(word, list[i]) == 0) return true;
    return false;
}

/* "entry-content", "article__body", "post-text", "story-body": two words that together mean the body of an article. */
static bool is_thing(const char *word) {
    static const char *const things[] = {"article", "entry", "post", "story", "news", "blog"};
    return is_one_of(word, things, COUNT_OF(things));
}

static bool is_part(const char *word) {
    static const char *const parts[] = {"content", "body", "text"};
    return is_one_of(word, parts, COUNT_OF(parts));
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
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < word.n; i++) hash = (hash ^ (uint8_t)ascii_lower(word.p[i])) * 16777619u;
    return hash ? hash : 1;
}

struct reading {
    struct class_words out;
    int32_t sum, strongest, known;
    bool after_thing;
};

static void read_word(struct reading *r, const char *word, size_t n, const struct word_scores *scores) {
    r->out.places |= places_of(word);
    if (r->after_thing && is_part(word)) r->out.places |= IN_BODY;
    r->after_thing = is_thing(word);
    bool known = false;
    if (!scores || !scores->slot || n < 2) return;
    int32_t score = score_of(class_words_hash(sv_from(word, n)), scores, &known);
    if (!known) return;
    r->known++;
    r->sum += score;
    if ((score < 0 ? -score : score) > (r->strongest < 0 ? -r->strongest : r->strongest)) r->strongest = score;
}

struct class_words class_words_read(sv v, const struct word_scores *scores) {
    struct reading r = {0};
    char word[WORD_MAX + 1] = "";
    size_t n = 0;
    v = sv_take(v, CLASS_WORDS_BYTES_MAX);
    for (size_t i = 0; i <= v.n; i++) {
        char c = i < v.n ? v.p[i] : ' ';
        bool hump = i > 0 && i < v.n && c >= 'A' && c <= 'Z' && v.p[i - 1] >= 'a' && v.p[i - 1] <= 'z';
        if (!ascii_is_alpha(c) || hump) {
            if (n > 0 && n <= WORD_MAX) {
                word[n] = '\0';
                read_word(&r, word, n, scores);
            }
            n = 0;
            if (ascii_is_space(c)) r.after_thing = false;
            if (!hump) continue;
        }
        if (n < WORD_MAX) word[n] = ascii_lower(c);
        n++;
    }
    if (r.known) r.out.score = (int16_t)((r.strongest + r.sum / r.known) / 2);
    return r.out;
}
