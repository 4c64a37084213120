/* UTF-8 HTML -> a lexbor document, however hostile. lexbor is quadratic in the depth of its tree, so start tags beyond max_depth are
 * dropped between tokenizer and tree (with their end tags, as far as these can be told), and tokens beyond max_nodes end the page. */
#pragma once

#include <lexbor/html/html.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/sv.h"

struct dom_parse;

MUST_USE enum err_code dom_parse_new(struct dom_parse **out, unsigned max_depth, size_t max_nodes, struct err *);
void dom_parse_free(struct dom_parse **);
/* *out lives until the next call or dom_parse_free. *cut: a limit was met. What nobody reads is left out: styles and scripts that are no JSON-LD, or
 * their text, or its beginning; comments; attributes for scripts; the strokes of drawings; white space in the head and at the beginning of a line. */
MUST_USE enum err_code dom_parse_run(struct dom_parse *, sv html, lxb_html_document_t **out, bool *cut, struct err *);
/* The same with all of that. */
MUST_USE enum err_code dom_parse_run_whole(struct dom_parse *, sv html, lxb_html_document_t **out, bool *cut, struct err *);
/* What an element that was never closed took as its text: the longest body of a title, script, style, textarea or iframe element, or a
 * comment. A copy in the arena. For pages that came out empty, parsed whole. O(nodes + bytes). */
sv dom_parse_swallowed(lxb_html_document_t *, struct arena *);
