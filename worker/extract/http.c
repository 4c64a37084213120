#include "http.h"

#include "base/inflate.h"

enum { CODINGS_MAX = 4 };

struct head {
    sv content_type, encoding, transfer, target, type;
};

/* Cuts the next line off, with LF or CRLF. */
static sv next_line(sv *rest) {
    sv line = sv_cut(rest, '\n');
    return sv_ends(line, SV("\r")) ? sv_take(line, line.n - 1) : line;
}

static void read_head(sv *rest, struct head *h) {
    const struct {
        sv name;
        sv *value;
    } wanted[] = {{SV("content-type"), &h->content_type}, {SV("content-encoding"), &h->encoding}, {SV("transfer-encoding"), &h->transfer},
                  {SV("warc-target-uri"), &h->target},    {SV("warc-type"), &h->type}};
    while (rest->n) {
        sv value = next_line(rest);
        if (value.n == 0) return;
        sv name = sv_trim(sv_cut(&value, ':'));
        for (size_t i = 0; i < COUNT_OF(wanted); i++)
            if (!wanted[i].value->p && sv_eq_nocase(name, wanted[i].name)) *wanted[i].value = sv_trim(value);
    }
}

/* The body without its chunk sizes; false when it is not chunked as it says. A body that is cut off keeps what is there. */
static bool dechunk(sv body, struct sbuf *out) {
    bool any = false;
    while (body.n) {
        sv rest = body, line = sv_trim(next_line(&rest)), digits = sv_trim(sv_cut(&line, ';'));
        uint64_t size = 0;
        if (digits.n == 0 || digits.n > 8) return any;
        for (size_t i = 0; i < digits.n; i++) {
            char c = ascii_lower(digits.p[i]);
            if (!ascii_is_digit(c) && (c < 'a' || c > 'f')) return any;
            size = size << 4 | (uint64_t)(ascii_is_digit(c) ? c - '0' : c - 'a' + 10);
        }
        any = true;
        if (size == 0) return true;
        sbuf_add(out, sv_take(rest, size));
        body = sv_skip(rest, size);
        while (body.n && (*body.p == '\r' || *body.p == '\n')) body = sv_skip(body, 1);
    }
    return any;
}

static bool looks_gzip(sv v) { return v.n > 10 && (uint8_t)v.p[0] == 0x1f && (uint8_t)v.p[1] == 0x8b && v.p[2] == 8; }
static bool looks_zstd(sv v) { return v.n > 4 && memcmp(v.p, "\x28\xb5\x2f\xfd", 4) == 0; }

/* Markup, or text of some encoding: few control bytes at its start. */
static bool looks_plain(sv v) {
    size_t odd = 0, n = v.n < 512 ? v.n : 512;
    for (size_t i = 0; i < n; i++) odd += (uint8_t)v.p[i] < 32 && !ascii_is_space(v.p[i]);
    return odd * 50 <= n;
}

/* One coding taken off `body` into `out`. *changed says whether there was anything to take off. */
static enum err_code undo(sv name, sv body, size_t max, struct sbuf *out, bool *changed, struct err *e) {
    enum inflate_kind first, second;
    *changed = false;
    if (looks_gzip(body)) first = second = INFLATE_GZIP;
    else if (looks_zstd(body)) first = second = INFLATE_ZSTD;
    else if (sv_eq_nocase(name, SV("br"))) first = second = INFLATE_BROTLI;
    else if (sv_eq_nocase(name, SV("deflate"))) first = INFLATE_ZLIB, second = INFLATE_DEFLATE;
    else return ERR_OK;
    enum err_code code = inflate_all(first, body, max, out, e);
    if (code == ERR_INPUT && second != first) {
        sbuf_reset(out);
        code = inflate_all(second, body, max, out, e);
    }
    /* What came out before the damage is worth more than nothing; a body that was plain all along is left alone. */
    if (code == ERR_INPUT && out->n > 0 && !sv_eq_nocase(name, SV("br"))) code = ERR_OK;
    if (code == ERR_INPUT && looks_plain(body)) return ERR_OK;
    *changed = code == ERR_OK;
    return code;
}

/* `decoded` ends up with the body when anything had to be taken off. */
static enum err_code decode_body(const struct head *h, size_t max, struct sbuf *decoded, struct http_page *out, struct err *e) {
    sv names[CODINGS_MAX], list = h->encoding;
    size_t count = 0;
    while (list.n && count < COUNT_OF(names)) names[count++] = sv_trim(sv_cut(&list, ','));
    if (count == 0 && (looks_gzip(out->body) || looks_zstd(out->body))) names[count++] = SV_NONE;
    struct sbuf next;
    sbuf_init(&next, 0);
    enum err_code code = ERR_OK;
    while (!code && count-- > 0) {
        bool changed;
        sbuf_reset(&next);
        code = undo(names[count], out->body, max, &next, &changed, e);
        if (code || !changed) continue;
        struct sbuf swap = *decoded;
        *decoded = next;
        next = swap;
        out->body = sbuf_view(decoded);
    }
    sbuf_clear(&next);
    return code;
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
    if (!is_http || !sv_starts(rest, SV("HTTP/"))) {
        if (!is_record) return err_set(e, ERR_INPUT, "the payload is not an HTTP response");
        if (sv_starts_nocase(record.content_type, SV("application/http"))) out->content_type = SV_NONE;
        return decode_body(&head, max, decoded, out, e);
    }
    sv line = next_line(&rest), code;
    sv_cut(&line, ' ');
    line = sv_trim(line);
    code = sv_cut(&line, ' ');
    uint64_t status = 0;
    if (sv_to_u64(code, &status) && status < 1000) out->status = (unsigned)status;
    read_head(&rest, &head);
    out->content_type = head.content_type;
    out->body = rest;
    if (sv_has_nocase(head.transfer, SV("chunked"))) {
        sbuf_reset(decoded);
        if (dechunk(rest, decoded)) out->body = sbuf_view(decoded);
        if (decoded->err) return err_set(e, ERR_MEMORY, "no memory for a page of %zu bytes", rest.n);
    }
    return decode_body(&head, max, decoded, out, e);
}
