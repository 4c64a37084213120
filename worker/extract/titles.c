#include "titles.h"

#include "base/compiler.h"
#include "base/utf8.h"
#include "byline.h"
#include "dates.h"
#include "letters.h"

static const double ENOUGH = 0.8; /* the score of a printed line from which on it is believed */
static const double SOME_WORDS = 0.2, MOST_WORDS = 0.75; /* shares of a heading's words that the head has too */
enum {
    STATED_MAX = 8,
    TITLE_BYTES_MAX = 390,
    LINES_LOOKED_AT = 1500,
    NOT_A_TITLE = MARK_ASIDE | MARK_FOOTER | MARK_COMMENT | MARK_LOGO | MARK_CAPTION,
    HOST_BYTES_MIN = 4, /* a shorter label is in many words */
    /* in characters */
    TITLE_MIN = 12, /* a logo or a section is shorter */
    WEAK_CHARS = 18,
    LONG_ENOUGH = 25,
    SENTENCE = 40,
    /* in bytes of keys */
    KICKER_BYTES_MIN = 5,
    NUMBER_DIGITS_MAX = 5, /* a longer one is a date */
    ADDRESS_BYTES_MIN = 8,
    BRIEF_BYTES = 15,
    /* of the lines around a headline */
    PROSE_BYTES = 150,
    PROSE_LINES = 6,
    PARAGRAPH_BYTES = 90,
    PARAGRAPHS = 3,
    FACT_BYTES = 80,
    DATELINE_BYTES = 60,
    FACTS_BEFORE = 3,
    LAYOUT_LINES = 400,
    LAYOUT_BYTES_MIN = 15,
    LAYOUT_ENOUGH = 4 /* the score; see by_layout */
};

struct stated {
    sv text, key;
    enum claim_source source;
    bool beheaded; /* the name of the site was cut off its beginning */
};

struct titles {
    const struct page_facts *facts;
    const struct site_names *site;
    struct arena *arena;
    sv address; /* the key of what the page's address has behind its last slash, without query and ending */
    struct stated list[STATED_MAX];
    size_t count;
    size_t longest; /* bytes of the longest of them, and some for spaces and marks */
    bool agreed;    /* two of them are the same */
    bool sole;      /* the page has one h1, and that leads nowhere */
    bool front;     /* the page is that of the whole site: what the site is called belongs to its title */
    bool weak;      /* there is but one, so short that it names a section rather than a page */
};

static const struct {
    const char *text;
    bool hyphen; /* stands inside of words too */
} bars[] = {{"|", false}, {" - ", false}, {" – ", false}, {" — ", false}, {" · ", false}, {" • ", false}, {" :: ", false}, {" : ", false}, {": ", false}, {" » ", false}, {" « ", false},
            {" › ", false}, {" > ", false}, {" / ", false}, {" ~ ", false}, {"_", false}, {"｜", false}, {" -- ", false}, {" // ", false}, {"-", true}};

/* Without the sign that links a heading to itself, and without the wide spaces that indent East Asian lines. */
static sv without_anchor(sv text) {
    static const char *const signs[] = {"¶", "#", "§", "🔗", "🔗︎"};
    while (sv_starts(text, SV("\xE3\x80\x80"))) text = sv_trim(sv_skip(text, 3));
    while (sv_ends(text, SV("\xE3\x80\x80"))) text = sv_trim(sv_take(text, text.n - 3));
    for (size_t i = 0; i < COUNT_OF(signs); i++)
        if (sv_ends(text, sv_cstr(signs[i])) && !sv_ends(text, SV("C#")) && !sv_ends(text, SV("F#"))) return sv_trim(sv_take(text, text.n - strlen(signs[i])));
    return text;
}

/* What an address has from the slash behind its host on; absent without a scheme. */
static sv path_of(sv url) {
    size_t at = sv_find(url, SV("://"), 0);
    if (at == SIZE_MAX) return SV_NONE;
    sv host = sv_skip(url, at + 3);
    return sv_skip(host, sv_find_char(host, '/', 0));
}

/* Whether an address is that of a whole site: its path is the root. */
static bool is_front(sv url) {
    sv path = path_of(url);
    return path.p && (path.n <= 1 || path.p[1] == '#');
}

