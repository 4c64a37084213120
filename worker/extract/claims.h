/* What the sources of a page claim about a field: each value with where it stands. Nothing is decided here. */
#pragma once

#include "base/arena.h"

enum claim_source {
    CLAIM_NONE,
    CLAIM_JSON_LD,      /* of the article's object */
    CLAIM_JSON_LD_PAGE, /* of the object of the page, or of the site */
    CLAIM_OPENGRAPH,    /* og:, article:, twitter: */
    CLAIM_META,
    CLAIM_MICRODATA, /* itemprop, or RDFa's property outside of the head */
    CLAIM_REL,       /* rel=author, rel=tag, rel=canonical, rel=license */
    CLAIM_CLASS,     /* an element whose class or id says what it holds */
    CLAIM_TIME,      /* <time> */
    CLAIM_HEADING,
    CLAIM_TITLE, /* the title element */
    CLAIM_TEXT,
    CLAIM_URL,
    CLAIM_HTML, /* <html lang> */
    CLAIM_HINT, /* what the caller said */
    CLAIM_SOURCE_END
};

#define CLAIM_NO_LINE UINT32_MAX /* not printed, or not known where */

struct claim {
    sv value;
    enum claim_source source;
    uint32_t marks; /* enum mark: of the element and those around it; 0 in the head */
    uint32_t line;  /* index of the line in which it is printed, or CLAIM_NO_LINE */
};

struct claims {
    struct claim *item;
    size_t count, cap;
};

/* Appends; an empty value, one that the source has claimed already, and what comes after CLAIMS_MAX of them are left out. The value is not copied. */
enum { CLAIMS_MAX = 128 };
void claims_add(struct claims *, struct arena *, struct claim);
/* The first claim of a source, or NULL. */
const struct claim *claims_of(const struct claims *, enum claim_source);
/* The first claim of the first source in `order` (CLAIM_NONE ends it) that has one, or NULL. */
const struct claim *claims_first(const struct claims *, const enum claim_source *order);
/* "json-ld", "opengraph", ...; absent for CLAIM_NONE. */
sv claim_source_name(enum claim_source);
