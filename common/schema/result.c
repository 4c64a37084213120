#include "schema/result.h"

#include "result.pb-c.h"
#include "schema/wire.h"

typedef Thresher__V1__Result pb_result;
typedef Thresher__V1__Article pb_article;

_Static_assert((int)STATUS_OK == THRESHER__V1__STATUS__STATUS_OK && (int)STATUS_REJECTED == THRESHER__V1__STATUS__STATUS_REJECTED, "wire");
_Static_assert((int)BLOCK_TABLE_ROW == THRESHER__V1__BLOCK_KIND__BLOCK_KIND_TABLE_ROW, "wire");
_Static_assert((int)ITEM_DEFINITION == THRESHER__V1__ITEM_KIND__ITEM_KIND_DEFINITION, "wire");
_Static_assert((int)SPAN_CODE == THRESHER__V1__SPAN_KIND__SPAN_KIND_CODE, "wire");
_Static_assert((int)PAGE_OTHER == THRESHER__V1__PAGE_TYPE__PAGE_TYPE_OTHER, "wire");

enum { TEXT_MAX = 64 * 1024 * 1024, FIELD_MAX = 64 * 1024, LIST_MAX = 1000000 };

static const char *const status_names[] = {NULL,      "ok",      "empty",         "not_html", "unsupported_encoding", "too_large",
                                           "timeout", "out_of_memory", "crashed", "bad_payload", "rejected"};
_Static_assert(COUNT_OF(status_names) == STATUS_END, "a name for every status");

const char *status_name(enum status s) { return s > 0 && s < STATUS_END ? status_names[s] : "unknown"; }

bool status_parse(sv name, enum status *out) {
    for (int i = 1; i < STATUS_END; i++)
        if (sv_eq(name, sv_cstr(status_names[i]))) {
            *out = (enum status)i;
            return true;
        }
    return false;
}

/* An array of pointers to `count` zeroed items of `size`, as protobuf-c's repeated fields want them. */
static void *pack_list(struct wire *w, const char *field, size_t count, size_t size, void **items) {
    *items = count > LIST_MAX ? NULL : arena_alloc_array(w->arena, count, size);
    void **list = *items ? arena_alloc_array(w->arena, count, sizeof(void *)) : NULL;
    if (!list) {
        wire_fail(w, count > LIST_MAX ? ERR_LIMIT : ERR_MEMORY, field, "too many entries");
        *items = NULL;
        return NULL;
    }
    for (size_t i = 0; i < count; i++) list[i] = (char *)*items + i * size;
    return list;
}

static char **pack_strings(struct wire *w, const char *field, const sv *values, size_t count) {
    char **list = count > LIST_MAX ? NULL : ARENA_ARRAY(w->arena, char *, count);
    if (!list) {
        wire_fail(w, count > LIST_MAX ? ERR_LIMIT : ERR_MEMORY, field, "too many entries");
        return NULL;
    }
    for (size_t i = 0; i < count; i++) list[i] = wire_string(w, field, values[i], FIELD_MAX);
    return list;
}

static Thresher__V1__Date *pack_date(struct wire *w, const char *field, const struct article_date *date) {
    if (!date->value.n) return NULL;
    Thresher__V1__Date *m = ARENA_NEW(w->arena, Thresher__V1__Date);
    if (!m) {
        wire_fail(w, ERR_MEMORY, field, "no memory");
        return NULL;
    }
    thresher__v1__date__init(m);
    m->value = wire_string(w, field, date->value, FIELD_MAX);
    m->source = wire_string(w, field, date->source, FIELD_MAX);
    return m;
}

/* The fields of the two shapes of the sources, side by side. */
#define SOURCES(X) X(title) X(authors) X(language) X(sitename) X(description) X(canonical_url) X(categories) X(tags) X(license) X(lead_image) X(paywalled)

static Thresher__V1__Sources *pack_sources(struct wire *w, const struct article_sources *sources) {
    Thresher__V1__Sources *m = ARENA_NEW(w->arena, Thresher__V1__Sources);
    if (!m) {
        wire_fail(w, ERR_MEMORY, "sources", "no memory");
        return NULL;
    }
    thresher__v1__sources__init(m);
#define X(field) m->field = wire_string(w, "sources." #field, sources->field, FIELD_MAX);
    SOURCES(X)
#undef X
    return m;
}

