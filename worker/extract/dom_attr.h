/* Attributes of elements by number. lexbor numbers an attribute's name once a document, so that to find one is to compare integers. */
#pragma once

#include <lexbor/html/html.h>

#include "base/sv.h"

enum dom_attr_name {
    DOM_ATTR_CLASS,
    DOM_ATTR_CONTENT,
    DOM_ATTR_DATETIME,
    DOM_ATTR_HREF,
    DOM_ATTR_HREFLANG,
    DOM_ATTR_HTTP_EQUIV,
    DOM_ATTR_ID,
    DOM_ATTR_ITEMPROP,
    DOM_ATTR_LANG,
    DOM_ATTR_NAME,
    DOM_ATTR_PROPERTY,
    DOM_ATTR_REL,
    DOM_ATTR_TITLE,
    DOM_ATTR_TYPE,
    DOM_ATTR_VALUE,
    DOM_ATTR_END
};

/* lexbor has constants for the names it knows, and gives others of a document a number when it meets them. */
struct dom_attr_ids {
    uint8_t known[LXB_DOM_ATTR__LAST_ENTRY]; /* 1 + enum dom_attr_name, or 0 */
    struct {
        uintptr_t id;
        enum dom_attr_name name;
    } other[DOM_ATTR_END];
    size_t others;
};

struct dom_attrs {
    sv value[DOM_ATTR_END]; /* trimmed; absent where the element has none; views into the document */
    uint32_t known;         /* a bit for each that it has */
};

void dom_attr_resolve(lxb_html_document_t *, struct dom_attr_ids *out);
/* All of the above of one element, into what is all zero or was read before. O(attributes of both). False when it has none of them. */
bool dom_attr_read(const lxb_dom_node_t *element, const struct dom_attr_ids *, struct dom_attrs *out);
