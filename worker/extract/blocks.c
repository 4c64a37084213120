#include "blocks.h"

#include <lexbor/dom/interfaces/character_data.h>

#include "base/hash.h"
#include "base/utf8.h"
#include "block_text.h"
#include "dom_attr.h"
#include "dom_text.h"
#include "math_text.h"
#include "page_hints.h"
#include "table_grid.h"

static const uint32_t NOT_NOTED = UINT32_MAX;

enum { ROW_NODES_MAX = 200, ROW_CELL_BYTES_MAX = 240, HIDDEN_NODES_MAX = 50, HIDDEN_BYTES_MAX = 120, NUMBER_DIGITS_MAX = 9 };

/* Ids that lexbor gives to attribute names it has no constant for, a document; 0 where the page has none. */
struct attribute_ids {
    lxb_dom_attr_id_t role, prop, hidden, aria_hidden, rowspan, colspan;
};

struct builder {
    struct blocks *out;
    struct arena *arena;
    struct sbuf *text;
    struct class_cache *words;
    struct attribute_ids ids;
    uint32_t node;
    unsigned links, bold, code, hidden, breaks;
    uint32_t open[BLOCKS_SPAN_DEPTH_MAX]; /* the spans that are open, the outermost first; NOT_NOTED where there was no room */
    unsigned open_count; /* elements, those that are too deep included */
    size_t first_span;   /* of the pending block */
    lxb_dom_node_t *row;      /* the simple table row that we are in */
    struct table_grid *grid, *spare; /* of the table that we are in, where cells of the page reach over rows or columns */
    lxb_dom_node_t *left_out; /* an inline element of which nothing is text */
    struct text_block pending;
    bool touched; /* pending has more to say than where a list stands */
    bool space, failed;
    bool closed; /* an inline element, and no text came since */
};

/* -- text ------------------------------------------------------------------------------------------------------------------ */

static void push_block(struct builder *b, sv text) {
    struct text_block *block = &b->pending;
    block->text = text;
    block->node = b->node;
    block_text_measure(block);
    if (block->tokens == 0) return;
    struct blocks *out = b->out;
    block->text = arena_dup(b->arena, text);
    if (!block->text.p || !arena_grow(b->arena, (void **)&out->block, out->count, &out->cap, sizeof *out->block)) {
        b->failed = true;
        return;
    }
    out->block[out->count++] = *block;
    out->tokens += block->tokens;
}

/* Code begins with its indentation. */
static sv without_empty_lines(sv text) {
    size_t first = 0;
    for (size_t i = 0; i < text.n && ascii_is_space(text.p[i]); i++)
        if (text.p[i] == '\n') first = i + 1;
    size_t end = text.n;
    while (end > first && ascii_is_space(text.p[end - 1])) end--;
    return sv_from(text.p + first, end - first);
}

static uint32_t note_span(struct builder *b, uint32_t start, uint16_t tag, uint16_t link) {
    struct blocks *out = b->out;
    if (out->span_count >= BLOCKS_SPANS_MAX) return NOT_NOTED;
    if (!arena_grow(b->arena, (void **)&out->span, out->span_count, &out->span_cap, sizeof *out->span)) {
        b->failed = true;
        return NOT_NOTED;
    }
    out->span[out->span_count] = (struct block_span){.block = (uint32_t)out->count, .start = start, .end = UINT32_MAX, .tag = tag, .link = link};
    return (uint32_t)out->span_count++;
}

/* Behind a block, or behind text that was none and whose spans are none: what is still open goes on in the next. */
static void go_on_with_spans(struct builder *b, bool pushed) {
    struct blocks *out = b->out;
    struct block_span open[BLOCKS_SPAN_DEPTH_MAX];
    unsigned count = b->open_count < BLOCKS_SPAN_DEPTH_MAX ? b->open_count : BLOCKS_SPAN_DEPTH_MAX;
    for (unsigned i = 0; i < count; i++)
        if (b->open[i] != NOT_NOTED) open[i] = out->span[b->open[i]];
    if (!pushed) out->span_count = b->first_span;
    b->first_span = out->span_count;
    for (unsigned i = 0; i < count; i++)
        if (b->open[i] != NOT_NOTED) b->open[i] = note_span(b, 0, open[i].tag, open[i].link);
}

