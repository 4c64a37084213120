/* What the words of a class or id attribute say about an element: the places they name, marks, parts, and a learned score. camelCase, hyphens,
 * underscores and digits separate words. The scores are those of words that templates of many sites share. */
#pragma once

#include "base/arena.h"

struct word_score {
    uint32_t hash; /* class_words_hash; 0: an empty slot */
    int32_t score; /* log-odds of content, 1/16 */
};

/* Open addressing, linear probing from hash & mask. */
struct word_scores {
    const struct word_score *slot;
    uint32_t mask;
};

struct class_words {
    uint32_t places; /* bits of enum place */
    uint32_t marks;  /* bits of enum mark */
    uint32_t parts;  /* bits of enum class_part */
    int16_t score;   /* of the known words: half their mean and half the strongest; 0 when none is known */
};

enum { CLASS_WORDS_BYTES_MAX = 200 }; /* what is looked at */

/* FNV-1a, 32 bits, of a word in lower case; never 0. */
uint32_t class_words_hash(sv word);
/* `scores` may be NULL. O(length). */
struct class_words class_words_read(sv attribute, const struct word_scores *scores);

/* What was read before, by value and by word: templates repeat few values many times, and those of all sites share most words. `scores` as above;
 * lies in the arena (56 KiB), for one page or for many; NULL without memory. */
struct class_cache;
struct class_cache *class_cache_new(const struct word_scores *scores, struct arena *);
struct class_words class_cache_read(struct class_cache *, sv attribute);
