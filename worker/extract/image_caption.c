#include "image_caption.h"

#include <lexbor/dom/interfaces/character_data.h>

#include "base/err.h"
#include "base/sbuf.h"
#include "class_words.h"
#include "dom_text.h"
#include "image_url.h"

enum { LEVELS_MAX = 8, NODES_MAX = 400, CHARS_MAX = 900, PIECES_MAX = 48, PIECE_MAX = 2000, NAME_CHARS_MAX = 90, ALT_MIN = 10, PLAIN_MAX = 300, FIGURE_PLAIN_MAX = 800 };

enum kind { PLAIN, CAPTION, CREDIT, WEAK_CREDIT, SKIPPED }; /* weak: counts only inside something that means an image */

struct piece {
    const lxb_dom_node_t *owner;
    sv text;
    enum kind kind;
    bool inside;    /* below an element that means an image */
    bool near_inside; /* the same by vaguer words */
    bool in_figure;
    bool linked; /* all of it is a link */
};

struct gathered {
    struct piece pieces[PIECES_MAX];
    size_t count;
};

/* -- what an element says --------------------------------------------------------------------------------------------------- */

static bool any_attribute_has(lxb_dom_node_t *n, const char *const *stems, size_t count) {
    return class_words_have(dom_attribute(n, "class"), stems, count) || class_words_have(dom_attribute(n, "id"), stems, count);
}

static bool means_image(lxb_dom_node_t *n) {
    static const char *const stems[] = {"image", "img", "photo", "picture", "figure", "foto", "bild", "imagem", "illustration", "caption"};
    return n->local_name == LXB_TAG_FIGURE || any_attribute_has(n, stems, COUNT_OF(stems));
}

/* Words of containers that hold much else too: a name in them may be a credit, but a text is no caption. */
static bool may_mean_image(lxb_dom_node_t *n) {
    static const char *const stems[] = {"media", "gallery", "lightbox", "slide", "thumb", "visual", "lead", "hero"};
    return any_attribute_has(n, stems, COUNT_OF(stems));
}

static bool is_heading(lxb_tag_id_t tag) { return tag >= LXB_TAG_H1 && tag <= LXB_TAG_H6; }

static enum kind kind_of(lxb_dom_node_t *n) {
    static const char *const skipped[] = {"sr-only", "visually-hidden", "screen-reader", "visuallyhidden", "share", "social", "button", "zoom", "enlarge", "expand", "fullscreen", "tooltip", "counter", "tags", "date", "timestamp", "byline"};
    static const char *const credit[] = {"credit", "copyright", "photographer", "fotograf", "attribution", "urheber", "bildquelle", "nachweis", "courtesy", "crédit"};
    static const char *const weak[] = {"source", "author", "autor", "quelle", "fonte", "fuente", "agency", "owner", "rights", "license", "licence"};
    static const char *const caption[] = {"caption", "legend", "leyenda", "cutline", "bildunter", "bildtext", "bildbeschreibung", "didascalia", "imgdesc", "image-text", "image__text"};
    sv prop = dom_attribute(n, "itemprop");
    switch (n->local_name) {
    case LXB_TAG_SCRIPT: case LXB_TAG_STYLE: case LXB_TAG_NOSCRIPT: case LXB_TAG_SVG: case LXB_TAG_TEMPLATE: case LXB_TAG_BUTTON: case LXB_TAG_SELECT:
    case LXB_TAG_TIME: case LXB_TAG_IFRAME: case LXB_TAG_TEXTAREA: case LXB_TAG_VIDEO: case LXB_TAG_OBJECT: return SKIPPED;
    case LXB_TAG_CITE: return WEAK_CREDIT;
    default: break;
    }
    if (sv_eq_nocase(prop, SV("caption"))) return CAPTION;
    if (sv_has_nocase(prop, SV("copyright")) || sv_eq_nocase(prop, SV("creditText")) || sv_eq_nocase(prop, SV("creator")) || sv_eq_nocase(prop, SV("author"))) return CREDIT;
    if (any_attribute_has(n, credit, COUNT_OF(credit))) return CREDIT;
    if (n->local_name == LXB_TAG_FIGCAPTION) return CAPTION;
    if (any_attribute_has(n, caption, COUNT_OF(caption))) return CAPTION;
    if (any_attribute_has(n, weak, COUNT_OF(weak))) return WEAK_CREDIT;
    if (is_heading(n->local_name) || any_attribute_has(n, skipped, COUNT_OF(skipped))) return SKIPPED;
    return PLAIN;
}

