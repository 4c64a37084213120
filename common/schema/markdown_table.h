/* Rows of an article as a table, as GitHub's Markdown has them. Pure. */
#pragma once

#include "base/sbuf.h"
#include "schema/article.h"
#include "schema/markdown_text.h"

/* Appends the rows from a block on, up to the next of another kind; returns how many blocks those are. The first is its head, since Markdown wants one, and as
 * wide as the widest: readers leave out what stands beyond it. O(bytes + spans + cells). */
size_t markdown_table_add(const struct article *, size_t block, enum markdown_content, struct sbuf *out);
