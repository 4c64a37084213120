#include "dom_parse.h"

#include <stdlib.h>

#include <lexbor/dom/interfaces/character_data.h>
#include <lexbor/html/interface.h>
#include <lexbor/html/tokenizer/state.h>
#include <lexbor/html/tokenizer/state_rawtext.h>
#include <lexbor/html/tokenizer/state_script.h>
#include <lexbor/html/tree/insertion_mode.h>

#include "dom_build.h"
#include "dom_tags.h"
#include "dom_text.h"

/* What lexbor does in a time that grows with the square of their number: it looks for each attribute among those that an element has, and
 * walks over a list's options for each new one. Formatting elements that are open are made again in every paragraph. */
enum { ATTRIBUTES_MAX = 256, OPTIONS_MAX = 2048, ROOTS_MAX = 16, FORMATTING_MAX = 64, NAME_BUCKETS = 1024, NAMES_MAX = 20000, PIECE_BYTES = 64 * 1024 };

/* What of the tokens of a tag is to be looked at. */
enum { STEERS = 1 /* the tokenizer */, FORMATTING = 2, BREAKS = 4 /* the line */, KEEPS = 8 /* white space */, CODE = 16, COUNTED = 32, RARE = 64 /* may be dropped for what it is */ };

struct dom_parse {
    lxb_html_document_t *document;
    unsigned max_depth;
    size_t max_nodes, nodes, dropped, options, roots, pre;
    bool cut, whole;
    bool at_line_start; /* no text stands between here and the last tag that breaks the line */
    uint64_t shadows; /* a bit for each open template, the innermost lowest: whether it is a shadow */
    lxb_html_tokenizer_token_f inner;
    void *inner_ctx;
    lxb_html_tokenizer_state_f code_state; /* that reads the code being skipped */
    lxb_tag_id_t unseen; /* the element of code that is being read past the tree, up to its end tag; or 0 */
    lxb_html_tree_t *tree;
    uint8_t kind[LXB_TAG__LAST_ENTRY];
    struct dom_tags tags;
    struct dom_build build;
};

/* lexbor keeps the names of tags and attributes that a page invents in tables of a few buckets, which do not grow. */
static bool widen(lexbor_hash_t **names) {
    lexbor_hash_t *wide = lexbor_hash_create();
    bool ok = lexbor_hash_init(wide, NAME_BUCKETS, (*names)->struct_size) == LXB_STATUS_OK;
    lexbor_hash_destroy(ok ? *names : wide, true);
    if (ok) *names = wide;
    return ok;
}

static lxb_dom_interface_t *create_node(lxb_dom_document_t *document, lxb_tag_id_t tag, lxb_ns_id_t ns) {
    return lxb_html_interface_create(lxb_html_interface_document(document), tag, ns);
}

/* What was not made in full has no count of references yet, and without one it is not freed. */
static lxb_html_parser_t *create_parser(void) {
    lxb_html_parser_t *parser = lxb_html_parser_create();
    if (lxb_html_parser_init(parser) == LXB_STATUS_OK) return parser;
    if (parser && parser->tkz && !parser->tkz->ref_count) parser->tkz->ref_count = 1;
    if (parser && parser->tree && !parser->tree->ref_count) parser->tree->ref_count = 1;
    return lxb_html_parser_destroy(parser);
}

/* As lxb_html_document_create and the first page would, which crash where memory is out: so the parser, too, is made at the start, by a page of nothing. */
static lxb_html_document_t *create_document(void) {
    lxb_html_document_t *document = lexbor_calloc(1, sizeof *document);
    if (!document) return NULL;
    lxb_dom_document_t *dom = &document->dom_document;
    if (lxb_dom_document_init(dom, NULL, create_node, lxb_html_interface_clone, lxb_html_interface_destroy, LXB_DOM_DOCUMENT_DTYPE_HTML, LXB_NS_HTML) != LXB_STATUS_OK)
        return lexbor_free(document);
    lxb_html_document_mutation_init(document);
    dom->parser = create_parser();
    if (!dom->parser || !widen(&dom->attrs) || !widen(&dom->tags) || lxb_html_document_parse_chunk_begin(document) != LXB_STATUS_OK ||
        lxb_html_document_parse_chunk_end(document) != LXB_STATUS_OK)
        return lxb_html_document_destroy(document);
    return document;
}

