/* What is known of each block, as bytes: counts on a scale of eighths of an octave, shares of 255, so that trees over them are the
 * same on every machine. Columns, not rows: column f holds feature f of every block. The second part comes from the probabilities that
 * a first model gave to the blocks. Each is O(1) a block after one pass. */
#pragma once

#include "blocks.h"
#include "page_hints.h"

/* clang-format off */
#define FEATURES_OWN(X) /* the block itself */ \
    X(TOKENS) X(TOKEN_LENGTH) X(LINK_SHARE) X(LINKS) X(SENTENCES) X(SENTENCE_TOKENS) X(COMMAS) X(END) X(UPPER_START) X(UPPER_SHARE) X(DIGIT_SHARE) \
    X(SYMBOL_SHARE) X(BOLD_SHARE) X(CODE_SHARE) X(TAG) X(HEADING) X(BREAKS) X(IMAGES) X(CELLS) X(BUTTON) X(HIDDEN) X(HAS_DATE) X(DUPLICATE_BEFORE) \
    X(DUPLICATES) X(TITLE_OVERLAP) X(INLINE_SCORE) X(LIST_DEPTH) X(SEEN_BEFORE) X(SEEN_AFTER) X(HAS_PRICE)
#define FEATURES_PLACE(X) /* where it stands; DISTANCE_x: levels up to the nearest such place, 0 for none; TITLE_UP, _DOWN: from the block and
                               from the headline to where their ways to the root meet */ \
    X(POSITION) X(TOKEN_POSITION) X(INDEX) X(DEPTH) X(HEADING_GAP) X(HEADING_LEVEL) X(DEPTH_BEFORE) X(DEPTH_AFTER) X(KIN_BEFORE) X(KIN_AFTER) \
    X(AFTER_TITLE) X(TITLE_UP) X(TITLE_DOWN) X(H1_BEFORE) X(HEADING_LINK_GAP) X(ARTICLE_INDEX) X(ARTICLE_SHARE) X(BODY_SHARE) \
    X(DISTANCE_NAV) X(DISTANCE_ASIDE) X(DISTANCE_FOOTER) X(DISTANCE_HEADER) X(DISTANCE_FORM) X(DISTANCE_TABLE) X(DISTANCE_LIST) X(DISTANCE_CAPTION) \
    X(DISTANCE_QUOTE) X(DISTANCE_ARTICLE) X(DISTANCE_MAIN) X(DISTANCE_COMMENTS) X(DISTANCE_HIDDEN) X(DISTANCE_CHROME) X(DISTANCE_BODY) \
    X(DISTANCE_PRE) X(DISTANCE_NOSCRIPT) X(DISTANCE_FIGURE) X(DISTANCE_DIALOG) \
    X(SCORE_OWN) X(SCORE_1) X(SCORE_2) X(SCORE_LEAST) X(SCORE_MOST) X(SCORE_SUM)
#define FEATURES_AROUND(X) /* LEVELk_x: the k-th ancestor that holds more blocks than the one below; ITEM_x, GROUP_x: siblings of one shape;
                              JOINED_x: blocks that are one sentence; DATE_x: the nearest short block with a date; COMMENTS_x: blocks that speak of comments */ \
    X(LEVEL1_TOKENS) X(LEVEL1_LINKS) X(LEVEL1_PROSE) X(LEVEL1_BLOCKS) X(LEVEL2_TOKENS) X(LEVEL2_LINKS) X(LEVEL2_PROSE) X(LEVEL2_BLOCKS) \
    X(LEVEL3_TOKENS) X(LEVEL3_LINKS) X(LEVEL3_PROSE) X(LEVEL4_TOKENS) X(LEVEL4_LINKS) X(LEVEL4_PROSE) \
    X(INNER_COUNT) X(INNER_TOKENS) X(INNER_LINKS) X(OUTER_COUNT) X(OUTER_TOKENS) X(OUTER_LINKS) X(OUTER_INDEX) X(OUTER_ITEM_SHARE) \
    X(SIGNATURE_COUNT) X(SIGNATURE_TOKENS) X(SIGNATURE_PROSE) X(SIGNATURE_LINKS) X(RUN) \
    X(BEFORE1_TOKENS) X(BEFORE2_TOKENS) X(AFTER1_TOKENS) X(AFTER2_TOKENS) X(BEFORE1_LINKS) X(AFTER1_LINKS) X(BEFORE1_TAG) X(AFTER1_TAG) \
    X(BEFORE1_SCORE) X(AFTER1_SCORE) X(BEFORE3_PROSE) X(AFTER3_PROSE) X(WINDOW_PROSE) X(WINDOW_LINKS) \
    X(JOINED_TOKENS) X(JOINED_END) X(BEFORE1_END) X(AFTER1_START) X(DATE_BEFORE) X(DATE_AFTER) X(DATES_BEFORE) X(DATES_NEAR) \
    X(COMMENTS_GAP) X(COMMENTS_BEFORE) X(COMMENTS_LEFT)
