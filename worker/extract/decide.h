/* Which blocks are the content. Each block gets a probability from its own measures, its place and its neighbours; the subtree in which
 * the probable text lies is favoured; then the set of the highest expected F1 over tokens is kept. The weights are made by hand. */
#pragma once

#include "blocks.h"

struct decision {
    bool *keep;            /* a block */
    float *probability;    /* a block */
    uint32_t kept_tokens;
    double expected;       /* tokens of content expected on the page */
    double confidence;     /* mean probability of the kept tokens, 0..1 */
    uint32_t root;         /* node of the best subtree */
};

/* `title` (may be absent) is the page's: a block that repeats it is kept out of the text. Arrays lie in the arena. ERR_MEMORY.
 * O(blocks log blocks + nodes). */
MUST_USE enum err_code decide(const struct blocks *, sv title, struct arena *, struct decision *out, struct err *);
