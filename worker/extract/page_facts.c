#include "page_facts.h"

#include "byline.h"
#include "dom_attr.h"
#include "dom_text.h"
#include "entities.h"
#include "jsonld.h"
#include "meta_names.h"
#include "base/sbuf.h"
#include "base/utf8.h"
#include "url_join.h"

enum { VALUE_BYTES = 4096, LINE_BYTES = 400, LINES_MAX = 4000, DEPTH_MAX = 1024, SHORT_BYTES = 240, DATE_BYTES = 160, NAME_NODES = 200, SIGNATURE_BYTES_MIN = 6, SIGNATURE_BYTES_MAX = 80 };

/* Marks that hold for all that is inside of an element, and those of which one is enough on the way. */
enum { INSIDE = MARK_LOGO | MARK_COMMENT | MARK_ASIDE | MARK_FOOTER | MARK_CAPTION | MARK_TAGS | MARK_CATEGORY | MARK_META | MARK_BIO | MARK_AUTHOR | MARK_BYLINE | MARK_DATE | MARK_TITLE | MARK_PUBLISHED | MARK_MODIFIED };

/* Marks that the labels and the state of a post make of its class. */
enum { OF_A_POST = MARK_TAGS | MARK_CATEGORY | MARK_DATE | MARK_PUBLISHED };

struct walk {
    struct page_facts *facts;
    struct class_cache *words;
    struct dom_attr_ids ids;
    struct dom_attrs attributes; /* of the element that is being entered */
    struct sbuf text; /* the line that is being read, not longer than LINE_BYTES */
    size_t raw, linked;
    uint32_t marks;
    sv last; /* the text node that ends the line so far */
    bool space, failed;
    bool edge; /* an element began or ended since the line's last text */
    unsigned depth, links, in_article;
    struct labelled {
        sv label, data;
    } labelled[2]; /* what a card names with words of its own */
    uint32_t stack[DEPTH_MAX]; /* marks of the open elements */
};

/* -- lines ------------------------------------------------------------------------------------------------------------------------- */

/* "（记者 王小明）" at the end of a paragraph, as Chinese news sign: a claim that is text. The parentheses may be those of either width. */
static void claim_signature(struct walk *w, sv end) {
    while (sv_ends(end, SV("\xC2\xA0")) || sv_ends(end, SV("\xE3\x80\x80"))) end = sv_trim(sv_take(end, end.n - (sv_ends(end, SV("\xC2\xA0")) ? 2 : 3)));
    if (!sv_ends(end, SV("）")) && !(sv_ends(end, SV(")")) && end.n > SIGNATURE_BYTES_MIN)) return;
    sv tail = sv_take(end, end.n - (sv_ends(end, SV(")")) ? 1 : 3));
    size_t open = SIZE_MAX;
    for (size_t i = 0; i < tail.n; i++)
        if (tail.p[i] == '(' || sv_starts(sv_skip(tail, i), SV("（"))) open = i;
    if (open == SIZE_MAX || tail.n - open > SIGNATURE_BYTES_MAX) return;
    sv inside = sv_trim(sv_skip(tail, open + (tail.p[open] == '(' ? 1 : 3)));
    if (byline_signs(inside)) claims_add(&w->facts->of[FACT_AUTHOR], w->facts->arena, (struct claim){arena_dup(w->facts->arena, inside), CLAIM_TEXT, w->marks, (uint32_t)w->facts->line_count});
}

static void flush_line(struct walk *w) {
    struct page_facts *f = w->facts;
    if (!w->text.n && !w->last.n) return;
    if (w->last.n) claim_signature(w, w->last);
    w->last = SV_NONE;
    if (w->text.n && f->line_count < LINES_MAX) {
        uint32_t marks = w->marks & ~(uint32_t)MARK_LINK;
        if (w->linked >= w->raw) marks |= MARK_LINK;
        sv text = arena_dup(f->arena, utf8_cut(sbuf_view(&w->text), LINE_BYTES));
        if (!arena_grow(f->arena, (void **)&f->line, f->line_count, &f->line_cap, sizeof *f->line)) w->failed = true;
        else f->line[f->line_count++] = (struct page_line){text, (uint32_t)(w->raw > text.n ? w->raw : text.n), marks};
    }
    w->failed |= w->text.err == ERR_MEMORY;
    sbuf_reset(&w->text);
    w->raw = w->linked = 0;
    w->marks = 0;
    w->space = false;
}

