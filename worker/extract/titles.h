/* Which of a page's titles is its headline. What is printed wins where something supports it: the title element, OpenGraph, JSON-LD or
 * microdata that say the same or contain it. Site names are cut off only where something shows that they are one. */
#pragma once

#include "page_facts.h"
#include "site_names.h"

struct title {
    sv text;
    enum claim_source source;
    uint32_t line; /* where it is printed, or CLAIM_NO_LINE */
};

/* The text lies in the arena of the facts; absent when the page has no title. O(lines x length of the titles). */
void titles_choose(const struct page_facts *, const struct site_names *, struct title *out);
/* What the title element has behind its last bar, where that is shown to be the site's name by the host or by what is claimed; else absent. */
sv titles_site(const struct page_facts *, const struct site_names *);
