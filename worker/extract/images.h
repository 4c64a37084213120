/* The images of a page that belong to its article, each with its caption and its credit apart. */
#pragma once

#include <lexbor/html/html.h>

#include "base/arena.h"
#include "base/err.h"
#include "schema/article.h"

/* What the page says about its images outside its body. */
struct image_hints {
    sv base; /* what references are resolved against */
    sv lead; /* the image that the page names as its own (og:image, JSON-LD); absent when it names none */
};

/* Fills out->images: the lead first, then in document order, no URL twice. Views lie in the arena. ERR_MEMORY. O(nodes). */
MUST_USE enum err_code images_collect(lxb_html_document_t *, const struct image_hints *, struct arena *, struct article *out, struct err *);
