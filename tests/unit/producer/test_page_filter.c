#include "page_filter.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "cmocka_all.h"

enum { SECONDS = 1720000800 }; /* 2024-07-03T10:00:00Z */

static struct option_list list_of(const char **item) { return (struct option_list){.items = item, .count = *item ? 1 : 0}; }

/* One option at a time: which facts it keeps out, and why. */
static void page_filter_says_why(void **state) {
    (void)state;
    static const struct {
        const char *option, *value;
        struct page_facts facts;
        const char *reason; /* NULL: taken */
    } cases[] = {
        {"", "", {.http_status = 200, .content_type = {"text/html; charset=x", 20}}, NULL},
        {"", "", {.http_status = 0}, NULL},
        {"", "", {.http_status = 404}, "http_status"},
        {"", "", {.http_status = 301}, "http_status"},
        {"", "", {.content_type = {"image/png", 9}}, "content_type"},
        {"", "", {.content_type = {"APPLICATION/xhtml+xml", 21}}, NULL},
        {"", "", {.content_type = {"text/css", 8}}, "content_type"},
        {"", "", {.content_type = {"text/html charset=utf-8", 23}}, NULL},
        {"status", "200,300-399", {.http_status = 206}, "http_status"},
        {"status", "200,300-399", {.http_status = 304}, NULL},
        {"mime", "application/pdf, text/*", {.content_type = {"text/css", 8}}, NULL},
        {"mime", "application/pdf, text/*", {.content_type = {"application/json", 16}}, "content_type"},
        {"mime", "*", {.content_type = {"image/png", 9}}, NULL},
        {"min-size", "1K", {.size = 1023}, "too_small"},
        {"min-size", "1K", {.size = 1024}, NULL},
        {"max-size", "1K", {.size = 1025}, "too_big"},
        {"since", "2024-07-03T10:00:00Z", {.fetch_ms = SECONDS * INT64_C(1000)}, NULL},
        {"since", "2024-07-03T10:00:01Z", {.fetch_ms = SECONDS * INT64_C(1000)}, "date"},
        {"since", "2024-07-03T10:00:01Z", {.fetch_ms = 0}, NULL},
        {"before", "2024-07-03T10:00:00Z", {.fetch_ms = SECONDS * INT64_C(1000)}, "date"},
        {"before", "2024-07-04", {.fetch_ms = SECONDS * INT64_C(1000)}, NULL},
        {"language", "de,en", {.language = {"en-US, fr", 9}}, NULL},
        {"language", "de,en", {.language = {"fr", 2}}, "language"},
        {"language", "de,en", {.language = {"zho,deu", 7}}, NULL},
        {"language", "de,en", {.language = {"", 0}}, NULL},
        {"language", "de,en", {.language = {"klingon", 7}}, NULL},
        {"language", "zho", {.language = {"zh-CN", 5}}, NULL},
        {"include-url", "host:example.org", {.url = {"http://news.Example.org:80/a", 28}}, NULL},
        {"include-url", "host:example.org", {.url = {"http://badexample.org/", 22}}, "url_not_included"},
        {"include-url", "host:example.org", {.url = {"http://x.test/?http://example.org/", 34}}, "url_not_included"},
        {"include-url", "host:example.org", {.url = {"http://a:b@example.org/", 23}}, NULL},
        {"include-url", "host:example.org", {.url = {"http://example.org@x.test/", 26}}, "url_not_included"},
        {"include-url", "prefix:https://x.test/a", {.url = {"https://x.test/abc", 18}}, NULL},
        {"exclude-url", "regex:/(tag|page)/\\d+", {.url = {"https://x.test/tag/12", 21}}, "url_excluded"},
        {"exclude-url", "regex:/(tag|page)/\\d+", {.url = {"https://x.test/tag/a", 20}}, NULL},
        {"sample", "100%", {.url = {"https://x.test/", 15}}, NULL},
        {"sample", "0.0000000000001", {.url = {"https://x.test/", 15}}, "sample"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct input_options o = {0};
        struct option rows[INPUT_OPTIONS_COUNT];
        struct page_filter *filter = NULL;
        struct err e;
        const char *value = cases[i].value;
        input_options_table(&o, rows);
        for (size_t k = 0; k < COUNT_OF(rows); k++) {
            if (strcmp(rows[k].name, cases[i].option) != 0) continue;
            if (rows[k].type == OPTION_LIST) *(struct option_list *)rows[k].dest = list_of(&value);
            else *(const char **)rows[k].dest = value;
        }
        assert_int_equal(page_filter_new(&filter, &o, &e), ERR_OK);
        const char *reason = page_filter_check(filter, &cases[i].facts);
        if ((reason == NULL) != (cases[i].reason == NULL) || (reason && strcmp(reason, cases[i].reason) != 0)) {
            print_error("case %zu: --%s %s: got %s\n", i, cases[i].option, value, reason ? reason : "taken");
            fail();
        }
        page_filter_free(&filter);
        assert_null(filter);
    }
}

static void put(const char *path, const char *text) {
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void page_filter_reads_hosts_from_files(void **state) {
    (void)state;
    put("allow", "# hosts\n\nExample.org\r\n.co.test\n");
    put("deny", "ads.example.org\n");
    const char *allow = "allow", *deny = "deny";
    const struct input_options o = {.allow_hosts = list_of(&allow), .deny_hosts = list_of(&deny)};
    static const struct {
        const char *url, *reason;
    } cases[] = {{"http://example.org/", NULL},
                 {"http://www.EXAMPLE.org./x", NULL},
                 {"http://notexample.org/", "host_not_allowed"},
                 {"http://org/", "host_not_allowed"},
                 {"http://a.ads.example.org/", "host_denied"},
                 {"http://b.co.test", NULL},
                 {"http://[::1]:80/", "host_not_allowed"},
                 {"file:x/y.html", NULL}};
    struct page_filter *filter;
    struct err e;
    assert_int_equal(page_filter_new(&filter, &o, &e), ERR_OK);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct page_facts facts = {.url = sv_cstr(cases[i].url)};
        const char *reason = page_filter_check(filter, &facts);
        if (cases[i].reason) assert_string_equal(reason, cases[i].reason);
        else assert_null(reason);
    }
    page_filter_free(&filter);
}

static void page_filter_names_file_and_line(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool hosts;
        const char *said;
    } cases[] = {
        {"host:a.test\nregex:(a|b\n", false, "bad:2: not a regular expression"},
        {"# fine\n\nexample.org\n", false, "bad:3: a pattern is host:NAME"},
        {"prefix:\n", false, "bad:1: a pattern has"},
        {"regex:(((a{1,9999}){1,9999}){1,9999})\n", false, "bad:1: not a regular expression"},
        {"a.test\nhttp://b.test/\n", true, "bad:2: not the name of a host: 'http://b.test/'"},
        {"a..test\n", true, "bad:1: not the name"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *path = "bad";
        struct input_options o = {0};
        struct page_filter *filter;
        struct err e;
        put(path, cases[i].text);
        if (cases[i].hosts) o.deny_hosts = list_of(&path);
        else o.exclude_files = list_of(&path);
        assert_int_equal(page_filter_new(&filter, &o, &e), ERR_USAGE);
        assert_null(filter);
        if (strncmp(e.msg, cases[i].said, strlen(cases[i].said)) != 0) fail_msg("case %zu: %s", i, e.msg);
    }
    const char *none = "none";
    const struct input_options o = {.allow_hosts = list_of(&none)};
    struct page_filter *filter;
    struct err e;
    assert_int_equal(page_filter_new(&filter, &o, &e), ERR_NOT_FOUND);
}

static void page_filter_refuses_what_is_no_value(void **state) {
    (void)state;
    static const char *const bad[][2] = {{"status", "2xx"}, {"status", "300-200"}, {"status", "0"}, {"language", "english"}, {"min-size", "big"}, {"since", "yesterday"}, {"sample", "0"}, {"sample", "2"}, {"sample", "x"}};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct input_options o = {0};
        struct option rows[INPUT_OPTIONS_COUNT];
        struct page_filter *filter;
        struct err e;
        input_options_table(&o, rows);
        for (size_t k = 0; k < COUNT_OF(rows); k++)
            if (strcmp(rows[k].name, bad[i][0]) == 0) *(const char **)rows[k].dest = bad[i][1];
        assert_int_equal(page_filter_new(&filter, &o, &e), ERR_USAGE);
        assert_non_null(strstr(e.msg, bad[i][0]));
    }
}

