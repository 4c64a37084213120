#include "stated_body.h"

#include "dom_text.h"
#include "jsonld.h"

enum { BODY_BYTES_MIN = 400, TIMES_LONGER = 3 };

static bool is_jsonld(lxb_dom_node_t *script) {
    size_t n = 0;
    const lxb_char_t *type = lxb_dom_element_get_attribute(lxb_dom_interface_element(script), (const lxb_char_t *)"type", 4, &n);
    return type && sv_has_nocase(sv_from((const char *)type, n), SV("ld+json"));
}

sv stated_body_find(lxb_html_document_t *document, struct arena *arena) {
    lxb_dom_node_t *root = lxb_dom_interface_node(document);
    sv longest = SV_NONE;
    for (lxb_dom_node_t *n = root->first_child; n;) {
        if (n->local_name == LXB_TAG_SCRIPT && is_jsonld(n)) {
            sv body = jsonld_body(dom_raw_text(n), arena);
            if (body.n > longest.n) longest = body;
        }
        if (n->first_child) {
            n = n->first_child;
            continue;
        }
        while (n != root && !n->next) n = n->parent;
        n = n == root ? NULL : n->next;
    }
    return longest;
}

bool stated_body_is_better(sv body, size_t kept_bytes) { return body.n >= BODY_BYTES_MIN && body.n > TIMES_LONGER * kept_bytes; }
