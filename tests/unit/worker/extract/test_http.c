#include "http.h"

#include <sys/resource.h>
#include <time.h>

#include "pack.h"

#define PAGE "<html><p>The old bridge over the river was closed on Monday.</p>"
#define OK_HEAD "HTTP/1.1 200 OK\r\n"
#define RECORD "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: <http://a.example/b>\r\nContent-Type: application/http; msgtype=response\r\n\r\n"

/* Heads, each followed by PAGE unless it brings its own body. */
static const struct {
    const char *what, *bytes;
    bool is_record;
    unsigned status;
    const char *content_type, *body;
} heads[] = {
    {"an ordinary head", OK_HEAD "Content-Type: text/html\r\n\r\n" PAGE, false, 200, "text/html", PAGE},
    {"LF alone", "HTTP/1.1 200 OK\nContent-Type: text/html\n\n" PAGE, false, 200, "text/html", PAGE},
    {"LF and CRLF mixed", "HTTP/1.1 200 OK\nContent-Type: text/html\r\nX: y\n\r\n" PAGE, false, 200, "text/html", PAGE},
    {"obsolete folding", OK_HEAD "Content-Type: text/html;\r\n\tcharset=koi8-r\r\nX: y\r\n\r\n" PAGE, false, 200, "text/html;\r\n\tcharset=koi8-r", PAGE},
    {"names in any case, spaces before the colon", OK_HEAD "cOnTeNt-TyPe : text/html\r\n\r\n" PAGE, false, 200, "text/html", PAGE},
    {"no reason phrase", "HTTP/2 204\r\n\r\n" PAGE, false, 204, NULL, PAGE},
    {"a status that is no number", "HTTP/1.1 abc OK\r\n\r\n" PAGE, false, 0, NULL, PAGE},
    {"a status that is too large", "HTTP/1.1 99999999999999999999 OK\r\n\r\n" PAGE, false, 0, NULL, PAGE},
    {"interim heads first", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" OK_HEAD "Content-Type: text/html\r\n\r\n" PAGE, false, 200,
     "text/html", PAGE},
    {"a proxy's answer first", "HTTP/1.0 200 Connection established\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n" PAGE, false, 404, "text/html",
     PAGE},
    {"several types: the first", OK_HEAD "Content-Type: text/html\r\nContent-Type: text/plain\r\n\r\n" PAGE, false, 200, "text/html", PAGE},
    {"several types: the one with a charset", OK_HEAD "Content-Type: text/html\r\nContent-Type: text/html; charset=cp1251\r\n\r\n" PAGE, false, 200,
     "text/html; charset=cp1251", PAGE},
    {"a type that is empty, then one", OK_HEAD "Content-Type:\r\nContent-Type: text/html\r\n\r\n" PAGE, false, 200, "text/html", PAGE},
    {"markup without an empty line before it", OK_HEAD "Content-Type: text/html\r\n" PAGE, false, 200, "text/html", PAGE},
    {"lines that are no fields", OK_HEAD "garbage\r\n: nothing\r\nContent-Type: text/html\r\n\r\n" PAGE, false, 200, "text/html", PAGE},
    {"a head and nothing else", OK_HEAD "Content-Type: text/html\r\n\r\n", false, 200, "text/html", ""},
    {"a head that ends early", OK_HEAD "Content-Ty", false, 200, NULL, ""},
    {"Content-Length too small", OK_HEAD "Content-Length: 5\r\n\r\n" PAGE, false, 200, NULL, PAGE},
    {"Content-Length too large", OK_HEAD "Content-Length: 99999999999999999999999\r\n\r\n" PAGE, false, 200, NULL, PAGE},
    {"a record", RECORD OK_HEAD "Content-Type: text/html\r\n\r\n" PAGE, true, 200, "text/html", PAGE},
    {"a record without a status line", RECORD "Content-Type: text/html\r\nServer: x\r\n\r\n" PAGE, true, 0, "text/html", PAGE},
    {"a record of HTTP/0.9", RECORD PAGE, true, 0, NULL, PAGE},
    {"a resource record", "WARC/1.1\r\nWARC-Type: resource\r\nContent-Type: text/html\r\n\r\n" PAGE, true, 0, "text/html", PAGE},
    {"a resource whose text looks like fields", "WARC/1.1\r\nWARC-Type: resource\r\nContent-Type: text/plain\r\n\r\nNote: this\r\n\r\nis text", true, 0, "text/plain",
     "Note: this\r\n\r\nis text"},
    {"chunks", OK_HEAD "Transfer-Encoding: chunked\r\n\r\n6\r\n<html>\r\n3;x=y\r\n<p>\r\n0\r\nTrailer: x\r\n\r\n", false, 200, NULL, "<html><p>"},
    {"chunks with LF, capitals, zeros and spaces", OK_HEAD "Transfer-Encoding: CHUNKED\r\n\r\n 0006 \n<html>\n00A\n0123456789\n0\n\n", false, 200, NULL, "<html>0123456789"},
    {"chunks without an end", OK_HEAD "Transfer-Encoding: chunked\r\n\r\n6\r\n<html>\r\n", false, 200, NULL, "<html>"},
    {"a chunk that is cut off", OK_HEAD "Transfer-Encoding: chunked\r\n\r\n6\r\n<html>\r\nff\r\n<p>more", false, 200, NULL, "<html><p>more"},
    {"chunks that break off into text", OK_HEAD "Transfer-Encoding: chunked\r\n\r\n6\r\n<html>\r\n<p>more", false, 200, NULL, "<html><p>more"},
    {"chunked is said, and not so", OK_HEAD "Transfer-Encoding: chunked\r\n\r\n" PAGE, false, 200, NULL, PAGE},
    {"chunked is said, and the page begins with a number", OK_HEAD "Transfer-Encoding: chunked\r\n\r\n12\r\n" PAGE, false, 200, NULL, "12\r\n" PAGE},
    {"a chunk size beyond all bounds", OK_HEAD "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff1\r\n" PAGE, false, 200, NULL, "fffffffffffffffff1\r\n" PAGE},
    {"an encoding is said that is none", OK_HEAD "Content-Encoding: utf-8\r\n\r\n" PAGE, false, 200, NULL, PAGE},
    {"gzip is said, plain text is there", OK_HEAD "Content-Encoding: gzip\r\n\r\n" PAGE, false, 200, NULL, PAGE},
    {"brotli is said, plain text is there", OK_HEAD "Content-Encoding: br\r\n\r\n" PAGE, false, 200, NULL, PAGE},
    {"deflate is said, plain text is there", OK_HEAD "Content-Encoding: deflate\r\n\r\n" PAGE, false, 200, NULL, PAGE},
    {"gzip is said, an image is there", OK_HEAD "Content-Encoding: gzip\r\n\r\n\x89PNG\r\n\x1a\n\x01\x02\x03\x04\x05\x06\x07", false, 200, NULL, NULL},
};

