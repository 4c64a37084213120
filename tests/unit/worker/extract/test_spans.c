#include "spans.h"

#include "article.h"
#include "cmocka_all.h"
#include "dom_parse.h"

struct page {
    struct dom_parse *parser;
    struct sbuf text;
    struct arena arena;
    struct blocks blocks;
    struct article article;
};

/* A page of which all is content, at http://h.example/a/b. */
static void open_page(struct page *p, sv html, const char *base) {
    static const char *const names[] = {"?", "link", "strong", "em", "del", "sub", "sup", "code"};
    lxb_html_document_t *document;
    struct decision decision;
    struct link_targets targets;
    bool cut;
    struct err e;
    _Static_assert(COUNT_OF(names) == SPAN_KIND_END, "a name for every kind");
    arena_init(&p->arena, 0);
    sbuf_init(&p->text, 0);
    p->article = (struct article){.language = SV_NONE};
    assert_int_equal(dom_parse_new(&p->parser, 64, 100000, &e), ERR_OK);
    assert_int_equal(dom_parse_run(p->parser, html, &document, &cut, &e), ERR_OK);
    assert_int_equal(blocks_of_document(document, class_cache_new(NULL, &p->arena), &p->text, &p->arena, &p->blocks, &e), ERR_OK);
    assert_int_equal(decide_keep_all(&p->blocks, &p->arena, &decision, &e), ERR_OK);
    assert_true(link_targets_init(&targets, sv_cstr(base), &p->blocks, &p->arena));
    assert_int_equal(article_fill(&p->blocks, &decision, &targets, &p->text, &p->arena, &p->article, &e), ERR_OK);
    sbuf_reset(&p->text);
    for (size_t i = 0; i < p->article.block_count; i++) {
        const struct article_block *b = &p->article.blocks[i];
        if (i) sbuf_add(&p->text, SV(" /"));
        for (size_t k = 0; k < b->span_count; k++) {
            const struct article_span *s = &b->spans[k];
            assert_true(s->length && s->start >= b->start && s->start + s->length <= b->start + b->length);
            if (p->text.n) sbuf_add_char(&p->text, ' ');
            sbuf_addf(&p->text, "%s(%.*s)", names[s->kind], SV_ARG(sv_take(sv_skip(p->article.text, s->start), s->length)));
            sbuf_add(&p->text, s->url);
        }
    }
}

static void close_page(struct page *p) {
    dom_parse_free(&p->parser);
    sbuf_clear(&p->text);
    arena_clear(&p->arena);
}