#define FEATURES_CLAIMED(X) /* PART_x: levels up to the nearest element whose class names such a part, 0 for none (see class_parts.h); what the block shares with
                               the description that the head gives of the page, of the block's words and of the description's */ \
    X(PART_REVIEW) X(PART_SPECS) X(PART_OFFER) X(PART_ITEM) X(PART_POST) X(PART_USER) X(PART_QUOTE) X(PART_FILTER) X(PART_DESCRIPTION) X(PART_TAB) X(PART_HERO) \
    X(PART_FAQ) X(PART_DATE) X(DESCRIPTION_SHARE) X(DESCRIPTION_COVER) X(PAGE_DESCRIPTION)
#define FEATURES_PAGE(X) /* the page, the same for all of its blocks */ \
    X(PAGE_TOKENS) X(PAGE_BLOCKS) X(PAGE_LINKS) X(PAGE_PROSE) X(PAGE_ARTICLES) X(PAGE_ALONE) X(PAGE_COMMENTS) X(PAGE_PARAGRAPHS) X(PAGE_HEADINGS) \
    X(PAGE_H1) X(PAGE_LISTS) X(PAGE_TABLES) X(PAGE_GROUP) X(PAGE_GROUP_TOKENS) X(PAGE_IMAGES) X(PAGE_BUTTONS) X(PAGE_DATES) X(PAGE_SYMBOLS) \
    X(PAGE_OG_TYPE) X(PAGE_URL_DEPTH) X(PAGE_URL_DIGITS) X(PAGE_URL_DASHES) X(PAGE_CODE) \
    X(PAGE_URL_KIND) X(PAGE_STATED_ARTICLE) X(PAGE_STATED_PRODUCT) X(PAGE_STATED_LIST) X(PAGE_STATED_FORUM) X(PAGE_STATED_OTHER) X(PAGE_PRICES)
#define FEATURES_SECOND(X) /* from the probabilities of the first model */ \
    X(P) X(P_BEFORE1) X(P_BEFORE2) X(P_BEFORE3) X(P_AFTER1) X(P_AFTER2) X(P_AFTER3) X(P_WINDOW5) X(P_WINDOW15) X(P_LEVEL1) X(P_LEVEL2) X(P_LEVEL3) X(P_LEVEL4) \
    X(P_SIGNATURE) X(P_ITEM) X(P_GROUP) X(P_ARTICLE) X(P_TOTAL) X(P_SHARE) X(P_SURE) X(P_ABOVE) X(P_GAP_ABOVE) X(P_GAP_BELOW) X(P_CLUSTER) \
    X(P_CLUSTER_SHARE) X(P_HEADING) X(P_AFTER_HEADING) X(P_MOST) \
    X(P_MAIN_UP) X(P_MAIN_DOWN) X(P_MAIN_KIN) X(P_RUN) X(P_RUN_SHARE) \
    X(TYPE_ARTICLE) X(TYPE_FORUM) X(TYPE_PRODUCT) X(TYPE_LISTING) X(TYPE_DOCUMENTATION) X(TYPE_SERVICE) X(TYPE_COLLECTION)
#define FEATURES_FIRST(X) FEATURES_OWN(X) FEATURES_PLACE(X) FEATURES_AROUND(X) FEATURES_PAGE(X) FEATURES_CLAIMED(X)
/* clang-format on */

#define FEATURE_ID(name) F_##name,
enum feature { FEATURES_FIRST(FEATURE_ID) FEATURE_FIRST_COUNT, FEATURE_BEFORE_SECOND = FEATURE_FIRST_COUNT - 1, FEATURES_SECOND(FEATURE_ID) FEATURE_COUNT };
#undef FEATURE_ID
_Static_assert(FEATURE_COUNT <= 256, "a feature's number is a byte");

enum { FEATURE_LANES = 64, FEATURE_LEVELS = 4 }; /* columns are padded to whole lanes */

struct node_facts;

struct features {
    size_t count, stride; /* blocks; bytes from column to column */
    uint8_t *column;      /* FEATURE_COUNT of them; feature f of block i is column[f * stride + i] */
    /* Kept for the second part. */
    uint32_t *tokens_before;               /* a prefix sum over blocks */
    uint32_t *level[FEATURE_LEVELS];       /* a node for each block */
    uint32_t *signature, signature_count;  /* a block's number among the page's signatures */
    struct node_facts *node;
    uint32_t group_count;
};

extern const char *const feature_names[FEATURE_COUNT];

/* Fills the first part. Everything lies in the arena. ERR_MEMORY. O(bytes of short blocks + blocks + nodes). */
MUST_USE enum err_code features_measure(const struct blocks *, const struct page_hints *, struct arena *, struct features *out, struct err *);
/* Fills the second part; `p` is a probability of 65535 for each block. */
MUST_USE enum err_code features_measure_second(const struct blocks *, const uint16_t *p, struct arena *, struct features *, struct err *);