static void flush(struct builder *b) {
    if (b->text->n == 0 && !b->touched) {
        b->space = false;
        return;
    }
    size_t before = b->out->count;
    sv text = sbuf_view(b->text);
    text = b->out->node_count && b->out->node[b->node].places & IN_PRE ? without_empty_lines(text) : sv_trim(text);
    if (text.n) push_block(b, text);
    if (b->out->span_count != b->first_span) go_on_with_spans(b, b->out->count != before);
    uint16_t depth = b->pending.list_depth;
    b->pending = (struct text_block){.list_depth = depth};
    b->failed |= b->text->err != ERR_OK;
    sbuf_reset(b->text);
    b->space = b->touched = false;
    b->breaks = 0;
}

/* A byte sequence that is a space (U+00A0, U+0085) or nothing: its length, and which. */
static size_t odd_space(sv v, size_t i, bool *nothing) {
    size_t unseen = dom_text_unseen(v, i);
    *nothing = unseen > 0;
    if (unseen) return unseen;
    return v.p[i] == '\xc2' && i + 1 < v.n && (v.p[i + 1] == '\xa0' || v.p[i + 1] == '\x85') ? 2 : 0;
}

static void put_space(struct builder *b) {
    if (b->breaks >= 2) flush(b);
    else if (b->breaks == 1 && b->text->n > 0) sbuf_add_char(b->text, '\n');
    else if (b->space && b->text->n > 0) sbuf_add_char(b->text, ' ');
    b->breaks = 0;
    b->space = false;
}

static void add_text(struct builder *b, sv raw, bool pre) {
    uint32_t chars = 0;
    for (size_t i = 0; i < raw.n;) {
        char c = raw.p[i];
        bool nothing = false, space = ascii_is_space(c);
        size_t odd = !space && ((uint8_t)c >= 0xC2 || (uint8_t)c < ' ' || c == 0x7F) ? odd_space(raw, i, &nothing) : 0;
        if (nothing && odd) {
            i += odd;
        } else if (pre && (odd || c == '\n' || c == ' ' || c == '\t')) {
            put_space(b);
            sbuf_add_char(b->text, odd ? ' ' : c);
            i += odd ? odd : 1;
        } else if (odd || space) {
            b->space = true;
            i += odd ? odd : 1;
            if (!pre) i += dom_text_spaces(raw, i);
        } else {
            put_space(b);
            struct text_run run = dom_text_run(raw, i);
            if (run.n == 0) run = (struct text_run){.n = 1, .inner = ((uint8_t)c & 0xC0) == 0x80};
            chars += (uint32_t)(run.n - run.spaces - run.inner);
            sbuf_add(b->text, sv_from(raw.p + i, run.n));
            i += run.n;
        }
    }
    if (b->links) b->pending.link_chars += chars;
    if (b->bold) b->pending.bold_chars += chars;
    if (b->code) b->pending.code_chars += chars;
    if (b->hidden && chars) b->pending.hidden = true;
}

static bool is_small(char c) { return c >= 'a' && c <= 'z'; }

/* Two elements that follow each other without white space may be apart by their style alone: they are where one ends a word or a sentence and the next
 * begins with a capital. */
static bool parts_words(const struct builder *b, const lxb_dom_node_t *dom, sv next) {
    if (!b->closed || b->code || dom->prev || !next.n || next.p[0] < 'A' || next.p[0] > 'Z' || b->text->n < 3) return false;
    const char *end = b->text->p + b->text->n;
    return is_small(end[-2]) && (is_small(end[-1]) || end[-1] == '.' || end[-1] == '!' || end[-1] == '?');
}

/* -- elements -------------------------------------------------------------------------------------------------------------- */

static bool is_skipped(lxb_tag_id_t tag) {
    switch (tag) {
    case LXB_TAG_SCRIPT: case LXB_TAG_STYLE: case LXB_TAG_TEMPLATE: case LXB_TAG_SVG: case LXB_TAG_MATH: case LXB_TAG_IFRAME:
    case LXB_TAG_EMBED: case LXB_TAG_APPLET: case LXB_TAG_AUDIO: case LXB_TAG_VIDEO: case LXB_TAG_CANVAS: case LXB_TAG_MAP: case LXB_TAG_SELECT:
    case LXB_TAG_OPTION: case LXB_TAG_DATALIST: case LXB_TAG_TEXTAREA: case LXB_TAG_INPUT: case LXB_TAG_NOFRAMES: case LXB_TAG_NOEMBED: case LXB_TAG_HEAD:
    case LXB_TAG_PROGRESS: case LXB_TAG_METER: case LXB_TAG_RT: case LXB_TAG_RP: case LXB_TAG_RTC: return true;
    default: return false;
    }
}

