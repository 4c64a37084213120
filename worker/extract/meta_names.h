/* What the names of meta elements mean. */
#pragma once

#include "page_facts.h"

struct meta_name {
    const char *name; /* lower case */
    enum fact fact;
    enum claim_source source;
};

/* By name without regard to case, of a date also behind a prefix of the site's own ("cms:published_time"); NULL when it says nothing that is wanted.
 * O(length x log names). */
const struct meta_name *meta_names_find(sv name);
