/* What is read of a whole page before and beside its blocks. */
#include "blocks.h"
#include "cmocka_all.h"
#include "decide.h"
#include "dom_parse.h"
#include "explain.h"
#include "extract.h"
#include "page_hints.h"
#include "stated_body.h"

struct page {
    struct dom_parse *parser;
    lxb_html_document_t *document;
    struct sbuf text;
    struct arena arena;
    struct blocks blocks;
    struct page_hints hints;
};

static void open_page(struct page *p, const char *html, const char *url) {
    bool cut;
    struct err e;
    arena_init(&p->arena, 0);
    sbuf_init(&p->text, 0);
    assert_int_equal(dom_parse_new(&p->parser, 64, 10000, &e), ERR_OK);
    assert_int_equal(dom_parse_run(p->parser, sv_cstr(html), &p->document, &cut, &e), ERR_OK);
    assert_int_equal(blocks_of_document(p->document, class_cache_new(NULL, &p->arena), &p->text, &p->arena, &p->blocks, &e), ERR_OK);
    page_hints_read(p->document, sv_cstr(url), p->blocks.script, p->blocks.script_count, &p->arena, &p->hints);
}

static void close_page(struct page *p) {
    dom_parse_free(&p->parser);
    sbuf_clear(&p->text);
    arena_clear(&p->arena);
}

static void hints_are_those_of_head_and_scripts(void **state) {
    (void)state;
    struct page p;
    open_page(&p,
              "<title>A  title</title><meta property=og:title content='Other'><meta property=og:type content='product.item'>"
              "<link rel=canonical href='https://shop.example/product/x'><script type='application/ld+json'>{\"@type\" : \"NewsArticle\"}</script>"
              "<body><p>x<script type=application/ld+json>[{\"@type\":[\"Product\"]},{\"@type\":\"FAQPage\"}]</script>",
              NULL);
    assert_sv_equal(p.hints.title, "A title");
    assert_sv_equal(p.hints.og_title, "Other");
    assert_int_equal(p.hints.og_type, OG_PRODUCT);
    assert_int_equal(p.hints.stated, STATED_ARTICLE | STATED_PRODUCT | STATED_FAQ);
    assert_sv_equal(p.hints.url, "https://shop.example/product/x");
    assert_int_equal(p.hints.url_kind, URL_PRODUCT);
    close_page(&p);
}

static void addresses_suggest_a_kind(void **state) {
    (void)state;
    static const struct {
        const char *url;
        enum url_kind kind;
    } cases[] = {{"https://a.example/", URL_HOME},
                 {"https://a.example/2024/07/ferry-returns", URL_PLAIN},
                 {"https://forum.example.com/x/1", URL_FORUM},
                 {"https://a.example/viewtopic.php?t=4", URL_FORUM},
                 {"https://a.example/collections/shoes", URL_LISTING},
                 {"https://a.example/collections/shoes/products/boot", URL_PRODUCT},
                 {"https://docs.example.org/en/latest/", URL_DOCUMENTATION},
                 {"no address", URL_PLAIN}};
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        struct page p;
        open_page(&p, "<p>x", cases[k].url);
        if (p.hints.url_kind != cases[k].kind) fail_msg("%s: %d", cases[k].url, (int)p.hints.url_kind);
        close_page(&p);
    }
}

static void what_an_open_element_swallowed_is_found(void **state) {
    (void)state;
    struct page p;
    open_page(&p, "<title>Ferry returns<body><p>All of it was text.</p></body>", NULL);
    assert_int_equal(p.blocks.count, 0);
    assert_sv_equal(dom_parse_swallowed(p.document, &p.arena), "Ferry returns<body><p>All of it was text.</p></body>");
    const char *style = "<style>p { color: red }<body><p>All of it was text.</p></body>";
    bool cut;
    struct err e;
    assert_int_equal(dom_parse_run_whole(p.parser, sv_cstr(style), &p.document, &cut, &e), ERR_OK);
    assert_sv_equal(dom_parse_swallowed(p.document, &p.arena), "p { color: red }<body><p>All of it was text.</p></body>");
    close_page(&p);
}

