#include "dom_text.h"

#include <lexbor/dom/interfaces/character_data.h>

#include "base/eight.h"
#include "base/sbuf.h"
#include "base/utf8.h"

enum { TEXT_MAX = 64 * 1024 };

sv dom_text_data(const lxb_dom_node_t *node) {
    const lexbor_str_t *data = &((const lxb_dom_character_data_t *)(const void *)node)->data;
    return sv_from((const char *)data->data, data->length);
}

size_t dom_text_unseen(sv raw, size_t at) {
    size_t control = utf8_control(raw, at);
    if (control) return control;
    if (raw.p[at] == '\xc2') return at + 1 < raw.n && raw.p[at + 1] == '\xad' ? 2 : 0;
    if (at + 2 >= raw.n || (raw.p[at] != '\xe2' && raw.p[at] != '\xef')) return 0;
    return memcmp(raw.p + at, "\xe2\x80\x8b", 3) == 0 || memcmp(raw.p + at, "\xe2\x81\xa0", 3) == 0 || memcmp(raw.p + at, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

enum { SPACE = 1, INNER = 2 /* bytes of a character behind its first */, ODD = 4 /* may be white space or unseen */ };
static const uint8_t byte_kinds[256] = {
#define ROW(kind) kind, kind, kind, kind, kind, kind, kind, kind, kind, kind, kind, kind, kind, kind, kind, kind
    ROW(ODD), ROW(ODD), [' '] = SPACE, [0x7F] = ODD, [0x80] = ROW(INNER), ROW(INNER), ROW(INNER), ROW(INNER), [0xC2] = ODD, [0xE2] = ODD, [0xEF] = ODD
#undef ROW
};

/* Whether eight bytes are ASCII that can be seen, with no two spaces in a row; *spaces of them. */
static bool are_plain(const char *p, size_t *spaces) {
    uint64_t eight = eight_read(p), del = eight + EIGHT_ONES, space = eight_each_equal(eight, ' ');
    if (eight_below(eight, ' ') || (eight | del) & EIGHT_HIGH || space & space << 8) return false;
    *spaces = (space >> 7) * EIGHT_ONES >> 56;
    return true;
}

struct text_run dom_text_run(sv raw, size_t at) {
    struct text_run run = {0};
    unsigned before = 0; /* SPACE behind one */
    size_t i = at, spaces;
    for (bool ended = false; i < raw.n && !ended;) {
        if (raw.n - i >= 8 && !(before && raw.p[i] == ' ') && are_plain(raw.p + i, &spaces)) {
            run.spaces += spaces;
            i += 8;
            before = raw.p[i - 1] == ' ';
            continue;
        }
        for (size_t end = raw.n - i < 8 ? raw.n : i + 8; i < end; i++) {
            unsigned kind = byte_kinds[(uint8_t)raw.p[i]];
            ended = kind & (ODD | before);
            if (ended) break;
            run.spaces += kind & SPACE;
            run.inner += kind >> 1;
            before = kind & SPACE;
        }
    }
    run.spaces -= before;
    run.n = i - at - before;
    return run;
}

/* Not beyond the first word that makes `out` longer than `max`, and a word at a time where its own end is near. */
static struct text_run bounded_run(sv raw, size_t at, size_t room, const struct sbuf *out) {
    size_t left = out->max - out->n;
    if (left < room) room = left;
    if (raw.n - at > room) raw = sv_take(raw, sv_find_char(raw, ' ', at + room + 1));
    struct text_run run = dom_text_run(raw, at);
    return run.n <= left ? run : dom_text_run(sv_take(raw, sv_find_char(raw, ' ', at)), at);
}

size_t dom_text_spaces(sv raw, size_t at) {
    size_t i = at;
    if (i >= raw.n || !ascii_is_space(raw.p[i])) return 0;
    for (; raw.n - i >= 8; i += 8) { /* indentation */
        uint64_t eight = eight_read(raw.p + i), low = eight & ~EIGHT_HIGH, control = (low + (0x80 - '\t') * EIGHT_ONES) & ~(low + (0x7F - '\r') * EIGHT_ONES);
        uint64_t other = ~((control | eight_each_equal(low, ' ')) & ~eight) & EIGHT_HIGH;
        if (other) return i - at + eight_before(other);
    }
    while (i < raw.n && ascii_is_space(raw.p[i])) i++;
    return i - at;
}

size_t dom_text_collapse(struct sbuf *out, sv raw, size_t max, bool *space) {
    size_t added = 0, hidden;
    for (size_t i = 0; i < raw.n && out->n <= max && !out->err;) {
        bool nbsp = raw.p[i] == '\xc2' && i + 1 < raw.n && (raw.p[i + 1] == '\xa0' || raw.p[i + 1] == '\x85');
        if (nbsp || ascii_is_space(raw.p[i])) {
            *space = true;
            i += nbsp ? 2 : 1;
            i += dom_text_spaces(raw, i);
        } else if ((hidden = dom_text_unseen(raw, i)) > 0)
            i += hidden;
        else {
            if (*space && out->n) sbuf_add_char(out, ' ');
            *space = false;
            struct text_run run = bounded_run(raw, i, out->n < max ? max - out->n : 0, out);
            if (run.n == 0) run.n = 1; /* a byte that began something else */
            sbuf_add(out, sv_from(raw.p + i, run.n));
            added += run.n - run.spaces;
            i += run.n;
        }
    }
    return added;
}

bool dom_text_breaks(lxb_tag_id_t tag) {
    switch (tag) {
    case LXB_TAG_ADDRESS: case LXB_TAG_ARTICLE: case LXB_TAG_ASIDE: case LXB_TAG_BLOCKQUOTE: case LXB_TAG_DD: case LXB_TAG_DIV:
    case LXB_TAG_DL: case LXB_TAG_DT: case LXB_TAG_FIGCAPTION: case LXB_TAG_FIGURE: case LXB_TAG_FOOTER: case LXB_TAG_H1: case LXB_TAG_H2:
    case LXB_TAG_H3: case LXB_TAG_H4: case LXB_TAG_H5: case LXB_TAG_H6: case LXB_TAG_HEADER: case LXB_TAG_LI: case LXB_TAG_MAIN: case LXB_TAG_NAV:
    case LXB_TAG_OL: case LXB_TAG_P: case LXB_TAG_SECTION: case LXB_TAG_UL: return true;
    default: return false;
    }
}

bool dom_text_is_gloss(lxb_tag_id_t tag) { return tag == LXB_TAG_RT || tag == LXB_TAG_RP || tag == LXB_TAG_RTC; }

static sv text_of(lxb_dom_node_t *root, size_t max, bool whole, struct arena *arena) {
    struct sbuf out;
    bool space = false, behind = false; /* an element that ends a line */
    sbuf_init(&out, max);
    for (lxb_dom_node_t *n = root->first_child; n && !out.err;) {
        bool hidden = n->local_name == LXB_TAG_SCRIPT || n->local_name == LXB_TAG_STYLE || n->local_name == LXB_TAG_SVG || n->local_name == LXB_TAG_NOSCRIPT || dom_text_is_gloss(n->local_name);
        if (n->type == LXB_DOM_NODE_TYPE_TEXT) {
            sv data = dom_text_data(n);
            space |= behind && data.n && !strchr(":;,.!?)", *data.p);
            behind &= data.n == 0;
            dom_text_collapse(&out, data, SIZE_MAX, &space);
        } else
            space |= n->local_name == LXB_TAG_BR || n->local_name == LXB_TAG_TD || dom_text_breaks(n->local_name);
        if (n->first_child && !hidden) {
            n = n->first_child;
            continue;
        }
        while (n != root && !n->next) {
            n = n->parent;
            behind |= dom_text_breaks(n->local_name);
        }
        n = n != root ? n->next : NULL;
    }
    if (out.err == ERR_MEMORY) arena_fail(arena);
    sv text = out.n && !(whole && out.err) ? arena_dup(arena, sbuf_view(&out)) : SV_NONE;
    sbuf_clear(&out);
    return text;
}

sv dom_text(lxb_dom_node_t *root, struct arena *arena) { return text_of(root, TEXT_MAX, false, arena); }

sv dom_text_short(lxb_dom_node_t *root, size_t max, struct arena *arena) { return text_of(root, max, true, arena); }

sv dom_raw_text(lxb_dom_node_t *root) {
    lxb_dom_node_t *child = root->first_child;
    return child && child->type == LXB_DOM_NODE_TYPE_TEXT ? dom_text_data(child) : SV_NONE;
}
