#include "image_caption.h"

#include <lexbor/dom/interfaces/character_data.h>

#include "base/err.h"
#include "base/sbuf.h"
#include "base/utf8.h"
#include "dom_attr.h"
#include "dom_text.h"
#include "image_url.h"
#include "image_words.h"

enum { LEVELS_MAX = 8, NODES_MAX = 400, CHARS_MAX = 900, PIECES_MAX = 48, PIECE_MAX = 2000, NAME_CHARS_MAX = 90, ALT_MIN = 10, PLAIN_MAX = 300, FIGURE_PLAIN_MAX = 800, BEHIND_MAX = 600 };

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

/* One look around an image. */
struct look {
    lxb_dom_node_t *path[LEVELS_MAX]; /* the image's ancestors, up to its container, which is the last */
    size_t levels;
    size_t *budget;
    struct piece pieces[PIECES_MAX];
    size_t count;
};

/* What the elements around an image hold. */
struct held {
    size_t nodes, chars;
    bool heading;
};

/* False when the page has been looked at enough. */
static bool spend(struct look *l) { return *l->budget > 0 && (*l->budget)--; }

/* -- what an element says --------------------------------------------------------------------------------------------------- */

static unsigned words_of(lxb_dom_node_t *n) { return image_words(dom_attribute_of(n, LXB_DOM_ATTR_CLASS)) | image_words(dom_attribute_of(n, LXB_DOM_ATTR_ID)); }

static bool is_heading(lxb_tag_id_t tag) { return tag >= LXB_TAG_H1 && tag <= LXB_TAG_H6; }

