/* Which language a page says it is in, and which its text is in: CLD2, through a small C++ shim. */
#pragma once

#include "page_facts.h"

struct language {
    sv code; /* BCP 47, static; absent when it cannot be told */
    double confidence; /* 0..1 */
    bool no_memory;    /* it could not be looked at */
};
/* `hint` is what the page or its source states, or absent. Text must be UTF-8; at most the first 1 KiB is looked at, and half of it
 * where that is surely in the language of the hint. */
struct language language_of(sv text, sv hint);
/* What the page states about itself, else what the caller says, as "de", "pt-BR", "zh-Hant"; absent when nobody says anything that has the
 * form of a language. In the arena of the facts. */
sv language_stated(const struct page_facts *, sv hint, enum claim_source *source);
/* Whether two tags name one language, whatever region or script they add. */
bool language_is_same(sv a, sv b);
