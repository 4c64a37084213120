/* A photo's caption and its credit, which pages write into one line. */
#pragma once

#include "base/sv.h"

struct caption {
    sv caption, credit; /* views into the text; absent when there is none */
};
/* By the forms that newsrooms share: a label ("Photo:", "Foto:", "Credit:", "©"), brackets at the end, a slash chain of agencies at the
 * end ("Agency/Name/Pool via Agency"), behind a sentence's end. O(n). */
struct caption caption_split(sv text);
/* Whether a line is nothing but a credit of such a form. */
bool caption_is_credit(sv text);
