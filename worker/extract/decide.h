/* Which blocks are the content. Features -> a first model's probabilities -> features of these -> a second model's; then rules that a
 * model of single blocks cannot know (comments behind an article); then the set of the highest expected F1 over tokens. */
#pragma once

#include "blocks.h"
#include "block_features.h"
#include "model_tables.h"
#include "page_hints.h"
#include "page_type.h"

enum decision_rule { RULE_NONE, RULE_COMMENTS, RULE_CAPTION, RULE_TITLE, RULE_HEADING, RULE_EMPTY, RULE_TEXT_PAGE, RULE_FURNITURE, RULE_COPY }; /* what overruled the model for a block */

struct decision {
    bool *keep;            /* a block */
    uint16_t *probability; /* of 65535, a block; after the rules */
    uint16_t *first;       /* the first model's */
    uint8_t *rule;         /* enum decision_rule, a block */
    uint32_t kept_tokens;
    double expected;       /* tokens of content expected on the page */
    double f1;             /* expected of the kept set, 0..1 */
    struct features features;
    struct page_type_guess type;
};

/* Arrays lie in the arena. ERR_MEMORY. O(blocks log blocks + nodes + blocks * trees). */
MUST_USE enum err_code decide(const struct blocks *, const struct page_hints *, const struct model_set *, struct arena *, struct decision *out, struct err *);
/* All blocks, for a text that is known to be content. */
MUST_USE enum err_code decide_keep_all(const struct blocks *, struct arena *, struct decision *out, struct err *);
size_t decision_kept_bytes(const struct blocks *, const struct decision *);