static bool is_inline(lxb_tag_id_t tag) {
    switch (tag) {
    case LXB_TAG_A: case LXB_TAG_ABBR: case LXB_TAG_ACRONYM: case LXB_TAG_B: case LXB_TAG_BDI: case LXB_TAG_BDO: case LXB_TAG_BIG: case LXB_TAG_BLINK:
    case LXB_TAG_CITE: case LXB_TAG_CODE: case LXB_TAG_DATA: case LXB_TAG_DEL: case LXB_TAG_DFN: case LXB_TAG_EM: case LXB_TAG_FONT: case LXB_TAG_I:
    case LXB_TAG_IMG: case LXB_TAG_INS: case LXB_TAG_KBD: case LXB_TAG_LABEL: case LXB_TAG_MARK: case LXB_TAG_NOBR: case LXB_TAG_Q:
    case LXB_TAG_RB: case LXB_TAG_RUBY: case LXB_TAG_S: case LXB_TAG_SAMP: case LXB_TAG_SMALL: case LXB_TAG_SPAN: case LXB_TAG_STRIKE:
    case LXB_TAG_STRONG: case LXB_TAG_SUB: case LXB_TAG_SUP: case LXB_TAG_TIME: case LXB_TAG_TT: case LXB_TAG_U: case LXB_TAG_VAR: case LXB_TAG_WBR:
    case LXB_TAG_PICTURE: case LXB_TAG_SOURCE: case LXB_TAG_BUTTON: return true;
    /* Elements that HTML does not know are inline to a browser too, but pages use them as containers. */
    default: return false;
    }
}

static uint32_t places_of_tag(lxb_tag_id_t tag) {
    switch (tag) {
    case LXB_TAG_NAV: return IN_NAV;
    case LXB_TAG_ASIDE: return IN_ASIDE;
    case LXB_TAG_FOOTER: return IN_FOOTER;
    case LXB_TAG_HEADER: return IN_HEADER;
    case LXB_TAG_FORM: return IN_FORM;
    case LXB_TAG_TABLE: return IN_TABLE;
    case LXB_TAG_UL: case LXB_TAG_OL: case LXB_TAG_DL: return IN_LIST;
    case LXB_TAG_FIGCAPTION: case LXB_TAG_CAPTION: return IN_CAPTION;
    case LXB_TAG_BLOCKQUOTE: return IN_QUOTE;
    case LXB_TAG_ARTICLE: return IN_ARTICLE;
    case LXB_TAG_MAIN: return IN_MAIN;
    case LXB_TAG_PRE: case LXB_TAG_LISTING: case LXB_TAG_XMP: return IN_PRE;
    case LXB_TAG_NOSCRIPT: return IN_NOSCRIPT;
    case LXB_TAG_FIGURE: return IN_FIGURE;
    case LXB_TAG_DIALOG: return IN_DIALOG;
    default: return 0;
    }
}

static lxb_dom_attr_id_t id_of_name(lxb_html_document_t *document, sv name) {
    const lxb_dom_attr_data_t *data =
        lxb_dom_attr_data_by_local_name(lxb_dom_interface_document(document)->attrs, (const lxb_char_t *)name.p, name.n);
    return data ? data->attr_id : LXB_DOM_ATTR__UNDEF;
}

static uint32_t places_of_role(sv role) {
    static const struct {
        const char *role;
        uint32_t place;
    } table[] = {{"navigation", IN_NAV}, {"menu", IN_NAV},       {"complementary", IN_ASIDE}, {"contentinfo", IN_FOOTER}, {"dialog", IN_DIALOG},
                 {"main", IN_MAIN},      {"alertdialog", IN_DIALOG}, {"article", IN_ARTICLE},     {"banner", IN_HEADER},      {"search", IN_CHROME}};
    for (size_t i = 0; i < COUNT_OF(table); i++)
        if (sv_is(role, table[i].role)) return table[i].place;
    return 0;
}

static bool hides(sv style) {
    return style.n >= 12 && (sv_has_nocase(style, SV("display:none")) || sv_has_nocase(style, SV("display: none")) ||
                             sv_has_nocase(style, SV("visibility:hidden")) || sv_has_nocase(style, SV("visibility: hidden")));
}