/* The element's text is left out up to where it may end, over the pieces in which a page is fed too, and what follows is read as ever. */
static void code_is_skipped_and_what_follows_is_not(void **state) {
    (void)state;
    static const struct {
        const char *open, *code, *close;
    } cases[] = {{"<script>", "if (a < b && c </d/.x) e = '<p>not text</p>';", "</script>"},
                 {"<script type=module>", "<!-- <script> not text </script> not text -->", "</script>"},
                 {"<script>", "<!-- not text ", "</script>"},
                 {"<style>", "p > a::after { content: '<p>not text <!--' }", "</style >"},
                 {"<SCRIPT SRC=x>", "", "</SCRIPT\n>"},
                 {"<svg><style>", "p { content: 'x' }", "</style></svg>"},
                 {"<script type='application/json'>", "{\"a\": \"<p>not text\"}", "</script>"}};
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++)
        for (size_t padding = 65500; padding < 65560; padding += padding < 65510 ? 60 : 1) {
            struct sbuf html;
            struct page p;
            sbuf_init(&html, 0);
            sbuf_addf(&html, "<body><p>Before.</p>%s%s", cases[k].open, cases[k].code);
            if (padding > 65500)
                while (html.n < padding) sbuf_add_char(&html, ' ');
            sbuf_addf(&html, "%s<p>Behind it.</p>", cases[k].close);
            open_page(&p, sbuf_cstr(&html), NULL);
            assert_int_equal(p.blocks.count, 2);
            assert_sv_equal(p.blocks.block[1].text, "Behind it.");
            close_page(&p);
            sbuf_clear(&html);
        }
}

static void the_longest_stated_body_is_found(void **state) {
    (void)state;
    struct page p;
    open_page(&p,
              "<script type='application/ld+json'>{\"@type\":\"Article\",\"articleBody\":\"short\"}</script>"
              "<body><script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"articleBody\":\"a longer one\\nof lines\"}</script>",
              NULL);
    assert_sv_equal(stated_body_find(p.document, &p.arena), "a longer one\nof lines");
    close_page(&p);
}

#define SENTENCE "The keeper of the old mill counts its turns by the wheel and not by the clock on the wall. "
#define OTHER "Grain comes up the valley by night, on carts that nobody hears before the dogs of the last farm do. "
#define FOUR OTHER OTHER OTHER OTHER

/* Extracts the page; the text that comes out, in the arena. */
static sv text_of_page(sv html, struct arena *arena) {
    struct extract *x;
    struct document document;
    struct err e;
    assert_int_equal(extract_new(&x, NULL, &e), ERR_OK);
    struct extract_input in = {.bytes = html};
    assert_int_equal(extract_run(x, &in, arena, &document, &e), ERR_OK);
    sv text = arena_dup(arena, document.article.text);
    extract_free(&x);
    return text;
}

static void a_stated_body_that_the_page_shows_is_not_taken_for_it(void **state) {
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    const sv hidden = SV("<title>Mill</title><script type='application/ld+json'>{\"@type\":\"Article\",\"articleBody\":\"" FOUR FOUR "\"}</script><p>Read on with us.</p>");
    assert_true(text_of_page(hidden, &arena).n > 700);
    const sv shown = SV("<title>Mill</title><script type='application/ld+json'>{\"@type\":\"Article\",\"articleBody\":\"" FOUR FOUR "\"}</script>"
                        "<nav class=menu><a href=/a>" FOUR "</a></nav><nav class=menu><a href=/b>" FOUR "</a></nav>");
    assert_true(text_of_page(shown, &arena).n < 700);
    arena_clear(&arena);
}