static sv address_key(sv url, struct arena *arena) {
    sv path = path_of(url);
    for (size_t i = 0; i < path.n; i++)
        if (strchr("?#;", path.p[i])) path.n = i;
    if (sv_ends(path, SV("/"))) path.n--;
    sv last = path;
    while (path.n) last = sv_cut(&path, '/');
    return letters_key(sv_take(last, sv_find_char(last, '.', 0)), arena);
}

/* Without the bars that are left where a template had nothing to put, or a name was cut off. */
static sv trim_bars(sv title) {
    if (sv_starts(title, SV("| "))) title = sv_trim(sv_skip(title, 2));
    while (title.n && strchr("|-:/ ", title.p[title.n - 1])) title.n--;
    return title;
}

static bool has_bar(sv text) {
    for (size_t i = 0; i < COUNT_OF(bars); i++)
        if (!bars[i].hyphen && sv_find(text, sv_cstr(bars[i].text), 0) != SIZE_MAX) return true;
    return false;
}

/* Whether what a bar parts from the end of a title is the site. */
static bool is_site(const struct titles *t, sv head, sv bar, sv tail) {
    if (site_names_is(t->site, tail, t->arena) || site_names_spelled(t->site, tail, t->arena)) return true;
    return *bar.p != ':' && letters_count(head) >= TITLE_MIN && !has_bar(tail) && site_names_in(t->site, tail, t->arena);
}

/* Cuts what the site is called off the ends of a title, as often as something shows that it is one. */
static sv without_site(const struct titles *t, sv title) {
    bool cut = true;
    for (int times = 0; cut && times < 3; times++) {
        cut = false;
        for (size_t i = 0; i < COUNT_OF(bars) && !cut; i++) {
            sv bar = sv_cstr(bars[i].text);
            size_t first = sv_find(title, bar, 0), last = first;
            if (first == SIZE_MAX || (bars[i].hyphen && sv_find_char(title, ' ', 0) != SIZE_MAX)) continue; /* "Co-op" */
            for (size_t at = first; at != SIZE_MAX; at = sv_find(title, bar, at + bar.n)) last = at;
            sv head = sv_trim(sv_take(title, last)), tail = sv_trim(sv_skip(title, last + bar.n));
            if (head.n && is_site(t, head, bar, tail) && !(t->front && letters_count(head) < TITLE_MIN)) title = head, cut = true;
            else if (!t->front) {
                head = sv_trim(sv_take(title, first));
                tail = sv_trim(sv_skip(title, first + bar.n));
                if (tail.n && site_names_is(t->site, head, t->arena)) title = tail, cut = true;
            }
        }
    }
    return trim_bars(title);
}

sv titles_site(const struct page_facts *facts, const struct site_names *site) {
    const struct claim *element = claims_of(&facts->of[FACT_TITLE], CLAIM_TITLE);
    size_t behind = 0;
    for (size_t i = 0; element && i < COUNT_OF(bars); i++) {
        sv bar = sv_cstr(bars[i].text);
        for (size_t at = bars[i].hyphen ? SIZE_MAX : sv_find(element->value, bar, 0); at != SIZE_MAX; at = sv_find(element->value, bar, at + bar.n))
            if (at + bar.n > behind) behind = at + bar.n;
    }
    sv name = behind ? sv_trim(sv_skip(element->value, behind)) : SV_NONE;
    return name.n && (site_names_is(site, name, facts->arena) || site_names_spelled(site, name, facts->arena)) ? name : SV_NONE;
}

static void state(struct titles *t, enum claim_source source) {
    for (size_t i = 0; i < t->facts->of[FACT_TITLE].count && t->count < STATED_MAX; i++) {
        const struct claim *c = &t->facts->of[FACT_TITLE].item[i];
        if (c->source != source) continue;
        sv text = without_site(t, c->value);
        if (text.n && text.n < TITLE_BYTES_MAX && (t->front || !site_names_is(t->site, text, t->arena))) t->list[t->count++] = (struct stated){text, letters_key(text, t->arena), source, text.p != c->value.p};
        return;
    }
}

/* What a source states; NULL: nothing. */
static const struct stated *stated_by(const struct titles *t, enum claim_source source) {
    for (size_t i = 0; i < t->count; i++)
        if (t->list[i].source == source) return &t->list[i];
    return NULL;
}

/* How well what the page states about itself supports a printed text: 1 for each title that is the same, less for the best that holds it, most
 * of all at its beginning or end, where titles grow sections and names of sites. */
