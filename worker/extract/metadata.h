/* What a page says about itself: JSON-LD, then OpenGraph and meta elements, then microdata and the visible page, the better source first.
 * Fills title, authors, byline_raw, dates, sitename, description, canonical_url, tags, categories, paywalled and the language that is
 * stated, and what the page says about its images. Views lie in the arena. */
#pragma once

#include <lexbor/html/html.h>

#include "base/arena.h"
#include "base/err.h"
#include "images.h"
#include "schema/article.h"

MUST_USE enum err_code metadata_collect(lxb_html_document_t *, sv url, sv language_hint, struct arena *, struct article *out, struct image_hints *, struct err *);
