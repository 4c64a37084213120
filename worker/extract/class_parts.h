/* What a word in a class or id attribute says that an element is for, on pages that are not articles: the parts of shops, threads and company pages. */
#pragma once

#include "base/sv.h"

/* clang-format off */
#define CLASS_PARTS(X) X(REVIEW) X(SPECS) X(OFFER) X(ITEM) X(POST) X(USER) X(QUOTE) X(FILTER) X(DESCRIPTION) X(TAB) X(HERO) X(FAQ) X(DATE)
/* clang-format on */

#define CLASS_PART_ID(name) PART_##name,
enum class_part { CLASS_PARTS(CLASS_PART_ID) PART_COUNT };
#undef CLASS_PART_ID

/* Bits 1 << enum class_part of a word of letters from a to z; 0 for most. O(words of a letter). */
uint32_t class_parts_of(sv word);
