/* The commonest tokens of a page -> the tree, as lexbor's tree builder would, at a third of its cost: text, start tags that open where they stand, end tags
 * of what is open last. All else, and all that needs a look at what was opened before, is left to lexbor's builder, with which it shares the state.
 * Attributes are kept as dom_attr.h has them; those of formatting become lexbor's own where it may look at them. */
#pragma once

#include <lexbor/html/tree.h>

#include "dom_slab.h"

struct dom_build {
    lxb_html_document_t *document;
    lxb_html_tree_t *tree;
    struct dom_slab nodes, text;
    uint8_t way[LXB_TAG__LAST_ENTRY]; /* what a tag does */
};

enum dom_build_answer { DOM_BUILD_LEFT /* nothing was done: lexbor's turn */, DOM_BUILD_DONE, DOM_BUILD_NO_MEMORY };

void dom_build_init(struct dom_build *);
/* At the beginning of each page, of a document without events (LXB_DOM_DOCUMENT_OPT_WO_EVENTS). */
void dom_build_begin(struct dom_build *, lxb_html_document_t *, lxb_html_tree_t *);
enum dom_build_answer dom_build_token(struct dom_build *, const lxb_html_token_t *);
