#include "schema/markdown_text.h"

#include "cmocka_all.h"

enum { SPANS_MAX = 16 };

/* "a {Sb {Ec}} d" -> the text "a b c d" with its spans: L link, S strong, E emphasis, D deleted, b subscript, p superscript, C code. */
static uint32_t read_spans(const char *marked, struct sbuf *text, struct article_span *spans) {
    static const char letters[] = "?LSEDbpC";
    uint32_t count = 0, open[SPANS_MAX] = {0}, depth = 0;
    for (const char *p = marked; *p; p++) {
        if (*p == '{') {
            assert_true(count < SPANS_MAX);
            open[depth++] = count;
            spans[count++] = (struct article_span){.kind = (enum span_kind)(strchr(letters, *++p) - letters), .start = (uint32_t)text->n};
        } else if (*p == '}') {
            assert_true(depth > 0);
            struct article_span *s = &spans[open[--depth]];
            s->length = (uint32_t)text->n - s->start;
            if (s->kind == SPAN_LINK) s->url = SV("http://x.example/");
        } else
            sbuf_add_char(text, *p);
    }
    return count;
}

static void check_content(const char *marked, enum markdown_content content, enum markdown_place place, const char *want) {
    struct sbuf text, out;
    struct article_span spans[SPANS_MAX];
    struct markdown_text m;
    sbuf_init(&text, 0);
    sbuf_init(&out, 0);
    struct article_block block = {.kind = BLOCK_PARAGRAPH, .spans = spans};
    block.span_count = read_spans(marked, &text, spans);
    markdown_text_begin(&m, sbuf_view(&text), &block, content, place);
    for (sv rest = sbuf_view(&text); rest.p;) {
        markdown_text_add(&m, sv_trim(sv_cut(&rest, '\n')), &out);
        if (rest.p) sbuf_add_char(&out, '\n');
    }
    assert_sv_equal(sbuf_view(&out), want);
    sbuf_clear(&text);
    sbuf_clear(&out);
}

static void check(const char *marked, enum markdown_place place, const char *want) { check_content(marked, MARKDOWN_ALL, place, want); }

