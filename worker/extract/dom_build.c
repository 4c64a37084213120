#include "dom_build.h"

#include <lexbor/dom/interfaces/text.h>
#include <lexbor/html/interfaces/element.h>
#include <lexbor/html/tree/active_formatting.h>
#include <lexbor/html/tree/insertion_mode.h>
#include <lexbor/html/tree/open_elements.h>

#include "base/compiler.h"
#include "base/sv.h"
#include "dom_attr.h"

enum { ALIKE_MAX = 3 /* https://html.spec.whatwg.org/#push-onto-the-list-of-active-formatting-elements */ };

enum { /* what a start tag does */
    LEFT = 0,
    BLOCK = 1,      /* closes a paragraph */
    HEADING = 2,    /* and a heading */
    ITEM = 3,       /* and another item */
    FORMATTING = 4, /* is made again in what follows */
    PLAIN = 5,
    EMPTY = 6,
    UNSEEN = 7, /* empty too, in the head as in the body */
    OPENS = 7,  /* the bits of the above */
    CLOSES = 8, /* its end tag, where it is the current node, does no more than to close it */
    BOUNDS = 16, /* what is within it closes no paragraph around it */
    STOPS = 32, /* nor an item */
};

static unsigned opens_as(lxb_tag_id_t tag) {
    switch (tag) {
    case LXB_TAG_ADDRESS: case LXB_TAG_ARTICLE: case LXB_TAG_ASIDE: case LXB_TAG_BLOCKQUOTE: case LXB_TAG_CENTER: case LXB_TAG_DETAILS: case LXB_TAG_DIV:
    case LXB_TAG_DL: case LXB_TAG_FIELDSET: case LXB_TAG_FIGCAPTION: case LXB_TAG_FIGURE: case LXB_TAG_FOOTER: case LXB_TAG_HEADER: case LXB_TAG_MAIN:
    case LXB_TAG_NAV: case LXB_TAG_OL: case LXB_TAG_P: case LXB_TAG_SECTION: case LXB_TAG_SUMMARY: case LXB_TAG_UL: return BLOCK;
    case LXB_TAG_H1: case LXB_TAG_H2: case LXB_TAG_H3: case LXB_TAG_H4: case LXB_TAG_H5: case LXB_TAG_H6: return HEADING;
    case LXB_TAG_LI: return ITEM;
    case LXB_TAG_A: case LXB_TAG_B: case LXB_TAG_BIG: case LXB_TAG_CODE: case LXB_TAG_EM: case LXB_TAG_FONT: case LXB_TAG_I: case LXB_TAG_S: case LXB_TAG_SMALL:
    case LXB_TAG_STRIKE: case LXB_TAG_STRONG: case LXB_TAG_TT: case LXB_TAG_U: return FORMATTING;
    case LXB_TAG_ABBR: case LXB_TAG_BDI: case LXB_TAG_CITE: case LXB_TAG_DEL: case LXB_TAG_INS: case LXB_TAG_LABEL: case LXB_TAG_MARK: case LXB_TAG_Q:
    case LXB_TAG_SPAN: case LXB_TAG_SUB: case LXB_TAG_SUP: case LXB_TAG_TIME: return PLAIN;
    case LXB_TAG_BR: case LXB_TAG_IMG: case LXB_TAG_WBR: return EMPTY;
    case LXB_TAG_LINK: case LXB_TAG_META: return UNSEEN;
    default: return LEFT;
    }
}

static unsigned way_of(lxb_tag_id_t tag) {
    unsigned opens = opens_as(tag);
    bool passed = tag == LXB_TAG_ADDRESS || tag == LXB_TAG_DIV || tag == LXB_TAG_P;
    return opens | (opens && opens < EMPTY ? CLOSES : 0u) | (lxb_html_tag_is_category(tag, LXB_NS_HTML, LXB_HTML_TAG_CATEGORY_SCOPE_BUTTON) ? BOUNDS : 0u) |
           (!passed && lxb_html_tag_is_category(tag, LXB_NS_HTML, LXB_HTML_TAG_CATEGORY_SPECIAL) ? STOPS : 0u);
}

