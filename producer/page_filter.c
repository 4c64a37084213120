#include "page_filter.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/hash.h"
#include "fetch_date.h"
#include "host_list.h"
#include "url_pattern.h"

enum { RANGES_MAX = 32, LANGUAGES_MAX = 64, LIST_FILE_MAX = 256 << 20 };

struct page_filter {
    struct {
        unsigned from, to;
    } statuses[RANGES_MAX];
    size_t status_count, language_count;
    sv mime;                         /* the option's text */
    char languages[LANGUAGES_MAX][4]; /* ISO 639-1 where there is one */
    uint64_t min_size, max_size;
    int64_t since_ms, before_ms;
    uint64_t sample_below; /* hashes below it are taken; UINT64_MAX: all */
    struct url_patterns *include, *exclude;
    struct host_list *allow, *deny;
    struct hash64_stream *hash;
    uint64_t selection;
};

/* -- languages --------------------------------------------------------------------------------------------------------------- */

/* Codes of three letters (ISO 639-2 and 639-3, as archives carry them) for those of two. */
static const char three_to_two[][6] = {
    "afraf", "albsq", "sqisq", "amham", "araar", "arbar", "armhy", "hyehy", "azeaz", "baqeu", "euseu", "belbe", "benbn", "bosbs", "bulbg", "burmy", "myamy",
    "catca", "chizh", "zhozh", "cmnzh", "hrvhr", "czecs", "cescs", "danda", "dutnl", "nldnl", "engen", "epoeo", "estet", "finfi", "frefr", "frafr", "glggl",
    "geoka", "katka", "gerde", "deude", "greel", "ellel", "gujgu", "hathy", "hauha", "hebhe", "hinhi", "hunhu", "iceis", "islis", "indid", "glega", "itait",
    "jpnja", "javjv", "kankn", "kazkk", "khmkm", "korko", "kurku", "kirky", "laolo", "latla", "lavlv", "litlt", "macmk", "mkdmk", "maymr", "marmr", "malml",
    "msams", "mltmt", "monmn", "nepne", "norno", "nobno", "nnonn", "perfa", "fasfa", "polpl", "porpt", "panpa", "rumro", "ronro", "rusru", "srpsr", "sinsi",
    "slosk", "slksk", "slvsl", "somso", "spaes", "sunsu", "swasw", "swesv", "tamta", "telte", "thath", "tgltl", "turtr", "ukruk", "urdur", "uzbuz", "vievi",
    "welcy", "cymcy", "yidyi", "yoryo", "zulzu"};

/* The primary part of a tag, in two letters where that is known. False: it is none. */
static bool read_language(sv tag, char out[4]) {
    size_t n = 0;
    while (n < tag.n && ascii_is_alpha(tag.p[n])) n++;
    if (n < 2 || n > 3 || (n < tag.n && tag.p[n] != '-' && tag.p[n] != '_')) return false;
    for (size_t i = 0; i < 4; i++) out[i] = i < n ? ascii_lower(tag.p[i]) : '\0';
    for (size_t i = 0; n == 3 && i < COUNT_OF(three_to_two); i++)
        if (memcmp(out, three_to_two[i], 3) == 0) memcpy(out, (const char[4]){three_to_two[i][3], three_to_two[i][4]}, 4);
    return true;
}

static bool speaks(const struct page_filter *f, sv languages) {
    bool says = false;
    while (languages.n) {
        char language[4];
        if (!read_language(sv_trim(sv_cut(&languages, ',')), language)) continue;
        says = true;
        for (size_t i = 0; i < f->language_count; i++)
            if (memcmp(language, f->languages[i], 4) == 0) return true;
    }
    return !says;
}

/* -- options ----------------------------------------------------------------------------------------------------------------- */

static enum err_code read_statuses(struct page_filter *f, sv list, struct err *e) {
    sv rest = list;
    while (rest.n) {
        sv to = sv_trim(sv_cut(&rest, ',')), from = sv_cut(&to, '-');
        uint64_t low, high;
        bool good = sv_to_u64(from, &low) && (to.p ? sv_to_u64(to, &high) : (high = low, true)) && low >= 1 && high <= 999 && low <= high;
        if (!good || f->status_count == RANGES_MAX) return err_set(e, ERR_USAGE, "--status takes statuses and ranges such as 200,203-206, not '%.*s'", SV_ARG(list));
        f->statuses[f->status_count].from = (unsigned)low;
        f->statuses[f->status_count++].to = (unsigned)high;
    }
    return ERR_OK;
}

