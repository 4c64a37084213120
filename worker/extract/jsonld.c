#include "jsonld.h"

#include <yyjson.h>

#include "base/err.h"

enum { STACK_MAX = 256, AUTHORS_MAX = 16, BYTES_MAX = 1 << 20 };

static sv text_of(yyjson_val *v) { return yyjson_is_str(v) ? sv_trim(sv_from(yyjson_get_str(v), yyjson_get_len(v))) : SV_NONE; }

static void first(struct arena *arena, sv *slot, sv value) {
    if (!slot->n && value.n) *slot = arena_dup(arena, value);
}

static bool has_type(yyjson_val *object, const char *const *types, size_t count) {
    yyjson_val *type = yyjson_obj_get(object, "@type");
    size_t n = yyjson_is_arr(type) ? yyjson_arr_size(type) : 1;
    for (size_t i = 0; i < n; i++) {
        sv name = text_of(yyjson_is_arr(type) ? yyjson_arr_get(type, i) : type);
        for (size_t k = 0; k < count; k++)
            if (sv_ends(name, sv_cstr(types[k]))) return true;
    }
    return false;
}

/* A name, the `name` of an object, or those of the first of an array. */
static sv name_of(yyjson_val *v, const char *key) {
    if (yyjson_is_arr(v)) v = yyjson_arr_get_first(v);
    return yyjson_is_obj(v) ? text_of(yyjson_obj_get(v, key)) : text_of(v);
}

static void read_authors(yyjson_val *v, struct arena *arena, struct jsonld *out) {
    static const char *const outlets[] = {"Organization", "NewsMediaOrganization"};
    size_t n = yyjson_is_arr(v) ? yyjson_arr_size(v) : 1;
    for (size_t i = 0; i < n && out->author_count < AUTHORS_MAX; i++) {
        yyjson_val *one = yyjson_is_arr(v) ? yyjson_arr_get(v, i) : v;
        size_t cap = out->author_count;
        yyjson_val *inner = yyjson_is_obj(one) ? yyjson_obj_get(one, "name") : NULL;
        sv name = yyjson_is_arr(inner) ? text_of(yyjson_arr_get_first(inner)) : name_of(one, "name");
        if (yyjson_is_obj(one) && has_type(one, outlets, COUNT_OF(outlets))) continue;
        if (!name.n || !arena_grow(arena, (void **)&out->authors, out->author_count, &cap, sizeof *out->authors)) continue;
        out->authors[out->author_count++] = arena_dup(arena, name);
    }
}

static void read_article(yyjson_val *o, struct arena *arena, struct jsonld *out) {
    first(arena, &out->headline, text_of(yyjson_obj_get(o, "headline")));
    first(arena, &out->published, text_of(yyjson_obj_get(o, "datePublished")));
    first(arena, &out->modified, text_of(yyjson_obj_get(o, "dateModified")));
    first(arena, &out->description, text_of(yyjson_obj_get(o, "description")));
    first(arena, &out->publisher, name_of(yyjson_obj_get(o, "publisher"), "name"));
    first(arena, &out->image, name_of(yyjson_obj_get(o, "image"), "url"));
    first(arena, &out->language, text_of(yyjson_obj_get(o, "inLanguage")));
    sv body = text_of(yyjson_obj_get(o, "articleBody"));
    if (body.n > out->body.n) out->body = arena_dup(arena, body);
    if (out->author_count == 0) read_authors(yyjson_obj_get(o, "author"), arena, out);
    if (out->author_count == 0) read_authors(yyjson_obj_get(o, "creator"), arena, out);
    yyjson_val *free_to_read = yyjson_obj_get(o, "isAccessibleForFree");
    out->paywalled |= yyjson_is_false(free_to_read) || sv_eq_nocase(text_of(free_to_read), SV("false"));
}

static void walk(yyjson_val *root, struct arena *arena, struct jsonld *out) {
    static const char *const articles[] = {"Article", "BlogPosting", "SocialMediaPosting", "LiveBlogPosting", "Report", "DiscussionForumPosting"};
    static const char *const nested[] = {"@graph", "mainEntity", "mainEntityOfPage", "hasPart", "itemListElement"};
    yyjson_val *stack[STACK_MAX];
    size_t n = 0;
    stack[n++] = root;
    while (n > 0) {
        yyjson_val *v = stack[--n];
        if (yyjson_is_arr(v)) {
            for (size_t i = yyjson_arr_size(v); i-- > 0 && n < STACK_MAX;)
                if (i < STACK_MAX) stack[n++] = yyjson_arr_get(v, i);
        } else if (yyjson_is_obj(v)) {
            if (has_type(v, articles, COUNT_OF(articles))) read_article(v, arena, out);
            for (size_t i = COUNT_OF(nested); i-- > 0 && n < STACK_MAX;) {
                yyjson_val *inner = yyjson_obj_get(v, nested[i]);
                if (inner) stack[n++] = inner;
            }
        }
    }
}

void jsonld_read(sv script, struct arena *arena, struct jsonld *out) {
    script = sv_trim(script);
    if (sv_starts(script, SV("<!--"))) script = sv_skip(script, 4);
    if (sv_starts(script, SV("//<![CDATA["))) script = sv_skip(script, 11);
    if (sv_starts(script, SV("<![CDATA["))) script = sv_skip(script, 9);
    if (!script.n || script.n > BYTES_MAX) return;
    char *copy = arena_alloc(arena, script.n);
    if (!copy) return;
    /* Raw line ends and tabs inside strings are common and forbidden; outside strings they are spaces all the same. */
    for (size_t i = 0; i < script.n; i++) copy[i] = (uint8_t)script.p[i] < 32 ? ' ' : script.p[i];
    yyjson_doc *doc = yyjson_read_opts(copy, script.n, YYJSON_READ_ALLOW_COMMENTS | YYJSON_READ_ALLOW_TRAILING_COMMAS | YYJSON_READ_STOP_WHEN_DONE | YYJSON_READ_ALLOW_INVALID_UNICODE, NULL, NULL);
    if (!doc) return;
    walk(yyjson_doc_get_root(doc), arena, out);
    yyjson_doc_free(doc);
}
