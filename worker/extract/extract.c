#include "extract.h"

#include <stdlib.h>

#include "article.h"
#include "charset.h"
#include "comments.h"
#include "blocks.h"
#include "decide.h"
#include "dom_parse.h"
#include "furniture.h"
#include "http.h"
#include "links.h"
#include "metadata.h"
#include "page_hints.h"
#include "script_body.h"
#include "stated_body.h"
#include "text_page.h"

enum { DEFAULT_DEPTH = 512, SNIFF_BYTES = 1024, FEW_TOKENS = 250 /* kept, below which a page may state its text elsewhere */ };

struct extract {
    struct extract_limits limits;
    struct dom_parse *parser;
    struct arena kept; /* over pages */
    struct class_cache *words; /* for the models; in `kept` */
    struct sbuf decoded, utf8, text;
    sv page; /* in UTF-8: the input's own bytes where they are it, else what lies in utf8 */
    const struct model_set *models, *text_models;
    extract_observer *observer;
    void *observer_user;
    extract_stage_ended *watcher;
    void *watcher_user;
};

const char *extract_version(void) { return "6"; }

enum err_code extract_new(struct extract **out, const struct extract_limits *limits, struct err *e) {
    struct extract *x = calloc(1, sizeof *x);
    *out = NULL;
    if (!x) return err_set(e, ERR_MEMORY, "no memory for an extractor");
    if (limits) x->limits = *limits;
    if (!x->limits.max_decoded_bytes) x->limits.max_decoded_bytes = (size_t)16 << 20;
    if (!x->limits.max_depth) x->limits.max_depth = DEFAULT_DEPTH;
    if (!x->limits.max_nodes) x->limits.max_nodes = 1000000;
    arena_init(&x->kept, 0);
    extract_use_models(x, NULL);
    sbuf_init(&x->decoded, 0);
    sbuf_init(&x->utf8, 0);
    sbuf_init(&x->text, 0);
    enum err_code code = dom_parse_new(&x->parser, x->limits.max_depth, x->limits.max_nodes, e);
    if (code) extract_free(&x);
    *out = x;
    return code;
}

void extract_free(struct extract **px) {
    struct extract *x = *px;
    if (!x) return;
    dom_parse_free(&x->parser);
    arena_clear(&x->kept);
    sbuf_clear(&x->decoded);
    sbuf_clear(&x->utf8);
    sbuf_clear(&x->text);
    free(x);
    *px = NULL;
}

void extract_observe(struct extract *x, extract_observer *observer, void *user) {
    x->observer = observer;
    x->observer_user = user;
}

void extract_watch(struct extract *x, extract_stage_ended *watcher, void *user) {
    x->watcher = watcher;
    x->watcher_user = user;
}

static void ended(const struct extract *x, enum extract_stage stage) {
    if (x->watcher) x->watcher(x->watcher_user, stage);
}

void extract_use_models(struct extract *x, const struct model_set *models) {
    x->models = models ? models : &model_html;
    x->text_models = models ? models : &model_text;
    x->words = NULL;
    arena_reset(&x->kept);
}

/* What a page's first bytes say it is, when that is not a page: NULL, or a name for a person. */
static const char *other_format(sv v) {
    static const struct {
        const char *magic, *name;
    } table[] = {{"%PDF-", "PDF"},     {"\x89PNG", "a PNG image"}, {"\xff\xd8\xff", "a JPEG image"}, {"GIF8", "a GIF image"},   {"PK\x03\x04", "a ZIP archive"},
                 {"RIFF", "RIFF media"}, {"OggS", "Ogg media"},      {"ID3", "MP3 audio"},             {"\x7f" "ELF", "a program"}, {"wOFF", "a font"},
                 {"wOF2", "a font"},   {"\xd0\xcf\x11\xe0", "an Office document"}, {"\x1f\x8b", "gzip data"}, {"BZh", "bzip2 data"}};
    for (size_t i = 0; i < COUNT_OF(table); i++)
        if (sv_starts(v, sv_cstr(table[i].magic))) return table[i].name;
    sv head = sv_take(v, SNIFF_BYTES);
    size_t controls = 0;
    for (size_t i = 0; i < head.n; i++) {
        uint8_t c = (uint8_t)head.p[i];
        controls += c < 32 && !ascii_is_space((char)c) && c != 0x1b && c != 0;
    }
    return controls * 10 > head.n ? "binary data" : NULL;
}

