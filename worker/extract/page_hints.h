/* What the head of a page says that helps to decide about its blocks. */
#pragma once

#include <lexbor/html/html.h>

#include "base/arena.h"

enum og_type { OG_NONE, OG_ARTICLE, OG_WEBSITE, OG_PRODUCT, OG_OTHER };

struct page_hints {
    sv url;             /* where the page is from, else its canonical or og:url; absent where unknown */
    sv title, og_title; /* of <title> and og:title */
    enum og_type og_type;
    bool has_published; /* article:published_time or the like */
};

/* Views lie in the arena; `url` may be absent. O(children of the head). */
void page_hints_read(lxb_html_document_t *, sv url, struct arena *, struct page_hints *out);