/* Tags that change how what follows is tokenized must reach the tree. */
static bool steers_tokenizer(lxb_tag_id_t tag) {
    return tag == LXB_TAG_SCRIPT || tag == LXB_TAG_STYLE || tag == LXB_TAG_TITLE || tag == LXB_TAG_TEXTAREA || tag == LXB_TAG_NOSCRIPT ||
           tag == LXB_TAG_PLAINTEXT || tag == LXB_TAG_NOFRAMES || tag == LXB_TAG_IFRAME || tag == LXB_TAG_XMP || tag == LXB_TAG_NOEMBED;
}

static bool is_formatting(lxb_tag_id_t tag) {
    switch (tag) {
    case LXB_TAG_A: case LXB_TAG_B: case LXB_TAG_BIG: case LXB_TAG_CODE: case LXB_TAG_EM: case LXB_TAG_FONT: case LXB_TAG_I: case LXB_TAG_NOBR: case LXB_TAG_S:
    case LXB_TAG_SMALL: case LXB_TAG_STRIKE: case LXB_TAG_STRONG: case LXB_TAG_TT: case LXB_TAG_U: return true;
    default: return false;
    }
}

static unsigned kind_of(lxb_tag_id_t tag) {
    bool counted = tag == LXB_TAG_OPTION || tag == LXB_TAG_BODY || tag == LXB_TAG_HTML;
    return (steers_tokenizer(tag) ? STEERS : 0u) | (is_formatting(tag) ? FORMATTING : 0u) | (dom_text_breaks(tag) ? BREAKS : 0u) | (tag == LXB_TAG_PRE || tag == LXB_TAG_LISTING ? KEEPS : 0u) |
           (tag == LXB_TAG_SCRIPT || tag == LXB_TAG_STYLE ? CODE : 0u) | (counted ? COUNTED | RARE : 0u) | (tag == LXB_TAG_PATH || tag == LXB_TAG_TEMPLATE ? RARE : 0u);
}

enum err_code dom_parse_new(struct dom_parse **out, unsigned max_depth, size_t max_nodes, struct err *e) {
    struct dom_parse *d = calloc(1, sizeof *d);
    *out = d;
    if (!d) return err_set(e, ERR_MEMORY, "no memory for a parser");
    d->max_depth = max_depth;
    d->max_nodes = max_nodes;
    for (lxb_tag_id_t tag = 0; tag < LXB_TAG__LAST_ENTRY; tag++) d->kind[tag] = (uint8_t)kind_of(tag);
    dom_build_init(&d->build);
    d->document = create_document();
    if (!d->document) {
        dom_parse_free(out);
        return err_set(e, ERR_MEMORY, "no memory for a document");
    }
    return ERR_OK;
}

/* What a failed page leaves behind serves no other. */
static void drop_document(struct dom_parse *d) {
    if (d->document) lxb_html_document_destroy(d->document);
    d->document = NULL;
}

void dom_parse_free(struct dom_parse **pd) {
    if (!*pd) return;
    drop_document(*pd);
    free(*pd);
    *pd = NULL;
}

static void trim_attributes(lxb_html_token_t *token) {
    size_t seen = 0;
    for (lxb_html_token_attr_t *a = token->attr_first; a; a = a->next) {
        if (++seen < ATTRIBUTES_MAX) continue;
        a->next = NULL;
        token->attr_last = a;
    }
}

/* Start tags that no page needs so many of, and whose loss loses no text. */
static bool is_one_too_many(struct dom_parse *d, lxb_tag_id_t tag, unsigned kind) {
    if (kind & COUNTED) return tag == LXB_TAG_OPTION ? ++d->options > OPTIONS_MAX : ++d->roots > ROOTS_MAX;
    return kind & FORMATTING && d->tree->active_formatting->length >= FORMATTING_MAX;
}

/* Nobody reads scripts and styles, which are half the bytes of many pages; but for JSON-LD. */
static APART bool opens_code(const lxb_html_token_t *token) {
    if (token->tag_id == LXB_TAG_STYLE) return true;
    for (const lxb_html_token_attr_t *a = token->attr_first; a; a = a->next)
        if (a->name->attr_id == LXB_DOM_ATTR_TYPE && a->value && sv_has_nocase(sv_from((const char *)a->value, a->value_size), SV("ld+json"))) return false;
    return true;
}