static enum kind kind_of(lxb_dom_node_t *n, unsigned words) {
    switch (n->local_name) {
    case LXB_TAG_SCRIPT: case LXB_TAG_STYLE: case LXB_TAG_NOSCRIPT: case LXB_TAG_SVG: case LXB_TAG_TEMPLATE: case LXB_TAG_BUTTON: case LXB_TAG_SELECT:
    case LXB_TAG_TIME: case LXB_TAG_IFRAME: case LXB_TAG_TEXTAREA: case LXB_TAG_VIDEO: case LXB_TAG_OBJECT: return SKIPPED;
    case LXB_TAG_CITE: return WEAK_CREDIT;
    default: break;
    }
    sv prop = dom_attribute(n, "itemprop");
    if (prop.n) {
        if (sv_eq_nocase(prop, SV("caption"))) return CAPTION;
        if (sv_has_nocase(prop, SV("copyright")) || sv_eq_nocase(prop, SV("creditText")) || sv_eq_nocase(prop, SV("creator")) || sv_eq_nocase(prop, SV("author"))) return CREDIT;
    }
    if (words & IMAGE_WORD_CREDIT) return CREDIT;
    if (n->local_name == LXB_TAG_FIGCAPTION || (words & IMAGE_WORD_CAPTION)) return CAPTION;
    if (words & IMAGE_WORD_WEAK_CREDIT) return WEAK_CREDIT;
    return is_heading(n->local_name) || (words & IMAGE_WORD_SKIPPED) ? SKIPPED : PLAIN;
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
static struct piece find_owner(struct look *l, lxb_dom_node_t *text) {
    struct piece found = {.owner = NULL, .kind = PLAIN}, *out = &found;
    bool shared = false; /* from the lowest ancestor that the image has too: what it says, it says of both */
    for (lxb_dom_node_t *n = text->parent; n && spend(l); n = n->parent) {
        for (size_t i = 0; i < l->levels && !shared; i++) shared = n == l->path[i];
        unsigned words = words_of(n);
        enum kind kind = shared && n->local_name != LXB_TAG_FIGCAPTION ? PLAIN : kind_of(n, words);
        if (!out->owner && !is_inline(n->local_name)) out->owner = n;
        if (out->kind == PLAIN) out->kind = kind;
        if (kind == SKIPPED && n->local_name == LXB_TAG_BUTTON) out->kind = SKIPPED;
        out->in_figure |= n->local_name == LXB_TAG_FIGURE;
        out->inside |= n->local_name == LXB_TAG_FIGURE || (words & IMAGE_WORD_FIGURE);
        out->near_inside |= out->inside || (words & IMAGE_WORD_VAGUE);
        out->linked |= n->local_name == LXB_TAG_A && !shared;
        if (n == l->path[l->levels - 1]) break;
    }
    if (!*l->budget) found.kind = SKIPPED;
    return found;
}

/* -- gathering -------------------------------------------------------------------------------------------------------------- */

static lxb_dom_node_t *next_after(lxb_dom_node_t *root, lxb_dom_node_t *n) {
    while (n && n != root && !n->next) n = n->parent;
    return n && n != root ? n->next : NULL;
}

static bool is_image(const lxb_dom_node_t *n) {
    return n->type == LXB_DOM_NODE_TYPE_ELEMENT && n->local_name == LXB_TAG_IMG;
}

static bool hides_text(const lxb_dom_node_t *n) {
    return n->local_name == LXB_TAG_SCRIPT || n->local_name == LXB_TAG_STYLE || n->local_name == LXB_TAG_NOSCRIPT || n->local_name == LXB_TAG_SVG || n->local_name == LXB_TAG_TEMPLATE;
}

static bool contains(const lxb_dom_node_t *root, const lxb_dom_node_t *n) {
    while (n && n != root) n = n->parent;
    return n != NULL;
}

/* A heading for the text of a caption, or one within the figure. */
static bool is_caption_below(struct look *l, lxb_dom_node_t *n, const lxb_dom_node_t *root) {
    if (root->local_name == LXB_TAG_FIGURE) return true;
    for (; n && n != root && spend(l); n = n->parent) {
        enum kind kind = kind_of(n, words_of(n));
        if (kind == CAPTION || kind == CREDIT) return true;
    }
    return false;
}

/* Whether the element holds no more than the image, sizes of it, and a little text, as its child `known` (may be NULL) does, whose contents are counted already. */
static bool is_container(struct look *l, lxb_dom_node_t *root, const lxb_dom_node_t *known, struct held *held, uint64_t key) {
    for (lxb_dom_node_t *n = root->first_child; n;) {
        if (++held->nodes > NODES_MAX || !spend(l)) return false;
        if (n == known) {
            n = next_after(root, n);
            continue;
        }
        if (n->type == LXB_DOM_NODE_TYPE_TEXT) {
            const lexbor_str_t *data = &lxb_dom_interface_character_data(n)->data;
            for (size_t i = 0; i < data->length; i++) held->chars += !ascii_is_space((char)data->data[i]) && (data->data[i] & 0xC0) != 0x80;
            if (held->chars > CHARS_MAX) return false;
        } else if (is_image(n)) {
            sv url = image_url_best(n);
            if (url.n && image_url_key(url) != key && !image_url_is_furniture(url)) return false;
        } else if (is_heading(n->local_name)) {
            held->heading = true;
            if (!is_caption_below(l, n, root)) return false;
        }
        n = n->first_child && !hides_text(n) ? n->first_child : next_after(root, n);
    }
    return true;
}

static bool ends_climb(lxb_tag_id_t tag) {
    return tag == LXB_TAG_BODY || tag == LXB_TAG_HTML || tag == LXB_TAG_MAIN || tag == LXB_TAG_ARTICLE || tag == LXB_TAG_FORM || tag == LXB_TAG_NAV || tag == LXB_TAG_HEADER;
}

static void add_piece(struct look *l, struct piece p, sv text, struct sbuf *buffer, struct arena *arena) {
    struct piece *last = l->count ? &l->pieces[l->count - 1] : NULL;
    bool joins = last && last->owner == p.owner && last->kind == p.kind;
    if (!joins && l->count >= PIECES_MAX) return;
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
        size_t unseen = utf8_control(text, i);
        if (unseen) {
            i += unseen - 1;
            continue;
        }
        if (space && buffer->n) sbuf_add_char(buffer, ' ');
        space = false;
        sbuf_add_char(buffer, text.p[i]);
    }
    if (space && buffer->n) sbuf_add_char(buffer, ' ');
    if (buffer->err == ERR_MEMORY) arena_fail(arena);
    if (!sv_trim(sbuf_view(buffer)).n) return;
    p.text = arena_dup(arena, sbuf_view(buffer));
    if (joins) {
        last->text = p.text;
        last->linked &= p.linked;
    } else
        l->pieces[l->count++] = p;
}

