#include "page_output.h"

#include "schema/article_markdown.h"
#include "schema/result_json.h"

bool page_format_parse(sv name, enum page_format *out) {
    static const char *const names[] = {"json", "jsonl", "text", "markdown"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (!sv_eq(name, sv_cstr(names[i]))) continue;
        *out = (enum page_format)i;
        return true;
    }
    return false;
}

void page_output_write(enum page_format format, const struct result *r, sv path, struct sbuf *out) {
    switch (format) {
    case PAGE_FORMAT_TEXT:
        if (!status_has_article(r->status)) return;
        sbuf_add(out, r->article.text);
        sbuf_add_char(out, '\n');
        break;
    case PAGE_FORMAT_MARKDOWN:
        if (status_has_article(r->status)) article_write_markdown(&r->article, out);
        break;
    case PAGE_FORMAT_JSON:
    case PAGE_FORMAT_JSONL:
    default: result_write_json(r, path, out); break;
    }
}