static Thresher__V1__Span **pack_spans(struct wire *w, const struct article_block *block) {
    Thresher__V1__Span *spans;
    Thresher__V1__Span **list = pack_list(w, "spans", block->span_count, sizeof *spans, (void **)&spans);
    for (size_t i = 0; list && i < block->span_count; i++) {
        const struct article_span *s = &block->spans[i];
        thresher__v1__span__init(&spans[i]);
        spans[i].kind = (Thresher__V1__SpanKind)s->kind;
        spans[i].start = s->start;
        spans[i].length = s->length;
        spans[i].url = wire_string(w, "span.url", s->url, FIELD_MAX);
    }
    return list;
}

static void pack_columns(struct wire *w, uint64_t columns, Thresher__V1__Block *m) {
    if (!columns) return;
    if (!(m->columns = ARENA_ARRAY(w->arena, uint32_t, 64))) {
        wire_fail(w, ERR_MEMORY, "columns", "no memory");
        return;
    }
    for (uint32_t i = 0; i < 64; i++)
        if (columns >> i & 1) m->columns[m->n_columns++] = i + 1;
}

static void pack_lists(struct wire *w, const struct article *a, pb_article *m) {
    Thresher__V1__Block *blocks;
    Thresher__V1__Image *images;
    Thresher__V1__Link *links;
    Thresher__V1__Comment *comments;
    m->blocks = pack_list(w, "blocks", a->block_count, sizeof *blocks, (void **)&blocks);
    m->images = pack_list(w, "images", a->image_count, sizeof *images, (void **)&images);
    m->links = pack_list(w, "links", a->link_count, sizeof *links, (void **)&links);
    m->comments = pack_list(w, "comments", a->comment_count, sizeof *comments, (void **)&comments);
    if (w->code) return;
    m->n_blocks = a->block_count;
    m->n_images = a->image_count;
    m->n_links = a->link_count;
    m->n_comments = a->comment_count;
    for (size_t i = 0; i < a->block_count; i++) {
        thresher__v1__block__init(&blocks[i]);
        blocks[i].kind = (Thresher__V1__BlockKind)a->blocks[i].kind;
        blocks[i].start = a->blocks[i].start;
        blocks[i].length = a->blocks[i].length;
        blocks[i].level = a->blocks[i].level;
        blocks[i].number = a->blocks[i].number;
        blocks[i].continues = a->blocks[i].continues;
        blocks[i].item = (Thresher__V1__ItemKind)a->blocks[i].item;
        blocks[i].language = wire_string(w, "block.language", a->blocks[i].language, FIELD_MAX);
        pack_columns(w, a->blocks[i].columns, &blocks[i]);
        if (!a->blocks[i].span_count) continue;
        blocks[i].spans = pack_spans(w, &a->blocks[i]);
        blocks[i].n_spans = blocks[i].spans ? a->blocks[i].span_count : 0;
    }
    for (size_t i = 0; i < a->image_count; i++) {
        thresher__v1__image__init(&images[i]);
        images[i].url = wire_string(w, "image.url", a->images[i].url, FIELD_MAX);
        images[i].alt = wire_string(w, "image.alt", a->images[i].alt, FIELD_MAX);
        images[i].caption = wire_string(w, "image.caption", a->images[i].caption, FIELD_MAX);
        images[i].credit = wire_string(w, "image.credit", a->images[i].credit, FIELD_MAX);
        images[i].is_lead = a->images[i].is_lead;
        images[i].is_placed = a->images[i].is_placed;
        images[i].block = a->images[i].block;
    }
    for (size_t i = 0; i < a->link_count; i++) {
        thresher__v1__link__init(&links[i]);
        links[i].url = wire_string(w, "link.url", a->links[i].url, FIELD_MAX);
        links[i].text = wire_string(w, "link.text", a->links[i].text, FIELD_MAX);
    }
    for (size_t i = 0; i < a->comment_count; i++) {
        thresher__v1__comment__init(&comments[i]);
        comments[i].text = wire_string(w, "comment.text", a->comments[i].text, FIELD_MAX);
        comments[i].author = wire_string(w, "comment.author", a->comments[i].author, FIELD_MAX);
        comments[i].date = wire_string(w, "comment.date", a->comments[i].date, FIELD_MAX);
    }
}