static void http_open_reads_heads_however_odd(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        struct sbuf decoded;
        struct http_page page;
        struct err e = {0};
        sbuf_init(&decoded, 0);
        if (http_open(sv_cstr(heads[i].bytes), heads[i].is_record, 1 << 20, &decoded, &page, &e) != ERR_OK) fail_msg("%s: %s", heads[i].what, e.msg);
        if (page.status != heads[i].status) fail_msg("%s: status %u", heads[i].what, page.status);
        if (heads[i].body && !sv_eq(page.body, sv_cstr(heads[i].body))) fail_msg("%s: body '%.*s'", heads[i].what, SV_ARG(page.body));
        if (!sv_eq(page.content_type, sv_cstr(heads[i].content_type))) fail_msg("%s: type '%.*s'", heads[i].what, SV_ARG(page.content_type));
        if (heads[i].is_record && sv_has(sv_cstr(heads[i].bytes), SV("WARC-Target-URI"))) assert_sv_equal(page.url, "http://a.example/b");
        sbuf_clear(&decoded);
    }
}

/* Layers are applied to a page from the left, -1 ends them. */
static const struct {
    const char *what, *headers;
    int layers[4];
} codings[] = {
    {"gzip", "Content-Encoding: gzip\r\n", {PACK_GZIP, -1}},
    {"x-gzip", "Content-Encoding: X-GZIP\r\n", {PACK_GZIP, -1}},
    {"zlib", "Content-Encoding: deflate\r\n", {PACK_ZLIB, -1}},
    {"raw deflate", "Content-Encoding: deflate\r\n", {PACK_DEFLATE, -1}},
    {"brotli", "Content-Encoding: br\r\n", {PACK_BROTLI, -1}},
    {"zstd", "Content-Encoding: zstd\r\n", {PACK_ZSTD, -1}},
    {"gzip as a transfer coding", "Transfer-Encoding: gzip, chunked\r\n", {PACK_GZIP, -1}},
    {"gzip, said twice and done once", "Content-Encoding: gzip, gzip\r\n", {PACK_GZIP, -1}},
    {"gzip, said once and done twice", "Content-Encoding: gzip\r\n", {PACK_GZIP, PACK_GZIP, -1}},
    {"two codings in one line", "Content-Encoding: gzip, br\r\n", {PACK_GZIP, PACK_BROTLI, -1}},
    {"two codings in two lines", "Content-Encoding: deflate\r\nContent-Encoding: br\r\n", {PACK_ZLIB, PACK_BROTLI, -1}},
    {"three codings and identity", "Content-Encoding: br, identity, zstd\r\nContent-Encoding: gzip\r\n", {PACK_BROTLI, PACK_ZSTD, PACK_GZIP, -1}},
    {"gzip, and nothing is said", "", {PACK_GZIP, -1}},
    {"zstd, and nothing is said", "", {PACK_ZSTD, -1}},
    {"gzip is said, brotli is there", "Content-Encoding: gzip\r\n", {PACK_BROTLI, -1}},
    {"gzip is said, zlib is there", "Content-Encoding: gzip\r\n", {PACK_ZLIB, -1}},
    {"gzip is said, raw deflate is there", "Content-Encoding: gzip\r\n", {PACK_DEFLATE, -1}},
    {"brotli is said, gzip is there", "Content-Encoding: br\r\n", {PACK_GZIP, -1}},
    {"brotli is said, zlib is there", "Content-Encoding: br\r\n", {PACK_ZLIB, -1}},
    {"deflate is said, brotli is there", "Content-Encoding: deflate\r\n", {PACK_BROTLI, -1}},
    {"deflate is said, zstd is there", "Content-Encoding: deflate\r\n", {PACK_ZSTD, -1}},
    {"brotli is said, gzip lies on top", "Content-Encoding: br\r\n", {PACK_BROTLI, PACK_GZIP, -1}},
    {"an unknown name, gzip is there", "Content-Encoding: sdch\r\n", {PACK_GZIP, -1}},
};