static void gather(struct look *l, struct arena *arena) {
    struct sbuf buffer;
    lxb_dom_node_t *root = l->path[l->levels - 1];
    sbuf_init(&buffer, PIECE_MAX);
    for (lxb_dom_node_t *n = root->first_child; n;) {
        if (n->type == LXB_DOM_NODE_TYPE_TEXT) {
            const lexbor_str_t *data = &lxb_dom_interface_character_data(n)->data;
            struct piece p = find_owner(l, n);
            if (p.kind != SKIPPED && data->length) add_piece(l, p, sv_from((const char *)data->data, data->length), &buffer, arena);
        }
        n = n->first_child && !hides_text(n) ? n->first_child : next_after(root, n);
    }
    for (size_t i = 0; i < l->count; i++) l->pieces[i].text = sv_trim(l->pieces[i].text);
    sbuf_clear(&buffer);
}

/* What stands right behind the image, or behind its container, and is called a caption or a credit. */
static void gather_behind(struct look *l, lxb_dom_node_t *img, struct arena *arena) {
    lxb_dom_node_t *n = l->levels ? l->path[l->levels - 1] : img;
    for (n = n->next; n && l->count < PIECES_MAX && spend(l); n = n->next) {
        if (n->type == LXB_DOM_NODE_TYPE_TEXT) {
            const lexbor_str_t *data = &lxb_dom_interface_character_data(n)->data;
            if (sv_trim(sv_from((const char *)data->data, data->length)).n) return;
        }
        if (n->type != LXB_DOM_NODE_TYPE_ELEMENT || n->local_name == LXB_TAG_BR || hides_text(n)) continue;
        enum kind kind = kind_of(n, words_of(n));
        if ((kind != CAPTION && kind != CREDIT) || is_heading(n->local_name)) return;
        sv text = dom_text(n, arena);
        if (!text.n || text.n > BEHIND_MAX) return;
        l->pieces[l->count++] = (struct piece){.owner = n, .text = text, .kind = kind, .inside = true, .near_inside = true};
    }
}

static bool has_words(const struct look *l) {
    for (size_t i = 0; i < l->count; i++)
        if (l->pieces[i].kind == CAPTION || l->pieces[i].kind == CREDIT) return true;
    return false;
}

/* -- putting together ------------------------------------------------------------------------------------------------------- */

static bool said(sv all, sv text) { return text.n && sv_has(all, text); }

static void append(struct sbuf *b, sv text) {
    if (!text.n || said(sbuf_view(b), text)) return;
    if (b->n) sbuf_add_char(b, ' ');
    sbuf_add(b, text);
}

/* Whether piece i is a text of its own: no credit, no link, no rest of one that a span interrupted, and not said before. */
static bool is_plain(const struct look *l, size_t i) {
    const struct piece *p = &l->pieces[i];
    if (p->kind != PLAIN || p->linked || p->text.n < 3 || caption_is_credit(p->text)) return false;
    for (size_t k = 0; k < i; k++)
        if (l->pieces[k].owner == p->owner || sv_eq(l->pieces[k].text, p->text)) return false;
    return true;
}

