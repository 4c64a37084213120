/* The images of a page that belong to its article, each with its caption and its credit apart. */
#pragma once

#include "decide.h"
#include "schema/article.h"
#include "stated_image.h"

/* What the page says about its images outside its body. */
struct image_hints {
    sv base; /* what references are resolved against */
    sv lead; /* the image that the page names as its own (og:image, JSON-LD); absent when it names none */
    sv lead_source; /* where */
    struct stated_image *stated;
    size_t stated_count;
};

/* Fills out->images: the lead first, then in document order, no picture twice. A picture is of the article by its place beside the kept text,
 * by its caption or credit, and by its size; its `block` is counted among those of the page, until article_fill counts the kept ones. Never furniture (icons, logos, avatars, tracking pixels) and never the teaser of another
 * page. What is said as a caption or a credit is taken out of the decision, so that it is no text too. Views lie in the arena. ERR_MEMORY.
 * O(images), with a bounded look around each. */
MUST_USE enum err_code images_collect(const struct image_hints *, const struct blocks *, struct decision *, struct arena *, struct article *out, struct err *);