/* An expression that backtracks without end gives up, and says so. */
static void page_filter_survives_hostile_expressions(void **state) {
    (void)state;
    static const char *const hostile[] = {"regex:^http://(a+)+$", "regex:(a|a)*b$", "regex:(.*)*\\1x$", "regex:(?:(?:a?){50}){50}z"};
    char url[5000] = "http://";
    memset(url + 7, 'a', sizeof url - 9);
    url[sizeof url - 2] = '!';
    const struct page_facts facts = {.url = sv_cstr(url)};
    for (size_t i = 0; i < COUNT_OF(hostile); i++) {
        const struct input_options o = {.exclude_urls = list_of((const char *[]){hostile[i]})};
        struct page_filter *filter;
        struct err e;
        assert_int_equal(page_filter_new(&filter, &o, &e), ERR_OK);
        clock_t began = clock();
        const char *reason = page_filter_check(filter, &facts);
        assert_true(clock() - began < CLOCKS_PER_SEC / 2);
        if (reason) assert_string_equal(reason, "pattern_limit");
        page_filter_free(&filter);
    }
}

static void page_filter_takes_its_share(void **state) {
    (void)state;
    const struct input_options o = {.sample = "25%"}, other = {.sample = "50%"};
    struct page_filter *filter, *half;
    struct err e;
    unsigned taken = 0, all = 10000;
    assert_int_equal(page_filter_new(&filter, &o, &e), ERR_OK);
    assert_int_equal(page_filter_new(&half, &other, &e), ERR_OK);
    assert_int_not_equal(page_filter_selection(filter), page_filter_selection(half));
    for (unsigned i = 0; i < all; i++) {
        char url[40];
        snprintf(url, sizeof url, "http://site.example/%u", i);
        const struct page_facts facts = {.url = sv_cstr(url)};
        bool in = page_filter_check(filter, &facts) == NULL;
        taken += in;
        /* A larger sample holds the smaller one. */
        if (in) assert_null(page_filter_check(half, &facts));
    }
    assert_in_range(taken, all / 4 - 200, all / 4 + 200);
    page_filter_free(&filter);
    page_filter_free(&half);
}

static int in_a_folder_of_its_own(void **state) {
    static char folder[] = "/tmp/thresher-filter-XXXXXX";
    *state = mkdtemp(folder);
    return *state && chdir(folder) == 0 ? 0 : -1;
}

static int leave(void **state) {
    unlink("allow");
    unlink("deny");
    unlink("bad");
    return chdir("/") == 0 ? rmdir(*state) : -1;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(page_filter_says_why),
        cmocka_unit_test(page_filter_reads_hosts_from_files),
        cmocka_unit_test(page_filter_names_file_and_line),
        cmocka_unit_test(page_filter_refuses_what_is_no_value),
        cmocka_unit_test(page_filter_survives_hostile_expressions),
        cmocka_unit_test(page_filter_takes_its_share),
    };
    return cmocka_run_group_tests(tests, in_a_folder_of_its_own, leave);
}
