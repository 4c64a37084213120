/* The text that a page states for programs (articleBody of JSON-LD), for pages that show next to nothing of it. */
#pragma once

#include <lexbor/html/html.h>

#include "base/arena.h"

/* The longest; absent where there is none. Lies in the arena. O(nodes + bytes of such scripts). */
sv stated_body_find(lxb_html_document_t *, struct arena *);
/* Whether it is to be taken instead of what was kept of the visible page. */
bool stated_body_is_better(sv body, size_t kept_bytes);
