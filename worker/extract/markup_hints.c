#include "markup_hints.h"

#include <lexbor/encoding/encoding.h>

enum { LOOK_BYTES = 64 * 1024 };

struct attribute {
    sv name, value;
};

static sv name_of(sv label) {
    label = sv_trim(label);
    const lxb_encoding_data_t *data = label.n ? lxb_encoding_data_by_pre_name((const lxb_char_t *)label.p, label.n) : NULL;
    return data ? sv_cstr((const char *)data->name) : SV_NONE;
}

sv charset_of_label(sv label) {
    label = sv_trim(label);
    while (label.n && strchr("\"'", *label.p) && *label.p) label = sv_trim(sv_skip(label, 1));
    while (label.n && strchr("\"';,", label.p[label.n - 1]) && label.p[label.n - 1]) label = sv_trim(sv_take(label, label.n - 1));
    return name_of(label);
}

sv charset_label_in(sv v) {
    for (;;) {
        size_t at = sv_find_nocase(v, SV("charset"), 0);
        if (at == SIZE_MAX) return SV_NONE;
        v = sv_skip(v, at + 7);
        sv after = v;
        while (after.n && ascii_is_space(*after.p)) after = sv_skip(after, 1);
        if (!after.n || *after.p != '=') continue;
        v = sv_skip(after, 1);
        while (v.n && ascii_is_space(*v.p)) v = sv_skip(v, 1);
        break;
    }
    if (v.n && (*v.p == '"' || *v.p == '\'')) {
        size_t end = sv_find_char(sv_skip(v, 1), *v.p, 0);
        return end == SIZE_MAX ? SV_NONE : sv_take(sv_skip(v, 1), end);
    }
    size_t n = 0;
    while (n < v.n && !ascii_is_space(v.p[n]) && v.p[n] != ';' && v.p[n] != ',') n++;
    return sv_take(v, n);
}

/* Where an attribute's value ends, quoted or bare; *value is what it holds. */
static sv read_value(sv rest, sv *value) {
    while (rest.n && ascii_is_space(*rest.p)) rest = sv_skip(rest, 1);
    if (rest.n && (*rest.p == '"' || *rest.p == '\'')) {
        size_t end = sv_find_char(sv_skip(rest, 1), *rest.p, 0);
        if (end == SIZE_MAX) return sv_skip(rest, rest.n);
        *value = sv_take(sv_skip(rest, 1), end);
        return sv_skip(rest, end + 2);
    }
    size_t n = 0;
    while (n < rest.n && !ascii_is_space(rest.p[n]) && rest.p[n] != '>') n++;
    *value = sv_take(rest, n);
    return sv_skip(rest, n);
}

/* The standard's "get an attribute". False at the tag's '>', *rest is behind it then; *rest is empty where the page ends before it. */
static bool next_attribute(sv *rest, struct attribute *a) {
    *a = (struct attribute){SV_NONE, SV_NONE};
    while (rest->n && (ascii_is_space(*rest->p) || *rest->p == '/')) *rest = sv_skip(*rest, 1);
    if (!rest->n) return true;
    if (*rest->p == '>') {
        *rest = sv_skip(*rest, 1);
        return false;
    }
    size_t n = 0;
    while (n < rest->n && !ascii_is_space(rest->p[n]) && rest->p[n] != '/' && rest->p[n] != '>' && (rest->p[n] != '=' || n == 0)) n++;
    a->name = sv_take(*rest, n);
    *rest = sv_skip(*rest, n);
    sv after = *rest;
    while (after.n && ascii_is_space(*after.p)) after = sv_skip(after, 1);
    if (after.n && *after.p == '=') *rest = read_value(sv_skip(after, 1), &a->value);
    return true;
}

/* A page that can be read so far is not in UTF-16, whatever it says; x-user-defined means the platform's own. */
static sv name_in_page(sv label) {
    sv name = name_of(label);
    if (sv_starts(name, SV("UTF-16"))) return SV("UTF-8");
    return sv_eq(name, SV("x-user-defined")) ? SV("windows-1252") : name;
}

/* The attributes of a tag, read to its end; a <meta> gives its charset. Without a '>' before the end the tag does not count. */
static sv read_tag(sv rest, bool is_meta, bool is_html, struct markup_hints *h) {
    struct attribute a;
    sv charset = SV_NONE, content = SV_NONE, language = SV_NONE;
    bool pragma = false;
    while (next_attribute(&rest, &a)) {
        if (!rest.n) return rest;
        if (is_html && !language.p && sv_eq_nocase(a.name, SV("lang"))) language = a.value;
        if (!is_meta) continue;
        if (sv_eq_nocase(a.name, SV("http-equiv"))) pragma |= sv_eq_nocase(a.value, SV("content-type"));
        if (!content.p && sv_eq_nocase(a.name, SV("content"))) content = charset_label_in(a.value);
        if (!charset.p && sv_eq_nocase(a.name, SV("charset"))) charset = a.value;
    }
    if (is_html && !h->language.p) h->language = language;
    if (!h->charset.p && charset.p) h->charset = name_in_page(charset);
    if (!h->charset.p && !charset.p && pragma) h->charset = name_in_page(content);
    return rest;
}

static sv xml_encoding(sv bytes) {
    if (!sv_starts(bytes, SV("<?xml"))) return SV_NONE;
    sv declaration = sv_cut(&bytes, '>'), value = SV_NONE;
    size_t at = sv_find(declaration, SV("encoding"), 0);
    if (at == SIZE_MAX) return SV_NONE;
    declaration = sv_skip(declaration, at + 8);
    while (declaration.n && ascii_is_space(*declaration.p)) declaration = sv_skip(declaration, 1);
    if (!sv_starts(declaration, SV("="))) return SV_NONE;
    read_value(sv_skip(declaration, 1), &value);
    return name_in_page(value);
}

static bool is_tag(sv rest, sv name) {
    if (!sv_starts_nocase(rest, name) || rest.n == name.n) return false;
    char c = rest.p[name.n];
    return ascii_is_space(c) || c == '/' || c == '>';
}

struct markup_hints markup_hints_find(sv bytes) {
    sv rest = sv_take(bytes, LOOK_BYTES);
    struct markup_hints h = {.charset = xml_encoding(sv_trim(rest))};
    while (rest.n && !h.charset.n) {
        const char *open = memchr(rest.p, '<', rest.n);
        if (!open) break;
        rest = sv_skip(rest, (size_t)(open - rest.p));
        size_t slash = rest.n > 1 && rest.p[1] == '/';
        if (sv_starts(rest, SV("<!--"))) {
            size_t end = sv_find(rest, SV("-->"), 2);
            rest = sv_skip(rest, end == SIZE_MAX ? rest.n : end + 3);
        } else if (rest.n > 1 + slash && ascii_is_alpha(rest.p[1 + slash])) {
            bool meta = is_tag(rest, SV("<meta")), html = is_tag(rest, SV("<html"));
            size_t n = 1;
            while (n < rest.n && !ascii_is_space(rest.p[n]) && rest.p[n] != '>' && !(rest.p[n] == '/' && meta)) n++;
            rest = read_tag(sv_skip(rest, n), meta, html, &h);
        } else if (rest.n > 1 && strchr("!/?", rest.p[1]) && rest.p[1]) {
            size_t end = sv_find_char(rest, '>', 0);
            rest = sv_skip(rest, end == SIZE_MAX ? rest.n : end);
        } else
            rest = sv_skip(rest, 1);
    }
    return h;
}
