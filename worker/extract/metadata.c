#include "metadata.h"

#include "dates.h"
#include "dom_text.h"
#include "jsonld.h"
#include "url_join.h"

enum { AUTHORS_MAX = 16, TAGS_MAX = 32 };

/* What one walk over the tree finds; the first of a kind stays. */
struct found {
    struct arena *arena;
    sv og_title, meta_title, title, h1, headline_prop;
    sv og_site, meta_site, description, og_description, canonical, og_url, base;
    sv og_image, meta_author, rel_author, byline;
    sv published_meta, modified_meta, published_prop, modified_prop, time_first;
    sv language, og_locale;
    unsigned h1_count;
};

static sv attr(lxb_dom_node_t *node, const char *name) {
    size_t n = 0;
    const lxb_char_t *v = lxb_dom_element_get_attribute(lxb_dom_interface_element(node), (const lxb_char_t *)name, strlen(name), &n);
    return v ? sv_trim(sv_from((const char *)v, n)) : SV_NONE;
}

static void first(sv *slot, sv value) {
    if (!slot->n && value.n) *slot = value;
}

static bool is_any(sv name, const char *const *names, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (sv_eq_nocase(name, sv_cstr(names[i]))) return true;
    return false;
}

static void add_item(struct arena *arena, sv **items, size_t *count, size_t max, sv value) {
    size_t cap = *count; /* grows by doubling from what is there */
    value = sv_trim(value);
    for (size_t i = 0; i < *count; i++)
        if (sv_eq_nocase((*items)[i], value)) return;
    if (!value.n || value.n > 200 || *count >= max || !arena_grow(arena, (void **)items, *count, &cap, sizeof **items)) return;
    (*items)[(*count)++] = value;
}

