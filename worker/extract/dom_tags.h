/* Plain markup -> tokens of lexbor, at a third of its tokenizer's cost: text, and tags with their attributes, as nearly all are written. What is not
 * plain (character references, NUL and CR in what matters, comments that are wanted or do not end in sight, the end of a piece) is left to lexbor, at a
 * point from which it reads the same as if it had read all. */
#pragma once

#include <lexbor/html/tokenizer.h>

#include "base/arena.h"
#include "dom_slab.h"

enum { DOM_TAGS_ATTRIBUTES = 32, DOM_TAGS_NAMES = 256, DOM_TAGS_NAME_BYTES = 16 };

struct dom_tags {
    lxb_html_token_attr_t attribute[DOM_TAGS_ATTRIBUTES]; /* of the tag being read */
    struct dom_tags_name { /* as it was written, zeros behind it; what lexbor has for it */
        uint64_t eight[DOM_TAGS_NAME_BYTES / 8];
        const void *data;
    } tag[DOM_TAGS_NAMES], name[DOM_TAGS_NAMES];
    struct dom_slab values;
    bool whole; /* nothing is left out */
};

/* At the beginning of each page: forgets the names of the page before. Comments, and attributes that are for scripts alone ("onclick", "aria-label", "data-id") and of
 * which nobody here reads anything are left out, but where `whole`. */
void dom_tags_begin(struct dom_tags *, bool whole);
/* A state of the tokenizer, for where its own is lxb_html_tokenizer_state_data_before. Hands tokens to its callback, which sets the state of those that
 * may be followed by plain markup again, and whose attributes lie in dom_tags until it returns; returns where another state is set, or where it has set
 * lexbor's own for what follows. `end`, and the tokenizer's status set, without memory or where the callback gives up. */
const lxb_char_t *dom_tags_read(struct dom_tags *, lxb_html_tokenizer_t *, const lxb_char_t *data, const lxb_char_t *end);
