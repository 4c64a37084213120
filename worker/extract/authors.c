#include "authors.h"

#include "base/compiler.h"
#include "base/utf8.h"
#include "dates.h"
#include "letters.h"

enum {
    NOT_THE_PAGE = MARK_COMMENT | MARK_ASIDE | MARK_FOOTER | MARK_CAPTION,
    /* lines from the headline, or from one claim to the next */
    LINES_BEFORE = 8,
    LINES_BEHIND = 30,
    BARE_BEHIND = 4,
    OPENED_BEHIND = 8,
    BOLD_BEHIND = 6,
    TOGETHER = 4,
    POSTS_MIN = 2,
    /* bytes */
    LINE_BYTES_MAX = 160,
    FAR_BYTES_MAX = 60,
    PROSE_BYTES = 150,
    DATE_LINE_BYTES = 60,
    JOINT_BYTES = 5,
    MARK_BYTES = 2, /* beside a name */
    WORD_BYTES = 64,
    DEGREE_BYTES = 5,
    GIVEN_BYTES_MIN = 3,
    FAMILY_BYTES_MIN = 4 /* "ann.de" is a site */
};

static bool is_printed(enum claim_source source) { return source == CLAIM_MICRODATA || source == CLAIM_REL || source == CLAIM_CLASS || source == CLAIM_TEXT; }

/* Which claims of printed names are looked at, the surest first. */
struct pass {
    uint32_t refused; /* marks */
    uint32_t before, behind; /* lines from the headline */
};

/* Marks without those that the headline has too: a template may wrap all of a page in them. */
static uint32_t without_own(const struct page_facts *f, const struct title *title, uint32_t refused) {
    return title->line < f->line_count ? refused & ~(f->line[title->line].marks & ~(uint32_t)MARK_COMMENT) : refused;
}

/* Whether the line in which somebody is named says that it is for something else than the text. */
static bool is_of_another(const struct page_facts *f, const struct claim *c) {
    static const sv others[] = {SV_OF("reviewed by"), SV_OF("medically reviewed"), SV_OF("fact checked by"), SV_OF("fact-checked by"), SV_OF("edited by"), SV_OF("photo by"), SV_OF("photos by"), SV_OF("translated by"), SV_OF("illustration by")};
    for (size_t i = 0; i < COUNT_OF(others) && c->source == CLAIM_CLASS && c->line < f->line_count; i++)
        if (sv_starts_nocase(f->line[c->line].text, others[i])) return true;
    return false;
}

static bool is_in(const struct page_facts *f, const struct pass *pass, const struct title *title, const struct claim *c) {
    uint32_t refused = without_own(f, title, pass->refused);
    bool below = title->line != CLAIM_NO_LINE && c->line > title->line && c->line <= title->line + BARE_BEHIND;
    if (below && c->marks & MARK_BYLINE) refused &= ~(uint32_t)MARK_FOOTER; /* the headline's own foot */
    if (c->marks & refused || is_of_another(f, c)) return false;
    if (title->line == CLAIM_NO_LINE || c->line == CLAIM_NO_LINE) return true;
    return c->line + pass->before >= title->line && c->line <= title->line + pass->behind;
}

static const struct pass passes[] = {{NOT_THE_PAGE, 4, 16}, {MARK_COMMENT | MARK_FOOTER | MARK_CAPTION, 8, 40}, {NOT_THE_PAGE, UINT32_MAX / 2, UINT32_MAX / 2}};

/* Single words beside full names are not names, of those from `from` on. */
static void drop_single(struct byline *b, size_t from) {
    size_t kept = from;
    bool full = false;
    for (size_t i = from; i < b->count; i++) full |= sv_find_char(b->name[i], ' ', 0) != SIZE_MAX;
    for (size_t i = from; i < b->count; i++)
        if (!full || sv_find_char(b->name[i], ' ', 0) != SIZE_MAX || (uint8_t)b->name[i].p[0] >= 0xE0) b->name[kept++] = b->name[i];
    b->count = kept;
}