static void spans_are_what_elements_hold(void **state) {
    (void)state;
    static const struct {
        const char *html, *spans; /* of blocks apart by / */
    } cases[] = {
        {"<p>one <b>two</b> <strong>three</strong> <em>four</em> <i>five</i></p>", "strong(two) strong(three) em(four) em(five)"},
        {"<p><del>a</del> <s>b</s> H<sub>2</sub>O x<sup>3</sup> <code>c</code> <kbd>d</kbd> <u>e</u></p>", "del(a) del(b) sub(2) sup(3) code(c) code(d)"},
        {"<p>white <b> space </b>around <i>\n</i>it<b> </b></p>", "strong(space)"},
        {"<p><b>one <i>two</i></b> <i><b>three</b></i></p>", "strong(one two) em(two) strong(three) em(three)"},
        {"<p><b>one <b>two</b></b></p>", "strong(one two)"},
        {"<p><b>o</b><strong>ne</strong><b> two</b></p>", "strong(one) strong(two)"},
        {"<p><i>a<b>b</b></i><b>c</b></p>", "em(ab) strong(b) strong(c)"},
        {"<p><b>one<br>two<br><br>three</b> four</p>", "strong(one\ntwo) / strong(three)"},
        {"<b>one<p>two</p>three</b>", "strong(one) / strong(two) / strong(three)"},
        {"<p><b>,</b></p><p>before <b>!</b></p>", "strong(!)"}, /* of a block that is none nothing is left */
        {"<pre><b>if</b> x</pre><p>as <code>if</code></p>", " / code(if)"},
        {"<table><tr><td><b>a</b><td>b<tr><td><i>c</i><td><i>d</i></table>", "strong(a) / em(c) em(d)"},
        {"<h2><b>One</b></h2><ul><li><i>two</i></ul><blockquote><i>three</i></blockquote>", "strong(One) / em(two) / em(three)"},
        {"<p><span style='display:none'><b>x</b></span>a <b>b<span hidden>y</span></b>c</p>", "strong(b)"},
        {"<p>\xe6\xb0\xb4<b>\xe7\x81\xab</b></p>", "strong(\xe7\x81\xab)"},
        {"<p>a <i></p><p>b</i> c", " / em(b)"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct page p;
        open_page(&p, sv_cstr(cases[i].html), "http://h.example/a/b");
        assert_sv_equal(sbuf_view(&p.text), cases[i].spans);
        close_page(&p);
    }
}

static void links_lead_to_the_web(void **state) {
    (void)state;
    static const struct {
        const char *html, *base, *spans;
    } cases[] = {
        {"<p><a href=c?d>one</a> <a href='//x.example/'>two</a>", "http://h.example/a/b", "link(one)http://h.example/a/c?d link(two)http://x.example/"},
        {"<p><a href=#c>one</a> <a name=d>two</a> <a href='javascript:x'>three</a> <a href=''>four</a>", "http://h.example/a/b", ""},
        {"<p><a href=tel:1>one</a> <a href=MAILTO:a@b.example>two</a> <a href=ftp://c.example/>three</a>", "http://h.example/a/b", "link(two)MAILTO:a@b.example"},
        {"<p><a href=c>one</a>", "", "link(one)c"},
        {"<p><a href=c>one</a>", "file:///x/a", "link(one)file:///x/c"},
        {"<p><a href=c>o</a><a href=c>n</a><a href=d>e</a>", "", "link(on)c link(e)d"},
        {"<p><code><a href=c>one</a></code> <b><a href=c>two</a></b>", "", "link(one)c code(one) link(two)c strong(two)"},
        {"<p><a href=c>one<br><br>two</a>", "", "link(one)c / link(two)c"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct page p;
        open_page(&p, sv_cstr(cases[i].html), cases[i].base);
        assert_sv_equal(sbuf_view(&p.text), cases[i].spans);
        close_page(&p);
    }
}

static void spans_of_a_page_are_bounded(void **state) {
    (void)state;
    struct sbuf html;
    struct page p;
    size_t count = 0, bytes = 0;
    sbuf_init(&html, 0);
    for (int i = 0; i < 12000; i++) sbuf_add(&html, SV("<b>a</b> "));
    open_page(&p, sbuf_view(&html), "");
    assert_int_equal(p.article.blocks[0].span_count, BLOCKS_SPANS_MAX);
    close_page(&p);

    sbuf_reset(&html);
    for (int i = 0; i < 20; i++) sbuf_add(&html, SV("<b><i>")); /* of them 16 are seen, and two say something */
    for (int i = 0; i < 3000; i++) sbuf_add(&html, SV("<p>a"));
    open_page(&p, sbuf_view(&html), "");
    assert_int_equal(p.article.block_count, 3000);
    assert_int_equal(p.article.blocks[0].span_count, 2);
    assert_int_equal(p.article.blocks[2999].span_count, 0);
    close_page(&p);

    sbuf_reset(&html);
    for (int i = 0; i < 1000; i++) {
        sbuf_addf(&html, "<a href='%d", i);
        for (int k = 0; k < 1500; k++) sbuf_add_char(&html, 'x');
        sbuf_add(&html, SV("'>a</a> "));
    }
    open_page(&p, sbuf_view(&html), "");
    for (size_t i = 0; i < p.article.blocks[0].span_count; i++) count++, bytes += p.article.blocks[0].spans[i].url.n;
    assert_true(count > 300 && bytes > 500 * 1024 && bytes <= 512 * 1024);
    close_page(&p);
    sbuf_clear(&html);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans_are_what_elements_hold),
        cmocka_unit_test(links_lead_to_the_web),
        cmocka_unit_test(spans_of_a_page_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
