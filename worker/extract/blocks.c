#include "blocks.h"

#include <lexbor/dom/interfaces/character_data.h>

#include "base/utf8.h"
#include "class_words.h"

struct builder {
    struct blocks *out;
    struct arena *arena;
    struct sbuf *text;
    uint32_t node;
    unsigned links, bold, breaks;
    struct text_block pending;
    bool space, failed;
};

/* -- text ------------------------------------------------------------------------------------------------------------------ */

/* Scripts without spaces between words: kana, CJK, Thai. */
static bool stands_alone(uint32_t cp) {
    return (cp >= 0x3040 && cp <= 0x30FF) || (cp >= 0x3400 && cp <= 0x4DBF) || (cp >= 0x4E00 && cp <= 0x9FFF) || (cp >= 0xF900 && cp <= 0xFAFF) ||
           (cp >= 0x0E00 && cp <= 0x0E7F) || (cp >= 0x20000 && cp <= 0x3FFFF);
}

static bool is_word(uint32_t cp) {
    if (cp < 0x80) return ascii_is_alpha((char)cp) || ascii_is_digit((char)cp) || cp == '_';
    return cp != 0xA0 && cp != 0xAB && cp != 0xBB && cp != 0xB7 && !(cp >= 0x2000 && cp <= 0x2BFF) && !(cp >= 0x3000 && cp <= 0x303F) &&
           !(cp >= 0xFF00 && cp <= 0xFF0F) && !(cp >= 0xFF1A && cp <= 0xFF20) && cp != 0xFFFD && cp != 0xFEFF;
}

static bool ends_sentence(uint32_t cp) { return cp == '.' || cp == '!' || cp == '?' || cp == 0x2026 || cp == 0x3002 || cp == 0xFF01 || cp == 0xFF1F || cp == 0x0964 || cp == 0x06D4 || cp == 0x061F; }
static bool is_comma(uint32_t cp) { return cp == ',' || cp == ';' || cp == 0xFF0C || cp == 0x3001 || cp == 0xFF1B || cp == 0x060C; }
static bool is_symbol(uint32_t cp) { return cp == '|' || cp == 0xBB || cp == 0xAB || cp == 0x203A || cp == 0x2039 || cp == 0x2022 || cp == 0xB7 || cp == 0xA9 || cp == '/' || cp == '#' || cp == '>' || cp == '<' || cp == '=' || cp == '_' || cp == '{' || cp == '}'; }
static bool closes(uint32_t cp) { return cp == '"' || cp == '\'' || cp == ')' || cp == ']' || cp == 0x201D || cp == 0x2019 || cp == 0xBB || cp == 0x300D || cp == 0x300F || cp == 0xFF09; }

static void count_text(struct text_block *b) {
    bool word = false, stop = false;
    for (size_t i = 0; i < b->text.n;) {
        size_t n;
        uint32_t cp = utf8_decode(sv_skip(b->text, i), &n);
        i += n ? n : 1;
        bool alone = stands_alone(cp), part = !alone && is_word(cp);
        b->tokens += alone || (part && !word);
        word = part;
        b->chars += cp != ' ' && cp != '\n';
        b->digits += cp < 0x80 && ascii_is_digit((char)cp);
        b->commas += is_comma(cp);
        b->symbols += is_symbol(cp);
        if (stop && (cp == ' ' || cp == '\n' || cp > 0x3000)) b->sentences++, stop = false;
        if (ends_sentence(cp)) stop = true;
        else if (!closes(cp)) stop = false;
    }
    b->sentences += stop;
    b->ends_sentence = stop;
}

uint32_t blocks_count_tokens(sv text) {
    struct text_block b = {.text = text};
    count_text(&b);
    return b.tokens;
}

static void push_block(struct builder *b, sv text) {
    struct text_block *block = &b->pending;
    block->text = arena_dup(b->arena, text);
    block->node = b->node;
    count_text(block);
    if (block->tokens > 0) {
        struct blocks *out = b->out;
        if (!block->text.p || !arena_grow(b->arena, (void **)&out->block, out->count, &out->cap, sizeof *out->block)) b->failed = true;
        else {
            out->block[out->count++] = *block;
            out->tokens += block->tokens;
        }
    }
}

