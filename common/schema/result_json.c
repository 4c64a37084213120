#include "schema/result_json.h"

#include <stdio.h>

#include "base/hash.h"

static const char *const block_names[] = {"unknown", "paragraph", "heading", "list_item", "quote", "code", "table_row"};
_Static_assert(COUNT_OF(block_names) == BLOCK_KIND_END, "a name for every kind");
static const char *const item_names[] = {NULL, "term", "definition"};
_Static_assert(COUNT_OF(item_names) == ITEM_KIND_END, "a name for every kind");
static const char *const span_names[] = {"unknown", "link", "strong", "emphasis", "deleted", "subscript", "superscript", "code"};
_Static_assert(COUNT_OF(span_names) == SPAN_KIND_END, "a name for every kind");
static const char *const page_names[] = {NULL, "article", "forum", "product", "listing", "documentation", "service", "collection", "other"};
_Static_assert(COUNT_OF(page_names) == PAGE_TYPE_END, "a name for every type");

static void write_strings(struct json_out *j, const char *key, const sv *values, size_t count) {
    json_out_key(j, key);
    json_out_open(j, '[');
    for (size_t i = 0; i < count; i++) json_out_string(j, values[i]);
    json_out_close(j, ']');
}

static void write_spans(struct json_out *j, const struct article_block *b) {
    json_out_key(j, "spans");
    json_out_open(j, '[');
    for (size_t i = 0; i < b->span_count; i++) {
        const struct article_span *s = &b->spans[i];
        json_out_open(j, '{');
        json_out_kv(j, "kind", sv_cstr(span_names[s->kind < SPAN_KIND_END ? s->kind : 0]));
        json_out_kv_u64(j, "start", s->start);
        json_out_kv_u64(j, "length", s->length);
        if (s->url.n) json_out_kv(j, "url", s->url);
        json_out_close(j, '}');
    }
    json_out_close(j, ']');
}

static void write_columns(struct json_out *j, uint64_t columns) {
    json_out_key(j, "columns");
    json_out_open(j, '[');
    for (unsigned i = 0; i < 64; i++)
        if (columns >> i & 1) json_out_u64(j, i + 1);
    json_out_close(j, ']');
}

static void write_blocks(struct json_out *j, const struct article *a) {
    json_out_key(j, "blocks");
    json_out_open(j, '[');
    for (size_t i = 0; i < a->block_count; i++) {
        const struct article_block *b = &a->blocks[i];
        json_out_open(j, '{');
        json_out_kv(j, "kind", sv_cstr(block_names[b->kind < BLOCK_KIND_END ? b->kind : 0]));
        json_out_kv_u64(j, "start", b->start);
        json_out_kv_u64(j, "length", b->length);
        if (b->level) json_out_kv_u64(j, "level", b->level);
        if (b->number) json_out_kv_u64(j, "number", b->number);
        if (b->continues) {
            json_out_key(j, "continues");
            json_out_bool(j, true);
        }
        if (b->item > ITEM_PLAIN && b->item < ITEM_KIND_END) json_out_kv(j, "item", sv_cstr(item_names[b->item]));
        if (b->columns) write_columns(j, b->columns);
        if (b->language.n) json_out_kv(j, "language", b->language);
        if (b->span_count) write_spans(j, b);
        json_out_close(j, '}');
    }
    json_out_close(j, ']');
}

static void write_images(struct json_out *j, const struct article *a) {
    json_out_key(j, "images");
    json_out_open(j, '[');
    for (size_t i = 0; i < a->image_count; i++) {
        const struct article_image *image = &a->images[i];
        json_out_open(j, '{');
        json_out_kv(j, "url", image->url);
        json_out_kv(j, "alt", image->alt);
        json_out_kv(j, "caption", image->caption);
        json_out_kv(j, "credit", image->credit);
        json_out_key(j, "is_lead");
        json_out_bool(j, image->is_lead);
        json_out_key(j, "block");
        if (image->is_placed) json_out_u64(j, image->block);
        else json_out_null(j);
        json_out_close(j, '}');
    }
    json_out_close(j, ']');
}

static void write_links(struct json_out *j, const struct article *a) {
    json_out_key(j, "links");
    json_out_open(j, '[');
    for (size_t i = 0; i < a->link_count; i++) {
        json_out_open(j, '{');
        json_out_kv(j, "url", a->links[i].url);
        json_out_kv(j, "text", a->links[i].text);
        json_out_close(j, '}');
    }
    json_out_close(j, ']');
}

static void write_comments(struct json_out *j, const struct article *a) {
    json_out_key(j, "comments");
    json_out_open(j, '[');
    for (size_t i = 0; i < a->comment_count; i++) {
        json_out_open(j, '{');
        json_out_kv(j, "text", a->comments[i].text);
        json_out_kv(j, "author", a->comments[i].author);
        json_out_kv(j, "date", a->comments[i].date);
        json_out_close(j, '}');
    }
    json_out_close(j, ']');
}

static void write_hex(struct json_out *j, const char *key, const uint8_t *bytes, size_t n) {
    char hex[2 * 32 + 1];
    BUG_IF(n > 32);
    hex_encode(bytes, n, hex);
    json_out_kv(j, key, sv_cstr(hex));
}

