#include "warc_filter.h"

#include "arc_line.h"
#include "base/err.h"
#include "warc_reader.h"

static bool is_readable(sv content_type) {
    static const char *const types[] = {"text/html", "application/xhtml", "text/plain", "application/xml", "text/xml"};
    if (!content_type.n) return true;
    for (size_t i = 0; i < COUNT_OF(types); i++)
        if (sv_starts_nocase(content_type, sv_cstr(types[i]))) return true;
    return false;
}

static void look_at_http(struct warc_page *page, sv block) {
    sv line = block, status = sv_cut(&line, '\n');
    uint64_t number = 0;
    sv_cut(&status, ' ');
    status = sv_trim(status);
    sv_to_u64(sv_cut(&status, ' '), &number);
    page->http_status = number < 1000 ? (unsigned)number : 0;
    page->content_type = warc_field(block, SV("Content-Type"), NULL);
    if (number < 200 || number > 299) page->skip = "http_status";
}

static struct warc_page filter_arc(sv head) {
    struct warc_page page = {0};
    struct arc_line line;
    sv block = head;
    if (!arc_line_parse(sv_cut(&block, '\n'), &line)) {
        page.skip = "bad_record";
        return page;
    }
    page.url = line.url;
    page.date = line.date;
    page.content_type = line.type;
    if (sv_starts(line.url, SV("filedesc:"))) page.skip = "filedesc";
    else if (sv_starts(line.url, SV("dns:"))) page.skip = "dns";
    else if (sv_starts(block, SV("HTTP/"))) look_at_http(&page, block);
    if (!page.skip && !is_readable(page.content_type)) page.skip = "content_type";
    return page;
}

struct warc_page warc_filter(sv head) {
    static const char *const others[] = {"warcinfo", "request", "metadata", "revisit", "continuation"};
    struct warc_page page = {0};
    if (!sv_starts(head, SV("WARC/"))) return filter_arc(head);
    sv block, type = warc_field(head, SV("WARC-Type"), &block);
    page.url = warc_field(head, SV("WARC-Target-URI"), NULL);
    if (sv_starts(page.url, SV("<")) && sv_ends(page.url, SV(">"))) page.url = sv_from(page.url.p + 1, page.url.n - 2);
    page.record_id = warc_field(head, SV("WARC-Record-ID"), NULL);
    page.date = warc_field(head, SV("WARC-Date"), NULL);
    page.truncated = warc_field(head, SV("WARC-Truncated"), NULL).n > 0;
    page.content_type = warc_field(head, SV("Content-Type"), NULL);
    for (size_t i = 0; i < COUNT_OF(others); i++)
        if (sv_eq_nocase(type, sv_cstr(others[i]))) page.skip = others[i];
    if (page.skip) return page;
    page.is_text = sv_eq_nocase(type, SV("conversion"));
    if (!page.is_text && !sv_eq_nocase(type, SV("response")) && !sv_eq_nocase(type, SV("resource"))) page.skip = "other_type";
    else if (sv_starts(block, SV("HTTP/"))) look_at_http(&page, block);
    else if (sv_eq_nocase(type, SV("response")) && sv_starts_nocase(page.url, SV("dns:")))
        page.skip = "dns";
    if (!page.skip && !is_readable(page.content_type)) page.skip = "content_type";
    if (!page.skip && !page.url.n) page.skip = "no_url";
    return page;
}