static void flush(struct builder *b) {
    sv text = sv_trim(sbuf_view(b->text));
    if (text.n) push_block(b, text);
    uint16_t depth = b->pending.list_depth;
    b->pending = (struct text_block){.list_depth = depth};
    sbuf_reset(b->text);
    b->space = false;
    b->breaks = 0;
}

static void add_text(struct builder *b, sv raw, bool pre) {
    bool added = false;
    for (size_t i = 0; i < raw.n; i++) {
        char c = raw.p[i];
        /* U+00A0, U+200B, U+FEFF and U+00AD are spaces or nothing. */
        bool nbsp = c == '\xc2' && i + 1 < raw.n && raw.p[i + 1] == '\xa0', soft = c == '\xc2' && i + 1 < raw.n && raw.p[i + 1] == '\xad';
        bool zero = i + 2 < raw.n && (memcmp(raw.p + i, "\xe2\x80\x8b", 3) == 0 || memcmp(raw.p + i, "\xef\xbb\xbf", 3) == 0);
        if (soft || zero) {
            i += zero ? 2 : 1;
            continue;
        }
        if (nbsp) i++;
        if (pre && c == '\n') {
            sbuf_add_char(b->text, '\n');
            b->space = false;
        } else if (nbsp || ascii_is_space(c)) {
            if (pre && !nbsp) sbuf_add_char(b->text, ' ');
            else b->space = true;
        } else {
            if (b->breaks >= 2) flush(b);
            else if (b->breaks == 1)
                sbuf_add_char(b->text, '\n');
            else if (b->space && b->text->n > 0)
                sbuf_add_char(b->text, ' ');
            b->breaks = 0;
            b->space = false;
            sbuf_add_char(b->text, c);
            added = true;
        }
    }
    size_t chars = 0;
    for (size_t i = 0; i < raw.n; i++) chars += ((uint8_t)raw.p[i] & 0xC0) != 0x80 && !ascii_is_space(raw.p[i]);
    if (added && b->links) b->pending.link_chars += (uint32_t)chars;
    if (added && b->bold) b->pending.bold_chars += (uint32_t)chars;
}

/* -- elements -------------------------------------------------------------------------------------------------------------- */

static bool is_skipped(lxb_tag_id_t tag) {
    switch (tag) {
    case LXB_TAG_SCRIPT: case LXB_TAG_STYLE: case LXB_TAG_TEMPLATE: case LXB_TAG_SVG: case LXB_TAG_MATH: case LXB_TAG_IFRAME: case LXB_TAG_OBJECT:
    case LXB_TAG_EMBED: case LXB_TAG_APPLET: case LXB_TAG_AUDIO: case LXB_TAG_VIDEO: case LXB_TAG_CANVAS: case LXB_TAG_MAP: case LXB_TAG_SELECT:
    case LXB_TAG_OPTION: case LXB_TAG_DATALIST: case LXB_TAG_TEXTAREA: case LXB_TAG_INPUT: case LXB_TAG_NOFRAMES: case LXB_TAG_NOEMBED: case LXB_TAG_HEAD:
    case LXB_TAG_PROGRESS: case LXB_TAG_METER: case LXB_TAG_NOSCRIPT: case LXB_TAG_DIALOG: return true;
    default: return false;
    }
}

