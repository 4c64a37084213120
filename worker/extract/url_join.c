#include "url_join.h"

#include "base/sbuf.h"

static size_t scheme_length(sv v) {
    size_t n = 0;
    while (n < v.n && (ascii_is_alpha(v.p[n]) || (n > 0 && (ascii_is_digit(v.p[n]) || v.p[n] == '+' || v.p[n] == '-' || v.p[n] == '.')))) n++;
    return n > 1 && n < v.n && v.p[n] == ':' ? n : 0;
}

sv url_scheme(sv url) {
    size_t n = scheme_length(url);
    return n ? sv_take(url, n) : SV_NONE;
}

/* "/a/./b/../c" -> "/a/c"; the query is left alone. */
static void add_path(struct sbuf *out, sv path) {
    size_t query = path.n, floor = out->n;
    for (size_t i = 0; i < path.n && query == path.n; i++)
        if (path.p[i] == '?' || path.p[i] == '#') query = i;
    sv tail = sv_skip(path, query);
    path = sv_take(path, query);
    while (path.n) {
        path = sv_skip(path, 1);
        size_t n = sv_find_char(path, '/', 0);
        bool last = n == SIZE_MAX;
        sv segment = sv_take(path, last ? path.n : n);
        path = last ? sv_skip(path, path.n) : sv_skip(path, n);
        if (sv_eq(segment, SV(".."))) {
            while (out->n > floor && out->p[out->n - 1] != '/') out->n--;
            if (out->n > floor) out->n--;
        } else if (!sv_eq(segment, SV("."))) {
            sbuf_add_char(out, '/');
            sbuf_add(out, segment);
            continue;
        }
        if (last) sbuf_add_char(out, '/');
    }
    sbuf_add(out, tail);
}

sv url_join(sv base, sv reference, struct arena *arena) {
    size_t scheme = scheme_length(base);
    if (scheme_length(reference) || !scheme || !sv_starts(sv_skip(base, scheme), SV("://"))) return arena_dup(arena, reference);
    struct sbuf out;
    sbuf_init(&out, 16384);
    size_t slash = sv_find_char(base, '/', scheme + 3);
    sv origin = sv_take(base, slash == SIZE_MAX ? base.n : slash), path = slash == SIZE_MAX ? SV("/") : sv_skip(base, slash);
    size_t end = 0;
    while (end < path.n && path.p[end] != '?' && path.p[end] != '#') end++;
    path = sv_take(path, end);
    if (sv_starts(reference, SV("//"))) {
        sbuf_add(&out, sv_take(base, scheme + 1));
        sbuf_add(&out, reference);
    } else {
        sbuf_add(&out, origin);
        struct sbuf joined;
        sbuf_init(&joined, 16384);
        if (!sv_starts(reference, SV("/"))) {
            bool keeps = reference.n && (*reference.p == '?' || *reference.p == '#');
            while (!keeps && path.n && path.p[path.n - 1] != '/') path.n--;
            sbuf_add(&joined, path.n ? path : SV("/"));
        }
        sbuf_add(&joined, reference);
        add_path(&out, sbuf_view(&joined));
        if (joined.err == ERR_MEMORY) arena_fail(arena);
        sbuf_clear(&joined);
    }
    if (out.err == ERR_MEMORY) arena_fail(arena);
    sv result = arena_dup(arena, out.err ? reference : sbuf_view(&out));
    sbuf_clear(&out);
    return result;
}
