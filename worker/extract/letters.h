/* Letters of all scripts, as far as comparing titles and names needs it: case by the Unicode tables of the Latin, Greek, Cyrillic and
 * Armenian blocks, and what is punctuation. No locale is asked. */
#pragma once

#include "base/arena.h"

uint32_t letters_lower(uint32_t cp);
uint32_t letters_upper(uint32_t cp);
/* A letter, mark or digit of any script; not space, punctuation or symbols. */
bool letters_is_word(uint32_t cp);
/* Kana, ideographs, hangul and Thai: scripts whose texts are short and mostly without spaces. */
bool letters_is_dense(uint32_t cp);
/* The letters and digits of a text in lower case, nothing else: equal keys mean the same words. Lies in the arena. O(bytes). */
sv letters_key(sv text, struct arena *);
/* Whether a text has letters with case and all of them are upper case. */
bool letters_all_caps(sv text);
/* Characters, not bytes. */
size_t letters_count(sv text);