/* Where code may end, or change its rules. */
static bool may_end_code(const lxb_char_t *p, const lxb_char_t *end) {
    sv rest = sv_range((const char *)p, (const char *)end), script = SV("</script");
    return rest.n <= script.n || p[1] == '!' || sv_starts_nocase(rest, script) || sv_starts_nocase(rest, SV("</style"));
}

/* A state of the tokenizer: passes over code up to there, and leaves the rest to lexbor. */
static const lxb_char_t *skip_code(lxb_html_tokenizer_t *tokenizer, const lxb_char_t *data, const lxb_char_t *end) {
    const struct dom_parse *d = tokenizer->callback_token_ctx;
    while (!tokenizer->is_eof && !(*data == '<' && may_end_code(data, end))) {
        data = memchr(data + 1, '<', (size_t)(end - data - 1));
        if (!data) return end;
    }
    tokenizer->state = d->code_state;
    return data;
}

/* The same for code that is read: all of it, up to its end, as one token, where that is in sight and needs no second look. */
static const lxb_char_t *read_code(lxb_html_tokenizer_t *tokenizer, const lxb_char_t *data, const lxb_char_t *end) {
    const struct dom_parse *d = tokenizer->callback_token_ctx;
    const lxb_char_t *close = data;
    tokenizer->state = d->code_state;
    while (close && !(close < end && *close == '<' && may_end_code(close, end))) close = close < end ? memchr(close + 1, '<', (size_t)(end - close - 1)) : NULL;
    if (tokenizer->is_eof || !close || close == data || end - close < 2 || close[1] != '/' || memchr(data, '\r', (size_t)(close - data)) || memchr(data, '\0', (size_t)(close - data))) return data;
    *tokenizer->token = (lxb_html_token_t){.begin = data, .end = close, .text_start = data, .text_end = close, .tag_id = LXB_TAG__TEXT};
    tokenizer->token = tokenizer->callback_token_done(tokenizer, tokenizer->token, tokenizer->callback_token_ctx);
    if (!tokenizer->token) return end;
    lxb_html_token_clean(tokenizer->token);
    tokenizer->pos = tokenizer->start;
    return close;
}

/* Behind the start of code. */
static APART void pass_code(struct dom_parse *d, lxb_html_tokenizer_t *tokenizer, bool unread) {
    if (tokenizer->state != lxb_html_tokenizer_state_script_data_before && tokenizer->state != lxb_html_tokenizer_state_rawtext_before) return;
    d->code_state = tokenizer->state;
    tokenizer->state = unread ? skip_code : read_code;
}

/* Before code that nobody reads: keeps it from the tree, element and all, where that would go on behind it as before. */
static APART bool hides_code(struct dom_parse *d, lxb_html_tokenizer_t *tokenizer, lxb_tag_id_t tag) {
    const lxb_dom_node_t *around = lxb_html_tree_current_node(d->tree);
    lxb_html_tree_insertion_mode_f mode = d->tree->mode;
    bool plain = mode == lxb_html_tree_insertion_mode_in_body || mode == lxb_html_tree_insertion_mode_in_head || mode == lxb_html_tree_insertion_mode_in_cell;
    if (!plain || !around || around->ns != LXB_NS_HTML || around->local_name == LXB_TAG_TEMPLATE) return false;
    d->unseen = tag;
    d->code_state = tag == LXB_TAG_SCRIPT ? lxb_html_tokenizer_state_script_data_before : lxb_html_tokenizer_state_rawtext_before;
    lxb_html_tokenizer_tmp_tag_id_set(tokenizer, tag);
    tokenizer->state = skip_code;
    return true;
}

