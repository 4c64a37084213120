#include "script_body.h"

#include <yyjson.h>

enum { ANCHOR_MIN = 24, ANCHOR_MAX = 48, BODY_BYTES_MIN = 400, TIMES_LONGER = 3, PLACES_MAX = 4, STARTS_MAX = 8, JSON_BYTES_MAX = 4 << 20, DEPTH_MAX = 64, ARRAY_MIN = 3 };

/* -- what is shown ------------------------------------------------------------------------------------------------------- */

/* Written the same in a page and in JSON. */
static bool is_plain(char c) { return c >= ' ' && c <= 'z' && !strchr("\"&'/<>\\", c); }

/* The longest stretch of a kept paragraph to know the article by. */
static sv anchor_of(const struct blocks *b, const struct decision *d) {
    sv longest = SV_NONE, best = SV_NONE;
    for (size_t i = 0; i < b->count; i++)
        if (d->keep[i] && b->block[i].text.n > longest.n) longest = b->block[i].text;
    for (size_t i = 0, n; i < longest.n; i += n + 1) {
        for (n = 0; i + n < longest.n && is_plain(longest.p[i + n]);) n++;
        if (n > best.n) best = sv_from(longest.p + i, n);
    }
    best = sv_take(best, ANCHOR_MAX);
    return best.n >= ANCHOR_MIN ? best : SV_NONE;
}

/* -- where it is carried --------------------------------------------------------------------------------------------------- */

/* The script around a place in the page; absent when that lies in none. */
static sv script_around(sv html, size_t at) {
    const sv open = SV("<script"), close = SV("</script");
    for (size_t begin = at; begin-- > 0;) {
        if (html.p[begin] != '<') continue;
        sv here = sv_skip(html, begin);
        if (sv_starts_nocase(here, close)) break;
        if (!sv_starts_nocase(here, open)) continue;
        size_t from = sv_find_char(html, '>', begin), end = sv_find_nocase(html, close, at);
        return from < at ? sv_from(html.p + from + 1, (end < html.n ? end : html.n) - from - 1) : SV_NONE;
    }
    return SV_NONE;
}

/* The JSON value of the script that reaches over a place in it: all of it, or what is assigned or handed over. */
static yyjson_doc *json_over(sv script, size_t at, struct arena *arena) {
    unsigned tries = 0;
    char last = '=';
    if (script.n > JSON_BYTES_MAX) return NULL;
    for (size_t i = 0; i < at && tries < STARTS_MAX; i++) {
        char c = script.p[i];
        if ((c == '{' || c == '[') && (last == '=' || last == '(')) {
            yyjson_read_err error;
            tries++;
            yyjson_doc *doc = yyjson_read_opts((char *)(uintptr_t)(script.p + i), script.n - i, YYJSON_READ_STOP_WHEN_DONE, NULL, &error);
            if (!doc && error.code == YYJSON_READ_ERROR_MEMORY_ALLOCATION) arena_fail(arena);
            if (doc && i + yyjson_doc_get_read_size(doc) > at) return doc;
            yyjson_doc_free(doc);
        }
        if (!ascii_is_space(c)) last = c;
    }
    return NULL;
}

/* -- the text in it ---------------------------------------------------------------------------------------------------------- */

/* A walk over a value without recursion; what lies deeper than DEPTH_MAX is left out. */
struct walk {
    struct level {
        yyjson_val *value, *next; /* an array or object, and its child to come */
        size_t left;
    } level[DEPTH_MAX];
    size_t depth;
};

static void descend(struct walk *w, yyjson_val *v) {
    if (w->depth < DEPTH_MAX && yyjson_is_ctn(v) && unsafe_yyjson_get_len(v)) w->level[w->depth++] = (struct level){v, unsafe_yyjson_get_first(v), unsafe_yyjson_get_len(v)};
}

