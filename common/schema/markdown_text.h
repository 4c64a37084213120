/* The text of a block as Markdown, a piece at a time (a line, a cell): what would be mark-up is escaped, and its spans are set with the marks that CommonMark
 * has for them, or with HTML where its rules let no mark stand. What deleted text is, and a cell, GitHub's specification says. Pure. */
#pragma once

#include "base/sbuf.h"
#include "schema/article.h"

enum markdown_content { MARKDOWN_ALL, MARKDOWN_TEXT /* neither links nor images */ };
enum markdown_place { MARKDOWN_LINE, MARKDOWN_HEADING, MARKDOWN_CELL, MARKDOWN_INSIDE /* of a line */ };

struct markdown_text {
    sv text; /* of the article */
    enum markdown_content content;
    enum markdown_place place;
    const struct article_span *next, *end;             /* spans that were not met yet */
    const struct article_span *around[SPAN_KIND_END];  /* those that go on behind the last piece, the outermost first */
    size_t around_count;
};

/* Of a text without spans, or (`block` not NULL) of a block of an article's text. Borrows both. */
void markdown_text_begin(struct markdown_text *, sv text, const struct article_block *block, enum markdown_content, enum markdown_place);
/* Appends a piece, a view into the text without line ends and white space around it; each behind the one before. O(bytes + spans). */
void markdown_text_add(struct markdown_text *, sv piece, struct sbuf *out);
/* The same of a text of several lines, as one. */
void markdown_text_add_joined(struct markdown_text *, sv text, struct sbuf *out);
/* Appends an address, as it stands between brackets. */
void markdown_url_add(sv url, struct sbuf *out);
