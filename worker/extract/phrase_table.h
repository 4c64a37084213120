/* Tables of phrases in the order of their first bytes (small ones for capitals), so that a text is held against those alone that begin as it does. */
#pragma once

#include "base/sv.h"

struct phrase_table {
    const sv *item; /* none is empty */
    size_t count;
};

#define PHRASE_TABLE(list) ((struct phrase_table){(list), sizeof(list) / sizeof *(list)})
#define PHRASE_TABLE_OF(list) {(list), sizeof(list) / sizeof *(list)} /* for static ones */

/* The phrases with which `text` may begin, ASCII case aside; of those that begin beyond ASCII all, where it begins with a
 * letter there that may have case. O(log count). */
struct phrase_table phrase_table_for(struct phrase_table, sv text);
/* For tests of tables. */
bool phrase_table_is_sorted(struct phrase_table);
