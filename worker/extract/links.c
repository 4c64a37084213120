#include "links.h"

#include "base/utf8.h"
#include "dom_attr.h"
#include "dom_text.h"
#include "url_join.h"

enum { LINKS_MAX = 256, URL_BYTES_MAX = 2000, TEXT_BYTES_MAX = 500 };

static const sv nowhere = SV_OF("");

static bool leads_somewhere(sv href) {
    static const char *const schemes[] = {"javascript:", "data:", "about:", "blob:", "vbscript:"};
    if (!href.n || href.n > URL_BYTES_MAX || *href.p == '#') return false;
    for (size_t i = 0; i < COUNT_OF(schemes); i++)
        if (sv_starts_nocase(href, sv_cstr(schemes[i]))) return false;
    return true;
}

bool link_targets_init(struct link_targets *t, sv base, const struct blocks *b, struct arena *arena) {
    *t = (struct link_targets){.base = base, .blocks = b, .arena = arena, .url = ARENA_ARRAY(arena, sv, b->link_count + 1)};
    return t->url != NULL;
}

sv link_targets_at(struct link_targets *t, size_t link) {
    sv *url = &t->url[link];
    if (url->p) return *url;
    sv href = dom_attribute_of(t->blocks->link[link].element, LXB_DOM_ATTR_HREF);
    return *url = leads_somewhere(href) ? url_join(t->base, href, t->arena) : nowhere;
}

static bool is_known(const struct article *out, sv url, sv text) {
    for (size_t i = 0; i < out->link_count; i++)
        if (sv_eq(out->links[i].url, url) && sv_eq(out->links[i].text, text)) return true;
    return false;
}

enum err_code links_collect(struct link_targets *targets, const struct decision *d, struct article *out, struct err *e) {
    const struct blocks *b = targets->blocks;
    struct arena *arena = targets->arena;
    size_t cap = 0;
    for (size_t i = 0; i < b->link_count && out->link_count < LINKS_MAX && !arena->failed; i++) {
        const struct block_mark *m = &b->link[i];
        if (m->block >= b->count || !d->keep[m->block] || b->block[m->block].node != m->node) continue;
        sv url = link_targets_at(targets, i);
        if (!url.n) continue;
        sv text = utf8_cut(dom_text(m->element, arena), TEXT_BYTES_MAX);
        if (!text.n || is_known(out, url, text)) continue;
        if (!arena_grow(arena, (void **)&out->links, out->link_count, &cap, sizeof *out->links)) break;
        out->links[out->link_count++] = (struct article_link){url, text};
    }
    return arena->failed ? err_set(e, ERR_MEMORY, "no memory for the links of a page") : ERR_OK;
}
