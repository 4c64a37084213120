/* The features that come from what neighbouring blocks say: pieces of one sentence, dates that come again and again, and where a page
 * says that comments begin; for block_features.c alone. */
#pragma once

#include "block_features.h"

enum { BLOCK_WORDS_MAX = 60 };

/* The hashes (see block_text_hashes) of all words of the blocks that have fewer than BLOCK_WORDS_MAX: those of block i from first[i] to first[i + 1]. */
struct block_words {
    const uint32_t *hash, *first;
};

/* The word for comments, one or two, in many languages; and its comment_word_key, written down because to hash them all for each page took a hundredth of
 * its time. */
enum { COMMENT_WORDS = 72 };
extern const struct comment_word {
    const char *text;
    uint32_t key;
} comment_words[COMMENT_WORDS];
uint32_t comment_word_key(sv text);

/* Fills the columns JOINED_*, BEFORE1_END, AFTER1_START, DATE* and COMMENTS_*. O(blocks + words of short ones). */
void features_measure_marks(const struct blocks *, const struct block_words *, struct features *f);
