#include "images.h"

#include "base/utf8.h"
#include "dom_attr.h"
#include "furniture.h"
#include "image_caption.h"
#include "image_url.h"
#include "image_words.h"
#include "url_join.h"

enum {
    SURE = 52428, /* of 65535 */
    IMAGES_MAX = 64,
    LOOKS_MAX = 200000,
    FIELD_BYTES_MAX = 2000,
    CLAIM_MIN = 30,
    CLAIM_REST_MAX = 100,
    URL_BYTES_MAX = 4000,
    LARGE_PIXELS = 200,     /* from here a .gif may be a picture */
    SMALL_PIXELS = 120,     /* both sides at most this: an avatar, a button, the thumbnail of a teaser */
    THIN_PIXELS = 40,       /* one side at most this: a rule, a flag, a spacer */
    BEHIND_BLOCKS = 3,      /* how far behind the kept text a picture may stand */
    BEFORE_TOKENS = 80,     /* words between a picture without caption and the kept text behind it */
    ALT_REACH = 16,         /* images before and behind whose descriptions are compared */
    NEAR_TOKENS = 60,       /* of a text that may be a caption only because it stands behind a picture */
};

struct page {
    const struct image_hints *hints;
    const struct blocks *b;
    struct decision *d;
    struct arena *arena;
    struct article *out;
    size_t first, last;         /* kept blocks */
    uint32_t container;         /* the lowest node around all kept blocks */
    uint32_t shared_places;     /* what most of the kept text lies in too */
    size_t budget;              /* nodes that may still be looked at for captions */
    uint64_t lead_key;
    uint64_t keys[IMAGES_MAX];  /* of out->images */
};

/* -- what an image is ------------------------------------------------------------------------------------------------------- */

static lxb_dom_node_t *image_of(lxb_dom_node_t *n) {
    if (n->local_name != LXB_TAG_NOSCRIPT) return n;
    for (lxb_dom_node_t *c = n->first_child; c;) {
        if (c->type == LXB_DOM_NODE_TYPE_ELEMENT && c->local_name == LXB_TAG_IMG) return c;
        if (c->first_child) c = c->first_child;
        else {
            while (c && c != n && !c->next) c = c->parent;
            c = c && c != n ? c->next : NULL;
        }
    }
    return NULL;
}

static unsigned pixels(const lxb_dom_node_t *img, lxb_dom_attr_id_t side) {
    sv v = dom_attribute_of(img, side);
    unsigned n = 0;
    size_t i = 0;
    for (; i < v.n && i < 5 && ascii_is_digit(v.p[i]); i++) n = n * 10 + (unsigned)(v.p[i] - '0');
    return i == v.n || sv_eq_nocase(sv_skip(v, i), SV("px")) ? n : 0;
}

static bool is_small(lxb_dom_node_t *img) {
    unsigned w = pixels(img, LXB_DOM_ATTR_WIDTH), h = pixels(img, LXB_DOM_ATTR_HEIGHT);
    if ((w && w <= THIN_PIXELS) || (h && h <= THIN_PIXELS)) return true;
    return w && h && w <= SMALL_PIXELS && h <= SMALL_PIXELS;
}

static bool around_has(lxb_dom_node_t *img, unsigned words) {
    lxb_dom_node_t *n = img;
    for (int up = 0; n && n->type == LXB_DOM_NODE_TYPE_ELEMENT && up < 4 && n->local_name != LXB_TAG_BODY; up++, n = n->parent)
        if (image_words(dom_attribute_of(n, LXB_DOM_ATTR_CLASS)) & words) return true;
    return false;
}

/* A drawing of the old web, without a size or a small one: lines, bullets, buttons. */
static bool is_small_gif(lxb_dom_node_t *img, sv url) { return sv_has_nocase(url, SV(".gif")) && pixels(img, LXB_DOM_ATTR_WIDTH) < LARGE_PIXELS && pixels(img, LXB_DOM_ATTR_HEIGHT) < LARGE_PIXELS; }

static bool is_furniture(lxb_dom_node_t *img, sv url) {
    return is_small(img) || image_url_is_small(url, SMALL_PIXELS) || image_url_is_furniture(url) || around_has(img, IMAGE_WORD_FURNITURE) || is_small_gif(img, url);
}

static bool in_captioned_figure(lxb_dom_node_t *img) {
    lxb_dom_node_t *n = img;
    for (int up = 0; n && up < 8 && n->local_name != LXB_TAG_FIGURE; up++) n = n->parent;
    if (!n || n->local_name != LXB_TAG_FIGURE) return false;
    for (lxb_dom_node_t *c = n->first_child; c; c = c->next)
        if (c->local_name == LXB_TAG_FIGCAPTION) return true;
    return false;
}