/* Nor are names that hold another one and more: "Ann Lee Senior Editor" beside "Ann Lee". */
static void keep_shortest(struct byline *b, struct arena *arena) {
    size_t kept = 0;
    for (size_t i = 0; i < b->count; i++) {
        sv key = letters_key(b->name[i], arena);
        bool holds = false;
        for (size_t k = 0; k < b->count && !holds; k++) {
            sv other = letters_key(b->name[k], arena);
            holds = k != i && other.n < key.n && other.n >= 5 && sv_find_char(b->name[k], ' ', 0) != SIZE_MAX && sv_has(key, other);
        }
        if (!holds) b->name[kept++] = b->name[i];
    }
    b->count = kept;
}

/* A single word in small letters: of a button more often than of a user, where only a class says that it is an author. */
static bool is_small_word(sv text) {
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] < 'a' || text.p[i] > 'z') return false;
    return true;
}

/* "PhD", "MD": a short word with two capitals or more. */
static bool is_degree(sv name) {
    size_t capitals = 0;
    for (size_t i = 0; i < name.n; i++) {
        if (!ascii_is_alpha(name.p[i])) return false;
        capitals += name.p[i] <= 'Z';
    }
    return name.n <= DEGREE_BYTES && capitals > 1;
}

/* Without what somebody's studies are called behind the name in full. */
static void drop_degrees(struct byline *b) {
    size_t kept = 0;
    for (size_t i = 0; i < b->count; i++)
        if (i == 0 || !byline_is_full(b->name[0]) || !is_degree(b->name[i])) b->name[kept++] = b->name[i];
    b->count = kept;
}

/* The user's name that systems make of a person's, spelled out: "ann.lee", "ann.lee.42", "Ann_Lee"; else the name. */
static sv spelled_out(sv name, struct arena *arena) {
    char mark = sv_find_char(name, '_', 0) != SIZE_MAX ? '_' : '.';
    size_t dot = sv_find_char(name, mark, 0), end = sv_find_char(name, mark, dot == SIZE_MAX ? SIZE_MAX : dot + 1);
    sv first = sv_take(name, dot), last = dot == SIZE_MAX ? SV_NONE : sv_skip(sv_take(name, end), dot + 1), tail = end == SIZE_MAX ? SV_NONE : sv_skip(name, end + 1);
    for (size_t i = 0; i < tail.n; i++)
        if (!ascii_is_digit(tail.p[i])) return name;
    if (first.n < GIVEN_BYTES_MIN || last.n < FAMILY_BYTES_MIN) return name;
    size_t skip = mark == '_' && first.p[0] < 'a' && ascii_is_alpha(first.p[0]); /* "Ann_Lee" */
    if (!is_small_word(sv_skip(first, skip)) || !is_small_word(sv_skip(last, skip)) || !ascii_is_alpha(*last.p)) return name;
    char *out = arena_room(arena, first.n + 1 + last.n);
    if (!out) return name;
    memcpy(out, name.p, first.n + 1 + last.n);
    out[0] = (char)letters_upper((uint8_t)out[0]);
    out[first.n] = ' ';
    out[first.n + 1] = (char)letters_upper((uint8_t)out[first.n + 1]);
    return sv_from(out, first.n + 1 + last.n);
}

/* "islandpost.de, Bridgetown, Germany" in a meta element: who publishes, and where. */
static bool is_publisher(const struct claim *c) {
    sv host = sv_take(c->value, sv_find(c->value, SV(", "), 0));
    return c->source == CLAIM_META && host.n < c->value.n && sv_has(host, SV(".")) && sv_find_char(host, ' ', 0) == SIZE_MAX && host.p[host.n - 1] != '.';
}

/* Without the time that a date is followed by: "| 13:10 Uhr | Ann Lee". */
static sv without_clock(sv v) {
    while (v.n && (v.p[0] == '|' || v.p[0] == ',' || v.p[0] == ' ')) v = sv_skip(v, 1);
    size_t bar = sv_find_char(v, '|', 0);
    return bar != SIZE_MAX && v.n && ascii_is_digit(v.p[0]) ? sv_trim(sv_skip(v, bar + 1)) : v;
}

