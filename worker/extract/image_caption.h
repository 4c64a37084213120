/* What stands around an image and belongs to it: its caption and its credit, from figcaption, from class words ("wp-caption", "photo-credit"),
 * from attributes, or from the text that shares a small container with the image. Plain text that only stands near is left to the caller. */
#pragma once

#include <lexbor/html/html.h>

#include "base/arena.h"
#include "caption.h"

struct image_caption {
    struct caption text;
    sv raw;        /* all the text that was taken, in the order of the page: it is no text of the article */
    bool placed;   /* a figcaption, a class word or an attribute said so */
    bool in_link;  /* all of it lies within a link around the image */
};

/* `img` may be a <noscript> that holds the image; `key` is its image_url_key. `link` is the <a> around the image, or NULL; `title` is the page's headline, which is no caption. Views lie in the arena. Looks at no more than
 * 400 nodes a level and eight levels, and takes what it looked at from `budget`; at 0 only attributes are read. */
struct image_caption image_caption_find(lxb_dom_node_t *img, uint64_t key, lxb_dom_node_t *link, sv title, size_t *budget, struct arena *);
/* Whether an attribute that begins with "data-" is read of elements around a picture too. */
bool image_caption_reads(sv attribute);