static void what_a_script_carries_of_the_article_is_found(void **state) {
    (void)state;
    static const struct {
        const char *script; /* behind the page's first paragraph */
        bool taken;
    } cases[] = {
        {"<script type='application/json'>{\"props\":{\"story\":{\"body\":[{\"type\":\"paragraph\",\"content\":[{\"type\":\"text\",\"value\":\"" SENTENCE "\"}]},"
         "{\"type\":\"image\",\"alt\":\"a picture\"},{\"content\":[{\"text\":\"Behind a <link\"},{\"content\":[{\"value\":\" it stands, \"}]},{\"text\":\"" FOUR "\"}]},"
         "{\"children\":[{\"text\":\"The end of it.\"}]}]}}}</script>", true},
        {"<script>window.__STATE__ = {\"id\":7,\"html\":\"<p>" SENTENCE "<\\/p><p>Behind a &lt;link it stands, " FOUR "<\\/p><p>The end of it.<\\/p>\"}; go();</script>", true},
        {"<script>track({}); load([{\"a\":1}, {\"text\":\"" SENTENCE "\"}, {\"text\":\"Behind a <link it stands, " FOUR "\"}, {\"text\":\"The end of it.\"}])</script>", true},
        {"<script>var a = {\"text\": \"" SENTENCE "\", \"other\": \"Behind a <link it stands, " FOUR " The end of it.\"}</script>", false},
        {"<script>var a = {\"body\":[{\"text\":\"Another keeper, of another mill.\"},{\"text\":\"" FOUR "\"},{\"text\":\"The end of it.\"}]}</script>", false},
        {"<script>var a = {\"html\":\"<p>" SENTENCE "</p><p>Behind a &lt;link it stands, " FOUR "</p><p>The end of it.</p>\"", false},
        {"<script>push([1, \"{\\\"text\\\":\\\"" SENTENCE "Behind a <link it stands, " FOUR "The end of it.\\\"}\"])</script>", false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct arena arena;
        struct sbuf html;
        arena_init(&arena, 0);
        sbuf_init(&html, 0);
        sbuf_addf(&html, "<title>Mill</title><body><article><h1>Mill</h1><p>" SENTENCE "</article>%s<p>", cases[i].script);
        sv text = text_of_page(sbuf_view(&html), &arena);
        assert_true(sv_starts(text, SV("The keeper of the old mill")) || !cases[i].taken);
        assert_int_equal(sv_has(text, SV("\nBehind a <link it stands, Grain comes")), cases[i].taken);
        assert_int_equal(sv_ends(text, SV("\nThe end of it.")), cases[i].taken);
        assert_false(sv_has(text, SV("picture")));
        sbuf_clear(&html);
        arena_clear(&arena);
    }
}

static void explain_seen(void *user, const struct blocks *b, const struct decision *d) {
    explain_decision(b, d, EXPLAIN_TEXT, user);
    explain_decision(b, d, EXPLAIN_HTML, user);
}

static void explanations_escape_what_the_page_says(void **state) {
    (void)state;
    struct extract *x;
    struct document document;
    struct arena arena;
    struct sbuf out;
    struct err e;
    arena_init(&arena, 0);
    sbuf_init(&out, 0);
    assert_int_equal(extract_new(&x, NULL, &e), ERR_OK);
    extract_observe(x, explain_seen, &out);
    struct extract_input in = {.bytes = SV("<div class='a\"><b>'><p>one &lt;script> two &amp; three &#27;[31m</p></div>")};
    assert_int_equal(extract_run(x, &in, &arena, &document, &e), ERR_OK);
    assert_int_equal(out.err, ERR_OK);
    assert_true(sv_has(sbuf_view(&out), SV("one &lt;script> two &amp; three")));
    assert_true(sv_has(sbuf_view(&out), SV("div.a&quot;>&lt;b>")));
    assert_false(sv_has(sbuf_view(&out), SV("\x1b")));
    assert_true(sv_has(sbuf_view(&out), SV("TOKENS 5")));
    extract_free(&x);
    sbuf_clear(&out);
    arena_clear(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hints_are_those_of_head_and_scripts),
        cmocka_unit_test(addresses_suggest_a_kind),
        cmocka_unit_test(code_is_skipped_and_what_follows_is_not),
        cmocka_unit_test(what_an_open_element_swallowed_is_found),
        cmocka_unit_test(the_longest_stated_body_is_found),
        cmocka_unit_test(a_stated_body_that_the_page_shows_is_not_taken_for_it),
        cmocka_unit_test(what_a_script_carries_of_the_article_is_found),
        cmocka_unit_test(explanations_escape_what_the_page_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