/* What repeats the text for those who do not see the image is its caption, whatever it lies in. */
static void trust_alt(struct look *l, sv alt) {
    for (size_t i = 0; i < l->count && alt.n >= ALT_MIN; i++) {
        struct piece *p = &l->pieces[i];
        size_t n = alt.n < p->text.n ? alt.n : p->text.n;
        if (p->kind == PLAIN && !p->linked && n >= ALT_MIN && 2 * p->text.n >= alt.n && sv_eq_nocase(sv_take(alt, n), sv_take(p->text, n))) p->kind = CAPTION;
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
static bool sort_pieces(const struct look *l, sv title, struct words *w) {
    size_t first = SIZE_MAX, last = SIZE_MAX, captions = 0, plain = 0;
    bool placed = false;
    for (size_t i = 0; i < l->count; i++) {
        if (l->pieces[i].kind == CAPTION) {
            if (captions++ == 0) first = i;
            last = i;
        }
        plain += is_plain(l, i);
    }
    for (size_t i = 0; i < l->count; i++) {
        const struct piece *p = &l->pieces[i];
        if (!is_usable(p, captions > 0, plain, title)) continue;
        bool credit = p->kind == CREDIT || caption_is_credit(p->text) || (p->kind == PLAIN && captions > 0);
        /* Names apart at the caption's end, and an agency apart before it, without a word that says so. */
        if (captions > 1 && !p->linked && p->text.n <= NAME_CHARS_MAX) {
            credit |= i == last && w->caption.n > 0 && caption_is_name(p->text);
            credit |= i == first && caption_is_agency(p->text);
        }
        append(credit ? &w->credit : p->kind == WEAK_CREDIT ? &w->weak : &w->caption, p->text);
        append(&w->raw, p->text);
        placed |= p->kind == CAPTION || p->kind == CREDIT;
    }
    return placed;
}

/* A few words and a slash, which a name follows. */
static bool is_open_chain(sv v) {
    v = sv_trim(v);
    return v.n > 2 && v.n <= NAME_CHARS_MAX && v.p[v.n - 1] == '/' && !sv_has(v, SV(". "));
}

static void assemble(const struct look *l, sv title, struct image_caption *out, struct arena *arena) {
    struct words w;
    sbuf_init(&w.caption, PIECE_MAX);
    sbuf_init(&w.credit, PIECE_MAX);
    sbuf_init(&w.weak, PIECE_MAX);
    sbuf_init(&w.raw, 3 * PIECE_MAX);
    out->placed = sort_pieces(l, title, &w);
    struct caption split = caption_split(sbuf_view(&w.caption), CAPTION_PLACE);
    sv names = caption_credit_names(sbuf_view(&w.credit));
    if (names.n && is_open_chain(sbuf_view(&w.caption))) { /* "Some Name", "//" and "Agency" in elements of their own */
        sbuf_add(&w.caption, names);
        split = (struct caption){SV_NONE, sbuf_view(&w.caption)};
    }
    bool apart = names.n > 0; /* the credit has an element of its own: a name at the caption's end is part of the caption, unless it is the same */
    bool fuller = split.credit.n && sv_has_nocase(split.credit, names), same = sv_has_nocase(names, split.credit);
    if (apart && split.credit.n && !same && !fuller) split.caption = sv_trim(sbuf_view(&w.caption));
    if (!names.n || fuller) names = split.credit;
    if (!names.n) names = caption_credit_names(sbuf_view(&w.weak));
    out->text.caption = split.caption.n ? arena_dup(arena, split.caption) : SV_NONE;
    out->text.credit = names.n ? arena_dup(arena, names) : SV_NONE;
    out->raw = w.raw.n ? arena_dup(arena, sbuf_view(&w.raw)) : SV_NONE;
    if (w.caption.err == ERR_MEMORY || w.credit.err == ERR_MEMORY || w.weak.err == ERR_MEMORY || w.raw.err == ERR_MEMORY) arena_fail(arena);
    sbuf_clear(&w.caption);
    sbuf_clear(&w.credit);
    sbuf_clear(&w.weak);
    sbuf_clear(&w.raw);
}

static const sv caption_attributes[] = {SV_OF("data-caption"), SV_OF("data-image-caption"), SV_OF("data-img-caption"), SV_OF("data-description")};
static const sv credit_attributes[] = {SV_OF("data-credit"), SV_OF("data-copyright"), SV_OF("data-photographer"), SV_OF("data-image-credit"), SV_OF("data-credits"), SV_OF("data-author")};

bool image_caption_reads(sv attribute) {
    for (size_t i = 0; i < COUNT_OF(caption_attributes); i++)
        if (sv_eq_nocase(attribute, caption_attributes[i])) return true;
    for (size_t i = 0; i < COUNT_OF(credit_attributes); i++)
        if (sv_eq_nocase(attribute, credit_attributes[i])) return true;
    return false;
}

static void read_attributes(lxb_dom_node_t *img, struct image_caption *out, struct arena *arena) {
    lxb_dom_node_t *n = img;
    for (int up = 0; n && n->type == LXB_DOM_NODE_TYPE_ELEMENT && up < 3; up++, n = n->parent) {
        sv stated[COUNT_OF(caption_attributes)], names[COUNT_OF(credit_attributes)];
        dom_attributes(n, caption_attributes, COUNT_OF(caption_attributes), stated);
        dom_attributes(n, credit_attributes, COUNT_OF(credit_attributes), names);
        for (size_t i = 0; i < COUNT_OF(caption_attributes) && !out->text.caption.n; i++) {
            sv v = stated[i];
            if (!v.n || sv_has(v, SV("<")) || sv_has(v, SV("{")) || !sv_has(v, SV(" "))) continue;
            struct caption split = caption_split(v, CAPTION_PLACE);
            out->text.caption = split.caption.n ? arena_dup(arena, split.caption) : SV_NONE;
            if (!out->text.credit.n && split.credit.n) out->text.credit = arena_dup(arena, split.credit);
            out->placed = true;
        }
        for (size_t i = 0; i < COUNT_OF(credit_attributes) && !out->text.credit.n; i++) {
            sv v = caption_credit_names(names[i]);
            if (!v.n || sv_has(v, SV("<")) || sv_has(v, SV("{")) || sv_has(v, SV("://"))) continue;
            out->text.credit = arena_dup(arena, v);
            out->placed = true;
        }
    }
    /* The title shows when the pointer rests: a label in it is a credit, the rest repeats what is seen. */
    struct caption title = caption_split(dom_attribute_of(img, LXB_DOM_ATTR_TITLE), CAPTION_LINE);
    if (!out->text.credit.n && title.credit.n) out->text.credit = arena_dup(arena, title.credit);
}

struct image_caption image_caption_find(lxb_dom_node_t *img, uint64_t key, lxb_dom_node_t *link, sv title, size_t *budget, struct arena *arena) {
    struct image_caption out = {{SV_NONE, SV_NONE}, SV_NONE, false, false};
    struct look l = {.levels = 0, .budget = budget};
    struct held held = {.nodes = 0};
    for (lxb_dom_node_t *n = img->parent; n && l.levels < LEVELS_MAX && n->type == LXB_DOM_NODE_TYPE_ELEMENT && !ends_climb(n->local_name); n = n->parent) {
        const lxb_dom_node_t *known = l.levels && !held.heading ? l.path[l.levels - 1] : NULL;
        if (!known) held = (struct held){.nodes = 0};
        if (!is_container(&l, n, known, &held, key)) break;
        l.path[l.levels++] = n;
    }
    if (l.levels > 0) gather(&l, arena);
    if (!has_words(&l)) gather_behind(&l, img, arena);
    if (l.count > 0) {
        trust_alt(&l, dom_attribute_of(img, LXB_DOM_ATTR_ALT));
        assemble(&l, title, &out, arena);
        out.in_link = link != NULL;
        for (size_t i = 0; i < l.count && out.in_link; i++) out.in_link = contains(link, l.pieces[i].owner);
    }
    read_attributes(img, &out, arena);
    return out;
}
