#include "page_hints.h"

#include "dom_text.h"

static sv attribute(lxb_dom_node_t *node, const char *name) {
    size_t n = 0;
    const lxb_char_t *value = lxb_dom_element_get_attribute(lxb_dom_interface_element(node), (const lxb_char_t *)name, strlen(name), &n);
    return value ? sv_trim(sv_from((const char *)value, n)) : SV_NONE;
}

static enum og_type type_of(sv value) {
    if (sv_starts_nocase(value, SV("article")) || sv_eq_nocase(value, SV("blog"))) return OG_ARTICLE;
    if (sv_starts_nocase(value, SV("website"))) return OG_WEBSITE;
    if (sv_has_nocase(value, SV("product"))) return OG_PRODUCT;
    return value.n ? OG_OTHER : OG_NONE;
}

static void read_meta(lxb_dom_node_t *node, struct page_hints *out, sv *canonical) {
    sv key = attribute(node, "property"), value = attribute(node, "content");
    if (!key.n) key = attribute(node, "name");
    if (sv_eq_nocase(key, SV("og:title"))) out->og_title = value;
    else if (sv_eq_nocase(key, SV("og:type"))) out->og_type = type_of(value);
    else if (sv_eq_nocase(key, SV("og:url")) && !canonical->n) *canonical = value;
    else if (sv_starts_nocase(key, SV("article:publish"))) out->has_published = true;
}

void page_hints_read(lxb_html_document_t *document, sv url, struct arena *arena, struct page_hints *out) {
    sv canonical = SV_NONE;
    *out = (struct page_hints){0};
    lxb_dom_node_t *head = lxb_dom_interface_node(document->head);
    for (lxb_dom_node_t *n = head ? head->first_child : NULL; n; n = n->next) {
        if (n->local_name == LXB_TAG_TITLE && !out->title.n) out->title = dom_text(n, arena);
        else if (n->local_name == LXB_TAG_META) read_meta(n, out, &canonical);
        else if (n->local_name == LXB_TAG_LINK && sv_eq_nocase(attribute(n, "rel"), SV("canonical"))) canonical = attribute(n, "href");
    }
    out->og_title = arena_dup(arena, out->og_title);
    out->url = url.n ? url : arena_dup(arena, canonical);
}
