/* In which language code is written, as class names say it: "language-c", "lang-c", "highlight-source-c", "brush: c", "highlight-c notranslate",
 * "sourceCode c". */
#pragma once

#include "blocks.h"

/* Of the code of a block: by the element that it is in, the first within that has a class, and those around that hold little else. In lower case;
 * absent where none is named. Lies in the arena. O(length of the attributes). */
sv code_language_of(const struct blocks *, size_t block, struct arena *);
