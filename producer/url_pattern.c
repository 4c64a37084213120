#include "url_pattern.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum { PATTERN_MAX_BYTES = 4096, MATCH_STEPS_MAX = 100000, MATCH_DEPTH_MAX = 10000, MATCH_HEAP_KIB = 4096 };

enum pattern_kind { PATTERN_HOST, PATTERN_PREFIX, PATTERN_REGEX };

struct pattern {
    enum pattern_kind kind;
    sv text;
    pcre2_code *code;
};

struct url_patterns {
    struct arena arena;
    struct pattern *items;
    size_t count, cap;
    pcre2_compile_context *compile;
    pcre2_match_context *match;
    pcre2_match_data *data;
};

enum err_code url_patterns_new(struct url_patterns **out, struct err *e) {
    struct url_patterns *p = calloc(1, sizeof *p);
    *out = p;
    if (!p) return err_set(e, ERR_MEMORY, "no memory for patterns");
    arena_init(&p->arena, 0);
    p->compile = pcre2_compile_context_create(NULL);
    p->match = pcre2_match_context_create(NULL);
    p->data = pcre2_match_data_create(1, NULL);
    if (!p->compile || !p->match || !p->data) {
        url_patterns_free(out);
        return err_set(e, ERR_MEMORY, "no memory for patterns");
    }
    pcre2_set_max_pattern_length(p->compile, PATTERN_MAX_BYTES);
    pcre2_set_match_limit(p->match, MATCH_STEPS_MAX);
    pcre2_set_depth_limit(p->match, MATCH_DEPTH_MAX);
    pcre2_set_heap_limit(p->match, MATCH_HEAP_KIB);
    return ERR_OK;
}

void url_patterns_free(struct url_patterns **pp) {
    struct url_patterns *p = *pp;
    if (!p) return;
    for (size_t i = 0; i < p->count; i++) pcre2_code_free(p->items[i].code);
    pcre2_compile_context_free(p->compile);
    pcre2_match_context_free(p->match);
    pcre2_match_data_free(p->data);
    arena_clear(&p->arena);
    free(p);
    *pp = NULL;
}

size_t url_patterns_count(const struct url_patterns *p) { return p->count; }

static enum err_code compile(struct url_patterns *p, sv expression, pcre2_code **out, const char *where, struct err *e) {
    int error;
    PCRE2_SIZE at;
    *out = pcre2_compile((PCRE2_SPTR)expression.p, expression.n, 0, &error, &at, p->compile);
    if (*out) return ERR_OK;
    PCRE2_UCHAR why[160];
    if (pcre2_get_error_message(error, why, sizeof why) < 0) why[0] = '\0';
    return err_set(e, ERR_USAGE, "%s: not a regular expression, at its byte %zu: %s", where, at + 1, (const char *)why);
}

enum err_code url_patterns_add(struct url_patterns *p, sv pattern, const char *where, struct err *e) {
    static const sv words[] = {{"host:", 5}, {"prefix:", 7}, {"regex:", 6}};
    struct pattern new = {0};
    size_t kind = 0;
    while (kind < COUNT_OF(words) && !sv_starts(pattern, words[kind])) kind++;
    if (kind == COUNT_OF(words)) return err_set(e, ERR_USAGE, "%s: a pattern is host:NAME, prefix:URL or regex:EXPRESSION, not '%.*s'", where, SV_ARG(sv_take(pattern, 80)));
    sv text = sv_skip(pattern, words[kind].n);
    if (text.n == 0 || text.n > PATTERN_MAX_BYTES) return err_set(e, ERR_USAGE, "%s: a pattern has 1 to %d bytes", where, PATTERN_MAX_BYTES);
    union {
        struct pattern *typed;
        void *plain;
    } items = {.typed = p->items};
    new.kind = (enum pattern_kind)kind;
    new.text = arena_dup(&p->arena, text);
    if (!new.text.p || !arena_grow(&p->arena, &items.plain, p->count, &p->cap, sizeof *p->items)) return err_set(e, ERR_MEMORY, "no memory for patterns");
    p->items = items.typed;
    enum err_code code = new.kind == PATTERN_REGEX ? compile(p, new.text, &new.code, where, e) : ERR_OK;
    if (!code) p->items[p->count++] = new;
    return code;
}

enum err_code url_patterns_add_lines(struct url_patterns *p, sv text, const char *path, struct err *e) {
    enum err_code code = ERR_OK;
    for (size_t line = 1; !code && text.n; line++) {
        char where[200];
        sv pattern = sv_trim(sv_cut(&text, '\n'));
        snprintf(where, sizeof where, "%.180s:%zu", path, line);
        if (pattern.n && *pattern.p != '#') code = url_patterns_add(p, pattern, where, e);
    }
    return code;
}

enum url_match url_patterns_match(const struct url_patterns *p, sv url) {
    enum url_match found = URL_NO_MATCH;
    for (size_t i = 0; i < p->count; i++) {
        const struct pattern *one = &p->items[i];
        bool fits = false;
        if (one->kind == PATTERN_HOST) fits = url_host_is_below(url_host(url), one->text);
        else if (one->kind == PATTERN_PREFIX) fits = sv_starts(url, one->text);
        else {
            int rc = pcre2_match(one->code, (PCRE2_SPTR)(url.n ? url.p : ""), url.n, 0, 0, p->data, p->match);
            fits = rc >= 0;
            if (rc < PCRE2_ERROR_NOMATCH) found = URL_MATCH_LIMIT;
        }
        if (fits) return URL_MATCH;
    }
    return found;
}

sv url_host(sv url) {
    size_t at = sv_find(url, SV("://"), 0);
    if (at == SIZE_MAX || sv_find_char(sv_take(url, at), '/', 0) != SIZE_MAX) return SV_NONE;
    sv host = sv_skip(url, at + 3);
    for (size_t i = 0; i < host.n; i++)
        if (strchr("/?#\\", host.p[i]) && host.p[i]) host.n = i;
    for (size_t user; (user = sv_find_char(host, '@', 0)) != SIZE_MAX;) host = sv_skip(host, user + 1);
    if (sv_starts(host, SV("["))) return sv_take(sv_skip(host, 1), sv_find_char(sv_skip(host, 1), ']', 0));
    host = sv_take(host, sv_find_char(host, ':', 0));
    return sv_ends(host, SV(".")) ? sv_take(host, host.n - 1) : host;
}

bool url_host_is_below(sv host, sv name) {
    if (host.n < name.n || !sv_eq_nocase(sv_skip(host, host.n - name.n), name)) return false;
    return host.n == name.n || host.p[host.n - name.n - 1] == '.';
}
