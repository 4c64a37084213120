/* A URL (the last line) against patterns and hosts from files (the lines before it), a date and languages: every answer is one of the words. */
#include <string.h>

#include "fetch_date.h"
#include "fuzz_target.h"
#include "host_list.h"
#include "input_kind.h"
#include "page_filter.h"
#include "url_pattern.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct url_patterns *patterns = NULL;
    struct host_list *hosts = NULL;
    struct page_filter *filter = NULL;
    struct err e;
    int64_t ms;
    sv all = sv_from((const char *)data, size), url = all;
    while (sv_find_char(url, '\n', 0) != SIZE_MAX) (void)sv_cut(&url, '\n');
    sv lines = sv_take(all, size - url.n);
    sv host = url_host(url);
    BUG_IF(host.n > url.n || (host.n && (host.p < url.p || host.p + host.n > url.p + url.n)));
    if (fetch_date_parse(url, &ms)) BUG_IF(ms < INT64_C(-62300000000000) || ms > INT64_C(253500000000000));
    if (url_patterns_new(&patterns, &e) == ERR_OK) {
        enum err_code code = url_patterns_add_lines(patterns, lines, "lines", &e);
        BUG_IF(code && (e.code != code || strncmp(e.msg, "lines:", 6) != 0));
        (void)url_patterns_match(patterns, url);
    }
    if (host_list_new(&hosts, &e) == ERR_OK) {
        enum err_code code = host_list_add_lines(hosts, lines, "lines", &e);
        BUG_IF(code && (e.code != code || strncmp(e.msg, "lines:", 6) != 0));
        (void)host_list_has(hosts, host);
    }
    const struct input_options options = {.language = "de,en", .mime = "text/*"};
    const struct page_facts facts = {.url = url, .content_type = lines, .language = lines};
    if (page_filter_new(&filter, &options, &e) == ERR_OK) (void)page_filter_check(filter, &facts);
    (void)input_kind_of(url, all, size % 2);
    url_patterns_free(&patterns);
    host_list_free(&hosts);
    page_filter_free(&filter);
    return 0;
}
