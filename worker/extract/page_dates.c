#include "page_dates.h"

#include "base/compiler.h"
#include "date_words.h"

enum {
    DAY_SECONDS = 86400,
    REPUBLISHED_DAYS = 180, /* a page that is so much younger than the day in its address was published again */
    LINES_LOOKED_AT = 1500,
    NOT_THE_PAGE = MARK_COMMENT | MARK_ASIDE | MARK_FOOTER | MARK_CAPTION | MARK_BIO,
    /* bytes */
    LINE_BYTES_MAX = 200,
    SHORT_BYTES = 120,
    AFTER_BYTES = 80,
    LABEL_BYTES = 40,
    BARE_BYTES = 40,
    RANGE_BYTES = 4,
    /* lines from the headline */
    NEAR_BEFORE = 8,
    NEAR_BEHIND = 14,
    BESIDE_BEFORE = 3,
    BESIDE_BEHIND = 6,
    BELOW = 2
};

static const double IN_THE_MONTH = 2; /* against a printed date of another month than the address names */
static const double NEAR_PLACE = 0.5, SURE_CHANGE = 5; /* the place of a line that is not far from the headline; the score of a change that is stated or beside it */
static const double URL_SCORE = 8.2; /* of a day in the address; see weight_of */

struct best {
    struct date date;
    enum claim_source source;
    double score; /* 0: none yet */
    uint32_t line;
};

struct chooser {
    const struct page_facts *facts;
    const struct title *title;
    uint32_t elsewhere; /* marks of what is not the page's, but those that the headline has too: a template may wrap all of a page in them */
    enum date_order order;
    struct best published, modified;
    struct date latest;  /* that is possible; month 0: not known */
    struct date address; /* in the page's own URL; month 0: none, day 0: the month alone */
    struct date printed; /* the first date right beside the headline that does not call itself another; month 0: none */
    bool printed_alone;  /* it says that it is published, or its line holds little else */
    bool printed_below;  /* its line holds nothing else and is the next but one to the headline, at most */
};

static bool is_beside(const struct chooser *c, uint32_t line) {
    return c->title->line != CLAIM_NO_LINE && line + BESIDE_BEFORE >= c->title->line && line <= c->title->line + BESIDE_BEHIND;
}

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
    if (marks & MARK_LINK && !is_beside(c, line)) near *= 0.5; /* a card that leads to another page */
    if (marks & c->elsewhere) near *= marks & c->elsewhere & (MARK_COMMENT | MARK_FOOTER) ? 0.2 : 0.5;
    return near > 0 ? near : 0.01;
}

static bool is_future(const struct chooser *c, const struct date *date) { return c->latest.month && date_compare(date, &c->latest) > 0; }

/* Keeps the best; of equals the first. */
static void offer(const struct chooser *c, struct best *best, const struct date *date, enum claim_source source, double score, uint32_t line) {
    if (!date->day || is_future(c, date)) return;
    bool same = best->score > 0 && date_compare(&best->date, date) == 0;
    if (same && source == CLAIM_URL) best->score = score > best->score ? score : best->score; /* says no more than the day */
    bool finer = same && best->source == CLAIM_URL && date->time[0];
    if (finer && score < best->score) score = best->score;
    if ((score <= best->score && !finer) || (same && source == CLAIM_URL)) return;
    *best = (struct best){*date, source, score, line};
}

