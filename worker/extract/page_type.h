/* What kind of page this is: models over features of the whole page, some of them of what a first model took for content. */
#pragma once

#include "block_features.h"
#include "model_tables.h"
#include "schema/article.h"

/* clang-format off */
#define PAGE_TYPE_COPIES(X) /* features of blocks that are the same for all blocks of a page */ \
    FEATURES_PAGE(X) X(PAGE_DESCRIPTION) X(P_TOTAL) X(P_SHARE) X(P_SURE) X(P_CLUSTER_SHARE) X(P_MOST)
#define PAGE_TYPE_OWN(X) /* of the probable tokens: shares in links, groups ...; of the probable blocks: numbers */ \
    X(LINKS) X(GROUPS) X(COMMENTS) X(PARAGRAPHS) X(LISTS) X(TABLES) X(CODE) X(ARTICLES) X(HEADED) X(BLOCKS) X(MEAN) X(LARGEST_GROUP) X(ITEM_TOKENS) X(DATED) X(PRICED) \
    X(ALL_HEADINGS) X(FIRST_POSITION)
#define PAGE_TYPE_PARTS(X) /* the share of all tokens that lie in such a part */ \
    X(PART_REVIEW) X(PART_SPECS) X(PART_OFFER) X(PART_ITEM) X(PART_POST) X(PART_USER) X(PART_QUOTE) X(PART_FILTER) X(PART_DESCRIPTION) X(PART_TAB) X(PART_HERO) \
    X(PART_FAQ) X(PART_DATE)
/* clang-format on */

#define PAGE_TYPE_COPY(name) T_COPY_##name,
#define PAGE_TYPE_ID(name) T_##name,
enum page_type_feature { PAGE_TYPE_COPIES(PAGE_TYPE_COPY) PAGE_TYPE_OWN(PAGE_TYPE_ID) PAGE_TYPE_PARTS(PAGE_TYPE_ID) PAGE_TYPE_FEATURES };
#undef PAGE_TYPE_COPY
#undef PAGE_TYPE_ID

struct page_type_guess {
    enum page_type type;
    uint8_t row[PAGE_TYPE_FEATURES];
    uint16_t probability[MODEL_TYPES]; /* of 65535, each on its own */
};

/* `p` are the first model's probabilities. Fills the columns TYPE_x of `f`, which holds the rest of the second part. ERR_MEMORY. O(blocks). */
MUST_USE enum err_code page_type_guess(const struct blocks *, const uint16_t *p, const struct model_set *, struct arena *, struct features *f,
                                       struct page_type_guess *out, struct err *);