static void add_text(struct walk *w, sv raw, uint32_t marks) {
    sv end = sv_trim(raw);
    if (end.n) w->last = end;
    if (w->text.n > LINE_BYTES) {
        w->raw += raw.n;
        return;
    }
    if (w->edge && w->text.n && raw.n && ascii_is_digit(*raw.p) && ascii_is_digit(w->text.p[w->text.n - 1])) w->space = true; /* the day and the year, each in a box */
    size_t added = dom_text_collapse(&w->text, raw, LINE_BYTES, &w->space);
    if (added) w->edge = false;
    w->raw += added;
    if (w->links) w->linked += added;
    if (added) w->marks |= marks;
}

static bool is_inline(lxb_tag_id_t tag) {
    switch (tag) {
    case LXB_TAG_A: case LXB_TAG_ABBR: case LXB_TAG_B: case LXB_TAG_BDI: case LXB_TAG_BDO: case LXB_TAG_BIG: case LXB_TAG_CITE: case LXB_TAG_CODE: case LXB_TAG_DATA:
    case LXB_TAG_EM: case LXB_TAG_FONT: case LXB_TAG_I: case LXB_TAG_IMG: case LXB_TAG_INS: case LXB_TAG_LABEL: case LXB_TAG_MARK: case LXB_TAG_META: case LXB_TAG_Q:
    case LXB_TAG_RB: case LXB_TAG_RP: case LXB_TAG_RT: case LXB_TAG_RTC: case LXB_TAG_RUBY:
    case LXB_TAG_S: case LXB_TAG_SMALL: case LXB_TAG_SPAN: case LXB_TAG_STRONG: case LXB_TAG_SUB: case LXB_TAG_SUP: case LXB_TAG_TIME: case LXB_TAG_U: case LXB_TAG_WBR:
        return true;
    default: return false;
    }
}

static bool is_skipped(lxb_tag_id_t tag) {
    return tag == LXB_TAG_SCRIPT || tag == LXB_TAG_STYLE || tag == LXB_TAG_SVG || tag == LXB_TAG_TEMPLATE || tag == LXB_TAG_IFRAME || tag == LXB_TAG_SELECT ||
           tag == LXB_TAG_TEXTAREA || tag == LXB_TAG_TITLE || dom_text_is_gloss(tag);
}

/* -- claims ------------------------------------------------------------------------------------------------------------------------ */

static void claim(struct walk *w, enum fact fact, enum claim_source source, sv value, uint32_t marks, bool copy) {
    struct page_facts *f = w->facts;
    bool printed = source != CLAIM_META && source != CLAIM_OPENGRAPH && source != CLAIM_TITLE && source != CLAIM_HTML;
    if (!value.n || f->of[fact].count >= CLAIMS_MAX) return;
    if (copy) value = entities_decode(arena_dup(f->arena, utf8_cut(value, VALUE_BYTES)), f->arena);
    claims_add(&f->of[fact], f->arena, (struct claim){value, source, marks, printed ? (uint32_t)f->line_count : CLAIM_NO_LINE});
}

/* "twitter:label1" = "Written by" and "twitter:data1" = "Ann Lee" make one claim; programs of blogs write them in the language of the site. */
static void read_label(struct walk *w, sv name, sv content) {
    bool second = sv_ends(name, SV("2")), label = sv_starts_nocase(name, SV("twitter:label"));
    struct labelled *l = &w->labelled[second];
    if (label) l->label = content;
    else l->data = content;
    if (l->label.n && l->data.n && byline_is_opener(l->label)) claim(w, FACT_AUTHOR, CLAIM_META, l->data, 0, true);
}

