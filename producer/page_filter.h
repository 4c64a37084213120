/* Which pages are taken, by what is known of a page before it is read: status, media type, URL, language, size, date, and a sample. What a
 * page does not say does not keep it out. */
#pragma once

#include "base/err.h"
#include "runtime/input_options.h"

struct page_filter;

struct page_facts {
    sv url, content_type; /* may be absent */
    sv language;          /* one or more tags or codes, separated by commas; or absent */
    unsigned http_status; /* 0: not known */
    int64_t fetch_ms;     /* 0: not known */
    uint64_t size;        /* bytes of the page as it lies there */
};

/* Reads the files that the options name. ERR_USAGE says which option, or which line of which file, and why. */
MUST_USE enum err_code page_filter_new(struct page_filter **out, const struct input_options *, struct err *);
void page_filter_free(struct page_filter **);
/* NULL: taken. Else a word to count by: "http_status" "content_type" "too_small" "too_big" "date" "language" "host_not_allowed" "host_denied"
 * "url_excluded" "url_not_included" "pattern_limit" "sample". The cheap ones are asked first. */
const char *page_filter_check(const struct page_filter *, const struct page_facts *);
/* A hash of all that selects: another selection of the same input is another piece of work. */
uint64_t page_filter_selection(const struct page_filter *);