/* The link around an image that leads to another page, or NULL: not one to the picture itself, nor one that opens it. */
static lxb_dom_node_t *teaser_link(lxb_dom_node_t *img, uint64_t key) {
    lxb_dom_node_t *n = img;
    for (int up = 0; n && n->type == LXB_DOM_NODE_TYPE_ELEMENT && up < 10; up++, n = n->parent) {
        if (n->local_name != LXB_TAG_A) continue;
        sv href = dom_attribute_of(n, LXB_DOM_ATTR_HREF);
        if (!href.n || *href.p == '#' || sv_starts_nocase(href, SV("javascript:")) || image_url_is_file(href) || image_url_key(href) == key) return NULL;
        if ((image_words(dom_attribute_of(n, LXB_DOM_ATTR_CLASS)) | image_words(dom_attribute(n, "rel"))) & IMAGE_WORD_OPENS) return NULL;
        return n;
    }
    return NULL;
}

/* -- where it stands -------------------------------------------------------------------------------------------------------- */

/* Above the text stand pictures and what decorates the page: a picture has a size, a description, or other sizes. */
static bool looks_like_picture(lxb_dom_node_t *img) {
    if (pixels(img, LXB_DOM_ATTR_WIDTH) >= LARGE_PIXELS || dom_attribute(img, "srcset").n || dom_attribute(img, "data-srcset").n || dom_attribute_of(img, LXB_DOM_ATTR_ALT).n >= 10) return true;
    lxb_dom_node_t *n = img->parent;
    for (int up = 0; n && up < 5; up++, n = n->parent)
        if (n->local_name == LXB_TAG_FIGURE || n->local_name == LXB_TAG_PICTURE) return true;
    return around_has(img, IMAGE_WORD_FIGURE);
}

static uint32_t tokens_between(const struct blocks *b, size_t from, size_t to) {
    uint32_t sum = 0;
    for (size_t i = from; i < to && i < b->count; i++) sum += b->block[i].tokens;
    return sum;
}

static bool is_in_container(const struct page *p, uint32_t node) {
    while (node != p->container && p->b->node[node].parent != node) node = p->b->node[node].parent;
    return node == p->container;
}

static bool is_in_place(const struct page *p, const struct block_mark *m, bool described, bool lead) {
    /* Class words like "widget" may lie around all of the text: what counts is what lies around the image alone. */
    uint32_t places = p->b->node[m->node].places, alone = places & ~p->shared_places;
    bool within = m->block >= p->first && m->block <= p->last, body = (places & (IN_BODY | IN_ARTICLE | IN_MAIN)) || is_in_container(p, m->node);
    if (lead) return m->block <= p->last;
    if ((alone & (IN_ASIDE | IN_CHROME | IN_FORM | IN_HIDDEN)) && !(described && (within || m->block < p->first))) return false;
    if (within) return true;
    if (m->block > p->last) return body && m->block <= p->last + (described ? 2 * BEHIND_BLOCKS : BEHIND_BLOCKS);
    return described || (looks_like_picture(image_of(m->element)) && tokens_between(p->b, m->block, p->first) <= BEFORE_TOKENS);
}

/* -- text that only stands near --------------------------------------------------------------------------------------------- */

static bool same_start(sv a, sv b) {
    size_t n = a.n < b.n ? a.n : b.n;
    return n >= 8 && sv_eq_nocase(sv_take(a, n), sv_take(b, n));
}

/* Some programs describe every picture of an article by the words that it begins with. */
static bool is_said_of_another(const struct page *p, const struct block_mark *m, sv alt) {
    size_t own = (size_t)(m - p->b->image);
    for (size_t i = own > ALT_REACH ? own - ALT_REACH : 0; i < p->b->image_count && i <= own + ALT_REACH; i++) {
        const struct block_mark *other = &p->b->image[i];
        if (other->block != m->block && other->element->local_name == LXB_TAG_IMG && sv_eq(dom_attribute_of(other->element, LXB_DOM_ATTR_ALT), alt)) return true;
    }
    return false;
}

static bool names_author(const struct article *a, sv alt) {
    for (size_t i = 0; i < a->author_count; i++)
        if (alt.n && sv_eq_nocase(a->authors[i], alt)) return true;
    return false;
}

/* The block behind an image is its caption when it says what the alt text says, or when it ends as only captions do. */
static void look_behind(const struct page *p, const struct block_mark *m, sv alt, struct image_caption *out) {
    if (m->block >= p->b->count) return;
    const struct text_block *block = &p->b->block[m->block];
    if (block->tokens > NEAR_TOKENS || (p->out->title.n && sv_eq_nocase(block->text, p->out->title))) return;
    struct caption line = caption_split(block->text, CAPTION_LINE);
    bool says_alt = same_start(alt, block->text) && !is_said_of_another(p, m, alt);
    if (!line.credit.n && !says_alt) return;
    out->text = says_alt ? caption_split(block->text, CAPTION_PLACE) : line;
    out->raw = block->text;
}