static void read_meta(struct walk *w, const struct dom_attrs *a) {
    const enum dom_attr_name keys[] = {DOM_ATTR_PROPERTY, DOM_ATTR_NAME, DOM_ATTR_HTTP_EQUIV};
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        sv names = a->value[keys[i]];
        if (sv_starts_nocase(names, SV("twitter:label")) || sv_starts_nocase(names, SV("twitter:data"))) read_label(w, names, a->value[DOM_ATTR_CONTENT].p ? a->value[DOM_ATTR_CONTENT] : a->value[DOM_ATTR_VALUE]);
        if (sv_eq(names, SV("script:ld+json"))) jsonld_read(a->value[DOM_ATTR_CONTENT], w->facts); /* a framework's name for the script that it should have been */
        const struct meta_name *found = names.n ? meta_names_find(names) : NULL;
        if (!found) continue;
        enum fact fact = found->fact;
        sv content = a->value[DOM_ATTR_CONTENT].p ? a->value[DOM_ATTR_CONTENT] : a->value[DOM_ATTR_VALUE];
        if (fact == FACT_TAG && found->source == CLAIM_META)
            while (content.n) claim(w, fact, found->source, sv_cut(&content, ','), 0, true);
        else
            claim(w, fact, found->source, content, 0, true);
        return;
    }
}

static void read_link(struct walk *w, const struct dom_attrs *a) {
    sv rel = a->value[DOM_ATTR_REL], href = a->value[DOM_ATTR_HREF];
    if (sv_eq_nocase(rel, SV("canonical"))) claim(w, FACT_CANONICAL, CLAIM_REL, href, 0, true);
    else if (sv_eq_nocase(rel, SV("license"))) claim(w, FACT_LICENSE, CLAIM_REL, href, 0, true);
    else if (sv_eq_nocase(rel, SV("alternate")) && a->value[DOM_ATTR_HREFLANG].n && sv_eq(href, w->facts->url))
        claim(w, FACT_LANGUAGE, CLAIM_REL, a->value[DOM_ATTR_HREFLANG], 0, true);
}

/* Whether `word` is one of the words of a list that spaces part. */
static bool has_token(sv list, sv word) {
    while (list.n)
        if (sv_eq_nocase(sv_cut(&list, ' '), word)) return true;
    return false;
}

static lxb_dom_node_t *next_in(lxb_dom_node_t *root, lxb_dom_node_t *node) {
    if (node->first_child) return node->first_child;
    while (node && node != root && !node->next) node = node->parent;
    return node && node != root ? node->next : NULL;
}

/* What an element says: its content or datetime, else its short text. */
static sv value_of(struct walk *w, lxb_dom_node_t *node, const struct dom_attrs *a, size_t max) {
    if (a->value[DOM_ATTR_CONTENT].n) return a->value[DOM_ATTR_CONTENT];
    if (a->value[DOM_ATTR_DATETIME].n) return a->value[DOM_ATTR_DATETIME];
    return dom_text_short(node, max, w->facts->arena);
}

/* The names of a person's element: what is marked as name inside of it, else all of it. */
static void claim_person(struct walk *w, lxb_dom_node_t *node, const struct dom_attrs *a, uint32_t marks) {
    unsigned steps = 0;
    for (lxb_dom_node_t *n = next_in(node, node); n && steps < NAME_NODES; n = next_in(node, n), steps++) {
        struct dom_attrs inner = {.known = 0};
        if (n->type != LXB_DOM_NODE_TYPE_ELEMENT || !dom_attr_read(n, &w->ids, &inner) || !has_token(inner.value[DOM_ATTR_ITEMPROP], SV("name"))) continue;
        claim(w, FACT_AUTHOR, CLAIM_MICRODATA, value_of(w, n, &inner, SHORT_BYTES), marks, true);
        return;
    }
    claim(w, FACT_AUTHOR, CLAIM_MICRODATA, value_of(w, node, a, SHORT_BYTES), marks, true);
}