/* The next child of the innermost level, and its key in an object (else NULL); false when that level is done, which is left. */
static bool step(struct walk *w, yyjson_val **key, yyjson_val **child) {
    struct level *l = &w->level[w->depth - 1];
    if (l->left == 0) {
        w->depth--;
        return false;
    }
    l->left--;
    *key = yyjson_is_obj(l->value) ? l->next : NULL;
    *child = *key ? unsafe_yyjson_get_next(l->next) : l->next;
    l->next = unsafe_yyjson_get_next(*child);
    return true;
}

/* Absent also where it is JSON once more. */
static sv string_of(yyjson_val *v) {
    sv text = yyjson_is_str(v) ? sv_from(yyjson_get_str(v), yyjson_get_len(v)) : SV_NONE;
    return sv_has(text, SV("\":")) ? SV_NONE : text;
}

/* Under these names the formats of rich text keep words, or more of the tree. */
static bool holds_text(yyjson_val *key) {
    static const char *const names[] = {"text", "value", "html", "content", "body", "children", "copy", "rendered", "paragraph", "paragraphs", "blocks", "nodes", "data"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (sv_eq(string_of(key), sv_cstr(names[i]))) return true;
    return false;
}

static void add_words(struct sbuf *out, sv text) {
    if (sv_has(text, SV("</"))) {
        sbuf_add(out, text);
        return;
    }
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '<') sbuf_add(out, SV("&lt;"));
        else if (text.p[i] == '&') sbuf_add(out, SV("&amp;"));
        else sbuf_add_char(out, text.p[i]);
    }
}

/* Each element of the array as a paragraph. */
static void paragraphs_of(yyjson_val *array, struct sbuf *out) {
    struct walk w = {.depth = 0};
    yyjson_val *key, *child;
    descend(&w, array);
    while (w.depth && !out->err) {
        if (w.depth == 1) sbuf_add(out, SV("<p>"));
        if (!step(&w, &key, &child) || (key && !holds_text(key))) continue;
        add_words(out, string_of(child));
        descend(&w, child);
    }
}

/* The string with the anchor, or the innermost array around it, that is long enough. */
static void body_in(yyjson_val *root, sv anchor, size_t enough, struct sbuf *out) {
    struct walk w = {.depth = 0};
    yyjson_val *key, *child;
    unsigned places = 0;
    descend(&w, root);
    while (w.depth && places < PLACES_MAX) {
        if (!step(&w, &key, &child)) continue;
        if (!sv_has(string_of(child), anchor)) {
            descend(&w, child);
            continue;
        }
        places++;
        if (yyjson_get_len(child) >= enough) add_words(out, string_of(child));
        for (size_t i = w.depth; i-- > 0 && out->n < enough;) {
            if (!yyjson_is_arr(w.level[i].value) || yyjson_arr_size(w.level[i].value) < ARRAY_MIN) continue;
            sbuf_reset(out);
            paragraphs_of(w.level[i].value, out);
        }
        if (out->n >= enough || out->err) return;
        sbuf_reset(out);
    }
}

sv script_body_find(sv html, const struct blocks *b, const struct decision *d, struct arena *arena) {
    sv anchor = anchor_of(b, d), body = SV_NONE;
    size_t enough = TIMES_LONGER * decision_kept_bytes(b, d);
    if (enough < BODY_BYTES_MIN) enough = BODY_BYTES_MIN;
    size_t at = anchor.n ? sv_find(html, anchor, 0) : SIZE_MAX;
    for (unsigned place = 0; at != SIZE_MAX && place < PLACES_MAX && !body.n; place++, at = sv_find(html, anchor, at + anchor.n)) {
        sv script = script_around(html, at);
        yyjson_doc *doc = script.n ? json_over(script, (size_t)(html.p + at - script.p), arena) : NULL;
        if (!doc) continue;
        struct sbuf text;
        sbuf_init(&text, html.n);
        body_in(yyjson_doc_get_root(doc), anchor, enough, &text);
        if (text.err == ERR_MEMORY) arena_fail(arena);
        if (text.n >= enough && !text.err) body = arena_dup(arena, sbuf_view(&text));
        sbuf_clear(&text);
        yyjson_doc_free(doc);
    }
    return body;
}
