/* Everything that a page says about itself, gathered in one walk over its tree: the claims of its head, of JSON-LD, of marked elements,
 * and its short lines in document order, in which headlines, bylines and dates are looked for. Nothing is decided here. */
#pragma once

#include <lexbor/html/html.h>

#include "base/err.h"
#include "claims.h"
#include "class_words.h"
#include "mark_words.h"
#include "stated_image.h"

enum fact {
    FACT_TITLE,
    FACT_AUTHOR,
    FACT_OUTLET, /* what JSON-LD names as author and calls an organization */
    FACT_PUBLISHED,
    FACT_MODIFIED,
    FACT_DATE, /* a date of which the source does not say what it is */
    FACT_SITENAME,
    FACT_DESCRIPTION,
    FACT_CANONICAL,
    FACT_LANGUAGE,
    FACT_CATEGORY,
    FACT_TAG,
    FACT_IMAGE,
    FACT_LICENSE,
    FACT_PAYWALL, /* "false": free to read; else locked */
    FACT_END
};

struct page_line {
    sv text;         /* whitespace collapsed; of a long one its first bytes, at a character's end */
    uint32_t length; /* bytes of the whole line */
    uint32_t marks;  /* enum mark, of all elements around and inside */
};

struct page_facts {
    struct arena *arena;
    struct claims of[FACT_END];
    struct page_line *line;
    size_t line_count, line_cap;
    struct stated_image image[STATED_IMAGES_MAX]; /* those of which more than the address is said */
    size_t image_count;
    sv url, base; /* the page's own URL, and what references are resolved against */
};

/* Views lie in the arena. ERR_MEMORY. O(nodes). */
MUST_USE enum err_code page_facts_collect(lxb_html_document_t *, sv url, struct class_cache *, struct arena *, struct page_facts *out, struct err *);
