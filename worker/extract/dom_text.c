#include "dom_text.h"

#include <lexbor/dom/interfaces/character_data.h>

#include "base/sbuf.h"

enum { TEXT_MAX = 64 * 1024 };

static sv data_of(lxb_dom_node_t *node) {
    const lexbor_str_t *data = &lxb_dom_interface_character_data(node)->data;
    return sv_from((const char *)data->data, data->length);
}

static void add_collapsed(struct sbuf *out, sv raw, bool *space) {
    for (size_t i = 0; i < raw.n; i++) {
        bool nbsp = raw.p[i] == '\xc2' && i + 1 < raw.n && raw.p[i + 1] == '\xa0';
        if (nbsp || ascii_is_space(raw.p[i])) {
            *space = true;
            i += nbsp;
            continue;
        }
        if (*space && out->n) sbuf_add_char(out, ' ');
        *space = false;
        sbuf_add_char(out, raw.p[i]);
    }
}

static bool breaks_line(lxb_tag_id_t tag) {
    return tag == LXB_TAG_BR || tag == LXB_TAG_P || tag == LXB_TAG_DIV || tag == LXB_TAG_LI || tag == LXB_TAG_TD || tag == LXB_TAG_FIGCAPTION || tag == LXB_TAG_H2;
}

sv dom_text(lxb_dom_node_t *root, struct arena *arena) {
    struct sbuf out;
    bool space = false;
    sbuf_init(&out, TEXT_MAX);
    for (lxb_dom_node_t *n = root->first_child; n && !out.err;) {
        bool hidden = n->local_name == LXB_TAG_SCRIPT || n->local_name == LXB_TAG_STYLE || n->local_name == LXB_TAG_SVG || n->local_name == LXB_TAG_NOSCRIPT;
        if (n->type == LXB_DOM_NODE_TYPE_TEXT) add_collapsed(&out, data_of(n), &space);
        else if (breaks_line(n->local_name)) space = true;
        if (n->first_child && !hidden) {
            n = n->first_child;
            continue;
        }
        while (n && n != root && !n->next) n = n->parent;
        n = n && n != root ? n->next : NULL;
    }
    sv text = out.n ? arena_dup(arena, sbuf_view(&out)) : SV_NONE;
    sbuf_clear(&out);
    return text;
}

sv dom_raw_text(lxb_dom_node_t *root, struct arena *arena) {
    lxb_dom_node_t *child = root->first_child;
    return child && child->type == LXB_DOM_NODE_TYPE_TEXT ? arena_dup(arena, data_of(child)) : SV_NONE;
}

sv dom_attribute(lxb_dom_node_t *element, const char *name) {
    size_t n = 0;
    const lxb_char_t *v = lxb_dom_element_get_attribute(lxb_dom_interface_element(element), (const lxb_char_t *)name, strlen(name), &n);
    return v ? sv_trim(sv_from((const char *)v, n)) : SV_NONE;
}