/* A template that is the shadow of its parent is seen by everybody: a box like any other. What is in other templates waits for a script. */
static void open_shadow(struct dom_parse *d, lxb_html_token_t *token) {
    if (token->tag_id != LXB_TAG_TEMPLATE) return;
    bool closes = token->type & LXB_HTML_TOKEN_TYPE_CLOSE, shadow = closes && (d->shadows & 1);
    for (lxb_html_token_attr_t *a = token->attr_first; a && !closes && !shadow; a = a->next) {
        size_t n = 0;
        const lxb_char_t *name = lxb_html_token_attr_name(a, &n);
        shadow = name && (sv_eq_nocase(sv_from((const char *)name, n), SV("shadowrootmode")) || sv_eq_nocase(sv_from((const char *)name, n), SV("shadowroot")));
    }
    d->shadows = closes ? d->shadows >> 1 : d->shadows << 1 | shadow;
    if (shadow) token->tag_id = LXB_TAG_DIV;
}

/* White space that nobody sees: in the head, and at the beginning of a line. Half of the text nodes of most pages are of it. Open formatting would be made
 * again for it. */
static bool is_unseen_space(struct dom_parse *d, const lxb_html_token_t *token) {
    if (token->text_end > token->text_start && !ascii_is_space((char)token->text_end[-1])) return false;
    lxb_html_tree_insertion_mode_f mode = d->tree->mode;
    bool body = mode == lxb_html_tree_insertion_mode_in_body, head = mode == lxb_html_tree_insertion_mode_in_head || mode == lxb_html_tree_insertion_mode_after_head;
    if (d->whole || !(head || (body && d->at_line_start && d->tree->active_formatting->length == 0))) return false;
    return dom_text_spaces(sv_range((const char *)token->text_start, (const char *)token->text_end), 0) == (size_t)(token->text_end - token->text_start);
}

/* Text, comments and what else is no tag: whether nobody reads it. */
static bool is_unread(struct dom_parse *d, const lxb_html_token_t *token) {
    if (token->tag_id == LXB_TAG__EM_COMMENT) return !d->whole;
    if (token->tag_id != LXB_TAG__TEXT) return false;
    bool unseen = is_unseen_space(d, token);
    d->at_line_start &= unseen || d->tree->mode == lxb_html_tree_insertion_mode_text;
    return unseen;
}

/* A stroke of a drawing, of which nobody reads more than that it is there. */
static bool is_drawn(const struct dom_parse *d, const lxb_html_token_t *token, bool closes) {
    if (token->tag_id != LXB_TAG_PATH && (closes || token->tag_id < LXB_TAG__LAST_ENTRY)) return false;
    const lxb_dom_node_t *around = lxb_html_tree_current_node(d->tree);
    return !(!around || around->ns != LXB_NS_SVG || around->local_name == LXB_TAG_FOREIGNOBJECT || around->local_name == LXB_TAG_DESC || around->local_name == LXB_TAG_TITLE);
}

static APART bool is_dropped(struct dom_parse *d, lxb_html_token_t *token, unsigned kind, bool closes) {
    if ((!closes && is_one_too_many(d, token->tag_id, kind)) || (!d->whole && is_drawn(d, token, closes))) return true;
    trim_attributes(token);
    open_shadow(d, token);
    if (closes && d->dropped > 0 && !(kind & STEERS)) {
        d->dropped--;
        return true;
    }
    if (!closes && d->tree->open_elements->length >= d->max_depth && !(kind & STEERS)) {
        d->cut = true;
        if (!lxb_html_tag_is_void(token->tag_id) && !(token->type & LXB_HTML_TOKEN_TYPE_CLOSE_SELF)) d->dropped++;
        return true;
    }
    return false;
}

/* Whether is_dropped needs to be asked. Attributes that dom_tags has read to the last are few. */
static bool may_be_dropped(const struct dom_parse *d, const lxb_html_token_t *token, unsigned kind) {
    bool few = !token->attr_last || (uintptr_t)token->attr_last - (uintptr_t)d->tags.attribute < sizeof d->tags.attribute;
    return kind & RARE || !few || d->dropped || d->tree->open_elements->length >= d->max_depth || d->tree->active_formatting->length >= FORMATTING_MAX;
}
_Static_assert((int)DOM_TAGS_ATTRIBUTES < (int)ATTRIBUTES_MAX, "few");

/* After a tag that the tree has taken. An end tag that closes nothing ends no line. */
static void note_line(struct dom_parse *d, unsigned kind, bool closes, bool closed) {
    if (kind & CODE) return;
    if (kind & KEEPS) d->pre = closes ? d->pre - (d->pre > 0) : d->pre + 1;
    d->at_line_start = kind & BREAKS && !d->pre && (!closes || closed);
}

