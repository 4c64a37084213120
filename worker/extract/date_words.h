/* Words beside a date that say what it is: "Published", "Zuletzt aktualisiert", "更新日". */
#pragma once

#include "base/sv.h"

enum date_word { DATE_WORD_NONE, DATE_WORD_PUBLISHED, DATE_WORD_MODIFIED, DATE_WORD_OTHER /* of an event, a copyright, an archive */ };

/* What the text before a date says it is: the last such word in it counts. O(bytes x words). */
enum date_word date_words_of(sv before);
