#include "stated_body.h"

#include "dom_text.h"
#include "entities.h"
#include "jsonld.h"
#include "page_hints.h"

enum { BODY_BYTES_MIN = 400, TIMES_LONGER = 3, PARAGRAPH_BYTES_MIN = 60, SAMPLES_MAX = 500 };

sv stated_body_find(lxb_html_document_t *document, struct arena *arena) {
    lxb_dom_node_t *root = lxb_dom_interface_node(document);
    sv longest = SV_NONE;
    for (lxb_dom_node_t *n = root->first_child; n;) {
        if (n->local_name == LXB_TAG_SCRIPT && page_hints_is_jsonld(n)) {
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

/* How much of it the page shows, told by the beginnings of paragraphs that are not short: of all, or of every nth. */
static size_t shown_bytes(sv body, const struct blocks *b, struct arena *arena) {
    sv plain = entities_decode(body, arena);
    size_t stride = b->count / SAMPLES_MAX + 1, shown = 0;
    for (size_t i = 0; i < b->count; i += stride) {
        sv text = b->block[i].text;
        if (text.n >= PARAGRAPH_BYTES_MIN && sv_has(plain, sv_take(text, PARAGRAPH_BYTES_MIN))) shown += text.n * stride;
    }
    return shown;
}

bool stated_body_is_better(sv body, const struct blocks *b, const struct decision *d, struct arena *arena) {
    return body.n >= BODY_BYTES_MIN && body.n > TIMES_LONGER * decision_kept_bytes(b, d) && 2 * shown_bytes(body, b, arena) < body.n;
}