static void write_sources(struct json_out *j, const struct article_sources *s) {
    json_out_key(j, "sources");
    json_out_open(j, '{');
    json_out_kv(j, "title", s->title);
    json_out_kv(j, "authors", s->authors);
    json_out_kv(j, "language", s->language);
    json_out_kv(j, "sitename", s->sitename);
    json_out_kv(j, "description", s->description);
    json_out_kv(j, "canonical_url", s->canonical_url);
    json_out_kv(j, "categories", s->categories);
    json_out_kv(j, "tags", s->tags);
    json_out_kv(j, "license", s->license);
    json_out_kv(j, "lead_image", s->lead_image);
    json_out_kv(j, "paywalled", s->paywalled);
    json_out_close(j, '}');
}

static void write_article(struct json_out *j, const struct article *a) {
    json_out_kv(j, "title", a->title);
    write_strings(j, "authors", a->authors, a->author_count);
    json_out_kv(j, "byline_raw", a->byline_raw);
    json_out_kv(j, "date_published", a->published.value);
    json_out_kv(j, "date_published_source", a->published.source);
    json_out_kv(j, "date_modified", a->modified.value);
    json_out_kv(j, "date_modified_source", a->modified.source);
    json_out_kv(j, "language", a->language);
    json_out_key(j, "language_confidence");
    json_out_double(j, a->language_confidence);
    json_out_kv(j, "sitename", a->sitename);
    json_out_kv(j, "description", a->description);
    json_out_kv(j, "canonical_url", a->canonical_url);
    json_out_kv(j, "text", a->text.p ? a->text : SV(""));
    write_blocks(j, a);
    write_images(j, a);
    write_links(j, a);
    write_comments(j, a);
    write_strings(j, "categories", a->categories, a->category_count);
    write_strings(j, "tags", a->tags, a->tag_count);
    json_out_kv(j, "page_type", sv_cstr(page_names[a->page_type < PAGE_TYPE_END ? a->page_type : PAGE_UNKNOWN]));
    json_out_key(j, "quality");
    json_out_double(j, a->quality);
    json_out_key(j, "paywalled");
    json_out_bool(j, a->paywalled);
    json_out_kv_u64(j, "word_count", a->word_count);
    write_hex(j, "text_sha256", a->text_sha256, sizeof a->text_sha256);
    uint8_t simhash[8];
    for (int i = 0; i < 8; i++) simhash[i] = (uint8_t)(a->simhash >> (56 - 8 * i));
    write_hex(j, "simhash", simhash, sizeof simhash);
    json_out_kv(j, "charset", a->charset);
    json_out_kv(j, "charset_source", a->charset_source);
    json_out_kv(j, "license", a->license);
    write_sources(j, &a->sources);
}

static void write_provenance(struct json_out *j, const struct provenance *p) {
    json_out_key(j, "provenance");
    json_out_open(j, '{');
    json_out_kv(j, "worker", p->worker);
    json_out_kv(j, "extractor_version", p->extractor_version);
    json_out_kv_u64(j, "attempts", p->attempts);
    json_out_kv_u64(j, "crashes", p->crashes);
    json_out_kv_u64(j, "queue_us", p->queue_us);
    json_out_kv_u64(j, "parse_us", p->parse_us);
    json_out_kv_u64(j, "extract_us", p->extract_us);
    json_out_kv_u64(j, "html_bytes", p->html_bytes);
    json_out_kv(j, "warc_file", p->warc_file);
    json_out_kv_u64(j, "warc_offset", p->warc_offset);
    json_out_kv(j, "warc_record_id", p->warc_record_id);
    json_out_close(j, '}');
}

void result_write_json(const struct result *r, sv path, struct sbuf *out) {
    struct json_out j;
    json_out_init(&j, out);
    json_out_open(&j, '{');
    if (path.p)
        json_out_kv(&j, "path", path);
    else
        write_hex(&j, "job_id", r->id.b, JOB_ID_BYTES);
    json_out_kv(&j, "status", sv_cstr(status_name(r->status)));
    json_out_kv(&j, "url", r->url);
    if (r->crawl_id.n) json_out_kv(&j, "crawl_id", r->crawl_id);
    if (r->fetch_time_ms) {
        json_out_key(&j, "fetch_time_ms");
        json_out_i64(&j, r->fetch_time_ms);
    }
    if (status_has_article(r->status))
        write_article(&j, &r->article);
    else {
        json_out_key(&j, "failure");
        json_out_open(&j, '{');
        json_out_kv(&j, "class", r->failure_class);
        json_out_kv(&j, "detail", r->failure_detail);
        json_out_close(&j, '}');
    }
    if (r->metadata_count) {
        json_out_key(&j, "metadata");
        json_out_open(&j, '{');
        for (size_t i = 0; i < r->metadata_count; i++) {
            char key[256];
            snprintf(key, sizeof key, "%.*s", SV_ARG(sv_take(r->metadata[i].key, 255)));
            json_out_kv(&j, key, r->metadata[i].value);
        }
        json_out_close(&j, '}');
    }
    write_provenance(&j, &r->provenance);
    json_out_close(&j, '}');
    sbuf_add_char(out, '\n');
}