static double support(const struct titles *t, sv key, bool marked) {
    double same = 0, part = 0, agreed = t->agreed ? 0.6 : 0;
    for (size_t i = 0; i < t->count; i++) same += sv_eq(t->list[i].key, key);
    bool full = marked || same > 0; /* else less than half is as good as nothing, see score_of */
    for (size_t i = 0; i < t->count; i++) {
        sv stated = t->list[i].key;
        double share = key.n < stated.n ? (double)key.n / (double)stated.n : (double)stated.n / (double)key.n, here = 0;
        bool brief = key.n < BRIEF_BYTES && share < 0.4; /* more likely a section or the site than a headline with much behind it */
        if (sv_eq(stated, key)) continue;
        if (brief) here = full && sv_has(stated, key) ? 0.9 * share : 0;
        else if (key.n < stated.n && key.n >= 6 && share >= agreed && sv_starts(stated, key)) here = 0.5 + 0.5 * share;
        else if (key.n < stated.n && key.n >= 6 && share >= agreed && sv_ends(stated, key)) here = 0.3 + 0.6 * share;
        else if (key.n < stated.n && key.n >= 6 && share >= agreed && (full || share > 0.5) && sv_has(stated, key)) here = 0.9 * share;
        else if (marked && stated.n < key.n && stated.n >= 12 && sv_has(key, stated)) here = 0.6 * share;
        if (here > part) part = here;
    }
    return same + part;
}

/* The share of the words of a text, or of its characters where words are not parted, that a key has too. */
static double share_in(const struct titles *t, sv text, sv key) {
    size_t words = 0, shared = 0;
    while (text.n) {
        sv word = letters_key(sv_cut(&text, ' '), t->arena);
        size_t n = 1;
        while (word.n) {
            bool dense = letters_is_dense(utf8_decode(word, &n));
            sv piece = sv_take(word, dense ? n : word.n);
            word = sv_skip(word, piece.n);
            if (piece.n < 3) continue;
            words++;
            shared += sv_has(key, piece);
        }
    }
    return words ? (double)shared / (double)words : 0;
}

/* The best share that a stated title has. */
static double overlap(const struct titles *t, sv text) {
    double best = 0;
    for (size_t i = 0; i < t->count; i++) {
        double share = share_in(t, text, t->list[i].key);
        if (share > best) best = share;
    }
    return best;
}

/* Whether the title element has these words behind others only, as it has the name of a site or a section; *within: and before others. */
static bool follows_in_title(const struct titles *t, sv key, bool *within) {
    const struct stated *element = stated_by(t, CLAIM_TITLE);
    if (!element) return false;
    *within = !sv_ends(element->key, key);
    return key.n < element->key.n && !sv_starts(element->key, key) && sv_has(element->key, key);
}

/* Whether a text has in it what the last part of the page's address spells. */
static bool is_addressed(const struct titles *t, sv key) { return t->address.n >= ADDRESS_BYTES_MIN && sv_has(key, t->address); }

/* How much an h1 is worth on top of what supports it. One that the title element has at its end is a site or a section, but where the page has no other. */
static double worth_of_h1(const struct titles *t, sv text, sv key, uint32_t marks) {
    bool within, enough = letters_count(text) >= LONG_ENOUGH;
    if (follows_in_title(t, key, &within)) return (t->sole || (within && enough)) && !(marks & NOT_A_TITLE) ? 0.85 : 0.3;
    if (!t->count) return 1;
    return enough || is_addressed(t, key) ? 1 + overlap(t, text) : 0.5 + 1.2 * overlap(t, text);
}

static bool has_sole_heading(const struct page_facts *f) {
    size_t count = 0, links = 0;
    for (size_t i = 0; i < f->of[FACT_TITLE].count; i++) {
        const struct claim *c = &f->of[FACT_TITLE].item[i];
        if (c->source != CLAIM_HEADING) continue;
        count++;
        links += c->line < f->line_count && f->line[c->line].marks & MARK_LINK;
    }
    return count == 1 && !links;
}