static bool is_inline(lxb_tag_id_t tag) {
    switch (tag) {
    case LXB_TAG_A: case LXB_TAG_ABBR: case LXB_TAG_ACRONYM: case LXB_TAG_B: case LXB_TAG_BDI: case LXB_TAG_BDO: case LXB_TAG_BIG: case LXB_TAG_BLINK:
    case LXB_TAG_CITE: case LXB_TAG_CODE: case LXB_TAG_DATA: case LXB_TAG_DEL: case LXB_TAG_DFN: case LXB_TAG_EM: case LXB_TAG_FONT: case LXB_TAG_I:
    case LXB_TAG_IMG: case LXB_TAG_INS: case LXB_TAG_KBD: case LXB_TAG_LABEL: case LXB_TAG_MARK: case LXB_TAG_NOBR: case LXB_TAG_Q: case LXB_TAG_RP:
    case LXB_TAG_RT: case LXB_TAG_RUBY: case LXB_TAG_S: case LXB_TAG_SAMP: case LXB_TAG_SMALL: case LXB_TAG_SPAN: case LXB_TAG_STRIKE:
    case LXB_TAG_STRONG: case LXB_TAG_SUB: case LXB_TAG_SUP: case LXB_TAG_TIME: case LXB_TAG_TT: case LXB_TAG_U: case LXB_TAG_VAR: case LXB_TAG_WBR:
    case LXB_TAG_PICTURE: case LXB_TAG_SOURCE: case LXB_TAG_BUTTON: return true;
    /* Elements that HTML does not know are inline to a browser too, but pages use them as containers. */
    default: return false;
    }
}

static sv attribute(lxb_dom_element_t *element, const char *name) {
    size_t n = 0;
    const lxb_char_t *value = lxb_dom_element_get_attribute(element, (const lxb_char_t *)name, strlen(name), &n);
    return value ? sv_from((const char *)value, n) : SV_NONE;
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
    case LXB_TAG_PRE: return IN_PRE;
    default: return 0;
    }
}

static uint32_t places_of_attributes(lxb_dom_element_t *element) {
    uint32_t places = class_words_places(attribute(element, "class")) | class_words_places(attribute(element, "id"));
    sv role = attribute(element, "role"), prop = attribute(element, "itemprop"), style = attribute(element, "style");
    if (sv_eq_nocase(role, SV("navigation")) || sv_eq_nocase(role, SV("menu"))) places |= IN_NAV;
    if (sv_eq_nocase(role, SV("complementary"))) places |= IN_ASIDE;
    if (sv_eq_nocase(role, SV("contentinfo"))) places |= IN_FOOTER;
    if (sv_eq_nocase(role, SV("dialog")) || sv_eq_nocase(role, SV("alertdialog"))) places |= IN_CHROME;
    if (sv_eq_nocase(role, SV("main"))) places |= IN_MAIN;
    if (sv_eq_nocase(prop, SV("articleBody"))) places |= IN_BODY;
    if (sv_has_nocase(style, SV("display:none")) || sv_has_nocase(style, SV("display: none")) || sv_has_nocase(style, SV("visibility:hidden")) ||
        attribute(element, "hidden").p || sv_eq_nocase(attribute(element, "aria-hidden"), SV("true")))
        places |= IN_HIDDEN;
    return places;
}

static void enter(struct builder *b, lxb_dom_node_t *dom) {
    struct blocks *out = b->out;
    flush(b);
    if (!arena_grow(b->arena, (void **)&out->node, out->node_count, &out->node_cap, sizeof *out->node)) {
        b->failed = true;
        return;
    }
    bool root = out->node_count == 0;
    const struct block_node *parent = root ? NULL : &out->node[b->node];
    lxb_tag_id_t tag = dom->local_name;
    uint32_t own = places_of_tag(tag);
    /* <body> and <html> carry classes about the whole page. */
    if (tag != LXB_TAG_BODY && tag != LXB_TAG_HTML) own |= places_of_attributes(lxb_dom_interface_element(dom));
    out->node[out->node_count] = (struct block_node){
        .parent = root ? 0 : b->node,
        .tag = (uint16_t)(tag < UINT16_MAX ? tag : LXB_TAG__UNDEF),
        .depth = (uint16_t)(root ? 0 : parent->depth + 1),
        .places = own | (root ? 0 : parent->places),
        .first = (uint32_t)out->count,
    };
    b->node = (uint32_t)out->node_count++;
    if (tag == LXB_TAG_UL || tag == LXB_TAG_OL) b->pending.list_depth++;
}

