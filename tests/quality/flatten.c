#include "flatten.h"

#include <lexbor/dom/interfaces/character_data.h>

#include "charset.h"
#include "dom_parse.h"

enum { DEPTH_MAX = 512, NODES_MAX = 1000000 };

static bool is_shown(const lxb_dom_node_t *n) {
    lxb_tag_id_t tag = n->local_name;
    return tag != LXB_TAG_SCRIPT && tag != LXB_TAG_STYLE && tag != LXB_TAG_TEMPLATE && tag != LXB_TAG_SVG && tag != LXB_TAG_NOSCRIPT && tag != LXB_TAG_IFRAME &&
           tag != LXB_TAG_TEXTAREA && tag != LXB_TAG_SELECT;
}

static void add_line(lxb_dom_node_t *node, struct sbuf *out) {
    const lexbor_str_t *data = &lxb_dom_interface_character_data(node)->data;
    sv text = sv_trim(sv_from((const char *)data->data, data->length));
    bool space = false;
    for (size_t i = 0; i < text.n; i++) {
        bool nbsp = text.p[i] == '\xc2' && i + 1 < text.n && text.p[i + 1] == '\xa0';
        if (nbsp) i++;
        if (!nbsp && !ascii_is_space(text.p[i])) {
            if (space) sbuf_add_char(out, ' ');
            sbuf_add_char(out, text.p[i]);
        }
        space = nbsp || ascii_is_space(text.p[i]);
    }
    if (text.n) sbuf_add_char(out, '\n');
}

enum err_code flatten_html(sv html, struct sbuf *out, struct err *e) {
    struct dom_parse *parser = NULL;
    lxb_html_document_t *document;
    struct charset charset;
    struct sbuf utf8;
    bool cut;
    sbuf_init(&utf8, 0);
    enum err_code code = charset_find(html, SV_NONE, SV_NONE, &charset, e);
    if (!code) code = charset_decode(charset, html, &utf8, e);
    if (!code) code = dom_parse_new(&parser, DEPTH_MAX, NODES_MAX, e);
    if (!code) code = dom_parse_run(parser, sbuf_view(&utf8), &document, &cut, e);
    lxb_dom_node_t *root = code ? NULL : lxb_dom_interface_node(document->body);
    for (lxb_dom_node_t *n = root ? root->first_child : NULL; n;) {
        if (n->type == LXB_DOM_NODE_TYPE_TEXT) add_line(n, out);
        if (n->first_child && is_shown(n)) {
            n = n->first_child;
            continue;
        }
        while (n != root && !n->next) n = n->parent;
        n = n == root ? NULL : n->next;
    }
    dom_parse_free(&parser);
    sbuf_clear(&utf8);
    return code;
}
