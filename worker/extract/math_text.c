#include "math_text.h"

#include "base/sbuf.h"
#include "dom_attr.h"
#include "dom_text.h"

enum { FORMULA_BYTES_MAX = 2000 };

static bool is_named(lxb_dom_node_t *n, sv wanted) {
    size_t length = 0;
    const lxb_char_t *name = n->type == LXB_DOM_NODE_TYPE_ELEMENT ? lxb_dom_element_local_name(lxb_dom_interface_element(n), &length) : NULL;
    return name && sv_eq(sv_from((const char *)name, length), wanted);
}

static lxb_dom_node_t *next_in(lxb_dom_node_t *root, lxb_dom_node_t *n, bool below) {
    if (below && n->first_child) return n->first_child;
    while (n != root && !n->next) n = n->parent;
    return n == root ? NULL : n->next;
}

/* The signs of a formula without white space; what annotates it says the same again. */
static sv signs_of(lxb_dom_node_t *math, struct arena *arena) {
    struct sbuf out;
    sbuf_init(&out, FORMULA_BYTES_MAX);
    for (lxb_dom_node_t *n = math->first_child; n;) {
        bool annotates = is_named(n, SV("annotation")) || is_named(n, SV("annotation-xml"));
        if (n->type == LXB_DOM_NODE_TYPE_TEXT) sbuf_add(&out, sv_trim(dom_text_data(n)));
        n = next_in(math, n, !annotates);
    }
    if (out.err == ERR_MEMORY) arena_fail(arena);
    sv text = out.n && !out.err ? arena_dup(arena, sbuf_view(&out)) : SV_NONE;
    sbuf_clear(&out);
    return text;
}

/* "{\displaystyle x}" is "x": every formula of some programs is so wrapped. */
static sv unwrapped(sv tex) {
    static const char *const wraps[] = {"{\\displaystyle ", "{\\textstyle "};
    tex = sv_trim(tex);
    for (size_t i = 0; i < COUNT_OF(wraps); i++)
        if (sv_starts(tex, sv_cstr(wraps[i])) && sv_ends(tex, SV("}"))) return sv_trim(sv_take(sv_skip(tex, strlen(wraps[i])), tex.n - strlen(wraps[i]) - 1));
    return tex;
}

sv math_text(lxb_dom_node_t *math, struct arena *arena) {
    sv alt = dom_attribute(math, "alttext");
    if (alt.n) return unwrapped(sv_take(alt, FORMULA_BYTES_MAX));
    for (lxb_dom_node_t *n = math->first_child; n; n = next_in(math, n, true))
        if (is_named(n, SV("annotation")) && sv_has_nocase(dom_attribute(n, "encoding"), SV("tex"))) return unwrapped(sv_take(dom_raw_text(n), FORMULA_BYTES_MAX));
    return signs_of(math, arena);
}