void dom_build_init(struct dom_build *b) {
    for (lxb_tag_id_t tag = 0; tag < LXB_TAG__LAST_ENTRY; tag++) b->way[tag] = (uint8_t)way_of(tag);
}

void dom_build_begin(struct dom_build *b, lxb_html_document_t *document, lxb_html_tree_t *tree) {
    b->document = document;
    b->tree = tree;
    b->nodes = b->text = (struct dom_slab){NULL, NULL};
}

static unsigned way(const struct dom_build *b, lxb_tag_id_t tag) { return tag < LXB_TAG__LAST_ENTRY ? b->way[tag] : PLAIN | CLOSES; }

static lxb_dom_node_t *current(const struct dom_build *b) {
    const lexbor_array_t *open = b->tree->open_elements;
    return open->length ? open->list[open->length - 1] : NULL;
}

static void append(lxb_dom_node_t *to, lxb_dom_node_t *node) {
    node->parent = to;
    node->prev = to->last_child;
    if (to->last_child) to->last_child->next = node;
    else to->first_child = node;
    to->last_child = node;
}

static bool has_attribute(const struct dom_attr_table *t, lxb_dom_attr_id_t id) {
    for (size_t i = 0; i < t->count; i++)
        if (t->row[i].id == id) return true;
    return false;
}

/* False without memory. */
static bool add_attributes(struct dom_build *b, lxb_dom_node_t *element, const lxb_html_token_attr_t *first) {
    size_t count = 0;
    for (const lxb_html_token_attr_t *a = first; a; a = a->next) count++;
    struct dom_attr_table *t = dom_slab_alloc(&b->nodes, b->document->dom_document.mraw, sizeof *t + count * sizeof *t->row);
    if (!t) return false;
    t->count = 0;
    for (const lxb_html_token_attr_t *a = first; a; a = a->next)
        if (!has_attribute(t, a->name->attr_id)) t->row[t->count++] = (struct dom_attr){a->name->attr_id, a->value_begin ? sv_from((const char *)a->value, a->value_size) : SV_NONE};
    element->user = t;
    return true;
}

/* One attribute as lexbor has it. False without memory. */
static bool add_node(struct dom_build *b, lxb_dom_element_t *element, const struct dom_attr *from) {
    lxb_dom_document_t *document = &b->document->dom_document;
    lxb_dom_attr_t *a = dom_slab_alloc(&b->nodes, document->mraw, sizeof *a);
    if (!a) return false;
    *a = (lxb_dom_attr_t){.node = {.local_name = from->id, .ns = LXB_NS_HTML, .owner_document = document, .type = LXB_DOM_NODE_TYPE_ATTRIBUTE}, .owner = element, .prev = element->last_attr};
    if (from->value.p) {
        a->value = dom_slab_alloc(&b->nodes, document->mraw, sizeof *a->value);
        if (!a->value) return false;
        *a->value = (lexbor_str_t){.data = (lxb_char_t *)(uintptr_t)from->value.p, .length = from->value.n};
    }
    if (element->last_attr) element->last_attr->next = a;
    else element->first_attr = a;
    element->last_attr = a;
    if (from->id == LXB_DOM_ATTR_ID) element->attr_id = a;
    if (from->id == LXB_DOM_ATTR_CLASS) element->attr_class = a;
    return true;
}

/* The attributes of an element as lexbor has them, for where it looks at them: when it compares formatting, or makes it again. */
static bool give_attributes(struct dom_build *b, lxb_dom_node_t *element) {
    const struct dom_attr_table *t = element->user;
    bool good = true;
    element->user = NULL;
    for (size_t i = 0; t && good && i < t->count; i++) good = add_node(b, lxb_dom_interface_element(element), &t->row[i]);
    return good;
}

static bool give_formatting(struct dom_build *b) {
    const lexbor_array_t *formatting = b->tree->active_formatting;
    bool good = true;
    for (size_t i = 0; good && i < formatting->length; i++) good = give_attributes(b, formatting->list[i]);
    return good;
}