static void pack_article(struct wire *w, const struct article *a, pb_article *m) {
    thresher__v1__article__init(m);
    m->title = wire_string(w, "title", a->title, FIELD_MAX);
    m->authors = pack_strings(w, "authors", a->authors, a->author_count);
    m->n_authors = a->author_count;
    m->byline_raw = wire_string(w, "byline_raw", a->byline_raw, FIELD_MAX);
    m->date_published = pack_date(w, "date_published", &a->published);
    m->date_modified = pack_date(w, "date_modified", &a->modified);
    m->language = wire_string(w, "language", a->language, FIELD_MAX);
    m->language_confidence = a->language_confidence;
    m->sitename = wire_string(w, "sitename", a->sitename, FIELD_MAX);
    m->description = wire_string(w, "description", a->description, FIELD_MAX);
    m->canonical_url = wire_string(w, "canonical_url", a->canonical_url, FIELD_MAX);
    m->text = wire_string(w, "text", a->text, TEXT_MAX);
    pack_lists(w, a, m);
    m->categories = pack_strings(w, "categories", a->categories, a->category_count);
    m->n_categories = a->category_count;
    m->tags = pack_strings(w, "tags", a->tags, a->tag_count);
    m->n_tags = a->tag_count;
    m->page_type = (Thresher__V1__PageType)a->page_type;
    m->quality = a->quality;
    m->paywalled = a->paywalled;
    m->text_sha256 = wire_bytes(sv_from((const char *)a->text_sha256, sizeof a->text_sha256));
    m->simhash = a->simhash;
    m->word_count = a->word_count;
    m->charset = wire_string(w, "charset", a->charset, FIELD_MAX);
    m->charset_source = wire_string(w, "charset_source", a->charset_source, FIELD_MAX);
    m->license = wire_string(w, "license", a->license, FIELD_MAX);
    m->sources = pack_sources(w, &a->sources);
}

static void pack_provenance(struct wire *w, const struct provenance *p, Thresher__V1__Provenance *m) {
    thresher__v1__provenance__init(m);
    m->worker = wire_string(w, "worker", p->worker, JOB_FIELD_MAX);
    m->extractor_version = wire_string(w, "extractor_version", p->extractor_version, JOB_FIELD_MAX);
    m->attempts = p->attempts;
    m->crashes = p->crashes;
    m->queue_us = p->queue_us;
    m->parse_us = p->parse_us;
    m->extract_us = p->extract_us;
    m->html_bytes = p->html_bytes;
    m->warc_file = wire_string(w, "warc_file", p->warc_file, JOB_FIELD_MAX);
    m->warc_offset = p->warc_offset;
    m->warc_record_id = wire_string(w, "warc_record_id", p->warc_record_id, JOB_FIELD_MAX);
}

static void pack_metadata(struct wire *w, const struct result *r, pb_result *m) {
    Thresher__V1__Result__MetadataEntry *entries;
    m->metadata = pack_list(w, "metadata", r->metadata_count, sizeof *entries, (void **)&entries);
    if (w->code) return;
    m->n_metadata = r->metadata_count;
    for (size_t i = 0; i < r->metadata_count; i++) {
        thresher__v1__result__metadata_entry__init(&entries[i]);
        entries[i].key = wire_string(w, "metadata key", r->metadata[i].key, JOB_FIELD_MAX);
        entries[i].value = wire_string(w, "metadata value", r->metadata[i].value, JOB_FIELD_MAX);
    }
}

enum err_code result_pack(const struct result *r, struct sbuf *out, struct err *e) {
    struct arena scratch;
    arena_init(&scratch, 4 * (size_t)TEXT_MAX);
    struct wire w = {&scratch, e, ERR_OK};
    pb_result m;
    thresher__v1__result__init(&m);
    pb_article article;
    Thresher__V1__Failure failure;
    thresher__v1__failure__init(&failure);
    Thresher__V1__Provenance provenance;

    wire_check_enum(&w, "status", (int)r->status, STATUS_OK, STATUS_END);
    m.schema_version = SCHEMA_VERSION;
    m.job_id = wire_bytes(sv_from((const char *)r->id.b, JOB_ID_BYTES));
    m.status = (Thresher__V1__Status)r->status;
    m.url = wire_string(&w, "url", r->url, JOB_URL_MAX);
    m.crawl_id = wire_string(&w, "crawl_id", r->crawl_id, JOB_FIELD_MAX);
    if (status_has_article(r->status)) {
        pack_article(&w, &r->article, &article);
        m.outcome_case = THRESHER__V1__RESULT__OUTCOME_ARTICLE;
        m.article = &article;
    } else {
        failure.class_ = wire_string(&w, "failure.class", r->failure_class, JOB_FIELD_MAX);
        failure.detail = wire_string(&w, "failure.detail", r->failure_detail, JOB_FIELD_MAX);
        m.outcome_case = THRESHER__V1__RESULT__OUTCOME_FAILURE;
        m.failure = &failure;
    }
    pack_metadata(&w, r, &m);
    pack_provenance(&w, &r->provenance, &provenance);
    m.provenance = &provenance;
    m.fetch_time_ms = r->fetch_time_ms;
    if (!w.code) w.code = wire_append(&m.base, out, e);
    arena_clear(&scratch);
    return w.code;
}

