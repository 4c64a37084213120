/* Character references in values that were escaped once too often ("&amp;#8217;", "&quot;" in JSON). */
#pragma once

#include "base/arena.h"

/* Decodes numeric references and those named ones that titles and names hold, and drops tags, makes one space of
 * whitespace and control characters; the text itself where there is nothing of it. Twice escaped text is decoded twice. O(bytes). */
sv entities_decode(sv text, struct arena *);
