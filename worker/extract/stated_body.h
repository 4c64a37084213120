/* The text that a page states for programs (articleBody of JSON-LD), for pages that show next to nothing of it. */
#pragma once

#include <lexbor/html/html.h>

#include "blocks.h"
#include "decide.h"

/* The longest; absent where there is none. Lies in the arena. O(nodes + bytes of such scripts). */
sv stated_body_find(lxb_html_document_t *, struct arena *);
/* Whether it is to be taken instead of what was kept of the visible page: it is several times longer, and most of it is not shown, or the models
 * had it before them and chose otherwise. O(bytes of the body). */
bool stated_body_is_better(sv body, const struct blocks *, const struct decision *, struct arena *);
