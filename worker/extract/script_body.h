/* The article that a page carries as data for its scripts (the state of an application, a tree of rich text, markup in a string), for pages that show
 * no more than its beginning. */
#pragma once

#include "blocks.h"
#include "decide.h"

/* Markup of the article whose data holds the words that the decision kept, and several times as much of them; absent where the scripts hold none. A
 * string or array of JSON is looked for that begins with or contains what is shown, so that nothing else is taken for it. Lies in the arena. Allocation
 * that fails is seen in the arena. O(bytes of the page). */
sv script_body_find(sv html, const struct blocks *, const struct decision *, struct arena *);
