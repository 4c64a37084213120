/* What the names of meta elements mean. */
#pragma once

#include "page_facts.h"

struct meta_name {
    const char *name; /* lower case */
    enum fact fact;
    enum claim_source source;
};

/* By name without regard to case; NULL when it says nothing that is wanted. O(log names). */
const struct meta_name *meta_names_find(sv name);