/* A state of the tokenizer, behind a token. */
static const lxb_char_t *read_plain(lxb_html_tokenizer_t *tokenizer, const lxb_char_t *data, const lxb_char_t *end) {
    struct dom_parse *d = tokenizer->callback_token_ctx;
    return dom_tags_read(&d->tags, tokenizer, data, end);
}

/* NULL, and the tokenizer's status set, without memory. */
static lxb_html_token_t *build(struct dom_parse *d, lxb_html_tokenizer_t *tokenizer, lxb_html_token_t *token) {
    switch (dom_build_token(&d->build, token)) {
    case DOM_BUILD_DONE: return token;
    case DOM_BUILD_NO_MEMORY: tokenizer->status = LXB_STATUS_ERROR_MEMORY_ALLOCATION; return NULL;
    default: return d->inner(tokenizer, token, d->inner_ctx);
    }
}

/* One token can open many elements: the formatting ones that are made again. */
static lxb_html_token_t *count(struct dom_parse *d, lxb_html_token_t *token, size_t open) {
    size_t length = d->tree->open_elements->length;
    if (length > open) d->nodes += length - open - 1;
    return token;
}

static APART lxb_html_token_t *guard_tag(struct dom_parse *d, lxb_html_tokenizer_t *tokenizer, lxb_html_token_t *token) {
    bool closes = token->type & LXB_HTML_TOKEN_TYPE_CLOSE;
    unsigned kind = token->tag_id < LXB_TAG__LAST_ENTRY ? d->kind[token->tag_id] : RARE;
    if (may_be_dropped(d, token, kind) && is_dropped(d, token, kind, closes)) return token;
    size_t open = d->tree->open_elements->length;
    bool code = kind & CODE && !closes && !d->whole, unread = code && opens_code(token);
    if (unread && hides_code(d, tokenizer, token->tag_id)) return token;
    token = build(d, tokenizer, token);
    if (code) pass_code(d, tokenizer, unread);
    note_line(d, kind, closes, d->tree->open_elements->length < open);
    return count(d, token, open);
}

static APART lxb_html_token_t *guard_text(struct dom_parse *d, lxb_html_tokenizer_t *tokenizer, lxb_html_token_t *token) {
    if (is_unread(d, token)) return token;
    size_t open = d->tree->open_elements->length;
    return count(d, build(d, tokenizer, token), open);
}

static lxb_html_token_t *guard(lxb_html_tokenizer_t *tokenizer, lxb_html_token_t *token, void *ctx) {
    struct dom_parse *d = ctx;
    if (tokenizer->state == lxb_html_tokenizer_state_data_before) tokenizer->state = read_plain;
    if (d->unseen && token->tag_id != LXB_TAG__END_OF_FILE) {
        if (token->tag_id == d->unseen && token->type & LXB_HTML_TOKEN_TYPE_CLOSE) d->unseen = 0;
        return token;
    }
    if (token->tag_id != LXB_TAG__END_OF_FILE && ++d->nodes > d->max_nodes) {
        d->cut = true;
        return token;
    }
    return token->tag_id > LXB_TAG__EM_DOCTYPE ? guard_tag(d, tokenizer, token) : guard_text(d, tokenizer, token);
}

/* In pieces, so that a page that invents names without end is seen to do so, within one tag too. */
static lxb_status_t feed(struct dom_parse *d, sv html) {
    lxb_dom_document_t *names = lxb_dom_interface_document(d->document);
    lxb_status_t status = LXB_STATUS_OK;
    bool cut_names = false;
    while (html.n && status == LXB_STATUS_OK && !cut_names) {
        sv piece = sv_take(html, PIECE_BYTES);
        status = lxb_html_document_parse_chunk(d->document, (const lxb_char_t *)piece.p, piece.n);
        html = sv_skip(html, piece.n);
        cut_names = lexbor_hash_entries_count(names->attrs) + lexbor_hash_entries_count(names->tags) > NAMES_MAX;
    }
    d->cut |= cut_names;
    return status;
}

