/* What a page says about itself: JSON-LD, then OpenGraph and meta elements, then microdata and the visible page, the better source first.
 * Fills title, authors, byline_raw, dates, sitename, description, canonical_url, license, tags, categories, paywalled and the language that is
 * stated, and what the page says about its images. Views lie in the arena. */
#pragma once

#include <lexbor/html/html.h>

#include "base/arena.h"
#include "base/err.h"
#include "blocks.h"
#include "images.h"
#include "schema/article.h"
#include "titles.h"

/* What is known of a page besides its bytes; absent and 0 where it is not. */
struct metadata_source {
    sv url, language_hint;
    struct class_cache *words; /* of the page; for metadata_collect */
    int64_t fetched_ms;        /* Unix time: dates more than a day behind it are not believed */
};

/* What the stages behind the decision about the blocks need. */
struct metadata_rest {
    struct image_hints images;
    struct title title;
};

MUST_USE enum err_code metadata_collect(lxb_html_document_t *, const struct metadata_source *, struct arena *, struct article *out, struct metadata_rest *, struct err *);
/* What depends on the type of the page, once that is decided: its title. O(1). */
void metadata_settle(struct metadata_rest *, enum page_type, struct article *out);
/* The same of a flattened page, whose blocks are its lines and whose title is out->title: authors, dates, language and licence as its lines say them. */
MUST_USE enum err_code metadata_of_text(const struct blocks *, const struct metadata_source *, struct arena *, struct article *out, struct err *);
