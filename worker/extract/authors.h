/* Who wrote a page: the persons whom the source names that is most often right among those that name any; a team, an agency or a pen name only
 * where no source names a person, nor a user whose name was made of a person's ("ann.lee") and is spelled out. */
#pragma once

#include "byline.h"
#include "page_facts.h"
#include "titles.h"

struct authors {
    struct byline names;
    enum claim_source source; /* CLAIM_NONE: nobody is named */
    sv raw;                   /* the byline as printed, or as stated where none is printed; may be absent */
};

void authors_choose(const struct page_facts *, const struct site_names *, const struct title *, struct authors *out);