static double score_of(const struct titles *t, sv text, uint32_t marks) {
    sv key = letters_key(text, t->arena);
    if (key.n < 2) return 0;
    bool heading = marks & MARK_HEADING, named = marks & MARK_TITLE;
    double supported = support(t, key, heading || named);
    if ((!heading && !named && supported < 0.5) || site_names_is_key(t->site, key)) return 0;
    double score = 1.5 * (supported < 2 ? supported : 2);
    if (marks & MARK_H1) score += worth_of_h1(t, text, key, marks);
    else if (heading) score += 0.3 + (named ? 0.3 : 0);
    else if (named) score += 0.3;
    if (marks & NOT_A_TITLE) score -= !(heading || named) ? 2 : !(marks & MARK_H1) ? 1.5 : marks & MARK_LOGO ? 1 : 0.5;
    return score;
}

/* Whether a line may be the headline at all: marked as one, or not a link and as long as something that is stated. Most are not. */
static bool is_candidate(const struct titles *t, const struct page_line *line) {
    if (line->marks & (MARK_HEADING | MARK_TITLE)) return true;
    return !(line->marks & MARK_LINK) && line->length >= 6 && line->length <= t->longest;
}

/* Whether a paragraph follows a line closely, with no other heading between. */
static bool opens_prose(const struct page_facts *f, uint32_t index) {
    for (uint32_t i = index + 1; i < f->line_count && i <= index + PROSE_LINES; i++) {
        if (f->line[i].length >= PROSE_BYTES) return true;
        if (f->line[i].marks & (MARK_HEADING | MARK_TITLE)) return false;
    }
    return false;
}

/* Whether a line beside a headline is marked as one of its facts, a byline or a date, or opens as one; or has a date, where that may do. */
static bool is_fact(const struct page_line *line, bool any_date) {
    if (line->length > FACT_BYTES) return false;
    return line->marks & (MARK_DATE | MARK_TIME | MARK_AUTHOR | MARK_BYLINE) || byline_opens(line->text) || (any_date && date_is_in(line->text));
}

/* How little the title element says of the page: 0 where it may be its title, 1 where the site's name opens it or its host is in it, 2 where a word or
 * two are left then, or there is none. */
static int ignorance(const struct titles *t) {
    if (!t->count) return 2;
    if (t->list[0].beheaded && t->weak) return 2;
    return t->list[0].beheaded || (t->site->host.n >= HOST_BYTES_MIN && sv_has(t->list[0].key, t->site->host));
}

/* "LONDON (Agency) - ": what agencies open a report with. */
static bool has_dateline(sv text) {
    size_t open = sv_find_char(text, '(', 0), close = sv_find_char(text, ')', 0);
    if (close == SIZE_MAX || open > close || close > DATELINE_BYTES) return false;
    sv rest = sv_trim(sv_skip(text, close + 1));
    return sv_starts(rest, SV("-")) || sv_starts(rest, SV("–")) || sv_starts(rest, SV("—"));
}

/* What stands around a line speaks for a headline: a fact below; the less is known, a date above or below too, and paragraphs right below. Bold alone
 * says so little that it needs its date right beside it, unless nothing is known. */
static int surroundings(const struct page_facts *f, uint32_t index, int unknown) {
    bool marked = f->line[index].marks & (MARK_HEADING | MARK_TITLE) || unknown > 1, fact = false;
    uint32_t paragraphs = 0, reach = marked ? FACTS_BEFORE : 1;
    uint32_t first = !unknown ? index : index > reach ? index - reach : 0, end = marked ? index + PROSE_LINES : index + 1;
    for (uint32_t k = first; k < index; k++) fact |= is_fact(&f->line[k], true);
    for (uint32_t k = index + 1; k < f->line_count && k <= end && f->line[k].length < PROSE_BYTES; k++) fact |= is_fact(&f->line[k], unknown > 0);
    if (unknown && index + 1 < f->line_count) fact |= has_dateline(f->line[index + 1].text);
    for (uint32_t k = index + 1; k < f->line_count && k <= index + PROSE_LINES; k++) paragraphs += f->line[k].length >= PARAGRAPH_BYTES;
    return fact ? 2 + (unknown && paragraphs >= PARAGRAPHS) : 0;
}

/* The line that looks most like a headline, where the title element names the site alone: marked as one, with a fact beside it and prose below. Its
 * score; from LAYOUT_ENOUGH on it is believed. */