/* A new element, the last child of the current node. NULL without memory. */
static lxb_dom_node_t *add_element(struct dom_build *b, const lxb_html_token_t *token) {
    lxb_dom_document_t *document = &b->document->dom_document;
    lxb_html_element_t *element = dom_slab_alloc(&b->nodes, document->mraw, sizeof *element);
    if (!element) return NULL;
    *element = (lxb_html_element_t){.element.node = {.local_name = token->tag_id, .ns = LXB_NS_HTML, .owner_document = document, .type = LXB_DOM_NODE_TYPE_ELEMENT}};
    if (token->attr_first && !add_attributes(b, &element->element.node, token->attr_first)) return NULL;
    append(current(b), &element->element.node);
    return &element->element.node;
}

/* Formatting that was closed by a block is made again, but mostly the last is still the current node. False without memory. */
static inline bool make_formatting_again(struct dom_build *b) {
    const lexbor_array_t *formatting = b->tree->active_formatting;
    if (!formatting->length || formatting->list[formatting->length - 1] == current(b)) return true;
    return give_formatting(b) && lxb_html_tree_active_formatting_reconstruct_elements(b->tree) == LXB_STATUS_OK;
}

static APART enum dom_build_answer add_text(struct dom_build *b, const lxb_html_token_t *token) {
    lxb_dom_document_t *document = &b->document->dom_document;
    const lxb_dom_node_t *last = current(b)->last_child;
    size_t n = (size_t)(token->text_end - token->text_start);
    if (!n || token->null_count || b->tree->frameset_ok || (last && last->local_name == LXB_TAG__TEXT)) return DOM_BUILD_LEFT;
    if (!make_formatting_again(b)) return DOM_BUILD_NO_MEMORY;
    lxb_dom_text_t *text = dom_slab_alloc(&b->nodes, document->mraw, sizeof *text);
    lxb_char_t *data = dom_slab_alloc(&b->text, document->text, n + 1);
    if (!text || !data) return DOM_BUILD_NO_MEMORY;
    memcpy(data, token->text_start, n);
    data[n] = '\0';
    *text = (lxb_dom_text_t){.char_data = {.node = {.local_name = LXB_TAG__TEXT, .ns = LXB_NS_HTML, .owner_document = document, .type = LXB_DOM_NODE_TYPE_TEXT}, .data = {.data = data, .length = n}}};
    append(current(b), &text->char_data.node);
    return DOM_BUILD_DONE;
}

enum { NOWHERE, LAST, FURTHER };

/* Among the first `n` open elements: whether one of the name stands below those that stop the search, and where. */
static unsigned find_open(const struct dom_build *b, size_t n, lxb_tag_id_t tag, unsigned stops) {
    for (size_t i = n; i > 0; i--) {
        const lxb_dom_node_t *node = b->tree->open_elements->list[i - 1];
        if (node->ns != LXB_NS_HTML) return FURTHER;
        if (node->local_name == tag) return i == n ? LAST : FURTHER;
        if (way(b, node->local_name) & stops) return NOWHERE;
    }
    return NOWHERE;
}

static APART enum dom_build_answer open_block(struct dom_build *b, const lxb_html_token_t *token, unsigned opens) {
    size_t depth = b->tree->open_elements->length, kept = depth;
    if (opens == ITEM) {
        unsigned item = find_open(b, kept, LXB_TAG_LI, STOPS);
        if (item == FURTHER) return DOM_BUILD_LEFT;
        kept -= item == LAST;
    }
    unsigned paragraph = find_open(b, kept, LXB_TAG_P, BOUNDS);
    if (paragraph == FURTHER) return DOM_BUILD_LEFT;
    kept -= paragraph == LAST;
    const lxb_dom_node_t *around = kept ? b->tree->open_elements->list[kept - 1] : NULL;
    if (!around || around->local_name == LXB_TAG_TEMPLATE || (opens == HEADING && (way(b, around->local_name) & OPENS) == HEADING)) return DOM_BUILD_LEFT;
    b->tree->open_elements->length = kept;
    b->tree->frameset_ok &= opens != ITEM;
    const lxb_dom_node_t *element = add_element(b, token);
    return element && lexbor_array_push(b->tree->open_elements, (void *)(uintptr_t)element) == LXB_STATUS_OK ? DOM_BUILD_DONE : DOM_BUILD_NO_MEMORY;
}