static bool is_inline(lxb_tag_id_t tag) {
    switch (tag) {
    case LXB_TAG_A: case LXB_TAG_ABBR: case LXB_TAG_B: case LXB_TAG_STRONG: case LXB_TAG_U: case LXB_TAG_S: case LXB_TAG_FONT: case LXB_TAG_SUB: case LXB_TAG_SUP: case LXB_TAG_Q:
    case LXB_TAG_MARK: case LXB_TAG_CODE: case LXB_TAG_BDI: return true;
    default: return false;
    }
}

/* The element that a text node's words belong to, and what it is: the nearest that says something, up to the container. Spans and the like make
 * pieces of their own only below something that is a caption, where they often set the credit apart. */
static void find_owner(lxb_dom_node_t *text, lxb_dom_node_t *root, const lxb_dom_node_t *around, struct piece *out) {
    *out = (struct piece){.owner = NULL, .kind = PLAIN};
    bool shared = false; /* from the lowest ancestor that the image has too: what it says, it says of both */
    for (lxb_dom_node_t *n = text->parent; n; n = n->parent) {
        shared |= n == around;
        enum kind kind = shared && n->local_name != LXB_TAG_FIGCAPTION ? PLAIN : kind_of(n);
        if (!out->owner && !is_inline(n->local_name)) out->owner = n;
        if (out->kind == PLAIN) out->kind = kind;
        if (kind == SKIPPED && n->local_name == LXB_TAG_BUTTON) out->kind = SKIPPED;
        out->in_figure |= n->local_name == LXB_TAG_FIGURE;
        out->inside |= means_image(n);
        out->near_inside |= out->inside || may_mean_image(n);
        out->linked |= n->local_name == LXB_TAG_A && !shared;
        if (n == root) break;
    }
}

/* -- gathering -------------------------------------------------------------------------------------------------------------- */

static lxb_dom_node_t *next_after(lxb_dom_node_t *root, lxb_dom_node_t *n) {
    while (n && n != root && !n->next) n = n->parent;
    return n && n != root ? n->next : NULL;
}

static bool is_image(const lxb_dom_node_t *n) {
    return n->type == LXB_DOM_NODE_TYPE_ELEMENT && n->local_name == LXB_TAG_IMG;
}

static bool contains(const lxb_dom_node_t *root, const lxb_dom_node_t *n) {
    while (n && n != root) n = n->parent;
    return n != NULL;
}

/* A heading for the text of a caption, or one within the figure. */
static bool is_caption_below(lxb_dom_node_t *n, const lxb_dom_node_t *root) {
    if (root->local_name == LXB_TAG_FIGURE) return true;
    for (; n && n != root; n = n->parent)
        if (kind_of(n) == CAPTION || kind_of(n) == CREDIT) return true;
    return false;
}