/* -- the list --------------------------------------------------------------------------------------------------------------- */

/* What the model is sure of, and no class calls a caption, is text that an image states too. */
static bool is_sure_text(const struct page *p, size_t i) {
    const struct block_node *node = &p->b->node[p->b->block[i].node], *parent = &p->b->node[node->parent];
    static const unsigned about_images = IMAGE_WORD_CAPTION | IMAGE_WORD_CREDIT | IMAGE_WORD_FIGURE;
    if (p->d->probability[i] < SURE || node->places & (IN_CAPTION | IN_FIGURE)) return false;
    return !((image_words(node->classes) | image_words(parent->classes)) & about_images);
}

static void drop_block(struct page *p, size_t i) {
    if (!p->d->keep[i] || is_sure_text(p, i)) return;
    p->d->keep[i] = false;
    p->d->rule[i] = RULE_CAPTION;
    p->d->kept_tokens -= p->b->block[i].tokens;
}

/* What a caption says around its image is not said by the text again. */
static void claim_text(struct page *p, const struct block_mark *m, sv raw, sv caption) {
    char line[FIELD_BYTES_MAX];
    size_t from = m->block > 3 ? m->block - 3 : 0;
    for (size_t i = from; raw.n && i < p->b->count && i < m->block + 8; i++) {
        sv text = p->b->block[i].text;
        if (!p->d->keep[i] || text.n > sizeof line || text.n < 3) continue;
        for (size_t k = 0; k < text.n; k++) line[k] = text.p[k] == '\n' ? ' ' : text.p[k];
        text = sv_from(line, text.n);
        /* A line with buttons and labels around the caption is one, a paragraph that repeats it is longer. */
        bool around = caption.n >= CLAIM_MIN && text.n <= caption.n + CLAIM_REST_MAX && sv_has(text, caption);
        if (around || (text.n <= raw.n && sv_has(raw, text))) drop_block(p, i);
    }
}

/* A copy without controls, which JSON may hold, of at most FIELD_BYTES_MAX. */
static sv bounded(struct arena *arena, sv v) {
    v = utf8_without_controls(utf8_cut(v, FIELD_BYTES_MAX), arena);
    char *copy = v.n ? arena_room(arena, v.n) : NULL;
    for (size_t i = 0; copy && i < v.n; i++) copy[i] = (uint8_t)v.p[i] < 32 ? ' ' : v.p[i];
    return copy ? sv_trim(sv_from(copy, v.n)) : SV_NONE;
}

static void fill(sv *slot, sv value) {
    if (!slot->n && value.n) *slot = value;
}

/* `m`: where it stands, NULL where it does not. */
static void add_image(struct page *p, const struct block_mark *m, sv url, uint64_t key, sv alt, struct caption c) {
    struct article *out = p->out;
    size_t cap = out->image_count;
    for (size_t i = 0; i < out->image_count; i++) {
        if (p->keys[i] != key) continue;
        fill(&out->images[i].alt, bounded(p->arena, alt));
        if (out->images[i].caption.n || out->images[i].credit.n) return;
        out->images[i].caption = bounded(p->arena, c.caption);
        out->images[i].credit = bounded(p->arena, c.credit);
        return;
    }
    if (out->image_count >= IMAGES_MAX || !arena_grow(p->arena, (void **)&out->images, out->image_count, &cap, sizeof *out->images)) return;
    p->keys[out->image_count] = key;
    out->images[out->image_count++] = (struct article_image){
        .url = url_join(p->hints->base, url, p->arena), .alt = bounded(p->arena, alt), .caption = bounded(p->arena, c.caption), .credit = bounded(p->arena, c.credit), .is_placed = m != NULL, .block = m ? m->block : 0};
}

static void consider(struct page *p, const struct block_mark *m) {
    uint32_t places = p->b->node[m->node].places & ~p->shared_places;
    if ((places & (IN_NAV | IN_FOOTER | IN_COMMENTS)) || m->block > p->last + 2 * BEHIND_BLOCKS) return;
    lxb_dom_node_t *img = image_of(m->element);
    sv url = img ? image_url_best(img) : SV_NONE;
    if (!url.n || url.n > URL_BYTES_MAX || image_url_is_vector(url)) return;
    uint64_t key = image_url_key(url);
    lxb_dom_node_t *link = teaser_link(img, key);
    bool captioned = in_captioned_figure(img), lead = p->lead_key && (key == p->lead_key || (!link && image_url_names(img, p->lead_key)));
    /* A teaser has a title and at times a credit too; a picture of the article that links elsewhere has a caption beside the link. */
    if (link && !captioned && !lead) return;
    if (!lead && (captioned ? around_has(img, IMAGE_WORD_PERSON) : is_furniture(img, url))) return;
    if (!lead && names_author(p->out, dom_attribute_of(img, LXB_DOM_ATTR_ALT))) return;
    struct image_caption c = image_caption_find(m->element, key, link, p->out->title, &p->budget, p->arena);
    sv alt = dom_attribute_of(img, LXB_DOM_ATTR_ALT);
    if (!c.text.caption.n && !c.text.credit.n && !link) look_behind(p, m, alt, &c);
    bool described = link ? c.placed && !c.in_link && captioned : c.text.caption.n || c.text.credit.n;
    if (!is_in_place(p, m, described, lead) || (link && !described && !lead) || furniture_is_ad_label(c.text.caption)) return;
    add_image(p, m, url, lead ? p->lead_key : key, alt, c.text);
    claim_text(p, m, c.raw, c.text.caption);
}