struct attributes {
    sv classes, id;
    uint32_t places; /* what the others say */
    bool unseen;     /* by its style or as hidden, not for readers of screens alone */
};

static struct attributes read_attributes(const struct builder *b, const lxb_dom_node_t *element) {
    struct attributes out = {.places = 0};
    for (struct dom_attr_walk w = dom_attr_walk(element); dom_attr_next(&w);) {
        lxb_dom_attr_id_t id = w.here.id;
        sv value = w.here.value;
        if (id == LXB_DOM_ATTR_HREF || id == LXB_DOM_ATTR_SRC) continue;
        if (id == LXB_DOM_ATTR_CLASS) out.classes = value;
        else if (id == LXB_DOM_ATTR_ID) out.id = value;
        else if (id == LXB_DOM_ATTR_STYLE) out.unseen |= hides(value);
        else if (id == b->ids.role && b->ids.role) out.places |= places_of_role(value);
        else if (id == b->ids.prop && b->ids.prop) out.places |= sv_eq_nocase(value, SV("articleBody")) ? IN_BODY : 0u;
        else if (id == b->ids.hidden && b->ids.hidden) out.unseen = true;
        else if (id == b->ids.aria_hidden && b->ids.aria_hidden) out.places |= sv_eq_nocase(value, SV("true")) ? IN_HIDDEN : 0u;
    }
    if (out.unseen) out.places |= IN_HIDDEN;
    return out;
}

/* lexbor numbers the elements that HTML does not know by where their names lie in memory, which is another place at every run. */
static uint32_t number_of_tag(lxb_dom_node_t *dom) {
    size_t n = 0;
    if (dom->local_name < LXB_TAG__LAST_ENTRY) return (uint32_t)dom->local_name;
    const lxb_char_t *name = lxb_dom_element_local_name(lxb_dom_interface_element(dom), &n);
    return (uint32_t)hash64(sv_from((const char *)name, n));
}

/* What elements made by one piece of a template share: the first two class words, without the numbers in them. */
static uint32_t shape_of(uint32_t tag, sv classes) {
    uint32_t hash = 2166136261u ^ tag * 2654435761u;
    unsigned words = 0;
    for (size_t i = 0; i < classes.n; i++) {
        uint8_t c = (uint8_t)classes.p[i];
        if (c <= '9') {
            if (ascii_is_digit((char)c)) continue;
            if (ascii_is_space((char)c) && i > 0 && !ascii_is_space(classes.p[i - 1]) && ++words == 2) break;
        }
        hash = (hash ^ c) * 16777619u;
    }
    return hash;
}

static void describe(struct builder *b, lxb_dom_node_t *dom, struct block_node *node) {
    lxb_tag_id_t tag = dom->local_name;
    uint32_t number = number_of_tag(dom);
    node->tag = (uint16_t)(tag < LXB_TAG__LAST_ENTRY ? tag : LXB_TAG__UNDEF);
    node->own = places_of_tag(tag);
    node->shape = shape_of(number, SV_NONE);
    /* <body> and <html> carry classes about the whole page. */
    if (tag == LXB_TAG_BODY || tag == LXB_TAG_HTML) return;
    struct attributes own = read_attributes(b, dom);
    node->classes = own.classes;
    node->id = own.id;
    struct class_words by_class = class_cache_read(b->words, node->classes), by_id = class_cache_read(b->words, node->id);
    node->own |= by_class.places | by_id.places | own.places;
    node->parts = by_class.parts | by_id.parts;
    node->score = (int16_t)(by_class.score + by_id.score);
    node->shape = shape_of(number, node->classes);
}

static bool is_cell(lxb_tag_id_t tag) { return tag == LXB_TAG_TD || tag == LXB_TAG_TH; }

static uint32_t number_in(sv v) {
    uint32_t n = 0;
    for (size_t i = 0; i < v.n; i++) {
        if (i == NUMBER_DIGITS_MAX || !ascii_is_digit(v.p[i])) return 0;
        n = n * 10 + (uint32_t)(v.p[i] - '0');
    }
    return n;
}