/* Whether the element holds no more than the image, sizes of it, and a little text. */
static bool is_container(lxb_dom_node_t *root, uint64_t key) {
    size_t nodes = 0, chars = 0;
    for (lxb_dom_node_t *n = root->first_child; n;) {
        bool below = true;
        if (++nodes > NODES_MAX) return false;
        if (n->type == LXB_DOM_NODE_TYPE_TEXT) {
            const lexbor_str_t *data = &lxb_dom_interface_character_data(n)->data;
            for (size_t i = 0; i < data->length; i++) chars += !ascii_is_space((char)data->data[i]) && (data->data[i] & 0xC0) != 0x80;
            if (chars > CHARS_MAX) return false;
        } else if (is_image(n)) {
            sv url = image_url_best(n);
            if (url.n && image_url_key(url) != key && !image_url_is_furniture(url)) return false;
        } else if (is_heading(n->local_name) && !is_caption_below(n, root))
            return false;
        else if (n->type == LXB_DOM_NODE_TYPE_ELEMENT)
            below = n->local_name != LXB_TAG_SCRIPT && n->local_name != LXB_TAG_STYLE && n->local_name != LXB_TAG_NOSCRIPT && n->local_name != LXB_TAG_SVG;
        n = n->first_child && below ? n->first_child : next_after(root, n);
    }
    return true;
}

static bool ends_climb(lxb_tag_id_t tag) {
    return tag == LXB_TAG_BODY || tag == LXB_TAG_HTML || tag == LXB_TAG_MAIN || tag == LXB_TAG_ARTICLE || tag == LXB_TAG_FORM || tag == LXB_TAG_NAV || tag == LXB_TAG_HEADER;
}

static void add_piece(struct gathered *g, struct piece p, sv text, struct sbuf *buffer, struct arena *arena) {
    struct piece *last = g->count ? &g->pieces[g->count - 1] : NULL;
    bool joins = last && last->owner == p.owner && last->kind == p.kind;
    if (!joins && g->count >= PIECES_MAX) return;
    sbuf_reset(buffer);
    if (joins) sbuf_add(buffer, last->text);
    bool space = joins && buffer->n && ascii_is_space(*text.p);
    for (size_t i = 0; i < text.n; i++) {
        bool nbsp = text.p[i] == '\xc2' && i + 1 < text.n && text.p[i + 1] == '\xa0';
        if (nbsp || ascii_is_space(text.p[i])) {
            space = true;
            i += nbsp;
            continue;
        }
        if (space && buffer->n) sbuf_add_char(buffer, ' ');
        space = false;
        sbuf_add_char(buffer, text.p[i]);
    }
    if (space && buffer->n) sbuf_add_char(buffer, ' ');
    if (!sv_trim(sbuf_view(buffer)).n) return;
    p.text = arena_dup(arena, sbuf_view(buffer));
    if (joins) {
        last->text = p.text;
        last->linked &= p.linked;
    }
    else g->pieces[g->count++] = p;
}

static void gather(lxb_dom_node_t *root, lxb_dom_node_t *img, struct gathered *g, struct arena *arena) {
    struct sbuf buffer;
    sbuf_init(&buffer, PIECE_MAX);
    g->count = 0;
    for (lxb_dom_node_t *n = root->first_child; n;) {
        if (n->type == LXB_DOM_NODE_TYPE_TEXT) {
            const lexbor_str_t *data = &lxb_dom_interface_character_data(n)->data;
            struct piece p;
            lxb_dom_node_t *around = n->parent;
            while (around && !contains(around, img)) around = around->parent;
            find_owner(n, root, around, &p);
            if (p.kind != SKIPPED && data->length) add_piece(g, p, sv_from((const char *)data->data, data->length), &buffer, arena);
        }
        bool below = n->type != LXB_DOM_NODE_TYPE_ELEMENT || (n->local_name != LXB_TAG_SCRIPT && n->local_name != LXB_TAG_STYLE && n->local_name != LXB_TAG_NOSCRIPT && n->local_name != LXB_TAG_SVG);
        n = n->first_child && below ? n->first_child : next_after(root, n);
    }
    for (size_t i = 0; i < g->count; i++) g->pieces[i].text = sv_trim(g->pieces[i].text);
    sbuf_clear(&buffer);
}

/* -- putting together ------------------------------------------------------------------------------------------------------- */