/* The page's own choice stands first; where it made none, the first picture is the lead. A choice that is not on the page gives way to a
 * picture with a caption or a credit above the text: the one that is made for previews shows the same, or the outlet's name. */
static void choose_lead(struct page *p) {
    struct article *out = p->out;
    size_t at = 0;
    while (p->lead_key && at < out->image_count && p->keys[at] != p->lead_key) at++;
    if (at == out->image_count) {
        bool above = at > 0 && out->images[0].block <= p->first && (out->images[0].caption.n || out->images[0].credit.n);
        if (!above && p->lead_key) add_image(p, NULL, p->hints->lead, p->lead_key, SV_NONE, (struct caption){SV_NONE, SV_NONE});
        if (above) at = 0;
    }
    if (at >= out->image_count) return;
    struct article_image lead = out->images[at];
    memmove(out->images + 1, out->images, at * sizeof lead);
    lead.is_lead = true;
    out->sources.lead_image = p->lead_key && p->keys[at] == p->lead_key ? p->hints->lead_source : SV("html");
    out->images[0] = lead;
}

/* Four words or more: programs fill captions with the names of files. */
static bool says_something(sv v) {
    size_t spaces = 0;
    for (size_t i = 0; i < v.n; i++) spaces += v.p[i] == ' ';
    return spaces >= 3;
}

/* What JSON-LD says of an image that the page itself says nothing about; there, a caption of the alt text or of the headline is none. */
static void add_stated(struct page *p) {
    for (size_t i = 0; i < p->out->image_count; i++) {
        struct article_image *image = &p->out->images[i];
        uint64_t key = image_url_key(image->url);
        for (size_t k = 0; k < p->hints->stated_count && !(image->caption.n && image->credit.n); k++) {
            const struct stated_image *s = &p->hints->stated[k];
            if (image_url_key(s->url) != key) continue;
            struct caption c = caption_split(s->caption, CAPTION_PLACE);
            bool repeats = sv_eq_nocase(c.caption, image->alt) || sv_eq_nocase(c.caption, p->out->title) || !says_something(c.caption);
            if (!repeats) fill(&image->caption, bounded(p->arena, c.caption));
            fill(&image->credit, bounded(p->arena, s->credit.n ? caption_credit_names(s->credit) : c.credit));
        }
    }
}

static void find_text(struct page *p) {
    uint32_t tokens[32] = {0}, kept = 0;
    p->first = SIZE_MAX;
    for (size_t i = 0; i < p->b->count; i++) {
        if (!p->d->keep[i]) continue;
        if (p->first == SIZE_MAX) p->first = i;
        p->last = i;
        kept += p->b->block[i].tokens;
        for (unsigned bit = 0; bit < 32; bit++)
            if (p->b->node[p->b->block[i].node].places >> bit & 1) tokens[bit] += p->b->block[i].tokens;
    }
    if (kept > 0) p->container = p->b->block[p->last].node;
    while (kept > 0 && p->b->node[p->container].first > p->first) p->container = p->b->node[p->container].parent;
    for (unsigned bit = 0; bit < 32; bit++)
        if (tokens[bit] > kept / 2) p->shared_places |= (uint32_t)1 << bit;
}

enum err_code images_collect(const struct image_hints *hints, const struct blocks *b, struct decision *d, struct arena *arena, struct article *out, struct err *e) {
    struct page p = {.hints = hints, .b = b, .d = d, .arena = arena, .out = out, .budget = LOOKS_MAX};
    if (hints->lead.n <= URL_BYTES_MAX && !image_url_is_placeholder(hints->lead) && !image_url_is_furniture(hints->lead)) p.lead_key = image_url_key(hints->lead);
    find_text(&p);
    for (size_t i = 0; i < b->image_count && p.first != SIZE_MAX && !arena->failed; i++) consider(&p, &b->image[i]);
    choose_lead(&p);
    add_stated(&p);
    return arena->failed ? err_set(e, ERR_MEMORY, "no memory for the images of a page") : ERR_OK;
}
