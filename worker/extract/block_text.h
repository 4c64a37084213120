/* What the text of a block measures: tokens, sentences, marks; by character class, so that it holds for scripts without spaces or case. */
#pragma once

#include "blocks.h"

/* Fills the measures of `block` from its text. O(bytes). */
void block_text_measure(struct text_block *);
/* Words of a text, counted as everywhere here. */
uint32_t block_text_tokens(sv text);
/* Hashes of the first `max` tokens, lower-cased where the script has case and is Latin, Greek or Cyrillic; returns how many. */
size_t block_text_hashes(sv text, uint32_t *out, size_t max);
