/* What the site of a page is called, as evidence for what is not part of a title and not a person. */
#pragma once

#include "page_facts.h"

enum { SITE_NAMES_MAX = 16 };

struct site_names {
    sv key[SITE_NAMES_MAX]; /* letters_key of each name that is claimed, or printed above all as a heading that leads home */
    size_t count;
    sv host; /* the key of the host's own label: "bbc" of www.bbc.co.uk; absent without a URL */
    sv best; /* the name to show, as written; absent when none is claimed */
    enum claim_source source;
};

void site_names_collect(const struct page_facts *, struct site_names *out);
/* Whether a text is the site's name, or a form of it: equal to a name, or some letters longer or shorter, but for numbers ("Name Online", not
 * "Name 13"), or to the host's label, with or without its ending and "the". */
bool site_names_is(const struct site_names *, sv text, struct arena *);
/* The same of the text's letters_key. */
bool site_names_is_key(const struct site_names *, sv key);
/* Whether the host's label is made of the beginnings of two or more of a text's words, in order: "nytimes" of "The New York Times". Weaker than
 * the above: for what stands at the end of a title. */
bool site_names_spelled(const struct site_names *, sv text, struct arena *);
/* Whether the first or the last of a text's words, of which there are no more than three, is the host's label: "Isle Weather" of isle.com. Weaker still:
 * for what a bar parts from the end of a title. */
bool site_names_in(const struct site_names *, sv text, struct arena *);
