#include "authors.h"

#include "base/compiler.h"
#include "letters.h"

enum { LINES_BEFORE = 8, LINES_BEHIND = 30, LINE_BYTES_MAX = 160, TOGETHER = 4, NOT_THE_PAGE = MARK_COMMENT | MARK_ASIDE | MARK_FOOTER | MARK_CAPTION };

static bool is_printed(enum claim_source source) { return source == CLAIM_MICRODATA || source == CLAIM_REL || source == CLAIM_CLASS || source == CLAIM_TEXT; }

/* Which claims of printed names are looked at, the surest first. */
struct pass {
    uint32_t refused; /* marks */
    uint32_t before, behind; /* lines from the headline */
};

static bool is_in(const struct pass *pass, const struct title *title, const struct claim *c) {
    if (c->marks & pass->refused) return false;
    if (title->line == CLAIM_NO_LINE || c->line == CLAIM_NO_LINE) return true;
    return c->line + pass->before >= title->line && c->line <= title->line + pass->behind;
}

/* Names that hold another one and more ("Ann Lee Senior Editor" beside "Ann Lee"), and single words beside full names, are not names. */
static void keep_shortest(struct byline *b, struct arena *arena) {
    size_t kept = 0;
    bool full = false;
    for (size_t i = 0; i < b->count; i++) full |= sv_find_char(b->name[i], ' ', 0) != SIZE_MAX;
    for (size_t i = 0; i < b->count; i++) {
        sv key = letters_key(b->name[i], arena);
        bool holds = full && sv_find_char(b->name[i], ' ', 0) == SIZE_MAX && (uint8_t)key.p[0] < 0xE0;
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

/* The names of a source's claims: all of the head, or those that are printed together, beside the headline first. */
static void take_claims(const struct page_facts *f, const struct site_names *site, const struct title *title, enum claim_source source, const struct pass *pass, struct authors *out) {
    const struct claims *claims = &f->of[FACT_AUTHOR];
    uint32_t first = CLAIM_NO_LINE;
    for (size_t i = 0; i < claims->count; i++) {
        const struct claim *c = &claims->item[i];
        if (c->source != source || (is_printed(source) && (!is_in(pass, title, c) || (first != CLAIM_NO_LINE && c->line > first + TOGETHER)))) continue;
        size_t before = out->names.count;
        if (source == CLAIM_CLASS && is_small_word(c->value)) continue;
        byline_names(c->value, true, source == CLAIM_JSON_LD || source == CLAIM_MICRODATA ? NULL : site, f->arena, &out->names);
        if (out->names.count == before) continue;
        out->source = source;
        if (!out->raw.n) out->raw = c->value;
        if (first == CLAIM_NO_LINE) first = c->line;
    }
    keep_shortest(&out->names, f->arena);
}

/* Lines beside the headline that open as bylines do, or follow one that is nothing but an opener. */
static void take_lines(const struct page_facts *f, const struct site_names *site, const struct title *title, struct authors *out) {
    uint32_t from = title->line == CLAIM_NO_LINE ? 0 : title->line > LINES_BEFORE ? title->line - LINES_BEFORE : 0;
    bool open = false;
    for (uint32_t i = from; i < f->line_count && i < from + LINES_BEFORE + LINES_BEHIND; i++) {
        const struct page_line *line = &f->line[i];
        bool follows = open;
        open = byline_is_opener(line->text);
        if (open || line->length > LINE_BYTES_MAX || line->marks & (i < title->line + 8 && i + 3 >= title->line ? MARK_COMMENT | MARK_CAPTION | MARK_H1 : NOT_THE_PAGE | MARK_HEADING) || !(follows || byline_opens(line->text))) continue;
        byline_names(line->text, follows, site, f->arena, &out->names);
        if (!out->names.count) continue;
        out->source = CLAIM_TEXT;
        out->raw = line->text;
        return;
    }
}

static const struct pass passes[] = {{NOT_THE_PAGE, 4, 16}, {MARK_COMMENT | MARK_FOOTER | MARK_CAPTION, 8, 40}, {NOT_THE_PAGE, UINT32_MAX / 2, UINT32_MAX / 2}};

static void ask(const struct page_facts *f, const struct site_names *site, const struct title *title, enum claim_source source, size_t pass, struct authors *out) {
    *out = (struct authors){0};
    if (source == CLAIM_TEXT) take_lines(f, site, title, out);
    else take_claims(f, site, title, source, &passes[pass], out);
}

void authors_of(const struct page_facts *f, const struct site_names *site, const struct title *title, enum claim_source source, struct authors *out) {
    ask(f, site, title, source, 0, out);
    for (size_t i = 1; i < COUNT_OF(passes) && is_printed(source) && source != CLAIM_TEXT && !out->names.count; i++) ask(f, site, title, source, i, out);
}

void authors_choose(const struct page_facts *f, const struct site_names *site, const struct title *title, struct authors *out) {
    static const struct {
        enum claim_source source;
        size_t pass;
    } order[] = {{CLAIM_JSON_LD, 0},   {CLAIM_MICRODATA, 0}, {CLAIM_REL, 0},       {CLAIM_TEXT, 0}, {CLAIM_JSON_LD_PAGE, 0}, {CLAIM_CLASS, 0},
                 {CLAIM_META, 0},      {CLAIM_OPENGRAPH, 0}, {CLAIM_MICRODATA, 1}, {CLAIM_REL, 1},  {CLAIM_CLASS, 1},        {CLAIM_MICRODATA, 2},
                 {CLAIM_REL, 2}};
    for (size_t i = 0; i < COUNT_OF(order); i++) {
        ask(f, site, title, order[i].source, order[i].pass, out);
        if (out->names.count) break;
    }
}
