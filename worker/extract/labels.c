#include "labels.h"

#include "base/compiler.h"

enum { TOGETHER = 6, NAME_BYTES_MAX = 80, NOT_THE_PAGE = MARK_COMMENT | MARK_FOOTER | MARK_LOGO };

static void add(struct labels *l, sv name) {
    while (name.n && strchr("#,;:|", name.p[0])) name = sv_trim(sv_skip(name, 1));
    while (name.n && strchr(",;:|", name.p[name.n - 1])) name = sv_trim(sv_take(name, name.n - 1));
    if (!name.n || name.n > NAME_BYTES_MAX || l->count >= LABELS_MAX || sv_has(name, SV("://"))) return;
    for (size_t i = 0; i < l->count; i++)
        if (sv_eq_nocase(l->name[i], name)) return;
    l->name[l->count++] = name;
}

/* Links that stand together: those of the first group behind the headline, or of the first at all. */
static void take_links(const struct page_facts *f, const struct title *title, enum fact fact, enum claim_source source, struct labels *out) {
    const struct claims *claims = &f->of[fact];
    uint32_t from = title->line == CLAIM_NO_LINE ? 0 : title->line > 4 ? title->line - 4 : 0;
    for (int behind = 1; behind >= 0 && !out->count; behind--) {
        uint32_t last = CLAIM_NO_LINE;
        for (size_t i = 0; i < claims->count; i++) {
            const struct claim *c = &claims->item[i];
            if (c->source != source || c->marks & NOT_THE_PAGE || (source == CLAIM_CLASS && c->marks & MARK_ASIDE)) continue;
            if (behind && c->line < from) continue;
            if (last != CLAIM_NO_LINE && c->line > last + TOGETHER) break;
            add(out, c->value);
            last = c->line;
        }
    }
}

void labels_choose(const struct page_facts *f, const struct title *title, enum fact fact, struct labels *out) {
    static const enum claim_source order[] = {CLAIM_REL, CLAIM_OPENGRAPH, CLAIM_JSON_LD, CLAIM_MICRODATA, CLAIM_CLASS, CLAIM_META, CLAIM_JSON_LD_PAGE};
    *out = (struct labels){0};
    for (size_t k = 0; k < COUNT_OF(order) && !out->count; k++) {
        out->source = order[k];
        if (order[k] == CLAIM_REL || order[k] == CLAIM_CLASS) take_links(f, title, fact, order[k], out);
        else
            for (size_t i = 0; i < f->of[fact].count; i++)
                if (f->of[fact].item[i].source == order[k]) add(out, f->of[fact].item[i].value);
    }
    if (!out->count) out->source = CLAIM_NONE;
}