static int by_layout(const struct titles *t, struct title *out) {
    const struct page_facts *f = t->facts;
    int unknown = ignorance(t), best = 0;
    for (uint32_t i = 0; i < f->line_count && i < LAYOUT_LINES; i++) {
        const struct page_line *line = &f->line[i];
        bool refused = line->marks & (NOT_A_TITLE | MARK_LINK | MARK_TAGS | MARK_CATEGORY) || line->length < LAYOUT_BYTES_MIN || line->length > PROSE_BYTES ||
                       strchr(",;:", line->text.p[line->text.n - 1]);
        int score = line->marks & MARK_HEADING ? 3 : line->marks & MARK_TITLE ? 2 : line->marks & MARK_BOLD ? 1 : 0;
        if (refused || score + 3 <= best || !opens_prose(f, i) || is_fact(line, false) || date_is_in(line->text)) continue;
        score += surroundings(f, i, unknown);
        if (score <= best) continue;
        best = score;
        *out = (struct title){.text = line->text, .source = line->marks & MARK_HEADING ? CLAIM_HEADING : CLAIM_TEXT, .line = i};
    }
    return best;
}

/* The printed text with the best support. */
static double best_printed(const struct titles *t, struct title *out) {
    const struct page_facts *f = t->facts;
    double best = 0;
    for (size_t i = 0; i < f->of[FACT_TITLE].count; i++) {
        const struct claim *c = &f->of[FACT_TITLE].item[i];
        if (c->source != CLAIM_HEADING) continue;
        double score = score_of(t, c->value, c->marks);
        if (score > best) best = score, *out = (struct title){.text = c->value, .source = CLAIM_HEADING, .line = c->line};
    }
    for (size_t i = 0; i < f->line_count && i < LINES_LOOKED_AT; i++) {
        const struct page_line *line = &f->line[i];
        if (line->length > TITLE_BYTES_MAX || line->marks & MARK_H1 || !is_candidate(t, line)) continue;
        double score = score_of(t, line->text, line->marks);
        if (score > 0 && t->weak && letters_count(line->text) >= LONG_ENOUGH && opens_prose(f, (uint32_t)i)) score += 0.5;
        if (score > best + 0.01) best = score, *out = (struct title){.text = line->text, .source = line->marks & MARK_HEADING ? CLAIM_HEADING : CLAIM_TEXT, .line = (uint32_t)i};
    }
    return best;
}

/* Whether a printed title is the section that the title element names behind the site. */
static bool is_section(const struct titles *t, const struct title *printed) {
    return t->weak && t->list[0].beheaded && printed->source == CLAIM_HEADING && sv_eq(letters_key(printed->text, t->arena), t->list[0].key);
}

/* Whether a text has a title behind other words without a mark between: "This bridge is closed". */
static bool is_run_on(sv text, sv title) {
    size_t at = sv_find(text, title, 0);
    while (at != SIZE_MAX && at > 0 && text.p[at - 1] == ' ') at--;
    return at != SIZE_MAX && at > 0 && (ascii_is_alpha(text.p[at - 1]) || ascii_is_digit(text.p[at - 1]));
}

/* Whether any form of the title that the head states has this behind a mark. */
static bool is_set_apart(const struct titles *t, sv title) {
    const struct claims *claims = &t->facts->of[FACT_TITLE];
    for (size_t i = 0; i < claims->count; i++) {
        sv value = claims->item[i].value;
        size_t at = claims->item[i].source == CLAIM_HEADING ? SIZE_MAX : sv_find(value, title, 0);
        if (at != SIZE_MAX && at > 0 && !is_run_on(value, title)) return true;
    }
    return false;
}

/* The headline of a printed text that has a kicker before it: where OpenGraph or JSON-LD name it without one, and the title element does not, which
 * is cut for search engines. */
static bool without_kicker(const struct titles *t, sv key, sv printed, sv *out) {
    const struct stated *element = stated_by(t, CLAIM_TITLE);
    uint64_t number;
    for (size_t i = 0; i < t->count; i++) {
        const struct stated *s = &t->list[i];
        if ((s->source != CLAIM_OPENGRAPH && s->source != CLAIM_JSON_LD) || s->beheaded || (element && sv_eq(element->key, s->key))) continue;
        if (s->key.n >= key.n || s->key.n * 3 < key.n || letters_count(s->text) < TITLE_MIN || !sv_ends(key, s->key)) continue;
        sv kicker = sv_take(key, key.n - s->key.n);
        if (kicker.n <= NUMBER_DIGITS_MAX && sv_to_u64(kicker, &number)) continue; /* "2025", "10": they belong to it */
        if (is_run_on(printed, s->text) && !is_set_apart(t, s->text)) continue;
        *out = s->text;
        return true;
    }
    return false;
}

