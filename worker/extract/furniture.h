/* What stands among the paragraphs and is none of them, told by structure and by words that templates share: consent banners, boxes for
 * newsletters, notes at the foot, pull quotes, links to other articles between paragraphs, labels of advertisements, the copyright line at the
 * page's end, text that is there twice. Each rule asks that what is dropped be a small part of what is kept: a page about consent keeps its text. */
#pragma once

#include "decide.h"

/* Takes blocks out of the decision. False where memory is out. O(nodes + bytes of kept blocks; bytes of short quotes times bytes kept, bounded). */
MUST_USE bool furniture_drop(const struct blocks *, struct decision *, struct arena *);
/* The page's title, where it is the first that is kept: the headline is no part of the text. O(1). */
void furniture_drop_title(const struct blocks *, struct decision *, sv title);
/* Whether a line is no more than the word by which advertisements say that they are one, as the law in many places has them. */
bool furniture_is_ad_label(sv line);