static bool said(sv all, sv text) { return text.n && sv_has(all, text); }

static void append(struct sbuf *b, sv text) {
    if (!text.n || said(sbuf_view(b), text)) return;
    if (b->n) sbuf_add_char(b, ' ');
    sbuf_add(b, text);
}

/* Whether piece i is a text of its own: no credit, no link, no rest of one that a span interrupted, and not said before. */
static bool is_plain(const struct gathered *g, size_t i) {
    const struct piece *p = &g->pieces[i];
    if (p->kind != PLAIN || p->linked || p->text.n < 3 || caption_is_credit(p->text)) return false;
    for (size_t k = 0; k < i; k++)
        if (g->pieces[k].owner == p->owner || sv_eq(g->pieces[k].text, p->text)) return false;
    return true;
}

/* What repeats the text for those who do not see the image is its caption, whatever it lies in. */
static void trust_alt(struct gathered *g, sv alt) {
    for (size_t i = 0; i < g->count && alt.n >= ALT_MIN; i++) {
        struct piece *p = &g->pieces[i];
        size_t n = alt.n < p->text.n ? alt.n : p->text.n;
        if (p->kind == PLAIN && n >= ALT_MIN && sv_eq_nocase(sv_take(alt, n), sv_take(p->text, n))) p->kind = CAPTION;
    }
}

/* `plain`: how many texts without a word about what they are share the container. One beside an image is its caption, several are a card. */
static bool is_usable(const struct piece *p, bool captioned, size_t plain, sv title) {
    if (p->kind == CAPTION || p->kind == CREDIT) return true;
    if (!p->near_inside || (title.n && sv_eq_nocase(p->text, title))) return false;
    /* Beside a caption, what else stands in the figure is buttons and counters, but for a credit. */
    if (p->kind == PLAIN && captioned) return p->text.n <= NAME_CHARS_MAX && (caption_is_credit(p->text) || caption_is_name(p->text));
    if (p->kind == PLAIN && !caption_is_credit(p->text) && (p->linked || !p->inside || (plain > 1 && !p->in_figure))) return false;
    return p->text.n <= (p->in_figure ? FIGURE_PLAIN_MAX : PLAIN_MAX);
}

struct words {
    struct sbuf caption, credit, weak, raw;
};

/* Which of the words each piece is; true when an element said so. */
static bool sort_pieces(const struct gathered *g, sv title, struct words *w) {
    size_t last = SIZE_MAX, captions = 0, plain = 0;
    bool placed = false;
    for (size_t i = 0; i < g->count; i++) {
        if (g->pieces[i].kind == CAPTION) last = i, captions++;
        plain += is_plain(g, i);
    }
    for (size_t i = 0; i < g->count; i++) {
        const struct piece *p = &g->pieces[i];
        if (!is_usable(p, captions > 0, plain, title)) continue;
        bool credit = p->kind == CREDIT || caption_is_credit(p->text) || (p->kind == PLAIN && captions > 0);
        credit |= i == last && captions > 1 && w->caption.n > 0 && p->text.n <= NAME_CHARS_MAX && caption_is_name(p->text);
        append(credit ? &w->credit : p->kind == WEAK_CREDIT ? &w->weak : &w->caption, p->text);
        append(&w->raw, p->text);
        placed |= p->kind == CAPTION || p->kind == CREDIT;
    }
    return placed;
}

