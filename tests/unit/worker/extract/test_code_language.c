#include "code_language.h"

#include "cmocka_all.h"
#include "dom_parse.h"

static void languages_are_those_that_classes_name(void **state) {
    (void)state;
    static const struct {
        const char *html, *language; /* of the last block */
    } cases[] = {
        {"<pre><code class='language-Python'>x", "python"},
        {"<pre class='prism-code language-c++ x'>x", "c++"},
        {"<pre class=lang-py>x", "py"},
        {"<div class='highlight highlight-source-js'><pre>x", "js"},
        {"<div class='highlight-ruby notranslate'><div class=highlight><pre>x", "ruby"},
        {"<div class='language-sh highlighter-rouge'><div class=highlight><pre class=highlight><code>x", "sh"},
        {"<pre class='brush: php; gutter: false'>x", "php"},
        {"<pre class='brush:c# x'>x", "c#"},
        {"<pre class='sourceCode haskell'>x", "haskell"},
        {"<figure class=language-go><figcaption>main</figcaption><pre>x</figure>", "go"},
        {"<pre>x", NULL},
        {"<pre class=language-none>x", NULL},
        {"<pre class='language- brush:'>x", NULL},
        {"<pre class='language-*'>x", NULL},
        {"<pre class='language-0'>x", NULL},
        {"<pre class='slang-c highlight-box'>x", NULL},
        {"<pre class='language-abcdefghijklmnopqrstuvwxyz'>x", NULL},
        {"<div class=language-en><p>a<p>b<pre>x", NULL}, /* of all that it holds */
        {"<div class=language-c><div><div><div><div><pre>x", NULL},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        lxb_html_document_t *document;
        struct dom_parse *parser;
        struct sbuf text;
        struct arena arena;
        struct blocks blocks;
        bool cut;
        struct err e;
        arena_init(&arena, 0);
        sbuf_init(&text, 0);
        assert_int_equal(dom_parse_new(&parser, 64, 10000, &e), ERR_OK);
        assert_int_equal(dom_parse_run(parser, sv_cstr(cases[i].html), &document, &cut, &e), ERR_OK);
        assert_int_equal(blocks_of_document(document, class_cache_new(NULL, &arena), &text, &arena, &blocks, &e), ERR_OK);
        sv language = code_language_of(&blocks, blocks.count - 1, &arena);
        if (cases[i].language) assert_sv_equal(language, cases[i].language);
        else if (language.p) fail_msg("%s: %.*s", cases[i].html, SV_ARG(language));
        dom_parse_free(&parser);
        sbuf_clear(&text);
        arena_clear(&arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(languages_are_those_that_classes_name)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