/* Whether a stated title is the printed one with spaces or a mark put where the printed one changes elements: not "Name ()", nor "*Name*". */
static bool parts_words(sv stated, sv printed) {
    size_t at = 0, added = 0;
    for (size_t i = 0; i < stated.n; i++)
        if (at < printed.n && stated.p[i] == printed.p[at]) at++;
        else if (at < printed.n && printed.p[at] == ' ' && sv_starts(sv_skip(stated, i), SV("\xC2\xA0"))) at++, i++;
        else if (!strchr(" :-|,./;'\xE2\x80\x93\x94\x98\x99", stated.p[i])) return false; /* the last ones make dashes and apostrophes */
        else added++;
    return at == printed.n && added;
}

/* "2. Chapter", but not "10 bridges". */
static bool is_numbered(sv text) {
    size_t digits = 0;
    while (digits < text.n && ascii_is_digit(text.p[digits])) digits++;
    return digits > 0 && sv_starts(sv_skip(text, digits), SV(". "));
}

/* Whether two sources state the same, or one that programs read. */
static bool is_agreed(const struct titles *t, const struct stated *s) {
    size_t votes = s->source == CLAIM_JSON_LD || s->source == CLAIM_MICRODATA;
    for (size_t i = 0; i < t->count; i++) votes += sv_eq(t->list[i].key, s->key);
    return votes > 1;
}

/* Whether the title element has exactly this before its first bar. */
static bool is_first_part(const struct titles *t, sv text) {
    const struct claim *element = claims_of(&t->facts->of[FACT_TITLE], CLAIM_TITLE);
    if (!element || !sv_starts(element->value, text)) return false;
    for (size_t i = 0; i < COUNT_OF(bars); i++)
        if (!bars[i].hyphen && (sv_starts(sv_skip(element->value, text.n), sv_cstr(bars[i].text)) || sv_starts(sv_trim(sv_skip(element->value, text.n)), sv_cstr(bars[i].text)))) return true;
    return false;
}

/* Whether a stated title may be the beginning of the printed one for want of room: it ends within a word, or OpenGraph, which is often cut, has it alone. */
static bool is_cut_short(const struct titles *t, const struct stated *s, sv printed) {
    size_t length;
    if (s->source == CLAIM_OPENGRAPH && !is_first_part(t, s->text)) return true;
    return sv_starts(printed, s->text) && s->text.n < printed.n && letters_is_word(utf8_decode(sv_skip(printed, s->text.n), &length));
}

/* The stated title of which a printed one is the beginning only, since it goes on with words: no mark, date or site parted by a space. Where OpenGraph
 * states one too, a heading is believed: what it leaves out are words for search engines. NULL: none. */
static const struct stated *continued(const struct titles *t, const struct title *printed) {
    if (printed->source != CLAIM_TEXT && (t->count != 1 || t->list[0].source != CLAIM_TITLE)) return NULL;
    for (size_t i = 0; i < t->count; i++) {
        sv rest = sv_skip(t->list[i].text, printed->text.n);
        size_t length;
        uint32_t next = rest.n > 1 ? utf8_decode(sv_skip(rest, 1), &length) : 0;
        if (sv_starts_nocase(t->list[i].text, printed->text) && sv_starts(rest, SV(" ")) && letters_is_word(next) && !letters_is_dense(next) && !has_bar(rest) && !date_is_in(rest)) return &t->list[i];
    }
    return NULL;
}

/* What is printed may hold more than the headline (a kicker, a label) or less than the words need (capitals, no colon between two elements):
 * there the form that is stated is the better one. */
static void settle(const struct titles *t, struct title *out) {
    sv key = letters_key(out->text, t->arena);
    if (without_kicker(t, key, out->text, &out->text)) return;
    for (size_t i = 0; i < t->count; i++) {
        const struct stated *s = &t->list[i];
        if (!sv_eq(key, s->key)) continue;
        if (letters_all_caps(out->text) || (s->text.n > out->text.n && s->text.n <= out->text.n + 3 && parts_words(s->text, out->text))) out->text = s->text;
        return;
    }
    for (size_t i = 0; i < t->count; i++) {
        const struct stated *s = &t->list[i];
        bool ends = sv_ends(key, s->key);
        if (ends ? key.n < s->key.n + KICKER_BYTES_MIN && !is_agreed(t, s) && !is_numbered(out->text) : is_cut_short(t, s, out->text)) continue; /* "This", "10" */
        if (s->beheaded || s->key.n * (ends ? 3 : 2) < key.n || s->key.n >= key.n || !(ends || sv_starts(key, s->key))) continue;
        out->text = s->text;
        return;
    }
}