static void read_itemprop(struct walk *w, lxb_dom_node_t *node, const struct dom_attrs *a, uint32_t marks) {
    static const struct {
        const char *name;
        enum fact fact;
        size_t max;
    } table[] = {{"datePublished", FACT_PUBLISHED, DATE_BYTES}, {"dateCreated", FACT_PUBLISHED, DATE_BYTES}, {"uploadDate", FACT_PUBLISHED, DATE_BYTES}, {"dateModified", FACT_MODIFIED, DATE_BYTES},
                 {"headline", FACT_TITLE, LINE_BYTES}, {"articleSection", FACT_CATEGORY, SHORT_BYTES}, {"keywords", FACT_TAG, SHORT_BYTES}, {"inLanguage", FACT_LANGUAGE, DATE_BYTES},
                 {"isAccessibleForFree", FACT_PAYWALL, DATE_BYTES}};
    sv props = a->value[DOM_ATTR_ITEMPROP];
    if (!props.n) props = a->value[DOM_ATTR_PROPERTY];
    while (props.n) {
        sv prop = sv_cut(&props, ' ');
        size_t colon = sv_find_char(prop, ':', 0); /* schema:author */
        if (colon != SIZE_MAX) prop = sv_skip(prop, colon + 1);
        if (sv_eq_nocase(prop, SV("author")) || sv_eq_nocase(prop, SV("creator"))) claim_person(w, node, a, marks);
        for (size_t i = 0; i < COUNT_OF(table); i++)
            if (sv_is(prop, table[i].name)) claim(w, table[i].fact, CLAIM_MICRODATA, value_of(w, node, a, table[i].max), marks, true);
    }
}

static enum fact date_fact(uint32_t own) {
    if (own & MARK_PUBLISHED) return FACT_PUBLISHED;
    return own & MARK_MODIFIED ? FACT_MODIFIED : FACT_DATE;
}

static void read_marked(struct walk *w, lxb_dom_node_t *node, const struct dom_attrs *a, uint32_t own, uint32_t marks) {
    sv rel = a->value[DOM_ATTR_REL];
    struct arena *arena = w->facts->arena;
    if (a->value[DOM_ATTR_ITEMPROP].n || (a->value[DOM_ATTR_PROPERTY].n && node->local_name != LXB_TAG_META)) read_itemprop(w, node, a, marks);
    if (rel.n && node->local_name == LXB_TAG_A) {
        bool category = has_token(rel, SV("category"));
        if (has_token(rel, SV("author"))) claim(w, FACT_AUTHOR, CLAIM_REL, dom_text_short(node, SHORT_BYTES, arena), marks, false);
        if (category || has_token(rel, SV("tag"))) claim(w, category ? FACT_CATEGORY : FACT_TAG, CLAIM_REL, dom_text_short(node, DATE_BYTES, arena), marks, false);
        if (has_token(rel, SV("license"))) claim(w, FACT_LICENSE, CLAIM_REL, a->value[DOM_ATTR_HREF], marks, true);
    } else if (node->local_name == LXB_TAG_A && marks & (MARK_TAGS | MARK_CATEGORY))
        claim(w, marks & MARK_CATEGORY ? FACT_CATEGORY : FACT_TAG, CLAIM_CLASS, dom_text_short(node, DATE_BYTES, arena), marks, false);
    if (node->local_name == LXB_TAG_TIME) {
        sv when = a->value[DOM_ATTR_DATETIME];
        claim(w, date_fact(marks), CLAIM_TIME, when.n ? when : dom_text_short(node, DATE_BYTES, arena), marks, true);
    } else if (own & MARK_DATE) {
        sv when = a->value[DOM_ATTR_DATETIME];
        if (!when.n && node->local_name == LXB_TAG_ABBR) when = a->value[DOM_ATTR_TITLE];
        claim(w, date_fact(own), CLAIM_CLASS, when.n ? when : dom_text_short(node, DATE_BYTES, arena), marks, true);
    }
    if (node->local_name == LXB_TAG_H1) claim(w, FACT_TITLE, CLAIM_HEADING, dom_text_short(node, LINE_BYTES, arena), marks, false);
    if (own & (MARK_AUTHOR | MARK_BYLINE)) claim(w, FACT_AUTHOR, CLAIM_CLASS, dom_text_short(node, SHORT_BYTES, arena), marks | (own & (MARK_AUTHOR | MARK_BYLINE)), false);
}