/* What is left of a line when a date at its front or its end is taken off, as "3 March 2019 | Ann Lee" and "Ann Lee · 3 March 2019" have it;
 * absent where there is none. */
static sv beside_date(sv text, struct arena *arena) {
    char folded[DATE_TEXT_MAX];
    struct date date;
    size_t at = 0, begin;
    sv v = sv_from(folded, date_fold(text, folded));
    if (!date_next(v, &at, DATE_DAY_FIRST, &date, &begin)) return SV_NONE;
    sv before = sv_trim(sv_take(v, begin)), behind = sv_trim(sv_skip(v, at));
    return arena_dup(arena, before.n > 3 ? before : without_clock(behind));
}

/* The names of a source's claims: all of the head, or those that are printed together, beside the headline first. */
static void take_claims(const struct page_facts *f, const struct site_names *site, const struct title *title, enum claim_source source, const struct pass *pass, struct authors *out) {
    const struct claims *claims = &f->of[FACT_AUTHOR];
    uint32_t first = CLAIM_NO_LINE;
    for (size_t i = 0; i < claims->count; i++) {
        const struct claim *c = &claims->item[i];
        if (c->source != source || (is_printed(source) && (!is_in(f, pass, title, c) || (first != CLAIM_NO_LINE && c->line > first + TOGETHER)))) continue;
        size_t before = out->names.count;
        bool far = pass == &passes[2] && !(c->marks & MARK_AUTHOR && c->marks & MARK_BYLINE);
        if ((source == CLAIM_CLASS && (far || is_small_word(c->value))) || is_publisher(c)) continue;
        byline_names(c->value, true, source == CLAIM_JSON_LD || source == CLAIM_MICRODATA ? NULL : site, f->arena, &out->names);
        bool dated = out->names.count == before && source == CLAIM_CLASS && c->marks & MARK_DATE && c->value.n <= FAR_BYTES_MAX;
        if (dated) byline_names(beside_date(c->value, f->arena), true, site, f->arena, &out->names);
        if (source == CLAIM_JSON_LD) drop_single(&out->names, before); /* where an agency is an author of its own */
        if (out->names.count == before) continue;
        out->source = source;
        if (!out->raw.n) out->raw = c->value;
        if (first == CLAIM_NO_LINE) first = c->line;
    }
    if (source != CLAIM_JSON_LD) drop_single(&out->names, 0);
    keep_shortest(&out->names, f->arena);
}

/* Whether a claim names the user who wrote a post. */
static bool is_post(const struct claim *c) { return c->marks & MARK_USER && c->value.n && !(c->marks & NOT_THE_PAGE); }

static bool has_posts(const struct page_facts *f) {
    for (size_t i = 0; i < f->of[FACT_AUTHOR].count; i++)
        if (is_post(&f->of[FACT_AUTHOR].item[i])) return true;
    return false;
}

/* Who wrote the first of two or more posts of different users. */
static bool take_first_poster(const struct page_facts *f, struct authors *out) {
    const struct claims *claims = &f->of[FACT_AUTHOR];
    const struct claim *first = NULL, *last = NULL;
    size_t posts = 0;
    *out = (struct authors){0};
    for (size_t i = 0; i < claims->count; i++) {
        const struct claim *c = &claims->item[i];
        if (!is_post(c)) continue;
        if (!first || c->line < first->line || (c->line == first->line && c->value.n < first->value.n)) first = c; /* of an element and what is in it the inner one */
        if (!last || (c->line > last->line + TOGETHER && !sv_eq(c->value, last->value))) last = c, posts++;
    }
    if (posts < POSTS_MIN) return false;
    byline_names(first->value, true, NULL, f->arena, &out->names);
    if (out->names.count != 1) return false;
    if (sv_eq_nocase(out->names.name[0], first->value)) out->names.name[0] = first->value; /* users choose their capitals */
    out->source = first->source;
    out->raw = first->value;
    return true;
}

