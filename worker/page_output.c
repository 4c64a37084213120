#include "page_output.h"

#include "schema/article_markdown.h"
#include "schema/result_json.h"

bool page_format_parse(sv name, enum page_format *out) {
    static const char *const names[] = {"json", "jsonl", "text", "markdown", "markdown-text"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (!sv_eq(name, sv_cstr(names[i]))) continue;
        *out = (enum page_format)i;
        return true;
    }
    return false;
}

/* A page must not steer the terminal that its text is shown on: controls of one byte, and those that UTF-8 writes as C2 80 to C2 9F. */
static void blank_controls(struct sbuf *out, size_t from) {
    for (size_t i = from; i < out->n; i++) {
        uint8_t c = (uint8_t)out->p[i];
        bool c1 = c == 0xC2 && i + 1 < out->n && (uint8_t)out->p[i + 1] < 0xA0;
        if (c1) out->p[i + 1] = ' ';
        if (c1 || c == 0x7F || (c < 0x20 && c != '\n' && c != '\t')) out->p[i] = ' ';
    }
}

void page_output_write(enum page_format format, const struct result *r, sv path, struct sbuf *out) {
    size_t start = out->n;
    switch (format) {
    case PAGE_FORMAT_TEXT:
        if (!status_has_article(r->status)) return;
        sbuf_add(out, r->article.text);
        sbuf_add_char(out, '\n');
        blank_controls(out, start);
        break;
    case PAGE_FORMAT_MARKDOWN:
    case PAGE_FORMAT_MARKDOWN_TEXT:
        if (status_has_article(r->status)) article_write_markdown(&r->article, format == PAGE_FORMAT_MARKDOWN ? MARKDOWN_ALL : MARKDOWN_TEXT, out);
        blank_controls(out, start);
        break;
    case PAGE_FORMAT_JSON:
    case PAGE_FORMAT_JSONL:
    default: result_write_json(r, path, out); break;
    }
}