/* -- the walk ---------------------------------------------------------------------------------------------------------------------- */

/* Whether a link goes to the page of an author: a part of its path is "author", "autoren", "contributors" or the like. */
static bool leads_to_author(sv href) {
    static const sv parts[] = {SV_OF("author"), SV_OF("autor"), SV_OF("auteur"), SV_OF("writer"), SV_OF("reporter"), SV_OF("contributor"), SV_OF("redacteur"), SV_OF("journalist"), SV_OF("columnist"), SV_OF("by-author")};
    for (size_t at = sv_find_char(href, '/', 0); at != SIZE_MAX && at < 200; at = sv_find_char(href, '/', at + 1)) {
        sv part = sv_skip(href, at + 1);
        char first = part.n ? ascii_lower(*part.p) : 0;
        if (first != 'a' && first != 'b' && first != 'c' && first != 'j' && first != 'r' && first != 'w') continue; /* what they begin with */
        for (size_t i = 0; i < COUNT_OF(parts); i++)
            if (sv_starts_nocase(part, parts[i])) return true;
    }
    return false;
}

/* Whether a class is what blog programs give the element of a whole post: beside what the element is, it lists the post's state, labels and kind. */
static bool is_post_class(sv list) { return sv_has(list, SV("hentry")) || sv_has(list, SV("type-post")) || sv_has(list, SV("status-publish")); }

static uint32_t marks_of(struct walk *w, sv attribute) { return class_cache_read(w->words, attribute).marks; }

static uint32_t own_marks(struct walk *w, const lxb_dom_node_t *node, const struct dom_attrs *a) {
    if (node->local_name == LXB_TAG_BODY || node->local_name == LXB_TAG_HTML || node->local_name == LXB_TAG_MAIN) return 0;
    if (node->local_name == LXB_TAG_ARTICLE) return marks_of(w, a->value[DOM_ATTR_ITEMPROP]) & MARK_COMMENT;
    uint32_t own = marks_of(w, a->value[DOM_ATTR_CLASS]) | marks_of(w, a->value[DOM_ATTR_ID]);
    if (a->value[DOM_ATTR_ITEMPROP].n) own |= marks_of(w, a->value[DOM_ATTR_ITEMPROP]) & (MARK_COMMENT | MARK_TITLE);
    if (own & OF_A_POST && is_post_class(a->value[DOM_ATTR_CLASS])) own &= ~(uint32_t)OF_A_POST;
    if (own & MARK_SITE && own & MARK_TITLE) own |= MARK_LOGO;
    if (node->local_name == LXB_TAG_A && leads_to_author(a->value[DOM_ATTR_HREF])) own |= MARK_AUTHOR;
    return own & ~(uint32_t)MARK_SITE;
}

static uint32_t tag_marks(struct walk *w, const lxb_dom_node_t *node) {
    switch (node->local_name) {
    case LXB_TAG_NAV:
    case LXB_TAG_ASIDE: return MARK_ASIDE;
    case LXB_TAG_FOOTER: return w->in_article ? 0 : MARK_FOOTER;
    case LXB_TAG_FIGURE:
    case LXB_TAG_FIGCAPTION: return MARK_CAPTION;
    case LXB_TAG_H1: return MARK_HEADING | MARK_H1;
    case LXB_TAG_H2: case LXB_TAG_H3: case LXB_TAG_H4: case LXB_TAG_H5: case LXB_TAG_H6: return MARK_HEADING;
    case LXB_TAG_TIME: return MARK_TIME;
    case LXB_TAG_B:
    case LXB_TAG_STRONG: return MARK_BOLD;
    default: return 0;
    }
}