static void assemble(const struct gathered *g, sv title, struct image_caption *out, struct arena *arena) {
    struct words w;
    sbuf_init(&w.caption, PIECE_MAX);
    sbuf_init(&w.credit, PIECE_MAX);
    sbuf_init(&w.weak, PIECE_MAX);
    sbuf_init(&w.raw, 3 * PIECE_MAX);
    out->placed = sort_pieces(g, title, &w);
    struct caption split = caption_split(sbuf_view(&w.caption), CAPTION_PLACE);
    sv names = caption_credit_names(sbuf_view(&w.credit));
    bool apart = names.n > 0; /* the credit has an element of its own: a name at the caption's end is part of the caption, unless it is the same */
    if (apart && split.credit.n && !sv_has_nocase(names, split.credit)) split.caption = sv_trim(sbuf_view(&w.caption));
    if (!names.n) names = split.credit;
    if (!names.n) names = caption_credit_names(sbuf_view(&w.weak));
    out->text.caption = split.caption.n ? arena_dup(arena, split.caption) : SV_NONE;
    out->text.credit = names.n ? arena_dup(arena, names) : SV_NONE;
    out->raw = w.raw.n ? arena_dup(arena, sbuf_view(&w.raw)) : SV_NONE;
    sbuf_clear(&w.caption);
    sbuf_clear(&w.credit);
    sbuf_clear(&w.weak);
    sbuf_clear(&w.raw);
}

static void read_attributes(lxb_dom_node_t *img, struct image_caption *out, struct arena *arena) {
    static const char *const captions[] = {"data-caption", "data-image-caption", "data-img-caption", "data-description"};
    static const char *const credits[] = {"data-credit", "data-copyright", "data-photographer", "data-image-credit", "data-credits", "data-author"};
    lxb_dom_node_t *n = img;
    for (int up = 0; n && n->type == LXB_DOM_NODE_TYPE_ELEMENT && up < 3; up++, n = n->parent) {
        for (size_t i = 0; i < COUNT_OF(captions) && !out->text.caption.n; i++) {
            sv v = dom_attribute(n, captions[i]);
            if (!v.n || sv_has(v, SV("<")) || sv_has(v, SV("{")) || !sv_has(v, SV(" "))) continue;
            struct caption split = caption_split(v, CAPTION_PLACE);
            out->text.caption = split.caption.n ? arena_dup(arena, split.caption) : SV_NONE;
            if (!out->text.credit.n && split.credit.n) out->text.credit = arena_dup(arena, split.credit);
            out->placed = true;
        }
        for (size_t i = 0; i < COUNT_OF(credits) && !out->text.credit.n; i++) {
            sv v = caption_credit_names(dom_attribute(n, credits[i]));
            if (!v.n || sv_has(v, SV("<")) || sv_has(v, SV("{")) || sv_has(v, SV("://"))) continue;
            out->text.credit = arena_dup(arena, v);
            out->placed = true;
        }
    }
    /* The title shows when the pointer rests: a label in it is a credit, the rest repeats what is seen. */
    struct caption title = caption_split(dom_attribute(img, "title"), CAPTION_LINE);
    if (!out->text.credit.n && title.credit.n) out->text.credit = arena_dup(arena, title.credit);
}

struct image_caption image_caption_find(lxb_dom_node_t *img, uint64_t key, lxb_dom_node_t *link, sv title, struct arena *arena) {
    struct image_caption out = {{SV_NONE, SV_NONE}, SV_NONE, false, false};
    struct gathered g = {.count = 0};
    lxb_dom_node_t *root = NULL;
    for (lxb_dom_node_t *n = img->parent; n && n->type == LXB_DOM_NODE_TYPE_ELEMENT && !ends_climb(n->local_name); n = n->parent) {
        static const unsigned most = LEVELS_MAX;
        unsigned level = 0;
        for (lxb_dom_node_t *k = img->parent; k != n; k = k->parent) level++;
        if (level >= most || !is_container(n, key)) break;
        root = n;
    }
    if (root) {
        gather(root, img, &g, arena);
        trust_alt(&g, dom_attribute(img, "alt"));
        assemble(&g, title, &out, arena);
        out.in_link = link && g.count > 0;
        for (size_t i = 0; i < g.count && out.in_link; i++) out.in_link = contains(link, g.pieces[i].owner);
    }
    read_attributes(img, &out, arena);
    return out;
}
