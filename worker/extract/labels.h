/* The categories and tags of a page: those of the one source that is most often right and has any, else the printed way to it. Links count only where they stand
 * together at the article, since menus and tag clouds carry the same marks. */
#pragma once

#include "page_facts.h"
#include "titles.h"

enum { LABELS_MAX = 32 };

struct labels {
    sv name[LABELS_MAX]; /* each once */
    size_t count;
    enum claim_source source;
};

/* `fact`: FACT_CATEGORY or FACT_TAG. Names lie in the arena of the facts. */
void labels_choose(const struct page_facts *, const struct title *, enum fact, struct labels *out);