static void read_meta(struct found *f, lxb_dom_node_t *node, struct article *out) {
    static const char *const published[] = {"article:published_time", "datepublished", "date", "dc.date", "dc.date.issued", "dcterms.created", "dcterms.date", "pubdate",
                                            "publishdate", "publish-date", "publish_date", "parsely-pub-date", "sailthru.date", "og:published_time", "citation_publication_date",
                                            "article.published", "published_time", "originalpublicationdate", "dcterms.issued", "rnews:datepublished", "cxenseparse:recs:publishtime"};
    static const char *const modified[] = {"article:modified_time", "datemodified", "og:updated_time", "last-modified", "dcterms.modified", "dc.date.modified", "lastmod", "revised"};
    static const char *const authors[] = {"author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "citation_author", "byl", "authors", "twitter:data1"};
    sv name = attr(node, "property"), content = attr(node, "content");
    if (!name.n) name = attr(node, "name");
    sv prop = attr(node, "itemprop");
    if (!name.n) name = prop;
    if (!name.n) name = attr(node, "http-equiv");
    if (!name.n || !content.n) return;
    if (is_any(name, published, COUNT_OF(published))) first(&f->published_meta, content);
    else if (is_any(name, modified, COUNT_OF(modified))) first(&f->modified_meta, content);
    else if (is_any(name, authors, COUNT_OF(authors) - 1)) {
        if (!sv_starts_nocase(content, SV("http"))) first(&f->meta_author, content);
    } else if (sv_eq_nocase(name, SV("og:title"))) first(&f->og_title, content);
    else if (sv_eq_nocase(name, SV("twitter:title")) || sv_eq_nocase(name, SV("dc.title")) || sv_eq_nocase(name, SV("parsely-title"))) first(&f->meta_title, content);
    else if (sv_eq_nocase(name, SV("og:site_name"))) first(&f->og_site, content);
    else if (sv_eq_nocase(name, SV("application-name")) || sv_eq_nocase(name, SV("dc.publisher"))) first(&f->meta_site, content);
    else if (sv_eq_nocase(name, SV("og:description"))) first(&f->og_description, content);
    else if (sv_eq_nocase(name, SV("description"))) first(&f->description, content);
    else if (sv_eq_nocase(name, SV("og:url"))) first(&f->og_url, content);
    else if (sv_eq_nocase(name, SV("og:image")) || sv_eq_nocase(name, SV("og:image:url")) || sv_eq_nocase(name, SV("twitter:image"))) first(&f->og_image, content);
    else if (sv_eq_nocase(name, SV("og:locale"))) first(&f->og_locale, content);
    else if (sv_eq_nocase(name, SV("content-language")) || sv_eq_nocase(name, SV("language"))) first(&f->language, content);
    else if (sv_eq_nocase(name, SV("article:section"))) add_item(f->arena, &out->categories, &out->category_count, TAGS_MAX, content);
    else if (sv_eq_nocase(name, SV("article:tag"))) add_item(f->arena, &out->tags, &out->tag_count, TAGS_MAX, content);
    else if (sv_eq_nocase(name, SV("keywords")) || sv_eq_nocase(name, SV("news_keywords")))
        while (content.n) add_item(f->arena, &out->tags, &out->tag_count, TAGS_MAX, sv_cut(&content, ','));
}

static lxb_dom_node_t *next_in(lxb_dom_node_t *root, lxb_dom_node_t *node) {
    if (node->first_child) return node->first_child;
    while (node && node != root && !node->next) node = node->parent;
    return node && node != root ? node->next : NULL;
}

static bool names_author(sv words) {
    return sv_has_nocase(words, SV("byline")) || sv_has_nocase(words, SV("author-name")) || sv_has_nocase(words, SV("author_name")) || sv_eq_nocase(words, SV("author"));
}

static void read_element(struct found *f, lxb_dom_node_t *node, struct article *out) {
    sv prop;
    switch (node->local_name) {
    case LXB_TAG_META: read_meta(f, node, out); return;
    case LXB_TAG_TITLE:
        if (node->parent && node->parent->local_name == LXB_TAG_HEAD) first(&f->title, dom_text(node, f->arena));
        return;
    case LXB_TAG_H1:
        f->h1_count++;
        first(&f->h1, dom_text(node, f->arena));
        break;
    case LXB_TAG_LINK:
        if (sv_eq_nocase(attr(node, "rel"), SV("canonical"))) first(&f->canonical, attr(node, "href"));
        return;
    case LXB_TAG_BASE:
        if (attr(node, "href").n) f->base = url_join(f->base, attr(node, "href"), f->arena);
        return;
    case LXB_TAG_HTML: first(&f->language, attr(node, "lang")); return;
    case LXB_TAG_TIME: first(&f->time_first, attr(node, "datetime")); break;
    case LXB_TAG_A:
        if (sv_eq_nocase(attr(node, "rel"), SV("author"))) first(&f->rel_author, dom_text(node, f->arena));
        break;
    default: break;
    }
    prop = attr(node, "itemprop");
    if (prop.n) {
        sv value = attr(node, "content");
        if (!value.n) value = attr(node, "datetime");
        if (sv_has_nocase(prop, SV("datePublished"))) first(&f->published_prop, value);
        else if (sv_has_nocase(prop, SV("dateModified"))) first(&f->modified_prop, value);
        else if (sv_eq_nocase(prop, SV("headline"))) first(&f->headline_prop, dom_text(node, f->arena));
        else if (sv_eq_nocase(prop, SV("author"))) first(&f->byline, dom_text(node, f->arena));
    }
    if (!f->byline.n && (names_author(attr(node, "class")) || names_author(attr(node, "id")))) {
        sv text = dom_text(node, f->arena);
        if (text.n < 120) f->byline = text;
    }
}

/* The title element without the name of the site at its end or start, if that is known or what is left is the h1. */
static sv without_site(sv title, sv site, sv h1) {
    static const char *const bars[] = {" | ", " - ", " – ", " — ", " · ", " : ", " » ", " « ", " / "};
    if (h1.n > 8 && sv_starts_nocase(title, h1)) return h1;
    for (size_t i = 0; i < COUNT_OF(bars); i++) {
        sv bar = sv_cstr(bars[i]);
        size_t last = SIZE_MAX;
        for (size_t at = sv_find(title, bar, 0); at != SIZE_MAX; at = sv_find(title, bar, at + 1)) last = at;
        if (last == SIZE_MAX) continue;
        sv left = sv_take(title, last), right = sv_skip(title, last + bar.n);
        if ((site.n && sv_eq_nocase(right, site)) || sv_eq_nocase(left, h1)) return left;
        if (site.n && sv_eq_nocase(left, site)) return right;
        if (bars[i][1] == '|' && left.n > 2 * right.n) return left;
    }
    return title;
}

static void choose_title(const struct found *f, const struct jsonld *ld, struct article *out) {
    sv site = out->sitename, h1 = f->h1_count == 1 || (f->h1.n && sv_has_nocase(f->title, f->h1)) ? f->h1 : SV_NONE;
    sv og = without_site(f->og_title, site, h1), element = without_site(f->title, site, h1);
    if (f->headline_prop.n) out->title = f->headline_prop;
    first(&out->title, h1.n > 8 && (sv_has_nocase(f->title, h1) || sv_has_nocase(f->og_title, h1)) ? h1 : SV_NONE);
    first(&out->title, ld->headline);
    first(&out->title, og);
    first(&out->title, h1);
    first(&out->title, element);
    first(&out->title, without_site(f->meta_title, site, h1));
    out->title = sv_trim(out->title);
}

static bool is_name(sv v, sv site) {
    size_t digits = 0;
    for (size_t i = 0; i < v.n; i++) digits += ascii_is_digit(v.p[i]);
    return v.n > 1 && v.n < 80 && digits < 3 && !sv_has(v, SV("@")) && !sv_has(v, SV("http")) && !sv_eq_nocase(v, site) && !sv_eq_nocase(v, SV("admin"));
}

/* "By A and B, C": the names in it. */
static void split_byline(struct found *f, sv byline, struct article *out) {
    static const char *const openers[] = {"by ", "von ", "par ", "por ", "di ", "door ", "av ", "af ", "autor: ", "author: ", "written by ", "posted by ", "text: ", "автор: "};
    static const char *const joints[] = {" and ", " und ", " et ", " y ", " e ", " & ", ", ", " og ", " och ", " en ", "; ", " | "};
    byline = sv_trim(byline);
    for (size_t i = 0; i < COUNT_OF(openers); i++)
        if (sv_starts_nocase(byline, sv_cstr(openers[i]))) byline = sv_trim(sv_skip(byline, strlen(openers[i])));
    while (byline.n && out->author_count < AUTHORS_MAX) {
        size_t at = byline.n, length = 0;
        for (size_t i = 0; i < COUNT_OF(joints); i++) {
            size_t here = sv_find_nocase(byline, sv_cstr(joints[i]), 0);
            if (here < at) at = here, length = strlen(joints[i]);
        }
        sv name = sv_trim(sv_take(byline, at));
        if (is_name(name, out->sitename)) add_item(f->arena, &out->authors, &out->author_count, AUTHORS_MAX, name);
        byline = sv_skip(byline, at + length);
    }
}

static void choose_authors(struct found *f, const struct jsonld *ld, struct article *out) {
    for (size_t i = 0; i < ld->author_count; i++)
        if (is_name(ld->authors[i], out->sitename)) split_byline(f, ld->authors[i], out);
    out->byline_raw = f->byline.n ? f->byline : f->rel_author.n ? f->rel_author : f->meta_author;
    const sv sources[] = {f->meta_author, f->rel_author, f->byline};
    for (size_t i = 0; i < COUNT_OF(sources) && out->author_count == 0; i++) split_byline(f, sources[i], out);
}

struct dated {
    sv text;
    const char *source;
};

static struct article_date choose_date(const struct dated *list, size_t count, struct arena *arena) {
    for (size_t i = 0; i < count; i++) {
        sv value = date_normalise(list[i].text, arena);
        if (value.n) return (struct article_date){value, sv_cstr(list[i].source)};
    }
    return (struct article_date){SV_NONE, SV_NONE};
}

static sv stated_language(const struct found *f, const struct jsonld *ld, sv hint, struct arena *arena) {
    sv stated = f->language.n ? f->language : f->og_locale.n ? f->og_locale : ld->language.n ? ld->language : hint;
    sv copy = arena_dup(arena, sv_take(stated, 35));
    size_t n = 0;
    while (n < copy.n && ascii_is_alpha(copy.p[n])) n++;
    return n == 2 || n == 3 ? sv_take(copy, n) : SV_NONE;
}

enum err_code metadata_collect(lxb_html_document_t *document, sv url, sv hint, struct arena *arena, struct article *out, struct image_hints *images, struct err *e) {
    struct found f = {.arena = arena, .base = url};
    struct jsonld ld = {0};
    lxb_dom_node_t *root = lxb_dom_interface_node(document);
    for (lxb_dom_node_t *n = root->first_child; n; n = next_in(root, n)) {
        if (n->type != LXB_DOM_NODE_TYPE_ELEMENT) continue;
        if (n->local_name == LXB_TAG_SCRIPT && sv_has_nocase(attr(n, "type"), SV("ld+json"))) jsonld_read(dom_raw_text(n, arena), arena, &ld);
        else read_element(&f, n, out);
    }
    out->sitename = f.og_site.n ? f.og_site : ld.publisher.n ? ld.publisher : f.meta_site;
    choose_title(&f, &ld, out);
    choose_authors(&f, &ld, out);
    sv in_url = date_in_url(url.n ? url : f.canonical, arena);
    const struct dated published[] = {{ld.published, "json-ld"}, {f.published_meta, "meta"}, {f.published_prop, "microdata"}, {f.time_first, "time"}, {in_url, "url"}};
    const struct dated modified[] = {{ld.modified, "json-ld"}, {f.modified_meta, "meta"}, {f.modified_prop, "microdata"}};
    out->published = choose_date(published, COUNT_OF(published), arena);
    out->modified = choose_date(modified, COUNT_OF(modified), arena);
    out->description = f.og_description.n ? f.og_description : f.description.n ? f.description : ld.description;
    sv canonical = f.canonical.n ? f.canonical : f.og_url;
    if (canonical.n) out->canonical_url = url_join(f.base, canonical, arena);
    *images = (struct image_hints){.base = arena_dup(arena, f.base), .lead = arena_dup(arena, f.og_image.n ? f.og_image : ld.image)};
    out->language = stated_language(&f, &ld, hint, arena);
    out->paywalled = ld.paywalled;
    sv *const kept[] = {&out->sitename, &out->description, &out->title, &out->byline_raw};
    for (size_t i = 0; i < COUNT_OF(kept); i++) *kept[i] = kept[i]->n ? arena_dup(arena, *kept[i]) : SV_NONE;
    for (size_t i = 0; i < out->author_count; i++) out->authors[i] = arena_dup(arena, out->authors[i]);
    for (size_t i = 0; i < out->tag_count; i++) out->tags[i] = arena_dup(arena, out->tags[i]);
    for (size_t i = 0; i < out->category_count; i++) out->categories[i] = arena_dup(arena, out->categories[i]);
    return arena->failed ? err_set(e, ERR_MEMORY, "no memory for the metadata of a page") : ERR_OK;
}