static struct sbuf page_of_words(void) {
    struct sbuf page;
    uint32_t x = 7;
    sbuf_init(&page, 0);
    for (size_t i = 0; i < 12000; i++) {
        x = x * 1664525u + 1013904223u;
        sbuf_addf(&page, "<p>The bridge %u was closed on %u.</p>\n", x >> 16, x >> 24);
    }
    return page;
}

static struct sbuf coded(sv page, const int *layers) {
    struct sbuf body;
    sbuf_init(&body, 0);
    sbuf_add(&body, page);
    for (; *layers >= 0 || *layers == PACK_DEFLATE; layers++) {
        struct sbuf next = pack((enum pack_kind)*layers, sbuf_view(&body));
        sbuf_clear(&body);
        body = next;
    }
    return body;
}

static enum err_code open_with(const char *headers, sv body, size_t max, struct sbuf *decoded, struct http_page *page, struct err *e) {
    static struct sbuf response;
    sbuf_reset(&response);
    response.max = SIZE_MAX;
    sbuf_add(&response, SV(OK_HEAD));
    sbuf_add(&response, sv_cstr(headers));
    sbuf_add(&response, SV("\r\n"));
    sbuf_add(&response, body);
    enum err_code code = http_open(sbuf_view(&response), false, max, decoded, page, e);
    /* What is in the response itself must outlive it here. */
    if (!code && page->body.n && page->body.p >= response.p && page->body.p < response.p + response.n) {
        sbuf_reset(decoded);
        sbuf_add(decoded, page->body);
        page->body = sbuf_view(decoded);
    }
    sbuf_clear(&response);
    return code;
}

static void http_open_undoes_what_is_there(void **state) {
    (void)state;
    struct sbuf page = page_of_words();
    for (size_t i = 0; i < sizeof codings / sizeof *codings; i++) {
        struct sbuf body = coded(sbuf_view(&page), codings[i].layers), decoded;
        struct http_page out;
        struct err e = {0};
        sbuf_init(&decoded, 0);
        if (open_with(codings[i].headers, sbuf_view(&body), 1 << 20, &decoded, &out, &e)) fail_msg("%s: %s", codings[i].what, e.msg);
        if (!sv_eq(out.body, sbuf_view(&page))) fail_msg("%s: %zu bytes", codings[i].what, out.body.n);
        /* Cut off, each keeps its first part. */
        bool one = codings[i].layers[1] < 0;
        if (one && open_with(codings[i].headers, sv_take(sbuf_view(&body), body.n / 2), 1 << 20, &decoded, &out, &e)) fail_msg("%s, cut: %s", codings[i].what, e.msg);
        if (one && (out.body.n < 1000 || !sv_starts(sbuf_view(&page), out.body))) fail_msg("%s, cut: %zu bytes", codings[i].what, out.body.n);
        sbuf_clear(&body);
        sbuf_clear(&decoded);
    }
    sbuf_clear(&page);
}