static void leave(struct builder *b, const lxb_dom_node_t *dom) {
    flush(b);
    struct block_node *node = &b->out->node[b->node];
    node->end = (uint32_t)b->out->count;
    b->node = node->parent;
    if ((dom->local_name == LXB_TAG_UL || dom->local_name == LXB_TAG_OL) && b->pending.list_depth) b->pending.list_depth--;
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

static bool is_bold(lxb_tag_id_t tag) { return tag == LXB_TAG_B || tag == LXB_TAG_STRONG; }

/* Returns whether to go below this node. */
static bool open_node(struct builder *b, lxb_dom_node_t *dom) {
    if (dom->type == LXB_DOM_NODE_TYPE_TEXT) {
        lexbor_str_t *data = &lxb_dom_interface_character_data(dom)->data;
        add_text(b, sv_from((const char *)data->data, data->length), (b->out->node[b->node].places & IN_PRE) != 0);
        return false;
    }
    if (dom->type != LXB_DOM_NODE_TYPE_ELEMENT) return false;
    if (may_hold_image(dom)) add_mark(b, dom, &b->out->image, &b->out->image_count, &b->out->image_cap);
    if (is_skipped(dom->local_name)) return false;
    lxb_tag_id_t tag = dom->local_name;
    if (tag == LXB_TAG_BR) {
        b->breaks++;
        return false;
    }
    if (tag == LXB_TAG_HR) {
        flush(b);
        return false;
    }
    if (!is_inline(tag)) {
        enter(b, dom);
        return !b->failed;
    }
    if (tag == LXB_TAG_A) {
        add_mark(b, dom, &b->out->link, &b->out->link_count, &b->out->link_cap);
        b->links++;
        b->pending.links++;
    }
    if (is_bold(tag)) b->bold++;
    if (tag == LXB_TAG_BUTTON) b->pending.button = true;
    return true;
}

static void close_node(struct builder *b, const lxb_dom_node_t *dom) {
    lxb_tag_id_t tag = dom->local_name;
    if (!is_inline(tag)) {
        leave(b, dom);
        return;
    }
    if (tag == LXB_TAG_A && b->links) b->links--;
    if (is_bold(tag) && b->bold) b->bold--;
}

enum err_code blocks_of_document(lxb_html_document_t *document, struct sbuf *text, struct arena *arena, struct blocks *out, struct err *e) {
    lxb_dom_node_t *root = lxb_dom_interface_node(document->body), *dom = root;
    struct builder b = {.out = out, .arena = arena, .text = text};
    *out = (struct blocks){0};
    sbuf_reset(text);
    if (!root) return ERR_OK;
    enter(&b, root);
    dom = root->first_child;
    while (dom && !b.failed) {
        if (open_node(&b, dom) && dom->first_child) {
            dom = dom->first_child;
            continue;
        }
        if (dom->type == LXB_DOM_NODE_TYPE_ELEMENT && !is_skipped(dom->local_name) && !dom->first_child && dom->local_name != LXB_TAG_BR && dom->local_name != LXB_TAG_HR)
            close_node(&b, dom);
        while (dom && dom != root && !dom->next) {
            dom = dom->parent;
            if (dom && dom != root) close_node(&b, dom);
        }
        if (dom == root) break;
        dom = dom ? dom->next : NULL;
    }
    if (!b.failed) leave(&b, root);
    return b.failed || text->err ? err_set(e, ERR_MEMORY, "no memory for the blocks of a page") : ERR_OK;
}

enum err_code blocks_of_text(sv text, struct arena *arena, struct blocks *out, struct err *e) {
    *out = (struct blocks){0};
    struct builder b = {.out = out, .arena = arena};
    if (!arena_grow(arena, (void **)&out->node, 0, &out->node_cap, sizeof *out->node)) return err_set(e, ERR_MEMORY, "no memory for a text");
    out->node[out->node_count++] = (struct block_node){.tag = LXB_TAG_BODY};
    while (text.n && !b.failed) {
        sv line = sv_trim(sv_cut(&text, '\n'));
        b.pending = (struct text_block){0};
        if (line.n) push_block(&b, line);
    }
    out->node[0].end = (uint32_t)out->count;
    return b.failed ? err_set(e, ERR_MEMORY, "no memory for the blocks of a text") : ERR_OK;
}
