/* The links of an article. */
#pragma once

#include "decide.h"
#include "schema/article.h"

/* Where the links of a page's blocks lead, each found when it is first asked for. */
struct link_targets {
    sv base; /* what references are resolved against */
    const struct blocks *blocks;
    struct arena *arena;
    sv *url; /* a link each; absent: not asked for yet */
};

/* False without memory. */
MUST_USE bool link_targets_init(struct link_targets *, sv base, const struct blocks *, struct arena *);
/* The address behind blocks.link[link], empty for fragments of the same page, scripts, and what is too long. Lies in the arena. */
sv link_targets_at(struct link_targets *, size_t link);

/* Fills out->links with the links in kept blocks, in document order: the address, and the words that it is on. At most 256, none twice. Views
 * lie in the arena. ERR_MEMORY. O(links), text of a link bounded. */
MUST_USE enum err_code links_collect(struct link_targets *, const struct decision *, struct article *out, struct err *);
