/* The features that come from what neighbouring blocks say: pieces of one sentence, dates that come again and again, and where a page
 * says that comments begin; for block_features.c alone. */
#pragma once

#include "block_features.h"

/* Fills the columns JOINED_*, BEFORE1_END, AFTER1_START, DATE* and COMMENTS_*. O(blocks + bytes of short blocks). */
void features_measure_marks(const struct blocks *, struct features *f);
