/* One page through extract_run, and what must hold of an article whatever the page was. */
#pragma once

#include "base/utf8.h"
#include "extract.h"
#include "fuzz_target.h"
#include "schema/article_markdown.h"
#include "schema/result.h"

enum { PAGE_BYTES_MAX = 256 * 1024 };

static void page_check_article(const struct article *a) {
    BUG_IF(!utf8_is_valid(a->text) || !utf8_is_valid(a->title) || !utf8_is_valid(a->description));
    size_t at = 0;
    for (size_t i = 0; i < a->block_count; i++) {
        const struct article_block *b = &a->blocks[i];
        BUG_IF(b->start < at || b->length > a->text.n || b->start > a->text.n - b->length);
        at = b->start + b->length;
    }
    struct sbuf markdown;
    sbuf_init(&markdown, 0);
    article_write_markdown(a, MARKDOWN_ALL, &markdown);
    BUG_IF(!utf8_is_valid(sbuf_view(&markdown)));
    sbuf_clear(&markdown);
}

/* What an extractor would send must be what a collector can read. */
static void page_check_wire(const struct document *d, struct arena *arena) {
    struct result result = {.status = d->status == EXTRACT_OK ? STATUS_OK : STATUS_EMPTY, .url = d->url, .article = d->article}, back;
    struct sbuf wire;
    struct err e;
    sbuf_init(&wire, 0);
    if (result_pack(&result, &wire, &e) == ERR_OK) BUG_IF(result_unpack(sbuf_view(&wire), arena, &back, &e) != ERR_OK);
    sbuf_clear(&wire);
}

static int page_run(enum extract_kind kind, sv bytes, sv content_type) {
    static struct extract *extract;
    static const struct extract_limits limits = {.max_decoded_bytes = 1024 * 1024, .max_nodes = 100000};
    struct arena arena;
    struct err e;
    struct document document = {0};
    if (bytes.n > PAGE_BYTES_MAX) return 0;
    if (!extract) BUG_IF(extract_new(&extract, &limits, &e) != ERR_OK);
    arena_init(&arena, 256 * 1024 * 1024);
    const struct extract_input in = {.kind = kind, .bytes = bytes, .url = SV("http://site.example/2024/05/06/page.html"), .content_type = content_type};
    if (extract_run(extract, &in, &arena, &document, &e) == ERR_OK && document.status <= EXTRACT_EMPTY) {
        page_check_article(&document.article);
        page_check_wire(&document, &arena);
    }
    arena_clear(&arena);
    return 0;
}
