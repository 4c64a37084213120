/* A page that somebody flattened to text: the chrome is still in it, the headline and the captions twice. */
#pragma once

#include "decide.h"
#include "schema/article.h"

/* The headline: a line before the first prose that comes again, else the first line that is long enough and no sentence. Absent where there is none. */
sv text_page_title(const struct blocks *);
/* Takes the title, the photos' captions, what is said twice and what is no prose at either end out of `decision`. Fills out->title and out->images. ERR_MEMORY. O(blocks log blocks). */
MUST_USE enum err_code text_page_clean(const struct blocks *, sv title, struct decision *, struct arena *, struct article *out, struct err *);
