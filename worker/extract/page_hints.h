/* What the head of a page says that helps to decide about its blocks. */
#pragma once

#include <lexbor/html/html.h>

#include "base/arena.h"

enum og_type { OG_NONE, OG_ARTICLE, OG_WEBSITE, OG_PRODUCT, OG_OTHER };

enum stated_type { /* bits: what JSON-LD says that the page is about */
    STATED_ARTICLE = 1,
    STATED_PRODUCT = 2,
    STATED_LIST = 4,
    STATED_FORUM = 8,
    STATED_FAQ = 16,
    STATED_ORGANIZATION = 32,
    STATED_TECHNICAL = 64,
    STATED_RECIPE = 128
};

/* What the words of an address suggest: of its host's first label, or of the segments of its path. */
enum url_kind { URL_PLAIN, URL_HOME, URL_ARTICLE, URL_FORUM, URL_PRODUCT, URL_LISTING, URL_DOCUMENTATION, URL_SERVICE };

enum { PAGE_HINTS_DESCRIPTION_BYTES = 500 };

struct page_hints {
    sv url;             /* where the page is from, else its canonical or og:url; absent where unknown */
    sv title, og_title; /* of <title> and og:title */
    sv description;     /* the longest that the head gives, spaces collapsed, at most PAGE_HINTS_DESCRIPTION_BYTES */
    enum og_type og_type;
    bool has_published; /* article:published_time or the like */
    enum url_kind url_kind;
    unsigned stated; /* bits of enum stated_type */
};

/* Views lie in the arena; `url` may be absent; `scripts` are the JSON-LD scripts of the body. O(children of the head + bytes of scripts). */
void page_hints_read(lxb_html_document_t *, sv url, lxb_dom_node_t *const *scripts, size_t script_count, struct arena *, struct page_hints *out);
bool page_hints_is_jsonld(lxb_dom_node_t *script);
