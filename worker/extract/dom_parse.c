#include "dom_parse.h"

#include <stdlib.h>

#include <lexbor/dom/interfaces/character_data.h>

struct dom_parse {
    lxb_html_document_t *document;
    unsigned max_depth;
    size_t max_nodes, tokens, dropped;
    bool cut;
    lxb_html_tokenizer_token_f inner;
    void *inner_ctx;
    lxb_html_tree_t *tree;
};

enum err_code dom_parse_new(struct dom_parse **out, unsigned max_depth, size_t max_nodes, struct err *e) {
    struct dom_parse *d = calloc(1, sizeof *d);
    *out = d;
    if (!d) return err_set(e, ERR_MEMORY, "no memory for a parser");
    d->max_depth = max_depth;
    d->max_nodes = max_nodes;
    return ERR_OK;
}

void dom_parse_free(struct dom_parse **pd) {
    if (!*pd) return;
    if ((*pd)->document) lxb_html_document_destroy((*pd)->document);
    free(*pd);
    *pd = NULL;
}

/* Tags that change how what follows is tokenized must reach the tree. */
static bool steers_tokenizer(lxb_tag_id_t tag) {
    return tag == LXB_TAG_SCRIPT || tag == LXB_TAG_STYLE || tag == LXB_TAG_TITLE || tag == LXB_TAG_TEXTAREA || tag == LXB_TAG_NOSCRIPT ||
           tag == LXB_TAG_PLAINTEXT || tag == LXB_TAG_NOFRAMES || tag == LXB_TAG_IFRAME || tag == LXB_TAG_XMP || tag == LXB_TAG_NOEMBED;
}

static lxb_html_token_t *guard(lxb_html_tokenizer_t *tokenizer, lxb_html_token_t *token, void *ctx) {
    struct dom_parse *d = ctx;
    if (token->tag_id != LXB_TAG__END_OF_FILE) {
        if (++d->tokens > d->max_nodes) {
            d->cut = true;
            return token;
        }
        bool closes = token->type & LXB_HTML_TOKEN_TYPE_CLOSE, text = token->tag_id <= LXB_TAG__EM_DOCTYPE;
        if (!text && closes && d->dropped > 0 && !steers_tokenizer(token->tag_id)) {
            d->dropped--;
            return token;
        }
        if (!text && !closes && d->tree->open_elements->length >= d->max_depth && !steers_tokenizer(token->tag_id)) {
            d->cut = true;
            if (!lxb_html_tag_is_void(token->tag_id) && !(token->type & LXB_HTML_TOKEN_TYPE_CLOSE_SELF)) d->dropped++;
            return token;
        }
    }
    return d->inner(tokenizer, token, d->inner_ctx);
}

enum err_code dom_parse_run(struct dom_parse *d, sv html, lxb_html_document_t **out, bool *cut, struct err *e) {
    d->tokens = d->dropped = 0;
    d->cut = false;
    /* Kept from page to page: a sixth of the time of parsing is the set-up of tables and memory. Cleaning gives back all but the first chunk. */
    if (d->document) lxb_html_document_clean(d->document);
    else d->document = lxb_html_document_create();
    if (!d->document || lxb_html_document_parse_chunk_begin(d->document) != LXB_STATUS_OK) return err_set(e, ERR_MEMORY, "no memory for a document");
    lxb_html_parser_t *parser = lxb_dom_interface_document(d->document)->parser;
    lxb_html_tokenizer_t *tokenizer = lxb_html_parser_tokenizer(parser);
    d->tree = lxb_html_parser_tree(parser);
    d->inner = tokenizer->callback_token_done;
    d->inner_ctx = tokenizer->callback_token_ctx;
    lxb_html_tokenizer_callback_token_done_set(tokenizer, guard, d);
    lxb_status_t status = lxb_html_document_parse_chunk(d->document, (const lxb_char_t *)html.p, html.n);
    lxb_status_t ended = lxb_html_document_parse_chunk_end(d->document);
    lxb_html_tokenizer_callback_token_done_set(tokenizer, d->inner, d->inner_ctx);
    if (status != LXB_STATUS_OK || ended != LXB_STATUS_OK) return err_set(e, ERR_MEMORY, "the parser gave up on a page of %zu bytes", html.n);
    *out = d->document;
    *cut = d->cut;
    return ERR_OK;
}

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
