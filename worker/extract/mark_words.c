#include "mark_words.h"

#include "base/compiler.h"

enum { ATTRIBUTE_MAX = 200, WORD_BYTES = 8 };

struct mark_word {
    char word[WORD_BYTES + 1]; /* the first eight letters; zero-filled */
    uint32_t marks;
};

/* Sorted. */
static const struct mark_word words[] = {
    {"aside", MARK_ASIDE}, {"auteur", MARK_AUTHOR}, {"author", MARK_AUTHOR}, {"authors", MARK_AUTHOR}, {"autor", MARK_AUTHOR},
    {"autore", MARK_AUTHOR}, {"avatar", MARK_BIO}, {"bio", MARK_BIO}, {"biograf", MARK_BIO}, {"biograph", MARK_BIO}, {"branding", MARK_LOGO},
    {"breadcru", MARK_CATEGORY | MARK_ASIDE}, {"byline", MARK_BYLINE}, {"bylines", MARK_BYLINE}, {"caption", MARK_CAPTION}, {"carousel", MARK_ASIDE},
    {"categori", MARK_CATEGORY}, {"category", MARK_CATEGORY}, {"cats", MARK_CATEGORY}, {"comment", MARK_COMMENT}, {"commenta", MARK_COMMENT},
    {"commentl", MARK_COMMENT}, {"comments", MARK_COMMENT}, {"contribu", MARK_AUTHOR}, {"cookie", MARK_ASIDE}, {"copyrigh", MARK_FOOTER},
    {"created", MARK_DATE | MARK_PUBLISHED}, {"creator", MARK_AUTHOR}, {"date", MARK_DATE}, {"datecrea", MARK_DATE | MARK_PUBLISHED},
    {"dateline", MARK_DATE}, {"datemodi", MARK_DATE | MARK_MODIFIED}, {"datepubl", MARK_DATE | MARK_PUBLISHED}, {"datetime", MARK_DATE},
    {"datum", MARK_DATE}, {"day", MARK_DATE}, {"disqus", MARK_COMMENT}, {"fecha", MARK_DATE}, {"figcapti", MARK_CAPTION}, {"fn", MARK_AUTHOR},
    {"footer", MARK_FOOTER}, {"headline", MARK_TITLE}, {"lastmod", MARK_DATE | MARK_MODIFIED}, {"latest", MARK_ASIDE}, {"logo", MARK_LOGO},
    {"masthead", MARK_LOGO}, {"menu", MARK_ASIDE}, {"meta", MARK_META}, {"modified", MARK_DATE | MARK_MODIFIED}, {"month", MARK_DATE},
    {"nav", MARK_ASIDE}, {"navbar", MARK_ASIDE}, {"navigati", MARK_ASIDE}, {"newslett", MARK_ASIDE}, {"popular", MARK_ASIDE}, {"postdate", MARK_DATE},
    {"posted", MARK_META}, {"postmeta", MARK_META}, {"posttitl", MARK_TITLE}, {"promo", MARK_ASIDE}, {"pubdate", MARK_DATE | MARK_PUBLISHED},
    {"publicat", MARK_DATE | MARK_PUBLISHED}, {"publish", MARK_DATE | MARK_PUBLISHED}, {"publishd", MARK_DATE | MARK_PUBLISHED},
    {"publishe", MARK_DATE | MARK_PUBLISHED}, {"recent", MARK_ASIDE}, {"recommen", MARK_ASIDE}, {"related", MARK_ASIDE}, {"replies", MARK_COMMENT},
    {"reporter", MARK_AUTHOR}, {"respond", MARK_COMMENT}, {"share", MARK_ASIDE}, {"sidebar", MARK_ASIDE}, {"site", MARK_SITE},
    {"sitename", MARK_LOGO}, {"sitetitl", MARK_LOGO}, {"subtitle", 0}, {"tag", MARK_TAGS}, {"tags", MARK_TAGS}, {"teaser", MARK_ASIDE},
    {"teasers", MARK_ASIDE}, {"time", MARK_DATE}, {"timestam", MARK_DATE}, {"title", MARK_TITLE}, {"topics", MARK_TAGS}, {"trending", MARK_ASIDE},
    {"updated", MARK_DATE | MARK_MODIFIED}, {"writer", MARK_AUTHOR},
};

static uint64_t key_of(const char *word) {
    uint64_t key = 0;
    for (size_t i = 0; i < WORD_BYTES; i++) key = key << 8 | (uint8_t)word[i];
    return key;
}

static uint32_t marks_of(const char *word) {
    uint64_t key = key_of(word);
    size_t low = 0, high = COUNT_OF(words);
    while (low < high) {
        size_t middle = (low + high) / 2;
        uint64_t there = key_of(words[middle].word);
        if (there == key) return words[middle].marks;
        if (there < key) low = middle + 1;
        else high = middle;
    }
    return 0;
}

uint32_t mark_words_of(sv v) {
    char word[WORD_BYTES] = {0};
    uint32_t marks = 0;
    size_t n = 0;
    v = sv_take(v, ATTRIBUTE_MAX);
    for (size_t i = 0; i <= v.n; i++) {
        char c = i < v.n ? v.p[i] : ' ';
        bool hump = i > 0 && c >= 'A' && c <= 'Z' && v.p[i - 1] >= 'a' && v.p[i - 1] <= 'z';
        if (n > 1 && (hump || !ascii_is_alpha(c))) marks |= marks_of(word);
        if (hump || !ascii_is_alpha(c)) {
            memset(word, 0, sizeof word);
            n = 0;
        }
        if (!ascii_is_alpha(c)) continue;
        if (n < WORD_BYTES) word[n] = ascii_lower(c);
        n++;
    }
    return marks;
}
