/* Kept blocks -> the text of the article and what is computed from it. */
#pragma once

#include "base/sbuf.h"
#include "decide.h"
#include "links.h"
#include "schema/article.h"

/* Fills text, blocks, word_count, text_sha256, the blocks that images stand before, simhash, quality, page_type and the language (what the text says, if the page states none
 * or CLD2 is sure). `targets`: of the links, NULL where there are none. `text` is scratch. ERR_MEMORY. O(text). */
MUST_USE enum err_code article_fill(const struct blocks *, const struct decision *, struct link_targets *targets, struct sbuf *text, struct arena *, struct article *out, struct err *);
