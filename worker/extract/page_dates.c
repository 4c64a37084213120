#include "page_dates.h"

#include "base/compiler.h"
#include "date_words.h"

enum { LINES_LOOKED_AT = 1500, LINE_BYTES_MAX = 200, NEAR_BEFORE = 8, NEAR_BEHIND = 14, NOT_THE_PAGE = MARK_COMMENT | MARK_ASIDE | MARK_FOOTER | MARK_CAPTION | MARK_BIO };

struct best {
    struct date date;
    enum claim_source source;
    double score; /* 0: none yet */
    uint32_t line;
};

struct chooser {
    const struct page_facts *facts;
    const struct title *title;
    enum date_order order;
    struct best published, modified;
};

/* How much the place of a printed date says that it is the page's own, 0..1. */
static double place(const struct chooser *c, uint32_t line, uint32_t marks) {
    double near = 0.4;
    if (line == CLAIM_NO_LINE) return 1;
    if (c->title->line != CLAIM_NO_LINE) {
        double away = (double)line - (double)c->title->line;
        bool is_near = away >= -NEAR_BEFORE && away <= NEAR_BEHIND;
        near = is_near ? 1 - (away < 0 ? -away : away) / 40 : away > 0 ? 0.35 : 0.25;
        if (!is_near) near -= (away < 0 ? -away : away) / 10000;
    } else
        near -= line / 10000.0;
    if (marks & NOT_THE_PAGE) near *= marks & (MARK_COMMENT | MARK_FOOTER) ? 0.2 : 0.5;
    return near > 0 ? near : 0.01;
}

static void offer(struct best *best, const struct date *date, enum claim_source source, double score, uint32_t line) {
    if (score <= best->score || !date->day) return;
    *best = (struct best){*date, source, score, line};
}

/* Scores by how often each source was right on pages whose dates are known; see tests/quality. */
static double weight_of(enum claim_source source, bool stated) {
    switch (source) {
    case CLAIM_JSON_LD: return stated ? 10 : 0;
    case CLAIM_OPENGRAPH: return 9.8;
    case CLAIM_META: return stated ? 9.5 : 6;
    case CLAIM_JSON_LD_PAGE: return 8.8;
    case CLAIM_MICRODATA: return 9;
    case CLAIM_TIME: return stated ? 8.5 : 8;
    case CLAIM_CLASS: return stated ? 8 : 7;
    default: return 0;
    }
}

static void offer_claims(struct chooser *c, enum fact fact) {
    const struct claims *claims = &c->facts->of[fact];
    for (size_t i = 0; i < claims->count; i++) {
        const struct claim *claim = &claims->item[i];
        struct date date;
        bool head = claim->line == CLAIM_NO_LINE || claim->source == CLAIM_MICRODATA;
        if (!date_parse(claim->value, claim->source == CLAIM_META ? DATE_MONTH_FIRST : c->order, &date)) continue;
        double where = head && !(claim->marks & (MARK_COMMENT | MARK_ASIDE)) ? 1 : place(c, claim->line, claim->marks);
        double score = weight_of(claim->source, fact != FACT_DATE) * where;
        offer(fact == FACT_MODIFIED ? &c->modified : &c->published, &date, claim->source, score, claim->line);
    }
}

static bool has_number(sv text) {
    for (size_t i = 0; i < text.n; i++)
        if (ascii_is_digit(text.p[i]) || (uint8_t)text.p[i] >= 0xD9) return true;
    return false;
}

static void offer_line(struct chooser *c, uint32_t index) {
    const struct page_line *line = &c->facts->line[index];
    char folded[DATE_TEXT_MAX];
    size_t at = 0, begin, from = 0;
    if (line->length > LINE_BYTES_MAX || !has_number(line->text)) return;
    sv text = sv_from(folded, date_fold(line->text, folded));
    struct date date;
    for (unsigned found = 0; found < 4 && date_next(text, &at, c->order, &date, &begin); found++) {
        enum date_word word = date_words_of(sv_take(sv_skip(text, from), begin - from));
        double alone = (double)(at - begin) / (double)text.n, score = place(c, index, line->marks);
        from = at;
        if (word == DATE_WORD_OTHER || line->marks & (MARK_H1 | MARK_TITLE)) continue;
        score *= (word == DATE_WORD_NONE ? 5.5 : 7.5) + (alone > 0.6 ? 1 : 0) + (line->length < 60 ? 0.5 : 0);
        offer(word == DATE_WORD_MODIFIED ? &c->modified : &c->published, &date, CLAIM_TEXT, score, index);
    }
}

void page_dates_choose(const struct page_facts *facts, const struct title *title, sv language, struct article_date *published, struct article_date *modified) {
    struct chooser c = {.facts = facts, .title = title, .order = date_order_of(language, facts->url)};
    struct date date;
    offer_claims(&c, FACT_PUBLISHED);
    offer_claims(&c, FACT_DATE);
    offer_claims(&c, FACT_MODIFIED);
    if (date_in_url(facts->url, &date)) offer(&c.published, &date, CLAIM_URL, 5, CLAIM_NO_LINE);
    for (size_t i = 0; i < facts->of[FACT_CANONICAL].count && c.published.score < 5; i++)
        if (date_in_url(facts->of[FACT_CANONICAL].item[i].value, &date)) offer(&c.published, &date, CLAIM_URL, 4.9, CLAIM_NO_LINE);
    for (uint32_t i = 0; i < facts->line_count && i < LINES_LOOKED_AT && c.published.score < 9; i++) offer_line(&c, i);
    if (c.published.score > 0) *published = (struct article_date){date_iso(&c.published.date, facts->arena), claim_source_name(c.published.source)};
    if (c.modified.score > 0 && !(c.published.score > 0 && date_compare(&c.modified.date, &c.published.date) < 0))
        *modified = (struct article_date){date_iso(&c.modified.date, facts->arena), claim_source_name(c.modified.source)};
}
