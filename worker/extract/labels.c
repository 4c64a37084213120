#include "labels.h"

#include "base/compiler.h"

enum { TOGETHER = 6, ABOVE = 10, PATH_MOST = 5, UUID_BYTES = 36, NAME_BYTES_MAX = 80, NOT_THE_PAGE = MARK_COMMENT | MARK_FOOTER | MARK_LOGO };

/* Without what lists and templates put around names. */
static sv bare(sv name) {
    static const char *const around[] = {"#", ",", ";", ":", "|", "\"", "“", "”", "„", "»", "«", "- "};
    bool cut = true;
    while (cut) {
        cut = false;
        for (size_t i = 0; i < COUNT_OF(around); i++) {
            sv mark = sv_cstr(around[i]);
            if (sv_starts(name, mark)) name = sv_trim(sv_skip(name, mark.n)), cut = true;
            if (i > 0 && sv_ends(name, mark)) name = sv_trim(sv_take(name, name.n - mark.n)), cut = true; /* "C#" */
        }
    }
    return name;
}

/* "8f507083-bac4-423a-9015-2eb31e1bce50": what a program calls a thing. */
static bool is_uuid(sv name) {
    if (name.n != UUID_BYTES) return false;
    for (size_t i = 0; i < name.n; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? name.p[i] != '-' : !strchr("0123456789abcdefABCDEF", name.p[i])) return false;
    }
    return true;
}

static void add(struct labels *l, sv name) {
    name = bare(name);
    if (!name.n || is_uuid(name) || name.n > NAME_BYTES_MAX || l->count >= LABELS_MAX || sv_has(name, SV("://"))) return;
    for (size_t i = 0; i < l->count; i++)
        if (sv_eq_nocase(l->name[i], name)) return;
    l->name[l->count++] = name;
}

/* One value that may be a list: "Sports,Local" is one, "Food, drink and ferries" a name. */
static void add_list(struct labels *l, sv names) {
    bool list = sv_has(names, SV(",")) && !sv_has(names, SV(", "));
    while (list && names.n) add(l, sv_cut(&names, ','));
    if (!list) add(l, names);
}

/* Links that stand together: those of the first group behind the headline, or of the first at all. */
static void take_links(const struct page_facts *f, const struct title *title, enum fact fact, enum claim_source source, struct labels *out) {
    const struct claims *claims = &f->of[fact];
    uint32_t from = title->line == CLAIM_NO_LINE ? 0 : title->line > 4 ? title->line - 4 : 0;
    for (int behind = 1; behind >= 0 && !out->count; behind--) {
        uint32_t last = CLAIM_NO_LINE;
        for (size_t i = 0; i < claims->count; i++) {
            const struct claim *c = &claims->item[i];
            if (c->source != source || c->marks & (source == CLAIM_REL ? NOT_THE_PAGE & ~(uint32_t)MARK_FOOTER : NOT_THE_PAGE) || (source == CLAIM_CLASS && c->marks & MARK_ASIDE)) continue;
            if (behind && c->line < from) continue;
            if (last != CLAIM_NO_LINE && c->line > last + TOGETHER) break;
            add(out, c->value);
            last = c->line;
        }
    }
}

/* The way to the page, as it is printed right above the headline: its parts but the first, which leads home. */
static void take_path(const struct page_facts *f, const struct title *title, struct labels *out) {
    const struct claims *claims = &f->of[FACT_CATEGORY];
    bool first = true;
    for (size_t i = 0; title->line != CLAIM_NO_LINE && i < claims->count; i++) {
        const struct claim *c = &claims->item[i];
        if (c->source != CLAIM_CLASS || !(c->marks & MARK_ASIDE) || c->marks & NOT_THE_PAGE || c->line >= title->line || c->line + ABOVE < title->line) continue;
        if (!first && !sv_eq(c->value, title->text)) add(out, c->value);
        first = false;
    }
    if (out->count > PATH_MOST) out->count = 0; /* a menu */
}

void labels_choose(const struct page_facts *f, const struct title *title, enum fact fact, struct labels *out) {
    static const enum claim_source order[] = {CLAIM_REL, CLAIM_OPENGRAPH, CLAIM_JSON_LD, CLAIM_MICRODATA, CLAIM_CLASS, CLAIM_META, CLAIM_JSON_LD_PAGE};
    *out = (struct labels){0};
    for (size_t k = 0; k < COUNT_OF(order) && !out->count; k++) {
        out->source = order[k];
        if (order[k] == CLAIM_REL || order[k] == CLAIM_CLASS) take_links(f, title, fact, order[k], out);
        else
            for (size_t i = 0; i < f->of[fact].count; i++)
                if (f->of[fact].item[i].source == order[k]) add_list(out, f->of[fact].item[i].value);
    }
    if (!out->count && fact == FACT_CATEGORY) take_path(f, title, out), out->source = CLAIM_CLASS;
    if (!out->count) out->source = CLAIM_NONE;
}