static sv *unpack_strings(struct wire *w, const char *field, char **values, size_t count) {
    sv *list = ARENA_ARRAY(w->arena, sv, count);
    if (!list) {
        wire_fail(w, ERR_MEMORY, field, "no memory");
        return NULL;
    }
    for (size_t i = 0; i < count; i++) list[i] = wire_view(w, field, values[i], FIELD_MAX);
    return list;
}

/* A place within a character. */
static bool cuts_character(sv text, size_t at) { return at < text.n && ((uint8_t)text.p[at] & 0xC0) == 0x80; }

/* Whether each lies in the block, none is empty, and those that are around one place lie in one another and are of different kinds. */
static bool are_nested(sv text, const struct article_block *block) {
    size_t ends[SPAN_KIND_END], before = block->start, end = before + block->length;
    enum span_kind kinds[SPAN_KIND_END];
    unsigned depth = 0;
    for (size_t i = 0; i < block->span_count; i++) {
        const struct article_span *s = &block->spans[i];
        if (s->start < before || s->start >= end || !s->length || s->length > end - s->start) return false;
        if (cuts_character(text, s->start) || cuts_character(text, (size_t)s->start + s->length)) return false;
        before = s->start;
        while (depth && ends[depth - 1] <= s->start) depth--;
        if (depth && (size_t)s->start + s->length > ends[depth - 1]) return false;
        for (unsigned k = 0; k < depth; k++)
            if (kinds[k] == s->kind) return false;
        kinds[depth] = s->kind;
        ends[depth++] = (size_t)s->start + s->length;
    }
    return true;
}

static void unpack_spans(struct wire *w, const Thresher__V1__Block *m, sv text, struct article_block *block) {
    if (!m->n_spans) return;
    if (!(block->spans = ARENA_ARRAY(w->arena, struct article_span, m->n_spans))) {
        wire_fail(w, ERR_MEMORY, "spans", "no memory");
        return;
    }
    for (size_t i = 0; i < m->n_spans; i++) {
        const Thresher__V1__Span *s = m->spans[i];
        wire_check_enum(w, "span.kind", (int)s->kind, SPAN_LINK, SPAN_KIND_END);
        if (w->code) return;
        block->spans[i] = (struct article_span){(enum span_kind)s->kind, s->start, s->length, wire_view(w, "span.url", s->url, FIELD_MAX)};
    }
    block->span_count = (uint32_t)m->n_spans;
    if (!are_nested(text, block)) wire_fail(w, ERR_INPUT, "spans", "outside their block, or across each other");
}

static uint64_t unpack_columns(struct wire *w, const Thresher__V1__Block *m) {
    uint64_t columns = 0;
    for (size_t i = 0; i < m->n_columns; i++) {
        uint32_t column = m->columns[i];
        if (column < 1 || column > 64 || columns >> (column - 1)) {
            wire_fail(w, ERR_INPUT, "columns", "not rising from 1 to 64");
            return 0;
        }
        columns |= (uint64_t)1 << (column - 1);
    }
    return columns;
}

static void unpack_blocks(struct wire *w, const pb_article *m, struct article *a) {
    if (!(a->blocks = ARENA_ARRAY(w->arena, struct article_block, m->n_blocks))) {
        wire_fail(w, ERR_MEMORY, "blocks", "no memory");
        return;
    }
    a->block_count = m->n_blocks;
    size_t end = 0;
    for (size_t i = 0; i < m->n_blocks; i++) {
        const Thresher__V1__Block *b = m->blocks[i];
        wire_check_enum(w, "block.kind", (int)b->kind, BLOCK_PARAGRAPH, BLOCK_KIND_END);
        wire_check_enum(w, "block.item", (int)b->item, ITEM_PLAIN, ITEM_KIND_END);
        if (b->start < end || b->start > a->text.n || b->length > a->text.n - b->start) {
            wire_fail(w, ERR_INPUT, "blocks", "outside the text");
            return;
        }
        end = (size_t)b->start + b->length;
        if (cuts_character(a->text, b->start) || cuts_character(a->text, end)) wire_fail(w, ERR_INPUT, "blocks", "within a character");
        a->blocks[i] = (struct article_block){.kind = (enum block_kind)b->kind, .start = b->start, .length = b->length, .level = b->level, .number = b->number, .continues = b->continues,
                                                .item = (enum item_kind)b->item, .columns = unpack_columns(w, b), .language = wire_view(w, "block.language", b->language, FIELD_MAX)};
        unpack_spans(w, b, a->text, &a->blocks[i]);
    }
}

