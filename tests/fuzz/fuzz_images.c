/* The images of an article: the lines of the input are the attributes of an image, sources of a picture, a caption and what JSON-LD and OpenGraph say, put
 * where a page has them, between paragraphs that are kept whatever they are. And the same bytes as one address. */
#include "base/sbuf.h"
#include "fuzz_page.h"
#include "image_url.h"

static void check_address(sv url) {
    uint64_t key = image_url_key(url);
    BUG_IF(key != image_url_key(url));
    (void)image_url_is_placeholder(url);
    (void)image_url_is_furniture(url);
    (void)image_url_is_vector(url);
    (void)image_url_is_file(url);
    (void)image_url_is_small(url, 64);
}

static void add_text(struct sbuf *page, int count) {
    for (int i = 0; i < count; i++) sbuf_add(page, SV("<p>The mill at the river has begun to grind corn again, to the joy of the children who watch its wheel every day.</p>"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const frames[][2] = {
        {"<meta property='og:image' content=\"", "\">"},
        {"<script type='application/ld+json'>{\"@type\":\"Article\",\"headline\":\"The mill\",\"image\":", "}</script>"},
        {"<body><article><h1>The mill turns again</h1><figure><picture><source ", ">"},
        {"<img ", "></picture>"},
        {"<figcaption>", "</figcaption></figure>"},
        {"<div class=image><img ", ">"},
        {"<span class=credit>", "</span></div>"},
        {"<noscript><img ", "></noscript>"},
    };
    sv rest = sv_from((const char *)data, size);
    struct sbuf page;
    check_address(rest);
    sbuf_init(&page, PAGE_BYTES_MAX);
    sbuf_add(&page, SV("<!doctype html><title>The mill turns again</title>"));
    for (size_t i = 0; i < COUNT_OF(frames); i++) {
        sbuf_add(&page, sv_cstr(frames[i][0]));
        sbuf_add(&page, sv_cut(&rest, '\n'));
        sbuf_add(&page, sv_cstr(frames[i][1]));
        if (i == 2 || i >= 4) add_text(&page, 2);
    }
    sbuf_add(&page, rest);
    if (!page.err) (void)page_run(EXTRACT_HTML, sbuf_view(&page), SV("text/html; charset=utf-8"));
    sbuf_clear(&page);
    return 0;
}
