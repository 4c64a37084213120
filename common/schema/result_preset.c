#include "schema/result_preset.h"

#include <stdio.h>
#include <time.h>

#include "base/json_out.h"
#include "base/url.h"

enum { DAY_BYTES = sizeof "2024-07-03" - 1 };

static void write_id(struct json_out *j, const struct result *r) {
    char hex[2 * sizeof r->id.b + 1];
    hex_encode(r->id.b, sizeof r->id.b, hex);
    json_out_kv(j, "id", sv_cstr(hex));
}

static sv text_of(const struct result *r) { return status_has_article(r->status) && r->article.text.p ? r->article.text : SV(""); }

/* Several values in one string, as trafilatura writes them; absent without any. */
static void write_joined(struct json_out *j, const char *key, const sv *values, size_t count, const char *between) {
    struct sbuf all;
    sbuf_init(&all, 0);
    for (size_t i = 0; i < count; i++) {
        if (i) sbuf_add(&all, sv_cstr(between));
        sbuf_add(&all, values[i]);
    }
    json_out_kv(j, key, count ? sbuf_view(&all) : SV_NONE);
    sbuf_clear(&all);
}

static void write_list(struct json_out *j, const char *key, const sv *values, size_t count) {
    json_out_key(j, key);
    json_out_open(j, '[');
    for (size_t i = 0; i < count; i++) json_out_string(j, values[i]);
    json_out_close(j, ']');
}

static sv lead_image(const struct article *a) {
    for (size_t i = 0; i < a->image_count; i++)
        if (a->images[i].is_lead) return a->images[i].url;
    return SV_NONE;
}

static void write_time(struct json_out *j, const char *key, int64_t unix_ms) {
    char text[40];
    struct tm tm;
    time_t seconds = (time_t)(unix_ms / 1000);
    if (unix_ms <= 0 || !gmtime_r(&seconds, &tm)) {
        json_out_kv(j, key, SV_NONE);
        return;
    }
    size_t n = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm);
    n += (size_t)snprintf(text + n, sizeof text - n, ".%03dZ", (int)(unix_ms % 1000));
    json_out_kv(j, key, sv_from(text, n));
}

static void end_line(struct json_out *j) {
    json_out_close(j, '}');
    sbuf_add_char(j->out, '\n');
}

/* Their texts, a paragraph each, as trafilatura has them. */
static void write_comments(struct json_out *j, const struct article *a) {
    struct sbuf all;
    sbuf_init(&all, 0);
    for (size_t i = 0; i < a->comment_count; i++) {
        if (i) sbuf_add_char(&all, '\n');
        sbuf_add(&all, a->comments[i].text);
    }
    json_out_kv(j, "comments", all.n ? sbuf_view(&all) : SV(""));
    sbuf_clear(&all);
}

void result_write_trafilatura(const struct result *r, struct sbuf *out) {
    const struct article *a = &r->article;
    struct json_out j;
    char fingerprint[17];
    snprintf(fingerprint, sizeof fingerprint, "%016llx", (unsigned long long)a->simhash);
    json_out_init(&j, out);
    json_out_open(&j, '{');
    json_out_kv(&j, "title", a->title);
    write_joined(&j, "author", a->authors, a->author_count, "; ");
    json_out_kv(&j, "hostname", url_host(r->url));
    json_out_kv(&j, "date", sv_take(a->published.value, DAY_BYTES)); /* the day alone, as trafilatura writes it */
    json_out_kv(&j, "fingerprint", text_of(r).n ? sv_cstr(fingerprint) : SV_NONE);
    write_id(&j, r);
    json_out_kv(&j, "license", a->license);
    write_comments(&j, a);
    json_out_kv(&j, "raw_text", text_of(r));
    json_out_kv(&j, "text", text_of(r));
    json_out_kv(&j, "language", a->language);
    json_out_kv(&j, "image", lead_image(a));
    json_out_kv(&j, "pagetype", SV_NONE);
    json_out_kv(&j, "filedate", SV_NONE);
    json_out_kv(&j, "source", r->url);
    json_out_kv(&j, "source-hostname", a->sitename);
    json_out_kv(&j, "excerpt", a->description);
    write_joined(&j, "categories", a->categories, a->category_count, ";");
    write_joined(&j, "tags", a->tags, a->tag_count, ";");
    json_out_kv(&j, "status", sv_cstr(status_name(r->status)));
    end_line(&j);
}

/* What both training-data tools leave to the source. */
static void write_metadata(struct json_out *j, const struct result *r) {
    const struct article *a = &r->article;
    json_out_key(j, "metadata");
    json_out_open(j, '{');
    json_out_kv(j, "url", r->url);
    json_out_kv(j, "status", sv_cstr(status_name(r->status)));
    json_out_kv(j, "title", a->title);
    write_list(j, "authors", a->authors, a->author_count);
    json_out_kv(j, "date", a->published.value);
    json_out_kv(j, "language", a->language);
    json_out_key(j, "language_score");
    json_out_double(j, a->language_confidence);
    json_out_kv(j, "sitename", a->sitename);
    json_out_kv(j, "description", a->description);
    json_out_kv_u64(j, "word_count", a->word_count);
    json_out_key(j, "quality");
    json_out_double(j, a->quality);
    json_out_kv(j, "warc_file", r->provenance.warc_file);
    json_out_kv_u64(j, "warc_offset", r->provenance.warc_offset);
    json_out_close(j, '}');
}

void result_write_dolma(const struct result *r, struct sbuf *out) {
    struct json_out j;
    json_out_init(&j, out);
    json_out_open(&j, '{');
    write_id(&j, r);
    json_out_kv(&j, "text", text_of(r));
    json_out_kv(&j, "source", r->crawl_id.n ? r->crawl_id : SV("default"));
    write_time(&j, "added", r->fetch_time_ms);
    json_out_kv(&j, "created", r->article.published.value);
    write_metadata(&j, r);
    end_line(&j);
}

void result_write_datatrove(const struct result *r, struct sbuf *out) {
    struct json_out j;
    json_out_init(&j, out);
    json_out_open(&j, '{');
    json_out_kv(&j, "text", text_of(r));
    write_id(&j, r);
    write_metadata(&j, r);
    end_line(&j);
}