static bool take_lines_of(const struct page_facts *f, const struct site_names *site, const struct title *title, uint32_t from, uint32_t end, struct authors *out) {
    bool open = false;
    for (uint32_t i = from; i < f->line_count && i < end; i++) {
        const struct page_line *line = &f->line[i];
        bool follows = open;
        open = byline_is_opener(line->text);
        uint32_t refused = i < title->line + 8 && i + 3 >= title->line ? MARK_COMMENT | MARK_CAPTION | MARK_H1 : NOT_THE_PAGE | MARK_HEADING;
        if (i < title->line) refused |= without_own(f, title, MARK_ASIDE);
        if (i > title->line && i <= title->line + BARE_BEHIND && line->marks & MARK_BYLINE) refused &= ~(uint32_t)MARK_COMMENT; /* how many there are */
        if (open || line->length > LINE_BYTES_MAX || line->marks & refused || !(follows || byline_opens(line->text))) continue;
        byline_names(line->text, follows, site, f->arena, &out->names);
        drop_degrees(&out->names);
        if (!out->names.count) continue;
        out->source = CLAIM_TEXT;
        out->raw = line->text;
        return true;
    }
    return false;
}

/* Lines beside the headline that open as bylines do, or follow one that is nothing but an opener; those below it first. */
static void take_lines(const struct page_facts *f, const struct site_names *site, const struct title *title, struct authors *out) {
    uint32_t from = title->line == CLAIM_NO_LINE ? 0 : title->line, before = from > LINES_BEFORE ? from - LINES_BEFORE : 0;
    if (!take_lines_of(f, site, title, from, from + LINES_BEHIND, out)) (void)take_lines_of(f, site, title, before, from, out);
}

/* Whether a line is a date and little else, as stands beside a byline. */
static bool is_date_line(const struct page_line *line) { return line->length <= DATE_LINE_BYTES && date_is_in(line->text); }

/* Whether a word of a name is also written in small letters somewhere on the page, as names are not: "Front Page". */
static bool is_common(const struct page_facts *f, sv name) {
    char small[WORD_BYTES];
    while (name.n) {
        sv word = sv_cut(&name, ' ');
        size_t n = 0, length;
        for (size_t i = 0; i < word.n && n + 4 < sizeof small; i += length) n += utf8_encode(letters_lower(utf8_decode(sv_skip(word, i), &length)), small + n);
        sv lower = sv_from(small, n);
        if (n < 3 || sv_eq(lower, word)) continue;
        for (size_t i = 0; i < f->line_count; i++)
            for (size_t at = sv_find(f->line[i].text, lower, 0); at != SIZE_MAX; at = sv_find(f->line[i].text, lower, at + 1))
                if (at > 0 && f->line[i].text.p[at - 1] == ' ' && !letters_is_word(utf8_decode(sv_skip(f->line[i].text, at + n), &length))) return true;
    }
    return false;
}

/* Whether a short line calls itself a team: "The Island Team", "Isle Staff". */
static bool is_team(sv text) {
    static const sv words[] = {SV_OF(" team"), SV_OF(" staff"), SV_OF(" editors"), SV_OF(" redaktion"), SV_OF(" editorial")};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (text.n > words[i].n && text.n <= DATE_LINE_BYTES && sv_eq_nocase(sv_skip(text, text.n - words[i].n), words[i])) return true;
    return false;
}

/* Whether a name has the form of a user's of a system rather than of a person: "ann.lee", "annlee42". */
static bool is_handle(sv name) {
    bool odd = name.n && name.p[0] >= 'a' && name.p[0] <= 'z';
    for (size_t i = 0; i < name.n; i++) {
        if (name.p[i] == ' ' || (uint8_t)name.p[i] >= 0x80) return false;
        odd |= ascii_is_digit(name.p[i]) || name.p[i] == '_' || (name.p[i] == '.' && i + 1 < name.n);
    }
    return odd;
}

