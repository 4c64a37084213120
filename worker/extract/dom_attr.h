/* The attributes of elements. lexbor numbers an attribute's name once a document, so that to find one is to compare integers. Those of the elements that
 * dom_build makes are rows of a table instead of nodes, a seventh of their size: nothing but what follows finds both kinds. */
#pragma once

#include <lexbor/html/html.h>

#include "base/sv.h"

struct dom_attr {
    lxb_dom_attr_id_t id; /* of its name */
    sv value;             /* as it was written; absent where it has none; a view into the document */
};

/* Behind `user` of an element's node, where it has one. */
struct dom_attr_table {
    size_t count;
    struct dom_attr row[];
};

/* Goes over the attributes of an element in their order: `for (struct dom_attr_walk w = dom_attr_walk(node); dom_attr_next(&w);)` and w.here. */
struct dom_attr_walk {
    struct dom_attr here;
    const struct dom_attr *row, *end;
    const lxb_dom_attr_t *node;
};

static inline struct dom_attr_walk dom_attr_walk(const lxb_dom_node_t *element) {
    const struct dom_attr_table *table = element->user;
    struct dom_attr_walk w = {.node = ((const lxb_dom_element_t *)(const void *)element)->first_attr};
    if (table) w.row = table->row, w.end = table->row + table->count;
    return w;
}

static inline bool dom_attr_next(struct dom_attr_walk *w) {
    if (w->row != w->end) {
        w->here = *w->row++;
        return true;
    }
    const lxb_dom_attr_t *a = w->node;
    if (!a) return false;
    w->here = (struct dom_attr){a->node.local_name, a->value ? sv_from((const char *)a->value->data, a->value->length) : SV_NONE};
    w->node = a->next;
    return true;
}

/* The name behind an id, in lower case. */
sv dom_attr_name(const lxb_dom_node_t *element, lxb_dom_attr_id_t);

/* The trimmed value of an attribute of an element; absent when it has none. Borrowed from the document. */
sv dom_attribute(lxb_dom_node_t *element, const char *name);
/* The same of a name that lexbor has a constant for, and without looking it up. */
sv dom_attribute_of(const lxb_dom_node_t *element, lxb_dom_attr_id_t);
/* The same of several names, which must be in lower case. O(attributes * names). */
void dom_attributes(const lxb_dom_node_t *element, const sv *names, size_t count, sv *values);

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
