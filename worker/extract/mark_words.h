/* What the words of a class, id or itemprop say about the text inside: that it is a byline, a date, a headline, or that it does not
 * belong to the article. The words are those that templates share, not those of one site. */
#pragma once

#include "base/sv.h"

enum mark { /* bits */
    MARK_AUTHOR = 1 << 0,
    MARK_BYLINE = 1 << 1,
    MARK_DATE = 1 << 2,
    MARK_PUBLISHED = 1 << 3,
    MARK_MODIFIED = 1 << 4,
    MARK_TITLE = 1 << 5,
    MARK_LOGO = 1 << 6,
    MARK_COMMENT = 1 << 7,
    MARK_ASIDE = 1 << 8, /* menus, related links, teasers, widgets */
    MARK_FOOTER = 1 << 9,
    MARK_CAPTION = 1 << 10,
    MARK_TAGS = 1 << 11,
    MARK_CATEGORY = 1 << 12,
    MARK_META = 1 << 13, /* the line of facts below a headline */
    MARK_BIO = 1 << 14,  /* about an author */
    MARK_SITE = 1 << 20, /* "site" alone; with MARK_TITLE a logo */
    MARK_USER = 1 << 21, /* a user of a forum */
    /* not from words */
    MARK_HEADING = 1 << 15,
    MARK_H1 = 1 << 16,
    MARK_LINK = 1 << 17, /* all of it is linked */
    MARK_TIME = 1 << 18, /* a <time> */
    MARK_BOLD = 1 << 19,
};

enum { MARK_WORD_BYTES = 8 };
/* Of one word of a to z, zeros behind it: its first eight letters are looked at. */
uint32_t mark_words_of(const char word[MARK_WORD_BYTES]);
