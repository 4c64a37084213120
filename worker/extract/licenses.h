/* Under which licence a page says its text is. */
#pragma once

#include "page_facts.h"

/* "CC BY-SA 4.0", "CC BY-NC-ND 3.0 DE", "CC0 1.0" of a Creative Commons URL or of a line that says so; another licence's URL as it is; absent when
 * nothing is said. In the arena of the facts. */
sv licenses_choose(const struct page_facts *, enum claim_source *source);
