/* An article as Markdown: the title as its first heading, then the blocks, each image before the block that it stands before.
 * What would be mark-up in the text is escaped. Pure. */
#pragma once

#include "base/sbuf.h"
#include "schema/markdown_text.h"

/* Appends it, ending in a newline; nothing for an article without title and text. */
void article_write_markdown(const struct article *, enum markdown_content, struct sbuf *out);