static void unpack_lists(struct wire *w, const pb_article *m, struct article *a) {
    unpack_blocks(w, m, a);
    a->images = ARENA_ARRAY(w->arena, struct article_image, m->n_images);
    a->links = ARENA_ARRAY(w->arena, struct article_link, m->n_links);
    a->comments = ARENA_ARRAY(w->arena, struct article_comment, m->n_comments);
    if (!a->images || !a->links || !a->comments) {
        wire_fail(w, ERR_MEMORY, "images", "no memory");
        return;
    }
    a->image_count = m->n_images;
    a->link_count = m->n_links;
    a->comment_count = m->n_comments;
    for (size_t i = 0; i < m->n_images; i++) {
        const Thresher__V1__Image *image = m->images[i];
        a->images[i] = (struct article_image){
            .url = wire_view(w, "image.url", image->url, FIELD_MAX),
            .alt = wire_view(w, "image.alt", image->alt, FIELD_MAX),
            .caption = wire_view(w, "image.caption", image->caption, FIELD_MAX),
            .credit = wire_view(w, "image.credit", image->credit, FIELD_MAX),
            .is_lead = image->is_lead,
            .is_placed = image->is_placed,
            .block = image->block,
        };
        if (image->block > a->block_count) wire_fail(w, ERR_INPUT, "image.block", "behind the last block");
    }
    for (size_t i = 0; i < m->n_links; i++) {
        a->links[i].url = wire_view(w, "link.url", m->links[i]->url, FIELD_MAX);
        a->links[i].text = wire_view(w, "link.text", m->links[i]->text, FIELD_MAX);
    }
    for (size_t i = 0; i < m->n_comments; i++) {
        a->comments[i].text = wire_view(w, "comment.text", m->comments[i]->text, FIELD_MAX);
        a->comments[i].author = wire_view(w, "comment.author", m->comments[i]->author, FIELD_MAX);
        a->comments[i].date = wire_view(w, "comment.date", m->comments[i]->date, FIELD_MAX);
    }
}

static struct article_date unpack_date(struct wire *w, const char *field, const Thresher__V1__Date *m) {
    if (!m) return (struct article_date){0};
    return (struct article_date){wire_view(w, field, m->value, FIELD_MAX), wire_view(w, field, m->source, FIELD_MAX)};
}

