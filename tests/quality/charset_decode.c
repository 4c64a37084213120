/* For tests/quality/charset: pages named on stdin, one a line, to their text on stdout by one of three ways to find the encoding:
 * "ours", "declared" (byte order mark and <meta> alone) or "lexbor" (its own prescan). Before each text: name, source, length. On stderr
 * the seconds for finding and for decoding. */
#include <lexbor/html/encoding.h>
#include <stdio.h>
#include <time.h>

#include "base/file.h"
#include "charset.h"
#include "markup_hints.h"

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static sv lexbor_label(sv page) {
    lxb_html_encoding_t em;
    sv name = SV_NONE;
    const lxb_char_t *begin = (const lxb_char_t *)page.p;
    if (lxb_html_encoding_init(&em) == LXB_STATUS_OK && lxb_html_encoding_determine(&em, begin, begin + (page.n < 65536 ? page.n : 65536)) == LXB_STATUS_OK &&
        lxb_html_encoding_meta_length(&em) > 0) {
        lxb_html_encoding_entry_t *entry = lxb_html_encoding_meta_entry(&em, 0);
        name = charset_of_label(sv_range((const char *)entry->name, (const char *)entry->end));
    }
    lxb_html_encoding_destroy(&em, false);
    return name;
}

static struct charset find(sv way, sv page) {
    struct charset c = {SV("windows-1252"), SV("default"), false};
    struct err e = {0};
    if (sv_eq(way, SV("ours"))) {
        if (charset_find(page, SV_NONE, SV_NONE, &c, &e)) fprintf(stderr, "charset_decode: %s\n", e.msg);
        return c;
    }
    sv label = sv_starts(page, SV("\xef\xbb\xbf")) ? SV("UTF-8") : sv_eq(way, SV("lexbor")) ? lexbor_label(page) : markup_hints_find(page).charset;
    if (label.n) c = (struct charset){label, SV("meta"), false};
    return c;
}

int main(int argc, char **argv) {
    static char line[4096];
    struct sbuf page, text;
    struct err e = {0};
    double finding = 0, decoding = 0, start;
    sbuf_init(&page, (size_t)64 << 20);
    sbuf_init(&text, 0);
    while (argc == 2 && fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        sbuf_reset(&page);
        sbuf_reset(&text);
        if (file_read(line, &page, &e)) {
            fprintf(stderr, "charset_decode: %s\n", e.msg);
            return 1;
        }
        start = seconds();
        struct charset c = find(sv_cstr(argv[1]), sbuf_view(&page));
        finding += seconds() - start;
        start = seconds();
        if (charset_decode(c, sbuf_view(&page), &text, &e)) sbuf_reset(&text);
        decoding += seconds() - start;
        printf("%.*s\t%.*s\t%zu\n", SV_ARG(c.name), SV_ARG(c.source), text.n);
        fwrite(text.p, 1, text.n, stdout);
    }
    fprintf(stderr, "%.6f %.6f\n", finding, decoding);
    sbuf_clear(&page);
    sbuf_clear(&text);
    return 0;
}