/* What the month in the address, where it names no day, says for a printed date. */
static double in_month(const struct chooser *c, const struct date *date) {
    if (!c->address.month || c->address.day) return 0;
    return date->year == c->address.year && date->month == c->address.month ? 0 : -IN_THE_MONTH;
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

static size_t first_digit(sv text) {
    size_t i = 0;
    while (i < text.n && !ascii_is_digit(text.p[i])) i++;
    return i;
}

/* Whether the line in which a date is marked calls it the one of a change: "Updated Feb. 27, 2025" in an element of class "date". */
static bool is_called_changed(const struct chooser *c, const struct claim *claim) {
    if ((claim->source != CLAIM_CLASS && claim->source != CLAIM_TIME) || claim->line >= c->facts->line_count) return false;
    const struct page_line *line = &c->facts->line[claim->line];
    return line->length <= SHORT_BYTES && date_words_of(sv_take(line->text, first_digit(line->text))) == DATE_WORD_MODIFIED;
}

static void offer_claims(struct chooser *c, enum fact fact) {
    const struct claims *claims = &c->facts->of[fact];
    for (size_t i = 0; i < claims->count; i++) {
        const struct claim *claim = &claims->item[i];
        struct date date;
        bool head = claim->line == CLAIM_NO_LINE || claim->source == CLAIM_MICRODATA;
        if (!date_parse(claim->value, claim->source == CLAIM_META ? DATE_MONTH_FIRST : c->order, &date)) continue;
        uint32_t marks = claim->marks | (claim->line < c->facts->line_count ? c->facts->line[claim->line].marks & MARK_LINK : 0);
        double where = head && !(claim->marks & c->elsewhere & (MARK_COMMENT | MARK_ASIDE)) ? 1 : place(c, claim->line, marks);
        double score = weight_of(claim->source, fact != FACT_DATE) * where;
        bool changed = fact == FACT_MODIFIED || (fact == FACT_DATE && is_called_changed(c, claim));
        if (!changed && (claim->source == CLAIM_TIME || claim->source == CLAIM_CLASS)) score += in_month(c, &date);
        offer(c, changed ? &c->modified : &c->published, &date, claim->source, score, claim->line);
    }
}

static bool has_number(sv text) {
    for (size_t i = 0; i < text.n; i++)
        if (ascii_is_digit(text.p[i]) || (uint8_t)text.p[i] >= 0xD9) return true;
    return false;
}

/* What the words before a date say that it is, or, where they say nothing and no other date follows, those behind it, as German has them.
 * Where a date opens a line, the line before may be its label. */
static enum date_word word_of(const struct chooser *c, uint32_t index, sv text, size_t from, size_t begin, size_t end) {
    struct date next;
    size_t at = end, next_begin;
    enum date_word word = date_words_of(sv_take(sv_skip(text, from), begin - from));
    if (begin == 0 && index > 0 && c->facts->line[index - 1].length <= LABEL_BYTES && !has_number(c->facts->line[index - 1].text)) word = date_words_of(c->facts->line[index - 1].text);
    if (word != DATE_WORD_NONE || date_next(text, &at, c->order, &next, &next_begin)) return word;
    return date_words_of(sv_take(sv_skip(text, end), AFTER_BYTES));
}

/* Whether a date that ends at *at is the first of two that bound a time: "14 Feb 2009 - 3 Dec 2016"; *at is moved behind the second. */
static bool is_range(const struct chooser *c, sv text, size_t *at) {
    struct date other;
    size_t next = *at, begin;
    if (!date_next(text, &next, c->order, &other, &begin) || begin - *at > RANGE_BYTES || sv_find_char(sv_take(sv_skip(text, *at), begin - *at), '-', 0) == SIZE_MAX) return false;
    *at = next;
    return true;
}

/* Keeps the first date beside the headline, `alone` being its share of its line; of one that is marked as a byline or a date the footer may be the
 * headline's own. */
static void keep_printed(struct chooser *c, uint32_t index, const struct date *date, enum date_word word, double alone) {
    const struct page_line *line = &c->facts->line[index];
    uint32_t elsewhere = line->marks & (MARK_DATE | MARK_BYLINE) ? c->elsewhere & ~(uint32_t)MARK_FOOTER : c->elsewhere;
    if (c->printed.month || word == DATE_WORD_MODIFIED || line->length > SHORT_BYTES || line->marks & elsewhere || !is_beside(c, index)) return;
    c->printed = *date;
    c->printed_alone = alone > (line->marks & MARK_TIME ? 0.25 : 0.4) || word == DATE_WORD_PUBLISHED;
    c->printed_below = alone > 0.6 && line->length <= BARE_BYTES && index > c->title->line && index <= c->title->line + BELOW;
}

static void offer_line(struct chooser *c, uint32_t index) {
    const struct page_line *line = &c->facts->line[index];
    char folded[DATE_TEXT_MAX];
    size_t at = 0, begin, from = 0;
    if (line->length > DATE_TEXT_MAX || index == c->title->line || !has_number(line->text)) return;
    sv text = sv_from(folded, date_fold(line->text, folded));
    struct date date;
    for (unsigned found = 0; found < 4 && date_next(text, &at, c->order, &date, &begin); found++) {
        if (is_range(c, text, &at)) {
            from = at;
            continue;
        }
        enum date_word word = word_of(c, index, text, from, begin, at);
        double alone = (double)(at - begin) / (double)text.n, score = place(c, index, line->marks);
        bool opens = begin == 0 && line->length > LINE_BYTES_MAX; /* a paragraph, as of an agency */
        from = at;
        if (word == DATE_WORD_OTHER || !date.day || is_future(c, &date) || (line->length > LINE_BYTES_MAX && word == DATE_WORD_NONE && !(opens && is_beside(c, index)))) continue;
        if (word == DATE_WORD_NONE && alone < 0.4 && line->length > 80 && c->title->line != CLAIM_NO_LINE && score < 0.4) continue; /* some date in the text */
        if (word == DATE_WORD_PUBLISHED && alone > 0.35 && line->marks & MARK_FOOTER & c->elsewhere) score *= 2.5; /* "Published on", at the foot of the page */
        score *= (word == DATE_WORD_NONE ? 5.5 : 7.5) + (alone > 0.6 ? 1 : 0) + (line->length < 60 ? 0.5 : 0) - (opens ? 2 : 0);
        keep_printed(c, index, &date, word, alone);
        if (word == DATE_WORD_MODIFIED) offer(c, &c->modified, &date, CLAIM_TEXT, score, index);
        else offer(c, &c->published, &date, CLAIM_TEXT, score + in_month(c, &date), index);
    }
}

/* Days from one date to another, less than 0 where that lies before; leap days are not counted. */
static int days_apart(const struct date *a, const struct date *b) {
    static const int before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    int first = (int)a->year * 365 + before[(a->month - 1) % 12] + (int)a->day, second = (int)b->year * 365 + before[(b->month - 1) % 12] + (int)b->day;
    return second - first;
}

/* Whether somewhere on earth it is still the day before at a time in UTC. */
static bool may_be_day_before(const struct date *utc) { return !utc->time[0] || utc->time[1] == '0' || (utc->time[1] == '1' && utc->time[2] < '2'); }

/* Whether the page states the same second for its publication as for its last change: programs that keep one time only do so. */
static bool is_stamp_of_change(const struct chooser *c) {
    const struct date *published = &c->published.date, *modified = &c->modified.date;
    return c->modified.score > 0 && date_compare(published, modified) == 0 && strcmp(published->time, modified->time) == 0;
}

/* Whether a marked element beside the headline says that what is printed is the day of publication. */
static bool is_printed_marked(const struct chooser *c) {
    const struct claims *claims = &c->facts->of[FACT_PUBLISHED];
    struct date date;
    for (size_t i = 0; i < claims->count; i++) {
        const struct claim *claim = &claims->item[i];
        if (claim->line != CLAIM_NO_LINE && is_beside(c, claim->line) && date_parse(claim->value, c->order, &date) && date_compare(&date, &c->printed) == 0) return true;
    }
    return false;
}

/* Machines state the day in UTC, readers see that of the place; and a date that is printed beside the headline and is later than the one stated for
 * machines, but not the day of the last change, is the one of this publication. */
static bool is_printed_better(const struct chooser *c) {
    const struct date *stated = &c->published.date, *printed = &c->printed;
    if (!printed->month || c->published.score <= 0 || c->published.source == CLAIM_TEXT || c->published.source == CLAIM_CLASS) return false;
    if (printed->day == stated->month && printed->month == stated->day && printed->year == stated->year) return false; /* the order was guessed wrong */
    if (c->address.day && date_compare(&c->address, stated) == 0 && !printed->time[0]) return false; /* two agree, and what is printed may be today's date */
    int days = days_apart(stated, printed);
    bool utc = stated->zone[0] == 'Z' || !stated->zone[0], changed = c->modified.score > 0 && date_compare(&c->modified.date, printed) == 0;
    if (days == 1 || days == -1) return utc;
    if (days < 0) return c->printed_below || (c->printed_alone && is_stamp_of_change(c));
    return days > 0 && !changed && (c->printed_alone || is_printed_marked(c));
}

/* The day in the address is that of the first publication, where the page lies: a time in UTC may say the next one, and a page that is changed much
 * later may be given a new date by its program. */
static bool is_address_better(const struct chooser *c) {
    const struct date *stated = &c->published.date;
    if (!c->address.day || c->published.score <= 0) return false;
    int days = days_apart(stated, &c->address);
    return days <= -REPUBLISHED_DAYS || (days == -1 && stated->zone[0] == 'Z' && may_be_day_before(stated));
}

void page_dates_choose(const struct page_facts *facts, const struct title *title, const struct page_dates_hints *hints, struct article_date *published, struct article_date *modified) {
    struct chooser c = {.facts = facts, .title = title, .elsewhere = NOT_THE_PAGE, .order = date_order_of(hints->language, facts->url)};
    if (title->line < facts->line_count) c.elsewhere &= ~facts->line[title->line].marks;
    if (hints->fetched_ms > 0) c.latest = date_of_seconds((uint64_t)hints->fetched_ms / 1000 + DAY_SECONDS);
    struct date date;
    bool addressed = date_in_url(facts->url, &c.address);
    offer_claims(&c, FACT_PUBLISHED);
    offer_claims(&c, FACT_DATE);
    offer_claims(&c, FACT_MODIFIED);
    if (addressed) offer(&c, &c.published, &c.address, CLAIM_URL, c.address.day ? URL_SCORE : 5, CLAIM_NO_LINE);
    for (size_t i = 0; i < facts->of[FACT_CANONICAL].count && c.published.score < 5; i++)
        if (date_in_url(facts->of[FACT_CANONICAL].item[i].value, &date)) offer(&c, &c.published, &date, CLAIM_URL, 4.9, CLAIM_NO_LINE);
    bool stated = c.published.score >= 9; /* then only what stands beside the headline can say more */
    uint32_t from = stated && title->line != CLAIM_NO_LINE && title->line > BESIDE_BEFORE ? title->line - BESIDE_BEFORE : 0;
    uint32_t end = !stated ? LINES_LOOKED_AT : title->line == CLAIM_NO_LINE ? 0 : title->line + BESIDE_BEHIND + 1;
    for (uint32_t i = from; i < facts->line_count && i < end; i++) offer_line(&c, i);
    if (is_printed_better(&c)) c.published = (struct best){c.printed, CLAIM_TEXT, c.published.score, CLAIM_NO_LINE};
    else if (is_address_better(&c)) c.published = (struct best){c.address, CLAIM_URL, c.published.score, CLAIM_NO_LINE};
    bool late = date_compare(&c.modified.date, &c.published.date) < 0; /* none is changed before it is published: one of the two is another page's */
    bool far = c.published.source == CLAIM_TEXT && c.published.line != CLAIM_NO_LINE && place(&c, c.published.line, 0) < NEAR_PLACE;
    if (late && far && c.modified.score > SURE_CHANGE && days_apart(&c.modified.date, &c.published.date) > 1) c.published.score = 0;
    if (c.published.score > 0) *published = (struct article_date){date_iso(&c.published.date, facts->arena), claim_source_name(c.published.source)};
    if (c.modified.score > 0 && !(c.published.score > 0 && late))
        *modified = (struct article_date){date_iso(&c.modified.date, facts->arena), claim_source_name(c.modified.source)};
}
