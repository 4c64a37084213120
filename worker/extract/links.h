/* The links of an article. */
#pragma once

#include "decide.h"
#include "schema/article.h"

/* Fills out->links with the links in kept blocks, in document order: the address resolved against `base`, and the words that it is on. At most
 * 256, none twice, no fragments of the same page, no scripts. Views lie in the arena. ERR_MEMORY. O(links), text of a link bounded. */
MUST_USE enum err_code links_collect(sv base, const struct blocks *, const struct decision *, struct arena *, struct article *out, struct err *);
