/* A page that somebody flattened to text: the chrome is still in it, the headline and the captions twice. */
#pragma once

#include "decide.h"
#include "schema/article.h"

/* Finds the title and the photos' captions and takes them, what is said twice and the chrome at both ends out of `decision`. Fills
 * out->title and out->images. ERR_MEMORY. O(blocks^2) only over lines that are short. */
MUST_USE enum err_code text_page_clean(const struct blocks *, struct decision *, struct arena *, struct article *out, struct err *);
