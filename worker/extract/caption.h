/* A photo's caption and its credit, which pages write into one line. By the forms that newsrooms share, in some thirty languages: a label
 * ("Photo:", "Foto:", "Bildquelle", "写真＝", "图源：", "©"), brackets at the end, a chain of names ("Agency/Name/Pool via Agency"), or
 * the name of an agency behind a sentence, a dash or a bar. Views point into the text. O(n) with the number of labels. */
#pragma once

#include "phrase_table.h"

struct caption {
    sv caption, credit; /* absent when there is none */
};

enum caption_trust {
    CAPTION_LINE,  /* some line of a page: only what no sentence of a text would say */
    CAPTION_PLACE, /* known to be a caption by its place: a bare name in brackets at its end is a credit too */
};

struct caption caption_split(sv text, enum caption_trust);
/* Whether a line is nothing but a credit. */
bool caption_is_credit(sv text);
/* Whether a short text that stands beside a caption looks like names: chained, of an agency, or of a person. */
bool caption_is_name(sv text);
/* Whether it is an agency's signature, alone or behind a name or two. */
bool caption_is_agency(sv text);
/* The names in a text that is known to be a credit: without label and brackets. Absent when nothing else is in it. */
sv caption_credit_names(sv text);

extern const struct phrase_table caption_tables[]; /* all, and an empty one; for the test of their order */
