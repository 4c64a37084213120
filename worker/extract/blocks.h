/* A page as text blocks in document order, and the block-level elements that hold them as a tree of nodes: the blocks below a node are
 * a range. A block is the inline text between two block-level boundaries; every piece of text is in exactly one block, words are never
 * glued (a boundary, <br> or cell separates) and inline tails are kept. Two <br> in a row separate blocks; a table row of short cells
 * is one block, its cells apart by tabs. Hidden text and <noscript> are blocks too, marked. A flattened page is blocks below one node. */
#pragma once

#include <lexbor/html/html.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/sbuf.h"
#include "class_parts.h"
#include "class_words.h"

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
    IN_NOSCRIPT = 1 << 16,
    IN_FIGURE = 1 << 17,
    IN_DIALOG = 1 << 18,
    PLACE_COUNT = 19
};

struct block_node {
    uint32_t parent; /* the root is its own */
    uint16_t tag;    /* lexbor tag id; LXB_TAG__UNDEF for elements HTML does not know */
    uint16_t depth;
    uint32_t own, places; /* of the element itself; with its ancestors' */
    uint32_t parts;       /* of the element itself, see class_parts.h */
    uint32_t first, end;  /* blocks */
    uint32_t shape;       /* the same for elements that one piece of a template made */
    int16_t score;        /* of the words of class and id, see class_words.h */
    uint32_t number;      /* that a list item shows; of an ordered list, that its next item will; of a cell, its column, and of a row that
                           * is no block of its own, its cells; 0: none */
    sv classes, id;       /* attributes; live as long as the document */
};

struct text_block {
    sv text; /* one line, or lines where the source has breaks */
    uint32_t node;
    uint32_t tokens; /* words; one a character in scripts without spaces */
    uint32_t chars, link_chars, bold_chars, code_chars; /* without spaces */
    uint32_t sentences, commas, symbols, digits, upper, alone; /* alone: characters that are a token each */
    uint16_t links, breaks, images, cells, list_depth;
    int16_t inline_score; /* of the class words of inline elements */
    bool ends_sentence, ends_colon, starts_upper, has_date, has_price, button, hidden;
    sv inline_class; /* of the first inline element that has one */
    sv when;         /* the datetime of the first <time> that has one */
    uint64_t columns; /* of a table row: where its cells stand from the first on that has text, a bit each; those beyond 64 are not said */
};

/* Where an <img>, an <amp-img>, a <noscript> (which may hold one) or a link stands. */
struct block_mark {
    lxb_dom_node_t *element;
    uint32_t node;
    uint32_t block; /* the block that it stands in or before */
};

/* What an inline element that sets its text apart holds of a block. */
struct block_span {
    uint32_t block;
    uint32_t start, end; /* in its text; white space may stand there, and `end` may lie behind the text */
    uint16_t tag;
    uint16_t link;       /* of <a>: which of the links */
};

enum { BLOCKS_MARKS_MAX = 2000, BLOCKS_SCRIPTS_MAX = 16, BLOCKS_SPANS_MAX = 10000, BLOCKS_SPAN_DEPTH_MAX = 16 };

struct blocks {
    struct text_block *block;
    size_t count, cap;
    struct block_node *node;
    size_t node_count, node_cap;
    uint32_t tokens;
    struct block_mark *image, *link; /* in document order; at most BLOCKS_MARKS_MAX each */
    size_t image_count, image_cap, link_count, link_cap;
    struct block_span *span; /* in document order, the outer first; at most BLOCKS_SPANS_MAX, and none within BLOCKS_SPAN_DEPTH_MAX others */
    size_t span_count, span_cap;
    uint32_t images; /* <img> elements of the page */
    lxb_dom_node_t *script[BLOCKS_SCRIPTS_MAX]; /* JSON-LD in the body */
    size_t script_count;
};

/* Everything lies in the arena; `text` is scratch for one block. ERR_MEMORY. O(nodes). */
MUST_USE enum err_code blocks_of_document(lxb_html_document_t *, struct class_cache *words, struct sbuf *text, struct arena *, struct blocks *out,
                                          struct err *);
/* One block a line of UTF-8 text. */
MUST_USE enum err_code blocks_of_text(sv text, struct arena *, struct blocks *out, struct err *);