static void text_is_escaped_where_it_would_be_markup(void **state) {
    (void)state;
    static const struct {
        const char *marked, *want;
    } cases[] = {
        {"*a* _b_ `c` [d] <e> \\ | ~f~", "\\*a\\* \\_b\\_ \\`c\\` \\[d\\] \\<e> \\\\ \\| \\~f\\~"},
        {"AT&T, &amp; &#39; &#x27; & &;", "AT&T, \\&amp; \\&#39; \\&#x27; & &;"},
        {"# a\n- b\n1. c\n2019) d\n> e\n+ f\n=\n1.5", "\\# a\n\\- b\n1\\. c\n2019\\) d\n\\> e\n\\+ f\n\\=\n1\\.5"},
        {"{S1. a} b\n{S# c}", "**1. a** b\n**# c**"},
        {"1{S. a}", "1\\. **a**"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) check(cases[i].marked, MARKDOWN_LINE, cases[i].want);
}

static void spans_become_marks(void **state) {
    (void)state;
    static const struct {
        const char *marked, *want;
    } cases[] = {
        {"a {Sb} {Ec} {Dd} {Ce} {Lf}", "a **b** *c* ~~d~~ `e` [f](http://x.example/)"},
        {"H{b2}O 10{p6}", "H<sub>2</sub>O 10<sup>6</sup>"},
        {"a {Sb {Ec} d} e", "a **b *c* d** e"},
        {"{S{Ea}} {S{Ea} b} {Sa {Eb}}", "***a*** ***a* b** **a *b***"},
        {"a{Sb}c", "a**b**c"},
        {"{La {Sb} c} {S{Ld} e}", "[a **b** c](http://x.example/) **[d](http://x.example/) e**"},
        {"{L{Ca}} {Ca {Lb}}", "[`a`](http://x.example/) `a b`"},
        {"{Ca`b} {C`} {Ca|b*}", "``a`b`` `` ` `` `a|b*`"},
        {"wow!{La}", "wow\\![a](http://x.example/)"},
        {"{Sone\ntwo} {Lthree\n\nfour}", "**one**\n**two** [three](http://x.example/)\n\n[four](http://x.example/)"},
        {"{Sa {Eb\nc} d} {Ce\nf}", "**a *b***\n***c* d** `e`\n`f`"},
        /* of what is not as the contract has it, what can be set */
        {"{S a }b", "**a** b"},
        {"{S{Sa} b} {S} {S }", "**a b**"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) check(cases[i].marked, MARKDOWN_LINE, cases[i].want);
    check("{SOne}\n{ETwo} {Sthree}", MARKDOWN_HEADING, "One\n*Two* **three**");
    check("C# or C #", MARKDOWN_HEADING, "C# or C \\#");
    check("{Ca|b} c|d {Le}", MARKDOWN_CELL, "`a\\|b` c\\|d [e](http://x.example/)");
}

static void text_alone_has_no_links(void **state) {
    (void)state;
    check_content("wow!{La {Sb}} a{D{Lb} c}", MARKDOWN_TEXT, MARKDOWN_LINE, "wow!a **b** a~~b c~~");
    check_content("{La|b} {C{Ld}}", MARKDOWN_TEXT, MARKDOWN_CELL, "a\\|b `d`");
}

/* CommonMark takes no mark between a letter and punctuation. */
static void marks_stand_where_they_count(void **state) {
    (void)state;
    static const struct {
        const char *marked, *want;
    } cases[] = {
        {"a {S\"b\"} c", "a **\"b\"** c"},
        {"{SNote:}text", "**Note**:text"},
        {"a{S(b)}c", "a(**b**)c"},
        {"a{S.}b", "a.b"},
        {"\xe3\x81\xaf{S\xe3\x80\x8c\xe9\x87\x8d\xe3\x80\x8d}\xe3\x81\xa7", "\xe3\x81\xaf\xe3\x80\x8c**\xe9\x87\x8d**\xe3\x80\x8d\xe3\x81\xa7"},
        {"\xe6\xb3\xa8{E\xe6\x84\x8f\xef\xbc\x9a}\xe6\x96\x87", "\xe6\xb3\xa8*\xe6\x84\x8f*\xef\xbc\x9a\xe6\x96\x87"},
        {"{S\xe3\x80\x80\xe6\xb3\xa8}\xe6\x84\x8f", "\xe3\x80\x80**\xe6\xb3\xa8**\xe6\x84\x8f"}, /* an ideographic space */
        {"a{D{Lb} c}", "a<del>[b](http://x.example/) c</del>"},
        {"a{S{Cb}}", "a<strong>`b`</strong>"},
        {"a {Sb {Lc}}d", "a <strong>b [c](http://x.example/)</strong>d"},
        {"{Ea}{Sb}", "*a*<strong>b</strong>"},
        {"a{S\xe2\x82\xac" "5}", "a<strong>\xe2\x82\xac" "5</strong>"}, /* the euro is a symbol */
        {"{S\"{Ea\"}}b", "**\"*a***\"b"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) check(cases[i].marked, MARKDOWN_LINE, cases[i].want);
}

static void addresses_end_where_they_end(void **state) {
    (void)state;
    struct article_span span = {.kind = SPAN_LINK, .start = 0, .length = 1};
    struct article_block block = {.spans = &span, .span_count = 1};
    static const struct {
        const char *url, *want;
    } cases[] = {
        {"http://x/a_(b)", "[t](http://x/a_\\(b\\))"},
        {"http://x/a b<c>`d|\"", "[t](http://x/a%20b%3Cc%3E%60d%7C%22)"},
        {"java\tscript:a\x01\xc2\x9b", "[t](java%09script:a%01%C2%9B)"},
        {"http://x/?a&lt;b&c", "[t](http://x/?a\\&lt;b&c)"},
        {"a\\b", "[t](a\\\\b)"},
        {"", "t"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct sbuf out;
        struct markdown_text m;
        sbuf_init(&out, 0);
        span.url = sv_cstr(cases[i].url);
        markdown_text_begin(&m, SV("t"), &block, MARKDOWN_ALL, MARKDOWN_LINE);
        markdown_text_add(&m, m.text, &out);
        assert_sv_equal(sbuf_view(&out), cases[i].want);
        sbuf_clear(&out);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_escaped_where_it_would_be_markup),
        cmocka_unit_test(spans_become_marks),
        cmocka_unit_test(text_alone_has_no_links),
        cmocka_unit_test(marks_stand_where_they_count),
        cmocka_unit_test(addresses_end_where_they_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
