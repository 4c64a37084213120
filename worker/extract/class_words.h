/* What the words of a class or id attribute say about the place of an element. The words are those that site templates and frameworks
 * share; camelCase, hyphens and underscores separate them. */
#pragma once

#include "base/sv.h"

/* Bits of enum place. O(length); at most the first 200 bytes are looked at. */
uint32_t class_words_places(sv attribute);
/* Whether one of the words contains one of the stems (lower case). O(length * stems). */
bool class_words_have(sv attribute, const char *const *stems, size_t count);
