#include "warc_head.h"

#include "arc_line.h"
#include "base/err.h"
#include "fetch_date.h"
#include "warc_reader.h"

static void look_at_http(struct warc_head *h, sv block) {
    sv body, line = block, status = sv_cut(&line, '\n');
    uint64_t number = 0;
    h->content_type = warc_field(block, SV("Content-Type"), &body);
    if (!h->language.n) h->language = warc_field(block, SV("Content-Language"), NULL);
    sv_cut(&status, ' ');
    status = sv_trim(status);
    (void)sv_to_u64(sv_cut(&status, ' '), &number);
    /* A response without a status that can be read is none of 2xx. */
    h->http_status = number > 0 && number < 1000 ? (unsigned)number : 999;
    uint64_t heads = body.p ? (uint64_t)(body.p - block.p) : block.n;
    h->size = h->size > heads ? h->size - heads : 0;
}

static struct warc_head read_arc(sv record) {
    struct warc_head h = {0};
    struct arc_line line;
    sv block = record;
    if (!arc_line_parse(sv_cut(&block, '\n'), &line)) {
        h.other = "bad_record";
        return h;
    }
    h.url = line.url;
    h.content_type = line.type;
    h.size = line.length;
    (void)fetch_date_parse(line.date, &h.fetch_ms);
    if (sv_starts(line.url, SV("filedesc:"))) h.other = "filedesc";
    else if (sv_starts_nocase(line.url, SV("dns:"))) h.other = "dns";
    else if (sv_starts(block, SV("HTTP/"))) look_at_http(&h, block);
    return h;
}

struct warc_head warc_head_read(sv record) {
    static const char *const others[] = {"warcinfo", "request", "metadata", "revisit", "continuation"};
    if (!sv_starts(record, SV("WARC/"))) return read_arc(record);
    struct warc_head h = {0};
    sv block, type = warc_field(record, SV("WARC-Type"), &block);
    for (size_t i = 0; i < COUNT_OF(others); i++)
        if (sv_eq_nocase(type, sv_cstr(others[i]))) h.other = others[i];
    h.url = warc_field(record, SV("WARC-Target-URI"), NULL);
    if (sv_starts(h.url, SV("<")) && sv_ends(h.url, SV(">"))) h.url = sv_from(h.url.p + 1, h.url.n - 2);
    h.is_text = sv_eq_nocase(type, SV("conversion"));
    bool response = sv_eq_nocase(type, SV("response"));
    if (!h.other && !h.is_text && !response && !sv_eq_nocase(type, SV("resource"))) h.other = "other_type";
    if (!h.other && sv_starts_nocase(h.url, SV("dns:"))) h.other = "dns";
    if (!h.other && !h.url.n) h.other = "no_url";
    if (h.other) return h;
    h.record_id = warc_field(record, SV("WARC-Record-ID"), NULL);
    h.truncated = warc_field(record, SV("WARC-Truncated"), NULL).n > 0;
    h.content_type = warc_field(record, SV("Content-Type"), NULL);
    h.language = warc_field(record, SV("WARC-Identified-Content-Language"), NULL);
    (void)fetch_date_parse(warc_field(record, SV("WARC-Date"), NULL), &h.fetch_ms);
    (void)sv_to_u64(warc_field(record, SV("Content-Length"), NULL), &h.size);
    if (sv_starts(block, SV("HTTP/"))) look_at_http(&h, block);
    return h;
}
