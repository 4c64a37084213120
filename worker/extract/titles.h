/* Which of a page's titles is its headline. What is printed wins where something supports it: the title element, OpenGraph, JSON-LD or
 * microdata that say the same or contain it. An h1 is borne out by the page's address too, which is mostly
 * made of it; where its beginning alone is printed, the title goes on as stated. Site names are cut off only where something shows that they are one.
 * The page of a whole site is called as it states; where nothing but the title element states a title, and no line bears it out, or the section is all
 * that it states, what stands around a line may show that it is the headline. */
#pragma once

#include "page_facts.h"
#include "schema/article.h"
#include "site_names.h"

struct title {
    sv text;
    enum claim_source source;
    uint32_t line; /* where it is printed, or CLAIM_NO_LINE */
    sv opening;    /* what is printed of it, where that is its beginning only; else absent */
    sv head;       /* what the head states, where a printed title shares some of its words and not most; else absent */
    enum claim_source head_source;
};

/* The text lies in the arena of the facts; absent when the page has no title. O(lines x length of the titles). */
void titles_choose(const struct page_facts *, const struct site_names *, struct title *out);
/* The title once the type of the page is known: a page that offers a service has a slogan for its h1 more often than its name. */
void titles_for_type(struct title *, enum page_type);
/* What the title element has behind its last bar, where that is shown to be the site's name by the host or by what is claimed; else absent. */
sv titles_site(const struct page_facts *, const struct site_names *);