/* The number of a list's first item. Items of one that counts down, or from below 1, show none here. */
static uint32_t first_number(const lxb_dom_node_t *list) {
    uint32_t first = 1;
    for (struct dom_attr_walk w = dom_attr_walk(list); dom_attr_next(&w) && first;) {
        sv name = dom_attr_name(list, w.here.id);
        if (sv_eq(name, SV("start"))) first = number_in(sv_trim(w.here.value));
        else if (sv_eq(name, SV("reversed"))) first = 0;
    }
    return first;
}

static uint32_t number_of(const lxb_dom_node_t *element, lxb_dom_attr_id_t id, uint32_t otherwise) {
    sv value = id ? dom_attribute_of(element, id) : SV_NONE;
    return value.n ? number_in(value) : otherwise;
}

/* The column of a cell that begins, from 1; `counted`, its place among the cells of the row, where none reaches over others. */
static uint32_t place_cell(struct builder *b, const lxb_dom_node_t *cell, uint32_t counted) {
    if (!b->grid) return counted;
    return table_grid_place(b->grid, number_of(cell, b->ids.rowspan, 1), number_of(cell, b->ids.colspan, 1));
}

static void follow_table(struct builder *b, lxb_tag_id_t tag) {
    if (tag == LXB_TAG_TABLE && (b->ids.rowspan || b->ids.colspan)) b->failed |= !table_grid_open(&b->grid, &b->spare, b->arena);
    if (!b->grid) return;
    if (tag == LXB_TAG_THEAD || tag == LXB_TAG_TBODY || tag == LXB_TAG_TFOOT) table_grid_begin_group(b->grid);
    if (tag == LXB_TAG_TR) table_grid_begin_row(b->grid);
}

static void number_node(struct builder *b, lxb_dom_node_t *dom, struct block_node *node, struct block_node *parent) {
    if (node->tag == LXB_TAG_OL) node->number = first_number(dom);
    else if (is_cell(node->tag) && parent && parent->tag == LXB_TAG_TR) node->number = place_cell(b, dom, ++parent->number);
    else if (node->tag == LXB_TAG_LI && parent && parent->tag == LXB_TAG_OL && parent->number) {
        uint32_t value = number_in(dom_attribute(dom, "value"));
        node->number = value ? value : parent->number;
        parent->number = node->number + 1;
    }
}

static void enter(struct builder *b, lxb_dom_node_t *dom) {
    struct blocks *out = b->out;
    flush(b);
    if (!arena_grow(b->arena, (void **)&out->node, out->node_count, &out->node_cap, sizeof *out->node)) {
        b->failed = true;
        return;
    }
    struct block_node *node = &out->node[out->node_count], *parent = out->node_count ? &out->node[b->node] : NULL;
    *node = (struct block_node){.parent = b->node, .depth = (uint16_t)(parent ? parent->depth + 1 : 0), .first = (uint32_t)out->count};
    describe(b, dom, node);
    follow_table(b, node->tag);
    number_node(b, dom, node, parent);
    node->places = node->own | (parent ? parent->places : 0);
    b->node = (uint32_t)out->node_count++;
    if (node->tag == LXB_TAG_UL || node->tag == LXB_TAG_OL) b->pending.list_depth++;
}

static void leave(struct builder *b) {
    flush(b);
    struct block_node *node = &b->out->node[b->node];
    node->end = (uint32_t)b->out->count;
    b->node = node->parent;
    if (node->tag == LXB_TAG_TABLE && b->grid) table_grid_close(&b->grid, &b->spare);
    if ((node->tag == LXB_TAG_UL || node->tag == LXB_TAG_OL) && b->pending.list_depth) b->pending.list_depth--;
}

static void add_mark(struct builder *b, lxb_dom_node_t *dom, struct block_mark **marks, size_t *count, size_t *cap) {
    if (*count >= BLOCKS_MARKS_MAX) return;
    if (!arena_grow(b->arena, (void **)marks, *count, cap, sizeof **marks)) {
        b->failed = true;
        return;
    }
    (*marks)[(*count)++] = (struct block_mark){.element = dom, .node = b->node, .block = (uint32_t)b->out->count};
}

static bool may_hold_image(lxb_dom_node_t *dom) {
    size_t n;
    if (dom->local_name == LXB_TAG_IMG || dom->local_name == LXB_TAG_NOSCRIPT) return true;
    if (dom->local_name < LXB_TAG__LAST_ENTRY) return false;
    const lxb_char_t *name = lxb_dom_element_local_name(lxb_dom_interface_element(dom), &n);
    return name && sv_eq(sv_from((const char *)name, n), SV("amp-img"));
}