static bool is_markup(sv v) {
    v = sv_trim(sv_take(v, SNIFF_BYTES));
    if (sv_starts(v, SV("\xef\xbb\xbf"))) v = sv_trim(sv_skip(v, 3));
    return sv_starts(v, SV("<")) || sv_has_nocase(v, SV("<html")) || sv_has_nocase(v, SV("<body")) || sv_has_nocase(v, SV("<p>")) || sv_has_nocase(v, SV("<div"));
}

static enum err_code say(struct document *out, enum extract_status status, const char *detail, struct arena *arena, struct err *e) {
    out->status = status;
    out->status_detail = arena_dup(arena, sv_cstr(detail));
    return arena->failed ? err_set(e, ERR_MEMORY, "no memory for a status") : ERR_OK;
}

static enum err_code run_text(struct extract *x, const struct extract_input *in, struct arena *arena, struct document *out, struct err *e) {
    struct blocks blocks;
    struct decision decision;
    enum err_code code = blocks_of_text(x->page, arena, &blocks, e);
    struct page_hints hints = {.url = out->url, .title = code ? SV_NONE : text_page_title(&blocks)};
    if (!code) code = decide(&blocks, &hints, x->text_models, arena, &decision, e);
    if (!code) code = text_page_clean(&blocks, hints.title, &decision, arena, &out->article, e);
    const struct metadata_source source = {.url = out->url, .language_hint = in->language_hint, .fetched_ms = in->fetched_ms};
    if (!code) code = metadata_of_text(&blocks, &source, arena, &out->article, e);
    if (!code && x->observer) x->observer(x->observer_user, &blocks, &decision);
    if (!code) code = article_fill(&blocks, &decision, NULL, &x->text, arena, &out->article, e);
    return code;
}

/* The text that the page states for programs, as if it were the page; it may be markup. */
static enum err_code take_stated_body(struct extract *x, sv body, struct arena *arena, struct blocks *blocks, struct decision *decision, struct article *out, struct err *e) {
    lxb_html_document_t *document;
    bool cut, markup = sv_has(body, SV("<")) || sv_has(body, SV("&"));
    enum err_code code = markup ? dom_parse_run(x->parser, body, &document, &cut, e) : blocks_of_text(body, arena, blocks, e);
    if (!code && markup) code = blocks_of_document(document, x->words, &x->text, arena, blocks, e);
    for (size_t i = 0; i < out->image_count; i++) out->images[i].is_placed = false, out->images[i].block = 0; /* they stand in the page */
    return code ? code : decide_keep_all(blocks, arena, decision, e);
}

/* A page without any text of which an element that was never closed took most: what it took is read as the page. */
static enum err_code read_swallowed(struct extract *x, lxb_html_document_t **document, struct arena *arena, struct blocks *blocks, struct err *e) {
    bool cut;
    enum err_code code = dom_parse_run_whole(x->parser, x->page, document, &cut, e);
    sv text = code ? SV_NONE : dom_parse_swallowed(*document, arena);
    if (text.n * 2 >= x->page.n && sv_has(text, SV("<"))) code = dom_parse_run(x->parser, text, document, &cut, e);
    return code ? code : blocks_of_document(*document, x->words, &x->text, arena, blocks, e);
}

