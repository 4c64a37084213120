#include "metadata.h"

#include "authors.h"
#include "base/utf8.h"
#include "labels.h"
#include "language.h"
#include "licenses.h"
#include "page_dates.h"
#include "page_facts.h"
#include "site_names.h"
#include "titles.h"
#include "url_join.h"

enum { TITLE_LINES = 60, TEXT_LINE_BYTES = 400 };

/* The first claim of the first source that has one and the source's name. */
static sv take(const struct page_facts *f, enum fact fact, const enum claim_source *order, sv *source) {
    const struct claim *found = claims_first(&f->of[fact], order);
    if (!found) return SV_NONE;
    *source = claim_source_name(found->source);
    return found->value;
}

static sv *keep(const sv *names, size_t count, struct arena *arena) {
    sv *list = count ? ARENA_ARRAY(arena, sv, count) : NULL;
    if (list) memcpy(list, names, count * sizeof *names);
    return list;
}

static void fill_labels(const struct page_facts *f, const struct title *title, struct article *out) {
    struct labels labels;
    labels_choose(f, title, FACT_CATEGORY, &labels);
    out->categories = keep(labels.name, labels.count, f->arena);
    out->category_count = labels.count;
    out->sources.categories = claim_source_name(labels.source);
    labels_choose(f, title, FACT_TAG, &labels);
    out->tags = keep(labels.name, labels.count, f->arena);
    out->tag_count = labels.count;
    out->sources.tags = claim_source_name(labels.source);
}

/* Whether any source says that the text is not free to read. */
static bool is_locked(const struct page_facts *f, sv *source) {
    static const char *const tiers[] = {"locked", "metered", "paid", "premium", "subscribers", "subscriber", "yes", "true"};
    for (size_t i = 0; i < f->of[FACT_PAYWALL].count; i++) {
        const struct claim *c = &f->of[FACT_PAYWALL].item[i];
        *source = claim_source_name(c->source);
        if (c->source != CLAIM_META && (sv_eq_nocase(c->value, SV("locked")) || sv_eq_nocase(c->value, SV("false")))) return true;
        for (size_t k = 0; k < COUNT_OF(tiers) && c->source == CLAIM_META; k++)
            if (sv_is(c->value, tiers[k])) return true;
    }
    *source = SV_NONE;
    return false;
}

/* What links and images are resolved against: of a page that is a file, or whose address nobody gave, the address that it states. */
static sv base_of(const struct page_facts *f, sv canonical) {
    sv scheme = url_scheme(f->base);
    if (!url_scheme(canonical).n || (scheme.n && !sv_is(scheme, "file"))) return arena_dup(f->arena, f->base);
    return scheme.n || !f->base.n ? canonical : url_join(canonical, f->base, f->arena);
}

static void fill_head(const struct page_facts *f, struct image_hints *images, struct article *out) {
    sv lead_source = SV_NONE;
    static const enum claim_source description[] = {CLAIM_OPENGRAPH, CLAIM_META, CLAIM_JSON_LD, CLAIM_JSON_LD_PAGE, CLAIM_NONE};
    static const enum claim_source canonical[] = {CLAIM_REL, CLAIM_OPENGRAPH, CLAIM_META, CLAIM_NONE};
    static const enum claim_source image[] = {CLAIM_OPENGRAPH, CLAIM_JSON_LD, CLAIM_NONE};
    out->description = take(f, FACT_DESCRIPTION, description, &out->sources.description);
    out->canonical_url = take(f, FACT_CANONICAL, canonical, &out->sources.canonical_url);
    if (out->canonical_url.n) out->canonical_url = url_join(f->base, out->canonical_url, f->arena);
    *images = (struct image_hints){.base = base_of(f, out->canonical_url), .lead = take(f, FACT_IMAGE, image, &lead_source), .stated_count = f->image_count};
    images->lead_source = lead_source;
    images->stated = ARENA_ARRAY(f->arena, struct stated_image, f->image_count + 1);
    if (images->stated) memcpy(images->stated, f->image, f->image_count * sizeof *f->image);
}

static void fill_printed(const struct page_facts *f, const struct site_names *site, const struct title *title, int64_t fetched_ms, struct article *out) {
    struct authors authors;
    enum claim_source source;
    authors_choose(f, site, title, &authors);
    out->authors = keep(authors.names.name, authors.names.count, f->arena);
    out->author_count = authors.names.count;
    out->byline_raw = authors.raw;
    out->sources.authors = claim_source_name(authors.source);
    page_dates_choose(f, title, &(struct page_dates_hints){out->language, fetched_ms}, &out->published, &out->modified);
    out->license = licenses_choose(f, &source);
    out->sources.license = claim_source_name(source);
}

static void fill_title(const struct title *title, struct article *out) {
    out->title = title->text;
    out->sources.title = claim_source_name(title->source);
}

enum err_code metadata_of_text(const struct blocks *b, const struct metadata_source *page, struct arena *arena, struct article *out, struct err *e) {
    struct page_facts facts = {.arena = arena, .url = page->url, .base = page->url};
    struct site_names site;
    struct title title = {.text = out->title, .source = CLAIM_TEXT, .line = CLAIM_NO_LINE};
    enum claim_source source;
    facts.line = ARENA_ARRAY(arena, struct page_line, b->count + 1);
    for (size_t i = 0; facts.line && i < b->count; i++) {
        sv text = b->block[i].text;
        if (title.text.n && sv_eq(text, title.text) && i < TITLE_LINES) title.line = (uint32_t)i; /* the last of them stands above the text */
        facts.line[facts.line_count++] = (struct page_line){utf8_cut(text, TEXT_LINE_BYTES), (uint32_t)text.n, 0};
    }
    site_names_collect(&facts, &site);
    out->sources.title = claim_source_name(title.text.n ? CLAIM_TEXT : CLAIM_NONE);
    out->language = language_stated(&facts, page->language_hint, &source);
    out->sources.language = claim_source_name(source);
    fill_printed(&facts, &site, &title, page->fetched_ms, out);
    return arena->failed ? err_set(e, ERR_MEMORY, "no memory for the metadata of a page") : ERR_OK;
}

enum err_code metadata_collect(lxb_html_document_t *document, const struct metadata_source *page, struct arena *arena, struct article *out, struct metadata_rest *rest, struct err *e) {
    struct page_facts facts;
    struct site_names site;
    struct title title;
    enum claim_source source;
    enum err_code code = page_facts_collect(document, page->url, page->words, arena, &facts, e);
    if (code) return code;
    site_names_collect(&facts, &site);
    out->sitename = site.best;
    out->sources.sitename = claim_source_name(site.source);
    if (!site.best.n) {
        out->sitename = titles_site(&facts, &site);
        out->sources.sitename = claim_source_name(out->sitename.n ? CLAIM_TITLE : CLAIM_NONE);
    }
    titles_choose(&facts, &site, &title);
    fill_title(&title, out);
    out->language = language_stated(&facts, page->language_hint, &source);
    out->sources.language = claim_source_name(source);
    fill_printed(&facts, &site, &title, page->fetched_ms, out);
    fill_labels(&facts, &title, out);
    fill_head(&facts, &rest->images, out);
    rest->title = title;
    out->paywalled = is_locked(&facts, &out->sources.paywalled);
    return arena->failed ? err_set(e, ERR_MEMORY, "no memory for the metadata of a page") : ERR_OK;
}

void metadata_settle(struct metadata_rest *rest, enum page_type type, struct article *out) {
    titles_for_type(&rest->title, type);
    fill_title(&rest->title, out);
}