static void read_head(struct walk *w, lxb_dom_node_t *node, const struct dom_attrs *a) {
    struct page_facts *f = w->facts;
    switch (node->local_name) {
    case LXB_TAG_HTML: claim(w, FACT_LANGUAGE, CLAIM_HTML, a->value[DOM_ATTR_LANG], 0, true); break;
    case LXB_TAG_META: read_meta(w, a); break;
    case LXB_TAG_LINK: read_link(w, a); break;
    case LXB_TAG_BASE:
        if (a->value[DOM_ATTR_HREF].n) f->base = url_join(f->base, a->value[DOM_ATTR_HREF], f->arena);
        break;
    case LXB_TAG_TITLE:
        if (!claims_of(&f->of[FACT_TITLE], CLAIM_TITLE)) claim(w, FACT_TITLE, CLAIM_TITLE, dom_text_short(node, 1000, f->arena), 0, false);
        break;
    case LXB_TAG_SCRIPT:
        if (sv_has_nocase(a->value[DOM_ATTR_TYPE], SV("ld+json"))) jsonld_read(dom_raw_text(node), f);
        break;
    default: break;
    }
}

static void enter(struct walk *w, lxb_dom_node_t *node) {
    struct dom_attrs *a = &w->attributes;
    uint32_t around = w->stack[w->depth < DEPTH_MAX ? w->depth : DEPTH_MAX - 1], own = 0, tag = tag_marks(w, node);
    bool any = dom_attr_read(node, &w->ids, a);
    if (!is_inline(node->local_name)) flush_line(w);
    w->edge = true;
    if (node->local_name == LXB_TAG_TITLE || any) read_head(w, node, a);
    if (any && !is_skipped(node->local_name)) own = own_marks(w, node, a);
    uint32_t marks = around | own | tag;
    if (any || node->local_name == LXB_TAG_TIME || node->local_name == LXB_TAG_H1) read_marked(w, node, a, own, marks);
    w->depth++;
    w->links += node->local_name == LXB_TAG_A;
    w->in_article += node->local_name == LXB_TAG_ARTICLE;
    if (w->depth < DEPTH_MAX) w->stack[w->depth] = marks & (INSIDE | MARK_HEADING | MARK_H1 | MARK_TIME | MARK_BOLD);
}

static void leave(struct walk *w, const lxb_dom_node_t *node) {
    if (!is_inline(node->local_name)) flush_line(w);
    w->edge = true;
    w->depth--;
    w->links -= node->local_name == LXB_TAG_A;
    w->in_article -= node->local_name == LXB_TAG_ARTICLE;
}

enum err_code page_facts_collect(lxb_html_document_t *document, sv url, struct class_cache *words, struct arena *arena, struct page_facts *out, struct err *e) {
    struct walk *w = ARENA_NEW(arena, struct walk);
    *out = (struct page_facts){.arena = arena, .url = url, .base = url};
    if (!w) return err_set(e, ERR_MEMORY, "no memory to read a page's metadata");
    w->facts = out;
    w->words = words;
    sbuf_init(&w->text, 2 * LINE_BYTES);
    dom_attr_resolve(document, &w->ids);
    lxb_dom_node_t *root = lxb_dom_interface_node(document);
    for (lxb_dom_node_t *n = root->first_child; n;) {
        bool element = n->type == LXB_DOM_NODE_TYPE_ELEMENT;
        if (element) enter(w, n);
        else if (n->type == LXB_DOM_NODE_TYPE_TEXT) add_text(w, dom_text_data(n), w->stack[w->depth < DEPTH_MAX ? w->depth : DEPTH_MAX - 1]);
        if (element && n->first_child && !is_skipped(n->local_name)) {
            n = n->first_child;
            continue;
        }
        if (element) leave(w, n);
        while (n != root && !n->next) {
            n = n->parent;
            if (n != root) leave(w, n);
        }
        n = n == root ? NULL : n->next;
    }
    flush_line(w);
    bool failed = w->failed || arena->failed;
    sbuf_clear(&w->text);
    return failed ? err_set(e, ERR_MEMORY, "no memory for the metadata of a page") : ERR_OK;
}