/* A user by one word that is none of a language, in the line of facts below a headline with nothing but the date: "AnnLee 3.3.2019, 13:56". */
static bool is_user(const struct page_line *line, sv text) {
    bool odd = is_handle(text);
    for (size_t i = 1; i < text.n; i++) odd |= text.p[i] >= 'A' && text.p[i] <= 'Z' && text.p[i - 1] >= 'a';
    return odd && line->marks & (MARK_META | MARK_BYLINE | MARK_AUTHOR) && sv_find_char(text, ' ', 0) == SIZE_MAX && sv_find_char(text, ':', 0) == SIZE_MAX;
}

/* A line or a part of one beside the headline that is nothing but the names of persons in full, where a date stands beside it or where it is linked,
 * bold or marked right below the headline; a team or a user beside a date. */
static void take_bare(const struct page_facts *f, const struct site_names *site, const struct title *title, struct authors *out) {
    uint32_t refused = without_own(f, title, NOT_THE_PAGE | MARK_CATEGORY | MARK_TAGS | MARK_LOGO) | MARK_HEADING;
    if (title->line == CLAIM_NO_LINE) return;
    for (uint32_t i = title->line > 2 ? title->line - 2 : 0; i < f->line_count && i <= title->line + BARE_BEHIND; i++) {
        const struct page_line *line = &f->line[i];
        if (i == title->line || line->length > LINE_BYTES_MAX || line->marks & refused) continue;
        bool dated = is_date_line(line);
        bool beside = (i > 0 && is_date_line(line - 1)) || (i + 1 < f->line_count && is_date_line(line + 1));
        sv text = dated ? beside_date(line->text, f->arena) : line->text;
        bool below = i == title->line + 1 && line->marks & (MARK_LINK | MARK_BOLD | MARK_META) && !letters_all_caps(text) && !sv_has(title->text, text);
        if ((!dated && !beside && !below) || text.n < 5) continue;
        out->names.count = 0;
        byline_names(text, false, site, f->arena, &out->names);
        size_t bytes = 0, bare = 0;
        for (size_t k = 0; k < out->names.count; k++) {
            bytes += out->names.name[k].n + (k ? JOINT_BYTES : MARK_BYTES);
            bare += byline_is_full(out->names.name[k]) && !is_common(f, out->names.name[k]);
        }
        bool team = !bare && is_team(text), user = !bare && dated && is_user(line, text);
        if (team || user) {
            out->names.count = 0;
            if (team) (void)byline_stated(text, f->arena, &out->names);
            else byline_names(text, true, site, f->arena, &out->names);
        }
        if (!out->names.count || (!team && !user && (bare < out->names.count || bytes < text.n))) continue;
        out->source = CLAIM_TEXT;
        out->raw = line->text;
        return;
    }
    *out = (struct authors){0};
}

/* Persons in full in a bold line of their own between the headline and the text, where all that is marked names the site. */
static void take_bold(const struct page_facts *f, const struct site_names *site, const struct title *title, struct authors *out) {
    if (title->line == CLAIM_NO_LINE) return;
    for (uint32_t i = title->line + 1; i + 1 < f->line_count && i <= title->line + BOLD_BEHIND; i++) {
        const struct page_line *line = &f->line[i];
        if (!(line->marks & MARK_BOLD) || line->marks & (MARK_LINK | MARK_HEADING | MARK_CAPTION) || line->length > FAR_BYTES_MAX || line[1].length < PROSE_BYTES) continue;
        byline_names(line->text, false, site, f->arena, &out->names);
        size_t full = 0;
        for (size_t k = 0; k < out->names.count; k++) full += byline_is_full(out->names.name[k]) && !is_common(f, out->names.name[k]);
        out->source = CLAIM_TEXT;
        out->raw = line->text;
        if (full && full == out->names.count) return;
        *out = (struct authors){0};
    }
}