static enum err_code run_html(struct extract *x, const struct extract_input *in, struct arena *arena, struct document *out, struct err *e) {
    struct blocks blocks;
    struct decision decision;
    struct metadata_rest rest;
    struct page_hints head;
    lxb_html_document_t *document;
    bool cut;
    if (!x->words) x->words = class_cache_new(&x->models->words, &x->kept);
    if (!x->words) return err_set(e, ERR_MEMORY, "no memory for a page");
    enum err_code code = dom_parse_run(x->parser, x->page, &document, &cut, e);
    ended(x, STAGE_PARSE);
    const struct metadata_source source = {.url = out->url, .language_hint = in->language_hint, .words = x->words, .fetched_ms = in->fetched_ms};
    if (!code) code = metadata_collect(document, &source, arena, &out->article, &rest, e);
    ended(x, STAGE_METADATA);
    if (!code) code = blocks_of_document(document, x->words, &x->text, arena, &blocks, e);
    if (!code && blocks.tokens == 0) {
        code = read_swallowed(x, &document, arena, &blocks, e);
        if (!code) code = metadata_collect(document, &source, arena, &out->article, &rest, e);
    }
    ended(x, STAGE_BLOCKS);
    if (!code) page_hints_read(document, out->url, blocks.script, blocks.script_count, arena, &head);
    if (!code) code = decide(&blocks, &head, x->models, arena, &decision, e);
    if (!code) {
        metadata_settle(&rest, decision.type.type, &out->article);
        furniture_drop_title(&blocks, &decision, rest.title.opening.n ? rest.title.opening : out->article.title);
    }
    ended(x, STAGE_DECIDE);
    if (!code) code = images_collect(&rest.images, &blocks, &decision, arena, &out->article, e);
    ended(x, STAGE_IMAGES);
    if (!code && x->observer) x->observer(x->observer_user, &blocks, &decision);
    if (!code && decision.kept_tokens < FEW_TOKENS) {
        sv body = stated_body_find(document, arena);
        bool better = stated_body_is_better(body, &blocks, &decision, arena);
        if (!better) {
            body = script_body_find(x->page, &blocks, &decision, arena);
            better = stated_body_is_better(body, &blocks, &decision, arena);
        }
        if (better) code = take_stated_body(x, body, arena, &blocks, &decision, &out->article, e);
    }
    if (!code) code = comments_collect(&blocks, &decision, out->url, arena, &out->article, e);
    struct link_targets targets;
    if (!code && !link_targets_init(&targets, rest.images.base, &blocks, arena)) code = err_set(e, ERR_MEMORY, "no memory for the links of a page");
    if (!code) code = links_collect(&targets, &decision, &out->article, e);
    if (!code) code = article_fill(&blocks, &decision, &targets, &x->text, arena, &out->article, e);
    ended(x, STAGE_ARTICLE);
    return code;
}

enum err_code extract_run(struct extract *x, const struct extract_input *in, struct arena *arena, struct document *out, struct err *e) {
    struct http_page page = {.body = in->bytes};
    struct err why = {0};
    *out = (struct document){.url = in->url};
    sbuf_reset(&x->decoded);
    sbuf_reset(&x->utf8);
    sbuf_reset(&x->text);
    if (in->kind == EXTRACT_HTTP || in->kind == EXTRACT_WARC_RECORD) {
        enum err_code code = http_open(in->bytes, in->kind == EXTRACT_WARC_RECORD, x->limits.max_decoded_bytes, &x->decoded, &page, &why);
        if (code == ERR_MEMORY) return err_set(e, code, "%s", why.msg);
        if (code) return say(out, code == ERR_LIMIT ? EXTRACT_TOO_LARGE : page.unsupported ? EXTRACT_UNSUPPORTED_ENCODING : EXTRACT_BAD_PAYLOAD, why.msg, arena, e);
        if (page.url.n) out->url = arena_dup(arena, page.url);
        out->http_status = page.status;
    }
    sv content_type = page.content_type.n ? page.content_type : in->content_type;
    out->html_bytes = page.body.n;
    if (page.body.n > x->limits.max_decoded_bytes) return say(out, EXTRACT_TOO_LARGE, "the page is larger than the limit of decoded bytes", arena, e);
    const char *other = other_format(page.body);
    if (other) return say(out, EXTRACT_NOT_HTML, other, arena, e);
    struct charset charset = {.clean = false};
    enum err_code code = charset_find(page.body, content_type, in->charset, &charset, &why);
    if (!code && !charset.clean) code = charset_decode(charset, page.body, &x->utf8, &why);
    x->page = charset.clean ? charset_clean(page.body) : sbuf_view(&x->utf8);
    if (code == ERR_MEMORY) return err_set(e, code, "%s", why.msg);
    if (code) return say(out, EXTRACT_UNSUPPORTED_ENCODING, why.msg, arena, e);
    ended(x, STAGE_DECODE);
    bool text = in->kind == EXTRACT_TEXT || sv_eq(page.warc_type, SV("conversion"));
    text |= in->kind != EXTRACT_HTML && sv_starts_nocase(content_type, SV("text/plain")) && !is_markup(x->page);
    out->article.charset = charset.name;
    out->article.charset_source = text ? SV("text") : charset.source;
    code = text ? run_text(x, in, arena, out, e) : run_html(x, in, arena, out, e);
    out->status = out->article.text.n ? EXTRACT_OK : EXTRACT_EMPTY;
    return code;
}