static void note_script(struct builder *b, lxb_dom_node_t *dom) {
    if (b->out->script_count < BLOCKS_SCRIPTS_MAX && page_hints_is_jsonld(dom)) b->out->script[b->out->script_count++] = dom;
}

static bool is_bold(lxb_tag_id_t tag) { return tag == LXB_TAG_B || tag == LXB_TAG_STRONG; }
static bool is_code(lxb_tag_id_t tag) { return tag == LXB_TAG_CODE || tag == LXB_TAG_KBD || tag == LXB_TAG_SAMP || tag == LXB_TAG_TT; }

/* A row of at least two cells that hold a little inline text each. */
static bool is_simple_row(lxb_dom_node_t *row) {
    size_t nodes = 0, cells = 0, bytes = 0;
    for (lxb_dom_node_t *n = row->first_child; n;) {
        lxb_tag_id_t tag = n->local_name;
        bool cell = n->parent == row && is_cell(tag);
        if (++nodes > ROW_NODES_MAX) return false;
        if (n->type == LXB_DOM_NODE_TYPE_TEXT) {
            bytes += lxb_dom_interface_character_data(n)->data.length;
            if (bytes > ROW_CELL_BYTES_MAX) return false;
        } else if (n->type == LXB_DOM_NODE_TYPE_ELEMENT && !cell && !is_inline(tag)) {
            return false;
        }
        if (cell) cells++, bytes = 0;
        if (n->first_child) {
            n = n->first_child;
            continue;
        }
        while (n != row && !n->next) n = n->parent;
        n = n == row ? NULL : n->next;
    }
    return cells > 1;
}

/* Elements that programs set around formulas. */
static bool is_formula_box(lxb_dom_node_t *dom) {
    size_t n = 0;
    if (dom->local_name < LXB_TAG__LAST_ENTRY) return false;
    const lxb_char_t *name = lxb_dom_element_local_name(lxb_dom_interface_element(dom), &n);
    return name && sv_starts(sv_from((const char *)name, n), SV("mjx-"));
}

/* Inline, or a cell of a simple row. */
static bool flows(const struct builder *b, lxb_dom_node_t *dom) {
    return is_inline(dom->local_name) || is_formula_box(dom) || (b->row && dom->parent == b->row && is_cell(dom->local_name));
}

/* Whether an element sets its text apart for every reader. */
static bool is_span(lxb_tag_id_t tag) {
    switch (tag) {
    case LXB_TAG_A: case LXB_TAG_B: case LXB_TAG_STRONG: case LXB_TAG_I: case LXB_TAG_EM: case LXB_TAG_DEL: case LXB_TAG_S: case LXB_TAG_STRIKE:
    case LXB_TAG_SUB: case LXB_TAG_SUP: return true;
    default: return is_code(tag);
    }
}

static void begin_span(struct builder *b, lxb_tag_id_t tag) {
    unsigned depth = b->open_count++;
    size_t link = b->out->link_count; /* the last is this one, where there was room */
    if (depth >= BLOCKS_SPAN_DEPTH_MAX) return;
    bool noted = !(b->out->node[b->node].places & IN_PRE) && !(tag == LXB_TAG_A && link >= BLOCKS_MARKS_MAX);
    b->open[depth] = noted ? note_span(b, (uint32_t)b->text->n, (uint16_t)tag, (uint16_t)link) : NOT_NOTED;
}

static void end_span(struct builder *b) {
    if (b->open_count == 0 || --b->open_count >= BLOCKS_SPAN_DEPTH_MAX) return;
    uint32_t span = b->open[b->open_count];
    if (span != NOT_NOTED) b->out->span[span].end = (uint32_t)b->text->n;
}