/* Whether a piece of some words begins and ends as what somebody or something is called: without a small letter. */
static bool is_called(sv text) {
    size_t last = text.n;
    while (last > 0 && text.p[last - 1] != ' ') last--;
    return last && text.n <= FAR_BYTES_MAX && (*text.p < 'a' || *text.p > 'z') && (text.p[last] < 'a' || text.p[last] > 'z');
}

/* Whoever is named behind an opener beside the headline: users by one word, teams, outlets. */
static void take_opened(const struct page_facts *f, const struct title *title, struct authors *out) {
    uint32_t refused = without_own(f, title, NOT_THE_PAGE | MARK_LOGO) | MARK_H1;
    if (title->line == CLAIM_NO_LINE) return;
    for (uint32_t i = title->line > 2 ? title->line - 2 : 0; i < f->line_count && i <= title->line + OPENED_BEHIND && !out->names.count; i++) {
        const struct page_line *line = &f->line[i];
        bool follows = i > 0 && byline_is_opener(line[-1].text);
        sv named = follows ? line->text : byline_behind(line->text);
        if (i == title->line || !named.n || line->length > LINE_BYTES_MAX || line->marks & refused) continue;
        byline_names(named, true, NULL, f->arena, &out->names);
        if (!out->names.count && is_called(named)) (void)byline_stated(named, f->arena, &out->names);
        out->source = CLAIM_TEXT;
        out->raw = line->text;
    }
    if (!out->names.count) *out = (struct authors){0};
}

/* A label or an opener at the end of the text or anywhere behind the headline, in a line that holds little else. */
static void take_far_lines(const struct page_facts *f, const struct site_names *site, const struct title *title, struct authors *out) {
    for (uint32_t i = title->line == CLAIM_NO_LINE ? 0 : title->line + 1; i < f->line_count && !out->names.count; i++) {
        const struct page_line *line = &f->line[i];
        bool follows = i > 0 && line->length <= FAR_BYTES_MAX && byline_is_opener(f->line[i - 1].text);
        if (line->length > FAR_BYTES_MAX || line->marks & (NOT_THE_PAGE | MARK_HEADING | MARK_LINK) || !(follows || byline_opens(line->text))) continue;
        byline_names(line->text, follows, site, f->arena, &out->names);
        if (follows && out->names.count && !byline_is_full(out->names.name[0])) out->names.count = 0;
        bool label = sv_has(line->text, SV(":")) || sv_has(line->text, SV("：")), dense = out->names.count && (uint8_t)out->names.name[0].p[0] >= 0xE3;
        if (out->names.count && !label && !dense && sv_find_char(out->names.name[0], ' ', 0) == SIZE_MAX) out->names.count = 0; /* "from Berlin" rather than by somebody */
        out->source = CLAIM_TEXT;
        out->raw = line->text;
    }
    if (!out->names.count) *out = (struct authors){0};
}

/* Who signs the last of the paragraphs that are signed. */
static void take_signature(const struct page_facts *f, const struct site_names *site, struct authors *out) {
    const struct claims *claims = &f->of[FACT_AUTHOR];
    for (size_t i = claims->count; i-- > 0 && !out->names.count;) {
        const struct claim *c = &claims->item[i];
        if (c->source != CLAIM_TEXT || c->marks & NOT_THE_PAGE) continue;
        byline_names(c->value, false, site, f->arena, &out->names);
        out->source = CLAIM_TEXT;
        out->raw = c->value;
    }
    if (!out->names.count) *out = (struct authors){0};
}

static void ask(const struct page_facts *f, const struct site_names *site, const struct title *title, enum claim_source source, size_t pass, struct authors *out) {
    *out = (struct authors){0};
    if (source == CLAIM_TEXT) {
        take_signature(f, site, out);
        if (!out->names.count) take_lines(f, site, title, out);
    } else
        take_claims(f, site, title, source, &passes[pass], out);
}

