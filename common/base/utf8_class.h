/* Which of four a character is, by its general category in Unicode 14.0 (held against Python's table of it by utf8_class_table.py): what
 * CommonMark asks before it takes a star for a mark. */
#pragma once

#include <stdint.h>

enum utf8_class {
    UTF8_OTHER, /* letters, marks, digits; what is not assigned */
    UTF8_SPACE, /* Zs, and the white space of ASCII */
    UTF8_PUNCTUATION, /* P, and all of ASCII that is neither a letter nor a digit */
    UTF8_SYMBOL, /* S, beyond ASCII */
};

/* O(log of some hundred ranges). */
enum utf8_class utf8_class_of(uint32_t cp);
