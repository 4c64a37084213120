/* What is dropped from among the paragraphs, and what must stay though it looks alike. */
#include "blocks.h"
#include "cmocka_all.h"
#include "dom_parse.h"
#include "furniture.h"

#define LONG "The ferry to the northern islands sailed again on Wednesday, nine years after the last one, and the old pier was full of people."
#define OTHER "It carries forty cars and three hundred passengers, and it takes two hours and ten minutes in calm weather."

/* How many of the page's blocks stay, if all were kept. */
static size_t stay(const char *html) {
    struct dom_parse *parser;
    lxb_html_document_t *document;
    struct sbuf text;
    struct arena arena;
    struct blocks blocks;
    struct decision decision;
    struct err e;
    bool cut;
    size_t kept = 0;
    arena_init(&arena, 0);
    sbuf_init(&text, 0);
    assert_int_equal(dom_parse_new(&parser, 64, 10000, &e), ERR_OK);
    assert_int_equal(dom_parse_run(parser, sv_cstr(html), &document, &cut, &e), ERR_OK);
    assert_int_equal(blocks_of_document(document, class_cache_new(NULL, &arena), &text, &arena, &blocks, &e), ERR_OK);
    assert_int_equal(decide_keep_all(&blocks, &arena, &decision, &e), ERR_OK);
    assert_true(furniture_drop(&blocks, &decision, &arena));
    uint32_t tokens = 0;
    for (size_t i = 0; i < blocks.count; i++) {
        kept += decision.keep[i];
        tokens += decision.keep[i] ? blocks.block[i].tokens : 0;
        assert_true(decision.keep[i] || decision.rule[i] == RULE_FURNITURE);
    }
    assert_int_equal(tokens, decision.kept_tokens);
    dom_parse_free(&parser);
    sbuf_clear(&text);
    arena_clear(&arena);
    return kept;
}

static void rules_drop_what_they_mean_and_no_more(void **state) {
    (void)state;
    static const struct {
        const char *html;
        size_t stays;
    } cases[] = {
        /* banners, unless they are the page, or a part of the article's text */
        {"<div class=cookie-bar><p>We use cookies.</div><main><p>" LONG "</main>", 1},
        {"<div class=cookie-bar><p>" LONG "</div><main><p>" OTHER "</main>", 2},
        {"<main><section id=cookies><p>Set them so.</section><p>" LONG "</main>", 2},
        {"<div role=dialog><p>Choose a country.</div><p>" LONG, 1},
        /* boxes that ask for an address; a class of subscribers is none, nor is a box without a form */
        {"<p>" LONG "<div class=newsletter-box><p>Every day at six.<form><input type=email></form></div><p>" OTHER, 2},
        {"<p>" LONG "<div class=newsletter-box><p>Every day at six.</div><p>" OTHER, 3},
        {"<p>" LONG "<div class=subscriber-only><p>Every day at six.<form><input type=email></form></div><p>" OTHER, 3},
        /* notes, unless they are long */
        {"<p>" LONG "<p>" OTHER "<div class=footnotes><p>County gazette.</div>", 2},
        {"<p>" LONG "<p>" OTHER "<div class=footnotes><p>" OTHER "</div>", 3},
        /* quotes that say a sentence again, near it */
        {"<p>" LONG "<aside><p>The old pier was full of people</aside><p>" OTHER, 2},
        {"<p>" LONG "<aside><p>The new pier was full of people</aside><p>" OTHER, 3},
        {"<p>" LONG "<blockquote><p>The old pier was full of people</blockquote><p>" OTHER, 3},
        {"<p>" LONG "<blockquote class=pull-quote><p>“The old pier was full of people.”</blockquote><p>" OTHER, 2},
        /* links with a label between paragraphs, labels of advertisements */
        {"<p>" LONG "<p><a href=/a>READ MORE: Fishing fleet shrinks</a><p>" OTHER, 2},
        {"<p>" LONG "<p><a href=/a>Fishing fleet shrinks</a><p>" OTHER, 3},
        {"<p>" LONG "<p><a href=/a>He said: it shrinks.</a><p>" OTHER, 3},
        {"<p>" LONG "<div>- Advertisement -</div><p>" OTHER, 2},
        {"<p>" LONG "<div>Реклама</div><p>" OTHER, 2},
        {"<p>" LONG "<p>Advertisement pays for it<p>" OTHER, 3},
        /* the claim at the page's end, outside of what holds the text */
        {"<div><p>" LONG "<p>" OTHER "</div><div>© 2024 The Gazette</div>", 2},
        {"<div><p>" LONG "<p>" OTHER "<p>© 2024 The Gazette</div>", 3},
        {"<div><p>" LONG "<p>" OTHER "</div><div>© The Gazette</div>", 3},
        /* hidden copies; not what is only hidden, nor what is only there twice */
        {"<div><p>" LONG "<p>" OTHER "</div><div hidden><p>" LONG "<p>" OTHER "</div>", 2},
        {"<div hidden><p>" LONG "<p>" OTHER "</div><div><p>" LONG "<p>" OTHER "</div>", 2},
        {"<div hidden><p>" LONG "</div><div><p>" OTHER "</div>", 2},
        {"<div hidden><p>" LONG "<p>It is hidden with much else that is nowhere else.</div><div><p>" LONG "</div>", 3},
        {"<div><p>" LONG "<p>" LONG "</div>", 2},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        size_t stays = stay(cases[i].html);
        if (stays != cases[i].stays) fail_msg("%s: %zu stay, not %zu", cases[i].html, stays, cases[i].stays);
    }
}

static void labels_of_advertisements_are_whole_lines(void **state) {
    (void)state;
    assert_true(furniture_is_ad_label(SV("ADVERTISEMENT")));
    assert_true(furniture_is_ad_label(SV("[Anzeige]")));
    assert_true(furniture_is_ad_label(SV("広告")));
    assert_false(furniture_is_ad_label(SV("Advertisements are back")));
    assert_false(furniture_is_ad_label(SV("")));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_drop_what_they_mean_and_no_more),
        cmocka_unit_test(labels_of_advertisements_are_whole_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