/* Whether a printed heading is likelier a slogan than the title: no sentence, and of other words than all that is stated; on the page of the whole
 * site, whatever is not stated. */
static bool is_slogan(const struct titles *t, const struct title *printed) {
    if (!t->count) return false;
    sv key = letters_key(printed->text, t->arena);
    double supported = support(t, key, true);
    if (t->front && supported < ENOUGH) return true;
    return !is_addressed(t, key) && letters_count(t->list[0].text) >= TITLE_MIN && printed->source == CLAIM_HEADING && letters_count(printed->text) < SENTENCE && supported < 0.3 && overlap(t, printed->text) < 0.3;
}

/* Whether the layout alone shows the headline: where no line bears out a title that nothing but the title element states, or what it states is the
 * section. Where there is no title at all, a line will do that nothing marks. */
static bool is_shown(const struct titles *t, double score, const struct title *printed, struct title *out) {
    bool alone = t->count == 1 && t->list[0].source == CLAIM_TITLE, unborne = score < ENOUGH && (!t->count || alone);
    int layout = !t->front && (unborne || is_section(t, printed)) ? by_layout(t, out) : 0;
    if (layout >= LAYOUT_ENOUGH) return !(t->count && sv_has(t->list[0].key, letters_key(out->text, t->arena)));
    bool leads_away = printed->line < t->facts->line_count && t->facts->line[printed->line].marks & MARK_LINK;
    return layout == LAYOUT_ENOUGH - 1 && !t->count && (!printed->text.n || leads_away) && letters_count(out->text) >= LONG_ENOUGH && !sv_ends(out->text, SV("."));
}

void titles_choose(const struct page_facts *facts, const struct site_names *site, struct title *out) {
    static const enum claim_source order[] = {CLAIM_OPENGRAPH, CLAIM_JSON_LD, CLAIM_MICRODATA, CLAIM_TITLE, CLAIM_META, CLAIM_JSON_LD_PAGE};
    struct titles t = {.facts = facts, .site = site, .arena = facts->arena, .front = is_front(facts->url), .address = address_key(facts->url, facts->arena)};
    struct title printed = {.source = CLAIM_NONE, .line = CLAIM_NO_LINE}, shown = printed;
    for (size_t i = 0; i < COUNT_OF(order); i++) state(&t, order[i]);
    for (size_t i = 0; i < t.count; i++)
        if (t.list[i].text.n * 5 / 4 > t.longest) t.longest = t.list[i].text.n * 5 / 4;
    for (size_t i = 0; i < t.count; i++)
        for (size_t k = 0; k < i; k++) t.agreed |= sv_eq(t.list[i].key, t.list[k].key);
    t.sole = has_sole_heading(facts);
    t.weak = t.count == 1 && letters_count(t.list[0].text) < WEAK_CHARS;
    double score = best_printed(&t, &printed);
    if (score >= ENOUGH && is_slogan(&t, &printed)) score = 0;
    *out = printed;
    if (is_shown(&t, score, &printed, &shown)) *out = printed = shown;
    else if (score < ENOUGH) {
        out->text = t.count ? t.list[0].text : printed.text;
        out->source = t.count ? t.list[0].source : printed.source;
    }
    out->text = without_anchor(out->text);
    const struct stated *longer = score >= ENOUGH ? continued(&t, out) : NULL;
    if (longer) out->opening = out->text, out->text = longer->text, out->source = longer->source;
    settle(&t, out);
    if (score < ENOUGH || !t.count) return;
    double shared = share_in(&t, printed.text, t.list[0].key);
    if (shared >= SOME_WORDS && shared < MOST_WORDS) out->head = t.list[0].text, out->head_source = t.list[0].source;
}

void titles_for_type(struct title *title, enum page_type type) {
    if (type != PAGE_SERVICE || !title->head.n) return;
    title->text = title->head;
    title->source = title->head_source;
}
