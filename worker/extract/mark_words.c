#include "mark_words.h"

#include "base/compiler.h"

struct mark_word {
    char word[MARK_WORD_BYTES + 1]; /* the first eight letters; zero-filled */
    uint32_t marks;
};

/* By first letter, so that most words of a page are done with after one look. */
static const struct mark_word a_words[] = {
    {"aside", MARK_ASIDE}, {"auteur", MARK_AUTHOR}, {"author", MARK_AUTHOR}, {"authors", MARK_AUTHOR}, {"autor", MARK_AUTHOR}, {"autore", MARK_AUTHOR},
    {"avatar", MARK_BIO},
};
static const struct mark_word b_words[] = {
    {"bio", MARK_BIO}, {"biograf", MARK_BIO}, {"biograph", MARK_BIO}, {"bigusern", MARK_AUTHOR | MARK_USER}, {"branding", MARK_LOGO}, {"breadcru", MARK_CATEGORY | MARK_ASIDE}, {"byline", MARK_BYLINE},
    {"bylines", MARK_BYLINE},
};
static const struct mark_word c_words[] = {
    {"caption", MARK_CAPTION}, {"carousel", MARK_ASIDE}, {"categori", MARK_CATEGORY}, {"category", MARK_CATEGORY}, {"cats", MARK_CATEGORY},
    {"comment", MARK_COMMENT}, {"commenta", MARK_COMMENT}, {"commentl", MARK_COMMENT}, {"comments", MARK_COMMENT}, {"contribu", MARK_AUTHOR},
    {"cookie", MARK_ASIDE}, {"copyrigh", MARK_FOOTER}, {"created", MARK_DATE | MARK_PUBLISHED}, {"creator", MARK_AUTHOR},
};
static const struct mark_word d_words[] = {
    {"date", MARK_DATE}, {"datecrea", MARK_DATE | MARK_PUBLISHED}, {"dateline", MARK_DATE}, {"datemodi", MARK_DATE | MARK_MODIFIED},
    {"datepubl", MARK_DATE | MARK_PUBLISHED}, {"datetime", MARK_DATE}, {"datum", MARK_DATE}, {"day", MARK_DATE}, {"disqus", MARK_COMMENT},
};
static const struct mark_word f_words[] = {
    {"fecha", MARK_DATE}, {"figcapti", MARK_CAPTION}, {"fn", MARK_AUTHOR}, {"footer", MARK_FOOTER},
};
static const struct mark_word h_words[] = {
    {"headline", MARK_TITLE},
};
static const struct mark_word l_words[] = {
    {"lastmod", MARK_DATE | MARK_MODIFIED}, {"latest", MARK_ASIDE}, {"logo", MARK_LOGO},
};
static const struct mark_word m_words[] = {
    {"masthead", MARK_LOGO}, {"menu", MARK_ASIDE}, {"meta", MARK_META}, {"modified", MARK_DATE | MARK_MODIFIED}, {"month", MARK_DATE},
};
static const struct mark_word n_words[] = {
    {"nav", MARK_ASIDE}, {"navbar", MARK_ASIDE}, {"navigati", MARK_ASIDE}, {"newslett", MARK_ASIDE},
};
static const struct mark_word p_words[] = {
    {"popular", MARK_ASIDE}, {"postdate", MARK_DATE}, {"posted", MARK_META}, {"postmeta", MARK_META}, {"posttitl", MARK_TITLE}, {"promo", MARK_ASIDE},
    {"pubdate", MARK_DATE | MARK_PUBLISHED}, {"publicat", MARK_DATE | MARK_PUBLISHED}, {"publish", MARK_DATE | MARK_PUBLISHED},
    {"publishd", MARK_DATE | MARK_PUBLISHED}, {"publishe", MARK_DATE | MARK_PUBLISHED},
};
static const struct mark_word r_words[] = {
    {"recent", MARK_ASIDE}, {"recommen", MARK_ASIDE}, {"related", MARK_ASIDE}, {"replies", MARK_COMMENT}, {"reporter", MARK_AUTHOR}, {"respond", MARK_COMMENT},
};
static const struct mark_word s_words[] = {
    {"share", MARK_ASIDE}, {"sidebar", MARK_ASIDE}, {"site", MARK_SITE}, {"sitename", MARK_LOGO}, {"sitetitl", MARK_LOGO}, {"subtitle", 0},
};
static const struct mark_word t_words[] = {
    {"tag", MARK_TAGS}, {"tags", MARK_TAGS}, {"teaser", MARK_ASIDE}, {"teasers", MARK_ASIDE}, {"time", MARK_DATE}, {"timestam", MARK_DATE}, {"title", MARK_TITLE},
    {"topics", MARK_TAGS}, {"trending", MARK_ASIDE},
};
static const struct mark_word u_words[] = {
    {"updated", MARK_DATE | MARK_MODIFIED}, {"username", MARK_AUTHOR | MARK_USER},
};
static const struct mark_word w_words[] = {
    {"writer", MARK_AUTHOR},
};
static const struct {
    const struct mark_word *word;
    size_t count;
} by_letter[26] = {
    ['a' - 'a'] = {a_words, COUNT_OF(a_words)},
    ['b' - 'a'] = {b_words, COUNT_OF(b_words)},
    ['c' - 'a'] = {c_words, COUNT_OF(c_words)},
    ['d' - 'a'] = {d_words, COUNT_OF(d_words)},
    ['f' - 'a'] = {f_words, COUNT_OF(f_words)},
    ['h' - 'a'] = {h_words, COUNT_OF(h_words)},
    ['l' - 'a'] = {l_words, COUNT_OF(l_words)},
    ['m' - 'a'] = {m_words, COUNT_OF(m_words)},
    ['n' - 'a'] = {n_words, COUNT_OF(n_words)},
    ['p' - 'a'] = {p_words, COUNT_OF(p_words)},
    ['r' - 'a'] = {r_words, COUNT_OF(r_words)},
    ['s' - 'a'] = {s_words, COUNT_OF(s_words)},
    ['t' - 'a'] = {t_words, COUNT_OF(t_words)},
    ['u' - 'a'] = {u_words, COUNT_OF(u_words)},
    ['w' - 'a'] = {w_words, COUNT_OF(w_words)},
};

uint32_t mark_words_of(const char word[MARK_WORD_BYTES]) {
    size_t letter = (size_t)(word[0] - 'a');
    for (size_t i = 0; i < by_letter[letter].count; i++)
        if (memcmp(by_letter[letter].word[i].word, word, MARK_WORD_BYTES) == 0) return by_letter[letter].word[i].marks;
    return 0;
}