static enum err_code parse(struct dom_parse *d, sv html, bool whole, lxb_html_document_t **out, bool *cut, struct err *e) {
    d->whole = whole;
    d->nodes = d->dropped = d->options = d->roots = d->pre = d->unseen = 0;
    d->shadows = 0;
    dom_tags_begin(&d->tags, whole);
    d->cut = d->at_line_start = false;
    /* Kept from page to page: a sixth of the time of parsing is the set-up of tables and memory. Cleaning gives back all but the first chunk. */
    if (d->document) lxb_html_document_clean(d->document);
    else d->document = create_document();
    lxb_dom_document_t *dom = d->document ? lxb_dom_interface_document(d->document) : NULL;
    /* Cleaning leaves the mode of the page before, by which tables in paragraphs are parsed. Events are for programs that show a page: lists that mirror
     * the option chosen, sheets of style. */
    if (dom) dom->compat_mode = LXB_DOM_DOCUMENT_CMODE_NO_QUIRKS;
    if (dom) lxb_dom_document_opt_set(dom, LXB_DOM_DOCUMENT_OPT_WO_EVENTS);
    if (!d->document || lxb_html_document_parse_chunk_begin(d->document) != LXB_STATUS_OK) {
        drop_document(d);
        return err_set(e, ERR_MEMORY, "no memory for a document");
    }
    lxb_html_parser_t *parser = lxb_dom_interface_document(d->document)->parser;
    lxb_html_tokenizer_t *tokenizer = lxb_html_parser_tokenizer(parser);
    d->tree = lxb_html_parser_tree(parser);
    dom_build_begin(&d->build, d->document, d->tree);
    d->inner = tokenizer->callback_token_done;
    d->inner_ctx = tokenizer->callback_token_ctx;
    lxb_html_tokenizer_callback_token_done_set(tokenizer, guard, d);
    /* Nobody reads the lists of parse errors, and one of NULs is longer than the page. */
    lexbor_array_obj_t *token_errors = tokenizer->parse_errors, *tree_errors = d->tree->parse_errors;
    tokenizer->parse_errors = d->tree->parse_errors = NULL;
    lxb_status_t status = feed(d, html);
    lxb_status_t ended = lxb_html_document_parse_chunk_end(d->document);
    lxb_html_tokenizer_callback_token_done_set(tokenizer, d->inner, d->inner_ctx);
    tokenizer->parse_errors = token_errors;
    d->tree->parse_errors = tree_errors;
    if (status != LXB_STATUS_OK || ended != LXB_STATUS_OK) {
        drop_document(d);
        return err_set(e, ERR_MEMORY, "the parser gave up on a page of %zu bytes", html.n);
    }
    *out = d->document;
    *cut = d->cut;
    return ERR_OK;
}

enum err_code dom_parse_run(struct dom_parse *d, sv html, lxb_html_document_t **out, bool *cut, struct err *e) { return parse(d, html, false, out, cut, e); }

enum err_code dom_parse_run_whole(struct dom_parse *d, sv html, lxb_html_document_t **out, bool *cut, struct err *e) { return parse(d, html, true, out, cut, e); }

static bool takes_raw_text(lxb_tag_id_t tag) {
    return tag == LXB_TAG_TITLE || tag == LXB_TAG_SCRIPT || tag == LXB_TAG_STYLE || tag == LXB_TAG_TEXTAREA || tag == LXB_TAG_IFRAME || tag == LXB_TAG_XMP ||
           tag == LXB_TAG_NOFRAMES || tag == LXB_TAG_NOEMBED;
}

sv dom_parse_swallowed(lxb_html_document_t *document, struct arena *arena) {
    lxb_dom_node_t *root = lxb_dom_interface_node(document);
    sv longest = SV_NONE;
    for (lxb_dom_node_t *n = root->first_child; n;) {
        bool raw = n->type == LXB_DOM_NODE_TYPE_TEXT && n->parent && takes_raw_text(n->parent->local_name);
        if (raw || n->type == LXB_DOM_NODE_TYPE_COMMENT) {
            const lexbor_str_t *data = &lxb_dom_interface_character_data(n)->data;
            if (data->length > longest.n) longest = sv_from((const char *)data->data, data->length);
        }
        if (n->first_child) {
            n = n->first_child;
            continue;
        }
        while (n != root && !n->next) n = n->parent;
        n = n == root ? NULL : n->next;
    }
    return arena_dup(arena, longest);
}
