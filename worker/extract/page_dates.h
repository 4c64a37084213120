/* When a page was published and when it was last changed, of all the dates that it names. What calls itself one of the two speaks only for
 * that; a date of unknown meaning may be the day of publication where it is printed beside the headline, or stands in the URL. */
#pragma once

#include "dates.h"
#include "page_facts.h"
#include "schema/article.h"
#include "titles.h"

struct page_dates_hints {
    sv language;        /* what the page states, for the order of numeric dates */
    int64_t fetched_ms; /* dates more than a day behind it are left out; 0: not known */
};

/* Values lie in the arena of the facts. O(lines + claims). */
void page_dates_choose(const struct page_facts *, const struct title *, const struct page_dates_hints *, struct article_date *published, struct article_date *modified);
