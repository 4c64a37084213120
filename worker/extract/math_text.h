/* What a formula says: the text that the page states for readers who do not see it (alttext, or its TeX), else its signs. */
#pragma once

#include <lexbor/html/html.h>

#include "base/arena.h"

/* Of a <math> element; absent where it is empty. Lies in the document or the arena. O(nodes below). */
sv math_text(lxb_dom_node_t *math, struct arena *);