static enum err_code read_languages(struct page_filter *f, sv list, struct err *e) {
    while (list.n) {
        sv tag = sv_trim(sv_cut(&list, ','));
        if (f->language_count == LANGUAGES_MAX || !read_language(tag, f->languages[f->language_count]))
            return err_set(e, ERR_USAGE, "--language takes codes such as en,de, not '%.*s'", SV_ARG(tag));
        f->language_count++;
    }
    return ERR_OK;
}

static enum err_code read_size(const char *name, const char *value, uint64_t *out, struct err *e) {
    if (!value || option_parse_bytes(sv_cstr(value), out)) return ERR_OK;
    return err_set(e, ERR_USAGE, "--%s takes a size such as 64K, not '%s'", name, value);
}

static enum err_code read_date(const char *name, const char *value, int64_t *out, struct err *e) {
    if (!value || fetch_date_parse(sv_cstr(value), out)) return ERR_OK;
    return err_set(e, ERR_USAGE, "--%s takes a date such as 2024-07-03 or 2024-07-03T10:00:00Z, not '%s'", name, value);
}

static enum err_code read_sample(struct page_filter *f, const char *value, struct err *e) {
    char *end;
    double share = strtod(value, &end);
    if (*end == '%') share /= 100.0, end++;
    if (end == value || *end || !(share > 0.0) || share > 1.0) return err_set(e, ERR_USAGE, "--sample takes a share such as 0.01 or 1%%, not '%s'", value);
    f->sample_below = share < 1.0 ? (uint64_t)(share * 18446744073709551616.0) : UINT64_MAX;
    return ERR_OK;
}

static enum err_code read_patterns(struct page_filter *f, struct url_patterns *to, const char *name, const struct option_list *values, const struct option_list *files, struct err *e) {
    struct sbuf text;
    enum err_code code = ERR_OK;
    sbuf_init(&text, LIST_FILE_MAX);
    for (size_t i = 0; !code && i < values->count; i++) code = url_patterns_add(to, sv_cstr(values->items[i]), name, e);
    for (size_t i = 0; !code && i < files->count; i++) {
        sbuf_reset(&text);
        code = file_read(files->items[i], &text, e);
        hash64_stream_add(f->hash, sbuf_view(&text));
        if (!code) code = url_patterns_add_lines(to, sbuf_view(&text), files->items[i], e);
    }
    sbuf_clear(&text);
    return code;
}

static enum err_code read_hosts(struct page_filter *f, struct host_list *to, const struct option_list *files, struct err *e) {
    struct sbuf text;
    enum err_code code = ERR_OK;
    sbuf_init(&text, LIST_FILE_MAX);
    for (size_t i = 0; !code && i < files->count; i++) {
        sbuf_reset(&text);
        code = file_read(files->items[i], &text, e);
        hash64_stream_add(f->hash, sbuf_view(&text));
        if (!code) code = host_list_add_lines(to, sbuf_view(&text), files->items[i], e);
    }
    sbuf_clear(&text);
    return code;
}

/* Of the options' own values; each with its NUL, so that two never read as one. */
static void hash_text(struct page_filter *f, const char *value) { hash64_stream_add(f->hash, value ? sv_from(value, strlen(value) + 1) : SV("\x01")); }

static void hash_list(struct page_filter *f, const struct option_list *list) {
    for (size_t i = 0; i < list->count; i++) hash_text(f, list->items[i]);
    hash_text(f, NULL);
}

static void hash_options(struct page_filter *f, const struct input_options *o) {
#define HASH_LIST(field) hash_list(f, &o->field);
#define HASH_TEXT(field) hash_text(f, o->field);
#define HASH_FLAG(field) hash_text(f, o->field ? "yes" : NULL);
#define X(field, type, name, value, help) HASH_##type(field)
    INPUT_OPTIONS(X)
#undef X
}

