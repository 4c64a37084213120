#include "images.h"

#include "caption.h"
#include "dom_text.h"
#include "url_join.h"

enum { IMAGES_MAX = 32 };

static sv attr(lxb_dom_node_t *node, const char *name) {
    size_t n = 0;
    const lxb_char_t *v = lxb_dom_element_get_attribute(lxb_dom_interface_element(node), (const lxb_char_t *)name, strlen(name), &n);
    return v ? sv_trim(sv_from((const char *)v, n)) : SV_NONE;
}

static void first(sv *slot, sv value) {
    if (!slot->n && value.n) *slot = value;
}

static void add_image(sv base, sv url, sv alt, struct caption c, bool lead, struct arena *arena, struct article *out) {
    size_t cap = out->image_count;
    if (!url.n || sv_starts_nocase(url, SV("data:"))) return;
    url = url_join(base, url, arena);
    for (size_t i = 0; i < out->image_count; i++) {
        struct article_image *image = &out->images[i];
        if (!sv_eq(image->url, url)) continue;
        first(&image->alt, arena_dup(arena, alt));
        first(&image->caption, c.caption);
        first(&image->credit, c.credit);
        return;
    }
    if (out->image_count >= IMAGES_MAX || !arena_grow(arena, (void **)&out->images, out->image_count, &cap, sizeof *out->images)) return;
    out->images[out->image_count++] = (struct article_image){.url = url, .alt = arena_dup(arena, alt), .caption = c.caption, .credit = c.credit, .is_lead = lead};
}

static lxb_dom_node_t *next_in(lxb_dom_node_t *root, lxb_dom_node_t *node) {
    if (node->first_child) return node->first_child;
    while (node && node != root && !node->next) node = node->parent;
    return node && node != root ? node->next : NULL;
}

static void read_figure(lxb_dom_node_t *figure, sv base, struct arena *arena, struct article *out) {
    sv url = SV_NONE, alt = SV_NONE, text = SV_NONE;
    for (lxb_dom_node_t *n = figure; n; n = next_in(figure, n)) {
        if (n->type != LXB_DOM_NODE_TYPE_ELEMENT) continue;
        if (n->local_name == LXB_TAG_IMG && !url.n) {
            url = attr(n, "src");
            if (!url.n || sv_starts(url, SV("data:"))) url = attr(n, "data-src");
            alt = attr(n, "alt");
        } else if (n->local_name == LXB_TAG_FIGCAPTION && !text.n)
            text = dom_text(n, arena);
    }
    if (url.n && text.n) add_image(base, url, alt, caption_split(text), false, arena, out);
}

enum err_code images_collect(lxb_html_document_t *document, const struct image_hints *hints, struct arena *arena, struct article *out, struct err *e) {
    lxb_dom_node_t *root = lxb_dom_interface_node(document);
    add_image(hints->base, hints->lead, SV_NONE, (struct caption){SV_NONE, SV_NONE}, true, arena, out);
    for (lxb_dom_node_t *n = root->first_child; n; n = next_in(root, n))
        if (n->type == LXB_DOM_NODE_TYPE_ELEMENT && n->local_name == LXB_TAG_FIGURE) read_figure(n, hints->base, arena, out);
    if (out->image_count) out->images[0].is_lead = true;
    return arena->failed ? err_set(e, ERR_MEMORY, "no memory for the images of a page") : ERR_OK;
}