/* What the surest source calls the author, where none names a person: teams, agencies and pen names; the name of the site only where it has
 * the form of a person's. */
static void take_stated(const struct page_facts *f, const struct site_names *site, const struct title *title, struct authors *out) {
    static const enum claim_source order[] = {CLAIM_JSON_LD, CLAIM_REL, CLAIM_MICRODATA, CLAIM_META, CLAIM_CLASS, CLAIM_JSON_LD_PAGE};
    const struct claims *claims = &f->of[FACT_AUTHOR];
    for (size_t k = 0; k < COUNT_OF(order) && !out->names.count; k++) {
        for (size_t i = 0; i < claims->count && !out->names.count; i++) {
            const struct claim *c = &claims->item[i];
            if (c->source != order[k] || is_publisher(c) || (is_printed(c->source) && (title->line == CLAIM_NO_LINE || !is_in(f, &passes[0], title, c)))) continue;
            bool outlet = c->source == CLAIM_META && site_names_is(site, c->value, f->arena);
            byline_names(c->value, true, NULL, f->arena, &out->names); /* a person whose name the site bears */
            if (outlet && out->names.count && !byline_is_full(out->names.name[0])) out->names.count = 0;
            if (!out->names.count && !outlet) (void)byline_stated(c->value, f->arena, &out->names);
            if (!out->names.count) continue;
            out->source = c->source;
            out->raw = c->value;
        }
    }
}

/* The one person in full, or behind an opener, whom all marks of authors name, wherever they stand but in comments: as of a page with one writer. */
static void take_unanimous(const struct page_facts *f, const struct site_names *site, struct authors *out) {
    const struct claims *claims = &f->of[FACT_AUTHOR];
    bool opened = false;
    for (size_t i = 0; i < claims->count; i++) {
        const struct claim *c = &claims->item[i];
        if (!is_printed(c->source) || c->marks & MARK_COMMENT || (c->value.n > FAR_BYTES_MAX && !byline_behind(c->value).n)) continue;
        byline_names(c->value, true, site, f->arena, &out->names);
        opened |= (uint8_t)c->value.p[0] < 0xE3 && byline_behind(c->value).n > 0;
        if (!out->names.count) continue;
        if (!out->raw.n) out->source = c->source, out->raw = c->value;
        if (out->names.count > 1) break;
    }
    if (out->names.count != 1 || !(opened || byline_is_full(out->names.name[0]))) *out = (struct authors){0};
}

/* Whether `full` is what `name` stands for: the same letters without what systems put between and behind them, or it and a family name. */
static bool stands_for(sv name, sv full, struct arena *arena) {
    sv key = letters_key(name, arena);
    if (sv_find_char(name, ' ', 0) != SIZE_MAX || (uint8_t)name.p[0] >= 0xE0) return false;
    while (key.n && ascii_is_digit(key.p[key.n - 1])) key.n--;
    return sv_eq(key, letters_key(full, arena)) || (full.n > name.n && sv_starts(full, name) && full.p[name.n] == ' ');
}

/* Whether `longer` is the name with something that was glued or added to it: "Ann LeeBusiness", "Ann Lee Business". */
static bool is_tailed(sv longer, sv name) {
    if (longer.n <= name.n || !sv_starts(longer, name)) return false;
    char next = longer.p[name.n];
    return next == ' ' || (next >= 'A' && next <= 'Z') || (byline_is_full(name) && sv_find_char(longer, ' ', name.n) != SIZE_MAX); /* "Ann Leein Business" */
}

/* Whether one printed byline names all of these first and others behind them, as where a page states the first of its authors alone. */
static bool is_more(const struct page_facts *f, const struct authors *other, const struct authors *out) {
    struct byline line = {0};
    if (other->names.count <= out->names.count || other->source == CLAIM_META) return false;
    byline_names(other->raw, true, NULL, f->arena, &line);
    if (line.count != other->names.count) return false;
    for (size_t i = 0; i < line.count; i++)
        if (!byline_is_full(line.name[i]) || (i < out->names.count && !sv_eq(letters_key(line.name[i], f->arena), letters_key(out->names.name[i], f->arena)))) return false;
    return true;
}