static void http_open_says_what_it_cannot_undo(void **state) {
    (void)state;
    char noise[4000];
    uint32_t x = 1;
    for (size_t i = 0; i < sizeof noise; i++) {
        x = x * 1664525u + 1013904223u;
        noise[i] = (char)(x >> 24);
    }
    static const struct { const char *headers; const char *magic; bool unsupported; } cases[] = {
        {"Content-Encoding: br\r\n", "", false},
        {"Content-Encoding: deflate\r\n", "", false},
        {"Content-Encoding: gzip\r\n", "\x1f\x8b\x08", false},
        {"Content-Encoding: zstd\r\n", "\x28\xb5\x2f\xfd", false},
        {"Content-Encoding: compress\r\n", "\x1f\x9d", true},
        {"Content-Encoding: s\xff" "dch\r\n", "", true},
        {"Content-Encoding: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n", "", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sbuf decoded;
        struct http_page out;
        struct err e = {0};
        sbuf_init(&decoded, 0);
        memcpy(noise, cases[i].magic, strlen(cases[i].magic));
        assert_int_equal(open_with(cases[i].headers, sv_from(noise, sizeof noise), 1 << 20, &decoded, &out, &e), ERR_INPUT);
        assert_int_equal(out.unsupported, cases[i].unsupported);
        if (cases[i].unsupported) assert_non_null(strstr(e.msg, "no decoder for the content encoding"));
        for (const char *p = e.msg; *p; p++) assert_true(*p >= ' ' && *p < 0x7f);
        sbuf_clear(&decoded);
    }
}

static double cpu_seconds(void) { return (double)clock() / CLOCKS_PER_SEC; }

static long peak_kib(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

/* Time and memory of a bomb are those of its limit, or of a thousand times its bytes. */
static void http_open_stops_bombs(void **state) {
    (void)state;
    enum { MIB = 1 << 20, LIMIT = 16 * MIB };
    char *zeros = calloc(1, 64 * MIB);
    assert_non_null(zeros);
    struct sbuf bombs[] = {pack_gzip_bomb(10 * 1024), pack(PACK_BROTLI, sv_from(zeros, 64 * MIB)), pack(PACK_ZSTD, sv_from(zeros, 64 * MIB)),
                           pack(PACK_ZLIB, sv_from(zeros, 64 * MIB))};
    static const char *const headers[] = {"Content-Encoding: gzip\r\n", "Content-Encoding: br\r\n", "Content-Encoding: zstd\r\n", "Content-Encoding: deflate\r\n"};
    free(zeros);
    long before = peak_kib();
    for (size_t i = 0; i < 4; i++)
        for (int doubled = 0; doubled < 2; doubled++) {
            struct sbuf decoded, body = doubled ? pack(PACK_GZIP, sbuf_view(&bombs[i])) : bombs[i];
            struct http_page out;
            struct err e = {0};
            double start = cpu_seconds();
            sbuf_init(&decoded, 0);
            if (open_with(headers[i], sbuf_view(&body), LIMIT, &decoded, &out, &e) != ERR_LIMIT) fail_msg("bomb %zu, %d: %s", i, doubled, e.msg);
            assert_non_null(strstr(e.msg, "decodes to more than"));
            assert_true(cpu_seconds() - start < 2);
            sbuf_clear(&decoded);
            if (doubled) sbuf_clear(&body);
        }
    print_message("peak beyond the bombs themselves: %ld KiB\n", peak_kib() - before);
#ifndef THRESHER_SANITIZED
    assert_true(peak_kib() - before < 96 * 1024);
#endif
    for (size_t i = 0; i < 4; i++) sbuf_clear(&bombs[i]);
}

static void http_open_counts_layers(void **state) {
    (void)state;
    struct sbuf body = pack(PACK_GZIP, SV(PAGE)), decoded;
    struct http_page out;
    struct err e = {0};
    for (size_t i = 0; i < 40; i++) {
        struct sbuf next = pack(PACK_GZIP, sbuf_view(&body));
        sbuf_clear(&body);
        body = next;
    }
    sbuf_init(&decoded, 0);
    assert_int_equal(open_with("", sbuf_view(&body), 1 << 20, &decoded, &out, &e), ERR_LIMIT);
    sbuf_clear(&decoded);
    sbuf_clear(&body);
}

static void http_open_wants_a_head_where_one_must_be(void **state) {
    (void)state;
    struct sbuf decoded;
    struct http_page out;
    struct err e;
    sbuf_init(&decoded, 0);
    assert_int_equal(http_open(SV(PAGE), false, 1 << 20, &decoded, &out, &e), ERR_INPUT);
    assert_int_equal(http_open(SV("no record"), true, 1 << 20, &decoded, &out, &e), ERR_INPUT);
    assert_int_equal(http_open(SV(""), true, 1 << 20, &decoded, &out, &e), ERR_INPUT);
    sbuf_clear(&decoded);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(http_open_reads_heads_however_odd),  cmocka_unit_test(http_open_undoes_what_is_there),
        cmocka_unit_test(http_open_says_what_it_cannot_undo), cmocka_unit_test(http_open_stops_bombs),
        cmocka_unit_test(http_open_counts_layers),            cmocka_unit_test(http_open_wants_a_head_where_one_must_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
