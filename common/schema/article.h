/* What extraction yields, as plain data. Header only, so that the extraction library can fill it without knowing the wire format.
 * Every view points into the arena of the job, or into its input; an absent view is a field that is not known. */
#pragma once

#include "base/sv.h"

enum block_kind { BLOCK_PARAGRAPH = 1, BLOCK_HEADING, BLOCK_LIST_ITEM, BLOCK_QUOTE, BLOCK_CODE, BLOCK_TABLE_ROW, BLOCK_KIND_END };

enum page_type {
    PAGE_UNKNOWN,
    PAGE_ARTICLE,
    PAGE_FORUM,
    PAGE_PRODUCT,
    PAGE_LISTING,
    PAGE_DOCUMENTATION,
    PAGE_SERVICE,
    PAGE_COLLECTION,
    PAGE_OTHER,
    PAGE_TYPE_END
};

enum item_kind { ITEM_PLAIN, ITEM_TERM, ITEM_DEFINITION, ITEM_KIND_END }; /* the latter of a list of definitions */

enum span_kind { SPAN_LINK = 1, SPAN_STRONG, SPAN_EMPHASIS, SPAN_DELETED, SPAN_SUBSCRIPT, SPAN_SUPERSCRIPT, SPAN_CODE, SPAN_KIND_END };

/* [start, start + length) in bytes of article.text, within one block; never empty, and no white space at either end. */
struct article_span {
    enum span_kind kind;
    uint32_t start, length;
    sv url; /* of a link alone */
};

/* [start, start + length) in bytes of article.text; blocks are in order, do not overlap, and one newline stands between two. */
struct article_block {
    enum block_kind kind;
    uint32_t start, length;
    uint32_t number; /* that an item of an ordered list shows; of a table row that is not one block, the column of this cell, from 1; 0: none */
    uint32_t level;  /* heading 1..6; nesting of a list item, and of code in one, from 1; else 0 */
    uint32_t span_count;
    enum item_kind item; /* of a list item, and of code in one */
    bool continues;      /* the list item or the table row that an earlier block began */
    uint64_t columns;    /* of a table row that is one block: a bit for the column of each cell, the lowest for the first; 0: the first ones */
    sv language;         /* of code: as the page names it ("python"); absent where it does not */
    /* What is set within its text. In order; of two, one lies in the other, which stands first and is of another kind, or they are apart. */
    struct article_span *spans;
};

struct article_image {
    sv url, alt, caption, credit;
    bool is_lead;
    bool is_placed; /* it is on the page, at or beside the text */
    uint32_t block; /* where it is placed: the block that it stands before; block_count behind all */
};

struct article_link {
    sv url, text;
};

struct article_comment {
    sv text, author; /* lines; absent where it is not marked */
    sv date;         /* ISO 8601 */
};

struct article_date {
    sv value;  /* ISO 8601, as precise as is known; absent when no date was found */
    sv source; /* json-ld, opengraph, meta, microdata, time, class, url, text */
};

/* Where each field that is there was found (paywalled: where it is true): json-ld, opengraph, meta, microdata, rel, class, time, heading, title, text, url, html, hint; absent where the
 * field is. Dates carry theirs. */
struct article_sources {
    sv title, authors, language, sitename, description, canonical_url, categories, tags, license, lead_image, paywalled;
};

struct article {
    sv title;
    sv *authors;
    size_t author_count;
    sv byline_raw;
    struct article_date published, modified;
    sv language; /* BCP 47 */
    double language_confidence;
    sv sitename, description, canonical_url;
    sv text; /* UTF-8, blocks separated by one newline */
    struct article_block *blocks;
    size_t block_count;
    struct article_image *images;
    size_t image_count;
    struct article_link *links;
    size_t link_count;
    struct article_comment *comments; /* what readers wrote below it; no part of the text */
    size_t comment_count;
    sv *categories;
    size_t category_count;
    sv *tags;
    size_t tag_count;
    sv license; /* "CC BY-SA 4.0", or a URL; absent when the page names none */
    struct article_sources sources;
    enum page_type page_type;
    double quality; /* 0..1 */
    bool paywalled;
    uint8_t text_sha256[32];
    uint64_t simhash;
    uint32_t word_count;
    sv charset, charset_source; /* WHATWG name; bom, http, meta, detected, default, text */
};
