/* The text below one node, for titles, captions and the like. Views lie in the arena. */
#pragma once

#include <lexbor/html/html.h>

#include "base/arena.h"
#include "base/sbuf.h"

/* Whitespace collapsed, trimmed, a space where an element begins or ends a line; without script, style and ruby. O(nodes below). */
sv dom_text(lxb_dom_node_t *, struct arena *);
/* The same of a node whose text is at most `max` bytes; absent when it is longer. O(max), not O(nodes), where it has text. */
sv dom_text_short(lxb_dom_node_t *, size_t max, struct arena *);
/* As it is, a view into the document: for the body of a script element. */
sv dom_raw_text(lxb_dom_node_t *);
/* What a text node holds, a view into the document. */
sv dom_text_data(const lxb_dom_node_t *);
/* Bytes at `at` that are written and not seen: a control character (see utf8_control), a soft hyphen, a zero-width space, a word joiner or a
 * byte order mark; 0 for any other. */
size_t dom_text_unseen(sv raw, size_t at);
/* Bytes of ASCII white space from `at` on. */
size_t dom_text_spaces(sv raw, size_t at);
/* Whether a line ends before and behind an element, for everybody who reads a page: its text is never part of what stands around it. */
bool dom_text_breaks(lxb_tag_id_t);
/* Whether an element holds how the text before it is read (ruby), or the brackets around that: it stands above the line, not in it. */
bool dom_text_is_gloss(lxb_tag_id_t);
/* Bytes of raw text that are as they shall be: no white space but single spaces between words, and nothing that may be unseen. */
struct text_run {
    size_t n, spaces, inner; /* all; spaces; bytes within characters */
};
struct text_run dom_text_run(sv raw, size_t at);
/* Appends raw text with whitespace collapsed and what cannot be seen left out, until `out` holds more
 * than `max` bytes. *space: whether whitespace came last, kept from call to call. Returns the bytes that were added, spaces not counted. */
size_t dom_text_collapse(struct sbuf *out, sv raw, size_t max, bool *space);