static void unpack_article(struct wire *w, const pb_article *m, struct article *a) {
    a->title = wire_view(w, "title", m->title, FIELD_MAX);
    a->authors = unpack_strings(w, "authors", m->authors, m->n_authors);
    a->author_count = a->authors ? m->n_authors : 0;
    a->byline_raw = wire_view(w, "byline_raw", m->byline_raw, FIELD_MAX);
    a->published = unpack_date(w, "date_published", m->date_published);
    a->modified = unpack_date(w, "date_modified", m->date_modified);
    a->language = wire_view(w, "language", m->language, FIELD_MAX);
    a->language_confidence = m->language_confidence;
    a->sitename = wire_view(w, "sitename", m->sitename, FIELD_MAX);
    a->description = wire_view(w, "description", m->description, FIELD_MAX);
    a->canonical_url = wire_view(w, "canonical_url", m->canonical_url, FIELD_MAX);
    a->text = wire_view(w, "text", m->text, TEXT_MAX);
    if (!a->text.p) a->text = SV("");
    unpack_lists(w, m, a);
    a->categories = unpack_strings(w, "categories", m->categories, m->n_categories);
    a->category_count = a->categories ? m->n_categories : 0;
    a->tags = unpack_strings(w, "tags", m->tags, m->n_tags);
    a->tag_count = a->tags ? m->n_tags : 0;
    wire_check_enum(w, "page_type", (int)m->page_type, PAGE_UNKNOWN, PAGE_TYPE_END);
    a->page_type = (enum page_type)m->page_type;
    a->quality = m->quality;
    a->paywalled = m->paywalled;
    if (m->text_sha256.len == sizeof a->text_sha256) memcpy(a->text_sha256, m->text_sha256.data, sizeof a->text_sha256);
    else wire_fail(w, ERR_INPUT, "text_sha256", "not 32 bytes");
    a->simhash = m->simhash;
    a->word_count = m->word_count;
    a->charset = wire_view(w, "charset", m->charset, FIELD_MAX);
    a->charset_source = wire_view(w, "charset_source", m->charset_source, FIELD_MAX);
    a->license = wire_view(w, "license", m->license, FIELD_MAX);
#define X(field) \
    if (m->sources) a->sources.field = wire_view(w, "sources." #field, m->sources->field, FIELD_MAX);
    SOURCES(X)
#undef X
}

static void unpack_provenance(struct wire *w, const Thresher__V1__Provenance *m, struct provenance *p) {
    p->worker = wire_view(w, "worker", m->worker, JOB_FIELD_MAX);
    p->extractor_version = wire_view(w, "extractor_version", m->extractor_version, JOB_FIELD_MAX);
    p->attempts = m->attempts;
    p->crashes = m->crashes;
    p->queue_us = m->queue_us;
    p->parse_us = m->parse_us;
    p->extract_us = m->extract_us;
    p->html_bytes = m->html_bytes;
    p->warc_file = wire_view(w, "warc_file", m->warc_file, JOB_FIELD_MAX);
    p->warc_offset = m->warc_offset;
    p->warc_record_id = wire_view(w, "warc_record_id", m->warc_record_id, JOB_FIELD_MAX);
}

static void unpack_metadata(struct wire *w, const pb_result *m, struct result *out) {
    if (m->n_metadata > JOB_METADATA_MAX) {
        wire_fail(w, ERR_INPUT, "metadata", "too many entries");
        return;
    }
    if (!(out->metadata = ARENA_ARRAY(w->arena, struct kv, m->n_metadata))) {
        wire_fail(w, ERR_MEMORY, "metadata", "no memory");
        return;
    }
    out->metadata_count = m->n_metadata;
    for (size_t i = 0; i < m->n_metadata; i++) {
        out->metadata[i].key = wire_view(w, "metadata key", m->metadata[i]->key, JOB_FIELD_MAX);
        out->metadata[i].value = wire_view(w, "metadata value", m->metadata[i]->value, JOB_FIELD_MAX);
    }
}

enum err_code result_unpack(sv wire, struct arena *arena, struct result *out, struct err *e) {
    *out = (struct result){0};
    ProtobufCAllocator allocator = wire_allocator(arena);
    pb_result *m = thresher__v1__result__unpack(&allocator, wire.n, (const uint8_t *)wire.p);
    if (!m) return arena->failed ? err_set(e, ERR_MEMORY, "no memory for a result of %zu bytes", wire.n) : err_set(e, ERR_INPUT, "not a result message");
    struct wire w = {arena, e, ERR_OK};
    if (m->schema_version != SCHEMA_VERSION) wire_fail(&w, ERR_INPUT, "schema_version", "a version that this program does not know");
    if (m->job_id.len != JOB_ID_BYTES) wire_fail(&w, ERR_INPUT, "job_id", "not 16 bytes");
    else memcpy(out->id.b, m->job_id.data, JOB_ID_BYTES);
    wire_check_enum(&w, "status", (int)m->status, STATUS_OK, STATUS_END);
    out->status = (enum status)m->status;
    out->url = wire_view(&w, "url", m->url, JOB_URL_MAX);
    out->crawl_id = wire_view(&w, "crawl_id", m->crawl_id, JOB_FIELD_MAX);
    out->fetch_time_ms = m->fetch_time_ms;
    if (status_has_article(out->status)) {
        if (m->outcome_case == THRESHER__V1__RESULT__OUTCOME_ARTICLE) unpack_article(&w, m->article, &out->article);
        else wire_fail(&w, ERR_INPUT, "article", "missing");
    } else if (m->outcome_case == THRESHER__V1__RESULT__OUTCOME_FAILURE) {
        out->failure_class = wire_view(&w, "failure.class", m->failure->class_, JOB_FIELD_MAX);
        out->failure_detail = wire_view(&w, "failure.detail", m->failure->detail, JOB_FIELD_MAX);
    } else
        wire_fail(&w, ERR_INPUT, "failure", "missing");
    unpack_metadata(&w, m, out);
    if (m->provenance) unpack_provenance(&w, m->provenance, &out->provenance);
    return w.code;
}