enum err_code page_filter_new(struct page_filter **out, const struct input_options *o, struct err *e) {
    struct page_filter *f = calloc(1, sizeof *f);
    *out = f;
    if (!f) return err_set(e, ERR_MEMORY, "no memory for the filter");
    f->max_size = f->sample_below = UINT64_MAX;
    f->since_ms = INT64_MIN;
    f->before_ms = INT64_MAX;
    f->mime = sv_cstr(o->mime ? o->mime : "text/html,application/xhtml*,text/plain,text/xml,application/xml");
    f->hash = hash64_stream_new();
    enum err_code code = f->hash ? ERR_OK : err_set(e, ERR_MEMORY, "no memory for the filter");
    if (!code) hash_options(f, o);
    if (!code) code = url_patterns_new(&f->include, e);
    if (!code) code = url_patterns_new(&f->exclude, e);
    if (!code) code = host_list_new(&f->allow, e);
    if (!code) code = host_list_new(&f->deny, e);
    if (!code) code = read_statuses(f, sv_cstr(o->status ? o->status : "200-299"), e);
    if (!code && o->language) code = read_languages(f, sv_cstr(o->language), e);
    if (!code) code = read_size("min-size", o->min_size, &f->min_size, e);
    if (!code) code = read_size("max-size", o->max_size, &f->max_size, e);
    if (!code) code = read_date("since", o->since, &f->since_ms, e);
    if (!code) code = read_date("before", o->before, &f->before_ms, e);
    if (!code && o->sample) code = read_sample(f, o->sample, e);
    if (!code) code = read_patterns(f, f->include, "--include-url", &o->include_urls, &o->include_files, e);
    if (!code) code = read_patterns(f, f->exclude, "--exclude-url", &o->exclude_urls, &o->exclude_files, e);
    if (!code) code = read_hosts(f, f->allow, &o->allow_hosts, e);
    if (!code) code = read_hosts(f, f->deny, &o->deny_hosts, e);
    if (code) page_filter_free(out);
    else f->selection = hash64_stream_value(f->hash);
    return code;
}

void page_filter_free(struct page_filter **pf) {
    struct page_filter *f = *pf;
    if (!f) return;
    url_patterns_free(&f->include);
    url_patterns_free(&f->exclude);
    host_list_free(&f->allow);
    host_list_free(&f->deny);
    hash64_stream_free(&f->hash);
    free(f);
    *pf = NULL;
}

uint64_t page_filter_selection(const struct page_filter *f) { return f->selection; }

/* -- pages ------------------------------------------------------------------------------------------------------------------- */

static bool has_status(const struct page_filter *f, unsigned status) {
    for (size_t i = 0; i < f->status_count; i++)
        if (status >= f->statuses[i].from && status <= f->statuses[i].to) return true;
    return status == 0;
}

static bool has_type(const struct page_filter *f, sv content_type) {
    sv type = sv_trim(content_type), list = f->mime;
    for (size_t i = 0; i < type.n; i++)
        if (strchr(";, \t", type.p[i])) type.n = i;
    while (type.n && list.n) {
        sv one = sv_trim(sv_cut(&list, ','));
        if (sv_ends(one, SV("*")) ? sv_starts_nocase(type, sv_take(one, one.n - 1)) : sv_eq_nocase(type, one)) return true;
    }
    return type.n == 0;
}

static const char *check_url(const struct page_filter *f, sv url) {
    sv host = url_host(url);
    if (host.n && host_list_count(f->allow) && !host_list_has(f->allow, host)) return "host_not_allowed";
    if (host_list_has(f->deny, host)) return "host_denied";
    enum url_match match = url_patterns_match(f->exclude, url);
    if (match != URL_NO_MATCH) return match == URL_MATCH ? "url_excluded" : "pattern_limit";
    if (url_patterns_count(f->include) == 0) return NULL;
    match = url_patterns_match(f->include, url);
    return match == URL_MATCH ? NULL : match == URL_NO_MATCH ? "url_not_included" : "pattern_limit";
}

const char *page_filter_check(const struct page_filter *f, const struct page_facts *facts) {
    if (!has_status(f, facts->http_status)) return "http_status";
    if (!has_type(f, facts->content_type)) return "content_type";
    if (facts->size < f->min_size) return "too_small";
    if (facts->size > f->max_size) return "too_big";
    if (facts->fetch_ms && (facts->fetch_ms < f->since_ms || facts->fetch_ms >= f->before_ms)) return "date";
    if (f->language_count && !speaks(f, facts->language)) return "language";
    const char *reason = check_url(f, facts->url);
    if (reason) return reason;
    return f->sample_below == UINT64_MAX || hash64(facts->url) < f->sample_below ? NULL : "sample";
}
