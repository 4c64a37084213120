/* What elements set apart within the text of kept blocks, from what blocks.c wrote down of all. */
#pragma once

#include "links.h"
#include "schema/article.h"

/* Over one article; all zero but for the first two at its beginning. */
struct spans {
    const struct blocks *blocks;
    struct link_targets *targets; /* NULL where there are no links */
    size_t next, url_bytes;
};

/* Fills the spans of one block, whose kind and place in the article's text are known; blocks in their order. Code has none. Links lead to http, https or
 * mailto, or to what the page leads to by a relative reference; at most 512 KiB of addresses an article. False without memory. O(spans). */
MUST_USE bool spans_fill(struct spans *, size_t block, struct arena *, struct article_block *out);