static void begin_inline(struct builder *b, lxb_dom_node_t *dom, const struct attributes *own) {
    lxb_tag_id_t tag = dom->local_name;
    b->touched = true;
    if (is_cell(tag) && b->row) {
        if (b->text->n) sbuf_add_char(b->text, '\t');
        else b->pending.columns = 0;
        b->space = false;
        uint32_t column = place_cell(b, dom, ++b->pending.cells);
        if (column <= TABLE_COLUMNS_MAX) b->pending.columns |= (uint64_t)1 << (column - 1);
    }
    if (tag == LXB_TAG_IMG) b->pending.images++, b->out->images++;
    if (tag == LXB_TAG_TIME) b->pending.has_date = true;
    if (tag == LXB_TAG_TIME && !b->pending.when.n) b->pending.when = dom_attribute(dom, "datetime");
    if (tag == LXB_TAG_BUTTON) b->pending.button = true;
    if (is_span(tag)) begin_span(b, tag);
    if (tag == LXB_TAG_A) {
        add_mark(b, dom, &b->out->link, &b->out->link_count, &b->out->link_cap);
        b->links++;
        b->pending.links++;
    }
    if (is_bold(tag)) b->bold++;
    if (is_code(tag)) b->code++;
    if (b->hidden || (own->places & IN_HIDDEN)) b->hidden++;
    if (!own->classes.n) return;
    if (!b->pending.inline_class.n) b->pending.inline_class = own->classes;
    struct class_words words = class_cache_read(b->words, own->classes);
    int score = b->pending.inline_score + words.score;
    b->pending.inline_score = (int16_t)(score < -200 ? -200 : score > 200 ? 200 : score);
}

static void end_inline(struct builder *b, lxb_tag_id_t tag) {
    if (is_span(tag)) end_span(b);
    if (tag == LXB_TAG_A && b->links) b->links--;
    if (is_bold(tag) && b->bold) b->bold--;
    if (is_code(tag) && b->code) b->code--;
    if (b->hidden) b->hidden--;
    b->closed = true;
}

/* What is hidden within a line is a note to programs or readers of screens; a long one is the rest of a text that a click opens. */
static bool hides_little(lxb_dom_node_t *root) {
    size_t nodes = 0, bytes = 0;
    for (lxb_dom_node_t *n = root->first_child; n;) {
        if (++nodes > HIDDEN_NODES_MAX || n->local_name == LXB_TAG_MATH || n->local_name == LXB_TAG_IMG) return false;
        if (n->type == LXB_DOM_NODE_TYPE_TEXT) bytes += lxb_dom_interface_character_data(n)->data.length;
        if (bytes > HIDDEN_BYTES_MAX) return false;
        if (n->first_child) {
            n = n->first_child;
            continue;
        }
        while (n != root && !n->next) n = n->parent;
        n = n == root ? NULL : n->next;
    }
    return true;
}

/* The drawing of a formula whose markup stands before it. */
static bool draws_formula(const lxb_dom_node_t *dom) {
    const lxb_dom_node_t *n = dom->prev;
    for (unsigned level = 0; n && level < 3; level++, n = n->first_child)
        if (n->local_name == LXB_TAG_MATH) return true;
    return false;
}

static bool is_line_number(sv classes) {
    return sv_has_nocase(classes, SV("lineno")) || sv_has_nocase(classes, SV("line-number")) || sv_has_nocase(classes, SV("linenumber"));
}

/* A sign that links to the place where it stands, as documentation and weblogs put behind headings. */
static bool is_permalink(lxb_dom_node_t *dom) {
    static const sv signs[] = {SV_OF("¶"), SV_OF("#"), SV_OF("§"), SV_OF("🔗"), SV_OF("\u200b")};
    lxb_dom_node_t *only = dom->first_child;
    if (dom->local_name != LXB_TAG_A || !only || only->next || only->type != LXB_DOM_NODE_TYPE_TEXT) return false;
    const lexbor_str_t *data = &lxb_dom_interface_character_data(only)->data;
    sv text = sv_trim(sv_from((const char *)data->data, data->length));
    for (size_t i = 0; i < COUNT_OF(signs); i++)
        if (sv_eq(text, signs[i])) return sv_starts(dom_attribute_of(dom, LXB_DOM_ATTR_HREF), SV("#"));
    return false;
}

/* Whether an inline element is no part of the line: hidden, a number before a line of code, a button beside code, a handle of a heading. */
static bool is_left_out(const struct builder *b, lxb_dom_node_t *dom, const struct attributes *own) {
    if (is_cell(dom->local_name)) return false;
    if (is_permalink(dom) || sv_starts(own->classes, SV("mw-editsection")) || sv_starts(own->classes, SV("editsection"))) return true;
    if (b->out->node[b->node].places & IN_PRE && (dom->local_name == LXB_TAG_BUTTON || is_line_number(own->classes))) return true;
    if (!(own->places & IN_HIDDEN)) return false;
    return own->unseen ? hides_little(dom) : draws_formula(dom);
}

