#include "page_explain.h"

#include "extract/explain.h"
#include "extract/extract.h"
#include "page_list.h"

struct seen {
    enum page_explain_format format;
    struct sbuf *out;
    bool decided;
};

bool page_explain_parse(sv name, enum page_explain_format *out) {
    *out = sv_eq(name, SV("html")) ? PAGE_EXPLAIN_HTML : PAGE_EXPLAIN_TEXT;
    return sv_eq(name, SV("html")) || sv_eq(name, SV("text"));
}

static void on_decision(void *user, const struct blocks *blocks, const struct decision *decision) {
    struct seen *seen = user;
    seen->decided = true;
    explain_decision(blocks, decision, seen->format == PAGE_EXPLAIN_HTML ? EXPLAIN_HTML : EXPLAIN_TEXT, seen->out);
}

enum err_code page_explain(const char *path, sv url, sv kind, enum page_explain_format format, struct sbuf *out, struct err *e) {
    struct seen seen = {.format = format, .out = out};
    struct extract *extract = NULL;
    struct document document;
    struct arena arena;
    struct sbuf bytes;
    arena_init(&arena, 0);
    sbuf_init(&bytes, PAGE_LIST_BYTES_MAX);
    enum err_code code = page_list_read(sv_cstr(path), &bytes, e);
    if (!code) code = extract_new(&extract, NULL, e);
    if (!code) {
        bool text = kind.n ? sv_eq(kind, SV("text")) : page_list_kind(sv_cstr(path), sbuf_view(&bytes)) == PAYLOAD_TEXT;
        struct extract_input in = {.kind = text ? EXTRACT_TEXT : EXTRACT_HTML, .bytes = sbuf_view(&bytes), .url = url};
        extract_observe(extract, on_decision, &seen);
        code = extract_run(extract, &in, &arena, &document, e);
        if (!code && !seen.decided) code = err_set(e, ERR_INPUT, "not a page: %.*s", SV_ARG(document.status_detail));
        if (!code && out->err) code = err_set(e, out->err, "no memory for the explanation");
    }
    extract_free(&extract);
    sbuf_clear(&bytes);
    arena_clear(&arena);
    return code;
}
