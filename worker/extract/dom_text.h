/* The text below one node, for titles, captions and the like. Views lie in the arena. */
#pragma once

#include <lexbor/html/html.h>

#include "base/arena.h"

/* Whitespace collapsed, trimmed, a space where an element begins a new line; without script and style. O(nodes below). */
sv dom_text(lxb_dom_node_t *, struct arena *);
/* As it is: for the body of a script element. */
sv dom_raw_text(lxb_dom_node_t *, struct arena *);
/* The trimmed value of an attribute of an element; absent when it has none. Borrowed from the document. */
sv dom_attribute(lxb_dom_node_t *element, const char *name);