/* Names as a second source has them, where that shows them to be cut off, grown or a user's. */
static void settle(const struct page_facts *f, const struct site_names *site, const struct title *title, struct authors *out) {
    static const enum claim_source order[] = {CLAIM_META, CLAIM_REL, CLAIM_MICRODATA, CLAIM_JSON_LD, CLAIM_CLASS, CLAIM_TEXT};
    struct authors other;
    bool single = false;
    for (size_t i = 0; i < out->names.count; i++) single |= sv_find_char(out->names.name[i], ' ', 0) == SIZE_MAX;
    for (size_t k = 0; k < COUNT_OF(order); k++) {
        if (order[k] == out->source || (order[k] == CLAIM_TEXT && !single)) continue; /* lines cost most, and only show whom a single word stands for */
        ask(f, site, title, order[k], 0, &other);
        if (is_more(f, &other, out)) {
            *out = other;
            return;
        }
        for (size_t i = 0; i < out->names.count; i++)
            for (size_t n = 0; n < other.names.count; n++) {
                sv name = out->names.name[i], better = other.names.name[n];
                if (sv_find_char(better, ' ', 0) == SIZE_MAX) continue;
                if (is_tailed(name, better) || (other.names.count == 1 && stands_for(name, better, f->arena))) out->names.name[i] = better;
            }
    }
}

void authors_choose(const struct page_facts *f, const struct site_names *site, const struct title *title, struct authors *out) {
    static const struct {
        enum claim_source source;
        size_t pass;
    } order[] = {{CLAIM_JSON_LD, 0}, {CLAIM_MICRODATA, 0}, {CLAIM_REL, 0}, {CLAIM_TEXT, 0}, {CLAIM_JSON_LD_PAGE, 0}, {CLAIM_CLASS, 0}, {CLAIM_META, 0}, {CLAIM_OPENGRAPH, 0}},
      far[] = {{CLAIM_MICRODATA, 1}, {CLAIM_REL, 1}, {CLAIM_CLASS, 1}, {CLAIM_MICRODATA, 2}, {CLAIM_REL, 2}, {CLAIM_CLASS, 2}};
    enum { FIRST_POSTER = 1 }; /* JSON-LD is surer who began a thread; the marks of replies are not */
    struct authors user = {0};
    for (size_t i = 0; i < COUNT_OF(order); i++) {
        if (i == FIRST_POSTER && take_first_poster(f, out)) break;
        ask(f, site, title, order[i].source, order[i].pass, out);
        if (out->names.count == 1 && (is_handle(out->names.name[0]) || site_names_is(site, out->names.name[0], f->arena))) {
            if (!user.names.count) user = *out;
            continue;
        }
        if (out->names.count && (!user.names.count || byline_is_full(out->names.name[0]))) break;
        *out = (struct authors){0};
    }
    if (!out->names.count && user.names.count && site_names_is(site, user.names.name[0], f->arena)) take_bold(f, site, title, out);
    if (!out->names.count) {
        *out = user;
        bool stated = user.source == CLAIM_META || user.source == CLAIM_JSON_LD || user.source == CLAIM_JSON_LD_PAGE;
        if (user.names.count && stated && !has_posts(f) && !site_names_is(site, user.names.name[0], f->arena)) out->names.name[0] = spelled_out(user.names.name[0], f->arena);
    }
    if (!out->names.count) take_bare(f, site, title, out);
    if (!out->names.count) take_stated(f, site, title, out);
    if (!out->names.count) take_opened(f, title, out);
    for (size_t i = 0; i < COUNT_OF(far) && !out->names.count; i++) ask(f, site, title, far[i].source, far[i].pass, out);
    if (!out->names.count) take_far_lines(f, site, title, out);
    if (!out->names.count) take_unanimous(f, site, out);
    if (out->names.count) settle(f, site, title, out);
}
