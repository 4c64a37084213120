#include "claims.h"

#include "base/compiler.h"

void claims_add(struct claims *c, struct arena *arena, struct claim claim) {
    claim.value = sv_trim(claim.value);
    if (!claim.value.n || c->count >= CLAIMS_MAX) return;
    for (size_t i = 0; i < c->count; i++)
        if (c->item[i].source == claim.source && c->item[i].line == claim.line && sv_eq(c->item[i].value, claim.value)) return;
    if (arena_grow(arena, (void **)&c->item, c->count, &c->cap, sizeof *c->item)) c->item[c->count++] = claim;
}

const struct claim *claims_of(const struct claims *c, enum claim_source source) {
    for (size_t i = 0; i < c->count; i++)
        if (c->item[i].source == source) return &c->item[i];
    return NULL;
}

const struct claim *claims_first(const struct claims *c, const enum claim_source *order) {
    for (; *order != CLAIM_NONE; order++) {
        const struct claim *found = claims_of(c, *order);
        if (found) return found;
    }
    return NULL;
}

sv claim_source_name(enum claim_source source) {
    static const char *const names[CLAIM_SOURCE_END] = {NULL,  "json-ld", "json-ld", "opengraph", "meta", "microdata", "rel", "class",
                                                        "time", "heading", "title",   "text",      "url",  "html",      "hint"};
    return sv_cstr(names[source < CLAIM_SOURCE_END ? source : CLAIM_NONE]);
}