/* Returns whether to go below this node. */
static bool open_node(struct builder *b, lxb_dom_node_t *dom) {
    if (dom->type == LXB_DOM_NODE_TYPE_TEXT) {
        lexbor_str_t *data = &lxb_dom_interface_character_data(dom)->data;
        sv text = sv_from((const char *)data->data, data->length);
        bool pre = (b->out->node[b->node].places & IN_PRE) != 0;
        if (!pre && parts_words(b, dom, text)) b->space = true;
        b->closed = false;
        add_text(b, text, pre);
        return false;
    }
    if (dom->type != LXB_DOM_NODE_TYPE_ELEMENT) return false;
    if (dom->local_name == LXB_TAG_SCRIPT) note_script(b, dom);
    if (may_hold_image(dom)) add_mark(b, dom, &b->out->image, &b->out->image_count, &b->out->image_cap);
    if (dom->local_name == LXB_TAG_MATH) add_text(b, math_text(dom, b->arena), false);
    if (is_skipped(dom->local_name)) return false;
    if (dom->local_name == LXB_TAG_BR) {
        b->touched = true;
        b->breaks++;
        b->pending.breaks++;
        return false;
    }
    if (dom->local_name == LXB_TAG_HR) {
        flush(b);
        return false;
    }
    if (flows(b, dom)) {
        const struct attributes own = read_attributes(b, dom);
        if (is_left_out(b, dom, &own)) {
            b->left_out = dom;
            return false;
        }
        begin_inline(b, dom, &own);
        return true;
    }
    enter(b, dom);
    if (dom->local_name == LXB_TAG_TR && !b->row && is_simple_row(dom)) b->row = dom;
    return !b->failed;
}

static void close_node(struct builder *b, lxb_dom_node_t *dom) {
    if (dom->type != LXB_DOM_NODE_TYPE_ELEMENT || is_skipped(dom->local_name) || dom->local_name == LXB_TAG_BR || dom->local_name == LXB_TAG_HR) return;
    if (flows(b, dom)) {
        if (dom != b->left_out) end_inline(b, dom->local_name);
        b->left_out = NULL;
        return;
    }
    leave(b);
    if (dom == b->row) b->row = NULL;
}

enum err_code blocks_of_document(lxb_html_document_t *document, struct class_cache *words, struct sbuf *text, struct arena *arena,
                                 struct blocks *out, struct err *e) {
    lxb_dom_node_t *root = lxb_dom_interface_node(document->body);
    struct builder b = {.out = out, .arena = arena, .text = text, .words = words};
    *out = (struct blocks){0};
    sbuf_reset(text);
    if (!root) return ERR_OK;
    b.ids = (struct attribute_ids){id_of_name(document, SV("role")), id_of_name(document, SV("itemprop")), id_of_name(document, SV("hidden")),
                                   id_of_name(document, SV("aria-hidden")), id_of_name(document, SV("rowspan")), id_of_name(document, SV("colspan"))};
    enter(&b, root);
    lxb_dom_node_t *dom = root->first_child;
    while (dom && !b.failed) {
        if (open_node(&b, dom) && dom->first_child) {
            dom = dom->first_child;
            continue;
        }
        close_node(&b, dom);
        while (dom != root && !dom->next) {
            dom = dom->parent;
            if (dom != root) close_node(&b, dom);
        }
        if (dom == root) break;
        dom = dom->next;
    }
    if (!b.failed) leave(&b);
    return b.failed || text->err ? err_set(e, ERR_MEMORY, "no memory for the blocks of a page") : ERR_OK;
}

enum err_code blocks_of_text(sv text, struct arena *arena, struct blocks *out, struct err *e) {
    *out = (struct blocks){0};
    struct builder b = {.out = out, .arena = arena};
    if (!arena_grow(arena, (void **)&out->node, 0, &out->node_cap, sizeof *out->node)) return err_set(e, ERR_MEMORY, "no memory for a text");
    out->node[out->node_count++] = (struct block_node){.tag = LXB_TAG_BODY};
    while (text.n && !b.failed) {
        sv line = sv_trim(utf8_without_controls(sv_trim(sv_cut(&text, '\n')), arena));
        b.pending = (struct text_block){0};
        if (line.n) push_block(&b, line);
    }
    out->node[0].end = (uint32_t)out->count;
    return b.failed || arena->failed ? err_set(e, ERR_MEMORY, "no memory for the blocks of a text") : ERR_OK;
}
