/* A page as text blocks in document order, and the block-level elements that hold them as a tree of nodes: the blocks below a node are
 * a range. A block is the inline text between two block-level boundaries; every piece of visible text is in exactly one block, words
 * are never glued (a boundary, <br> or cell separates) and inline tails are kept. A flattened text page is blocks too, below one node. */
#pragma once

#include <lexbor/html/html.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/sbuf.h"

enum place { /* bits: what a node lies in, itself included */
    IN_NAV = 1 << 0,
    IN_ASIDE = 1 << 1,
    IN_FOOTER = 1 << 2,
    IN_HEADER = 1 << 3,
    IN_FORM = 1 << 4,
    IN_TABLE = 1 << 5,
    IN_LIST = 1 << 6,
    IN_CAPTION = 1 << 7,
    IN_QUOTE = 1 << 8,
    IN_ARTICLE = 1 << 9,
    IN_MAIN = 1 << 10,
    IN_COMMENTS = 1 << 11,
    IN_HIDDEN = 1 << 12,
    IN_CHROME = 1 << 13, /* class or id words of menus, shares, related links, consent, ads */
    IN_BODY = 1 << 14,   /* itemprop=articleBody, or class words that mean the body of an article */
    IN_PRE = 1 << 15,
};

struct block_node {
    uint32_t parent; /* the root is its own */
    uint16_t tag;    /* lexbor tag id */
    uint16_t depth;
    uint32_t places;
    uint32_t first, end; /* blocks */
};

struct text_block {
    sv text;       /* one line, or lines where the source has breaks */
    uint32_t node;
    uint32_t tokens; /* words; one a character in scripts without spaces */
    uint32_t chars, link_chars, bold_chars, links;
    uint32_t sentences, commas, symbols, digits;
    uint16_t list_depth;
    bool ends_sentence, button;
};

/* Where an <img>, an <amp-img>, a <noscript> (which may hold one) or a link stands. */
struct block_mark {
    lxb_dom_node_t *element;
    uint32_t node;
    uint32_t block; /* the block that it stands in or before */
};

struct blocks {
    struct text_block *block;
    size_t count, cap;
    struct block_node *node;
    size_t node_count, node_cap;
    uint32_t tokens;
    struct block_mark *image, *link; /* in document order; at most BLOCKS_MARKS_MAX each */
    size_t image_count, image_cap, link_count, link_cap;
};

enum { BLOCKS_MARKS_MAX = 2000 };

/* Everything lies in the arena; `text` is scratch for one block. ERR_MEMORY. O(nodes). */
MUST_USE enum err_code blocks_of_document(lxb_html_document_t *, struct sbuf *text, struct arena *, struct blocks *out, struct err *);
/* One block a line of UTF-8 text. */
MUST_USE enum err_code blocks_of_text(sv text, struct arena *, struct blocks *out, struct err *);
/* Words of a text, counted as everywhere here. */
uint32_t blocks_count_tokens(sv text);
