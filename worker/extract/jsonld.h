/* What JSON-LD scripts say about the article of a page. */
#pragma once

#include "base/arena.h"

struct jsonld {
    sv headline, published, modified, description, publisher, image, language;
    sv body; /* the longest articleBody */
    sv *authors;
    size_t author_count;
    bool paywalled;
};

/* Reads one script into `out`; fields that are set stay. Only objects whose @type is an article's, a posting's or a page's count, wherever they
 * lie (arrays, @graph, mainEntity). Damaged JSON is skipped, or read leniently (comments, trailing commas, newlines in strings). Views
 * lie in the arena. O(bytes), no recursion. */
void jsonld_read(sv script, struct arena *, struct jsonld *out);
