#include "schema/result_format.h"

#include "base/json_out.h"
#include "schema/article_markdown.h"
#include "schema/result_json.h"
#include "schema/result_preset.h"

static const char *const format_names[] = {"jsonl", "text", "markdown", "markdown-text", "protobuf"};
static const char *const suffixes[] = {"jsonl", "txt", "md", "md", "pb"};
static const char *const preset_names[] = {"native", "trafilatura", "dolma", "datatrove"};
_Static_assert(COUNT_OF(format_names) == RESULT_FORMAT_END && COUNT_OF(suffixes) == RESULT_FORMAT_END, "a name for every format");
_Static_assert(COUNT_OF(preset_names) == PRESET_END, "a name for every preset");

static bool find(sv name, const char *const *names, size_t count, size_t *out) {
    for (size_t i = 0; i < count; i++) {
        if (!sv_eq(name, sv_cstr(names[i]))) continue;
        *out = i;
        return true;
    }
    return false;
}

bool result_format_parse(sv name, enum result_format *out) {
    size_t i;
    if (!find(name, format_names, COUNT_OF(format_names), &i)) return false;
    *out = (enum result_format)i;
    return true;
}

bool result_preset_parse(sv name, enum result_preset *out) {
    size_t i;
    if (!find(name, preset_names, COUNT_OF(preset_names), &i)) return false;
    *out = (enum result_preset)i;
    return true;
}

const char *result_format_name(enum result_format f) { return format_names[f < RESULT_FORMAT_END ? f : RESULT_JSONL]; }
const char *result_preset_name(enum result_preset p) { return preset_names[p < PRESET_END ? p : PRESET_NATIVE]; }
const char *result_format_suffix(enum result_format f) { return suffixes[f < RESULT_FORMAT_END ? f : RESULT_JSONL]; }

/* One line of the head: a value cannot begin another. In front matter it is a JSON string, which YAML reads. */
static void add_field(struct sbuf *out, const char *key, sv value, bool yaml) {
    if (!value.n) return;
    sbuf_addf(out, "%s: ", key);
    if (yaml) {
        struct json_out j;
        json_out_init(&j, out);
        json_out_string(&j, value);
    } else
        for (size_t i = 0; i < value.n; i++) sbuf_add_char(out, (unsigned char)value.p[i] < 0x20 || value.p[i] == 0x7F ? ' ' : value.p[i]);
    sbuf_add_char(out, '\n');
}

static void add_head(const struct result *r, bool yaml, struct sbuf *out) {
    const struct article *a = &r->article;
    char id[2 * sizeof r->id.b + 1];
    hex_encode(r->id.b, sizeof r->id.b, id);
    add_field(out, "id", sv_cstr(id), yaml);
    add_field(out, "status", sv_cstr(status_name(r->status)), yaml);
    add_field(out, "url", r->url, yaml);
    add_field(out, "failure", r->failure_detail, yaml);
    add_field(out, "title", a->title, yaml);
    for (size_t i = 0; i < a->author_count; i++) {
        if (!yaml) add_field(out, "author", a->authors[i], false);
        else {
            sbuf_add(out, i ? SV("- ") : SV("authors:\n- "));
            struct json_out j;
            json_out_init(&j, out);
            json_out_string(&j, a->authors[i]);
            sbuf_add_char(out, '\n');
        }
    }
    add_field(out, "date", a->published.value, yaml);
    add_field(out, "language", a->language, yaml);
}

/* The form feed stands for the end of a record, so the page's own become spaces. */
static void end_record(struct sbuf *out, size_t body) {
    for (size_t i = body; i < out->n; i++)
        if (out->p[i] == '\f') out->p[i] = ' ';
    sbuf_add(out, SV("\f\n"));
}

static void write_text(const struct result *r, struct sbuf *out) {
    add_head(r, false, out);
    sbuf_add_char(out, '\n');
    size_t body = out->n;
    if (status_has_article(r->status) && r->article.text.n) {
        sbuf_add(out, r->article.text);
        sbuf_add_char(out, '\n');
    }
    end_record(out, body);
}

static void write_markdown(const struct result *r, enum markdown_content content, struct sbuf *out) {
    sbuf_add(out, SV("---\n"));
    add_head(r, true, out);
    sbuf_add(out, SV("---\n\n"));
    size_t body = out->n;
    if (status_has_article(r->status)) article_write_markdown(&r->article, content, out);
    end_record(out, body);
}

static enum err_code write_protobuf(const struct result *r, struct sbuf *out, struct err *e) {
    struct sbuf wire;
    sbuf_init(&wire, 0);
    enum err_code code = result_pack(r, &wire, e);
    for (size_t n = wire.n; !code; n >>= 7) {
        sbuf_add_char(out, (char)(n > 0x7F ? (n & 0x7F) | 0x80 : n));
        if (n <= 0x7F) break;
    }
    if (!code) sbuf_add(out, sbuf_view(&wire));
    sbuf_clear(&wire);
    return code;
}

static void write_jsonl(const struct result *r, enum result_preset preset, struct sbuf *out) {
    switch (preset) {
    case PRESET_TRAFILATURA: result_write_trafilatura(r, out); break;
    case PRESET_DOLMA: result_write_dolma(r, out); break;
    case PRESET_DATATROVE: result_write_datatrove(r, out); break;
    case PRESET_NATIVE:
    case PRESET_END:
    default: result_write_json(r, SV_NONE, out); break;
    }
}

enum err_code result_write(const struct result *r, enum result_format format, enum result_preset preset, struct sbuf *out, struct err *e) {
    enum err_code code = ERR_OK;
    switch (format) {
    case RESULT_TEXT: write_text(r, out); break;
    case RESULT_MARKDOWN: write_markdown(r, MARKDOWN_ALL, out); break;
    case RESULT_MARKDOWN_TEXT: write_markdown(r, MARKDOWN_TEXT, out); break;
    case RESULT_PROTOBUF: code = write_protobuf(r, out, e); break;
    case RESULT_JSONL:
    case RESULT_FORMAT_END:
    default: write_jsonl(r, preset, out); break;
    }
    return code ? code : out->err ? err_set(e, out->err, "no memory for a result") : ERR_OK;
}