/* Whether as many are open as lexbor lets be alike. */
static bool are_many(const lexbor_array_t *formatting, lxb_tag_id_t tag) {
    size_t same = 0;
    for (size_t i = 0; i < formatting->length; i++) same += ((const lxb_dom_node_t *)formatting->list[i])->local_name == tag;
    return same >= ALIKE_MAX;
}

/* False without memory. */
static bool push_formatting(struct dom_build *b, lxb_dom_node_t *element) {
    if (!are_many(b->tree->active_formatting, element->local_name)) return lexbor_array_push(b->tree->active_formatting, element) == LXB_STATUS_OK;
    if (!give_formatting(b) || !give_attributes(b, element)) return false;
    lxb_html_tree_active_formatting_push_with_check_dupl(b->tree, element);
    return true;
}

static APART enum dom_build_answer open_inline(struct dom_build *b, const lxb_html_token_t *token, unsigned opens) {
    lxb_html_tree_t *tree = b->tree;
    if (token->tag_id == LXB_TAG_A && tree->active_formatting->length && lxb_html_tree_active_formatting_between_last_marker(tree, LXB_TAG_A, NULL)) return DOM_BUILD_LEFT;
    if (!make_formatting_again(b)) return DOM_BUILD_NO_MEMORY;
    lxb_dom_node_t *element = add_element(b, token);
    if (!element) return DOM_BUILD_NO_MEMORY;
    if (opens == EMPTY) {
        tree->frameset_ok = false;
        return DOM_BUILD_DONE;
    }
    if (lexbor_array_push(tree->open_elements, element) != LXB_STATUS_OK) return DOM_BUILD_NO_MEMORY;
    return opens != FORMATTING || push_formatting(b, element) ? DOM_BUILD_DONE : DOM_BUILD_NO_MEMORY;
}

static enum dom_build_answer close_current(struct dom_build *b, lxb_tag_id_t tag) {
    lexbor_array_t *open = b->tree->open_elements, *formatting = b->tree->active_formatting;
    const lxb_dom_node_t *node = current(b);
    unsigned does = way(b, tag);
    if (node->local_name != tag || !(does & CLOSES)) return DOM_BUILD_LEFT;
    if ((does & OPENS) == FORMATTING) {
        if (!formatting->length || formatting->list[formatting->length - 1] != node) return DOM_BUILD_LEFT;
        formatting->length--;
    }
    open->length--;
    return DOM_BUILD_DONE;
}

static enum dom_build_answer build(struct dom_build *b, const lxb_html_token_t *token) {
    const lxb_html_tree_t *tree = b->tree;
    const lxb_dom_node_t *node = current(b);
    bool head = tree->mode == lxb_html_tree_insertion_mode_in_head;
    if ((!head && tree->mode != lxb_html_tree_insertion_mode_in_body && tree->mode != lxb_html_tree_insertion_mode_in_cell) || tree->foster_parenting) return DOM_BUILD_LEFT;
    if (!node || node->ns != LXB_NS_HTML || node->local_name == LXB_TAG_TEMPLATE || token->base_element) return DOM_BUILD_LEFT;
    if (token->tag_id == LXB_TAG__TEXT) return head ? DOM_BUILD_LEFT : add_text(b, token);
    if (token->type & LXB_HTML_TOKEN_TYPE_CLOSE) return head ? DOM_BUILD_LEFT : close_current(b, token->tag_id);
    unsigned opens = way(b, token->tag_id) & OPENS;
    if (opens == UNSEEN) return add_element(b, token) ? DOM_BUILD_DONE : DOM_BUILD_NO_MEMORY;
    if (head || opens == LEFT) return DOM_BUILD_LEFT;
    return opens <= ITEM ? open_block(b, token, opens) : open_inline(b, token, opens);
}

enum dom_build_answer dom_build_token(struct dom_build *b, const lxb_html_token_t *token) {
    enum dom_build_answer answer = build(b, token);
    return answer == DOM_BUILD_LEFT && !give_formatting(b) ? DOM_BUILD_NO_MEMORY : answer;
}
