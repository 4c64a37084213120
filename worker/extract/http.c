#include "http.h"

#include "base/compiler.h"
#include "content_coding.h"

enum { HEADS_MAX = 5, FIRST_LINES = 100 };

struct head {
    sv content_type, target, type;
    struct codings codings; /* of the content, then of the transfer */
    struct codings transfer;
};

/* Cuts the next line off, with LF or CRLF. */
static sv next_line(sv *rest) {
    sv line = sv_cut(rest, '\n');
    return sv_ends(line, SV("\r")) ? sv_take(line, line.n - 1) : line;
}

/* The next field with the lines that continue it. False at the empty line behind the head, or where markup begins without one. */
static bool next_field(sv *rest, sv *name, sv *value) {
    sv after = *rest, line = next_line(&after);
    if (sv_starts(sv_trim(line), SV("<"))) return false;
    *rest = after;
    if (line.n == 0) return false;
    while (after.n && (*after.p == ' ' || *after.p == '\t')) {
        sv more = next_line(&after);
        line = sv_range(line.p, more.p + more.n);
        *rest = after;
    }
    *value = line;
    *name = sv_trim(sv_cut(value, ':'));
    *value = sv_trim(*value);
    return true;
}

/* Of several types the first counts, unless a later one alone names a charset. */
static void take_type(struct head *h, sv value) {
    if (!h->content_type.n || (!sv_has_nocase(h->content_type, SV("charset")) && sv_has_nocase(value, SV("charset")))) h->content_type = value;
}

static void read_head(sv *rest, struct head *h) {
    sv name, value;
    while (rest->n && next_field(rest, &name, &value)) {
        if (sv_eq_nocase(name, SV("content-type"))) take_type(h, value);
        else if (sv_eq_nocase(name, SV("content-encoding"))) codings_add(&h->codings, value);
        else if (sv_eq_nocase(name, SV("transfer-encoding"))) codings_add(&h->transfer, value);
        else if (sv_eq_nocase(name, SV("warc-target-uri")) && !h->target.p) h->target = value;
        else if (sv_eq_nocase(name, SV("warc-type")) && !h->type.p) h->type = value;
    }
}

/* A status line that lost its first line: fields from the first line on, and an empty line behind them. */
static bool is_headless(sv rest) {
    bool any = false;
    for (size_t i = 0; i < FIRST_LINES && rest.n; i++) {
        sv line = next_line(&rest), name = sv_cut(&line, ':');
        if (!line.p) return any && name.n == 0;
        if (name.n == 0) return false;
        for (size_t k = 0; k < name.n; k++)
            if (!ascii_is_alpha(name.p[k]) && !ascii_is_digit(name.p[k]) && name.p[k] != '-' && name.p[k] != '_') return false;
        any = true;
    }
    return false;
}

/* The heads of a response: interim ones (1xx, a proxy's answer to CONNECT) come before the one that counts. */
static void read_response(sv *rest, struct head *h, unsigned *status) {
    for (size_t i = 0; i < HEADS_MAX; i++) {
        sv line = next_line(rest), code;
        sv_cut(&line, ' ');
        line = sv_trim(line);
        code = sv_cut(&line, ' ');
        uint64_t number = 0;
        if (sv_to_u64(code, &number) && number < 1000) *status = (unsigned)number;
        *h = (struct head){0};
        read_head(rest, h);
        if (!sv_starts(*rest, SV("HTTP/")) || (h->content_type.n && *status >= 200)) return;
    }
}

/* A record of a WARC or an ARC file: its head off `rest`, what it says into *record. False: it is neither. */
static bool read_record_head(sv *rest, struct head *record) {
    while (rest->n && ascii_is_space(*rest->p)) *rest = sv_skip(*rest, 1);
    sv line = next_line(rest);
    if (sv_starts(line, SV("WARC/"))) {
        read_head(rest, record);
        return true;
    }
    /* ARC: URL, address, date, type, length; the URL is the job's too. */
    size_t spaces = 0;
    for (size_t i = 0; i < line.n; i++) spaces += line.p[i] == ' ';
    record->type = SV("response");
    return spaces >= 4 && ascii_is_digit(line.p[line.n - 1]);
}

enum err_code http_open(sv bytes, bool is_record, size_t max, struct sbuf *decoded, struct http_page *out, struct err *e) {
    *out = (struct http_page){0};
    sv rest = bytes;
    struct head record = {0}, head = {0};
    if (is_record) {
        if (!read_record_head(&rest, &record)) return err_set(e, ERR_INPUT, "the payload is not a record of a web archive");
        out->url = record.target;
        if (sv_starts(out->url, SV("<")) && sv_ends(out->url, SV(">"))) out->url = sv_from(out->url.p + 1, out->url.n - 2);
        out->warc_type = record.type;
        out->content_type = record.content_type;
    }
    out->body = rest;
    bool is_http = !is_record || sv_starts_nocase(record.content_type, SV("application/http")) || sv_eq_nocase(record.type, SV("response"));
    bool whole = sv_starts_nocase(rest, SV("HTTP/")), headless = is_record && is_http && !whole && is_headless(rest);
    if (!whole && !is_record) return err_set(e, ERR_INPUT, "the payload is not an HTTP response");
    if (is_http && (whole || headless)) {
        if (whole) read_response(&rest, &head, &out->status);
        else read_head(&rest, &head);
        out->content_type = head.content_type;
        out->body = rest;
    } else if (sv_starts_nocase(record.content_type, SV("application/http")))
        out->content_type = SV_NONE;
    if (codings_take_chunked(&head.transfer)) {
        sbuf_reset(decoded);
        if (chunks_join(rest, decoded)) out->body = sbuf_view(decoded);
        if (decoded->err) return err_set(e, ERR_MEMORY, "no memory for a page of %zu bytes", rest.n);
    }
    for (size_t i = 0; i < head.transfer.count; i++) codings_add(&head.codings, head.transfer.name[i]);
    return codings_undo(&head.codings, max, decoded, &out->body, &out->unsupported, e);
}
