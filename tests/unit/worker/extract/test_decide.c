/* What is kept of a page, with models that take long blocks for content. */
#include "cmocka_all.h"
#include "decide.h"
#include "dom_parse.h"

enum { LONG_BLOCK = 5, LONGER_BLOCK = 20 /* scale_count(24) */, SURE = 3 * MODEL_ONE, NEVER = -7 * MODEL_ONE };

struct page {
    struct dom_parse *parser;
    struct sbuf text;
    struct arena arena;
    struct blocks blocks;
    struct decision decision;
};

static const struct model_tree by_length = {.feature = {F_TOKENS, F_TOKENS, F_TOKENS, F_TOKENS, F_TOKENS, F_TOKENS},
                                            .above = {LONG_BLOCK, LONGER_BLOCK, 255, 255, 255, 255}};

/* Long blocks have the log-odds `log_odds`, even longer ones `longer`, others none to speak of. */
static void decide_page(struct page *p, const char *html, int16_t log_odds, int16_t longer) {
    static uint8_t leaf[MODEL_LEAF_BYTES];
    lxb_html_document_t *document;
    struct page_hints hints;
    struct model_set models = {0};
    struct err e;
    bool cut;
    model_leaf_set(leaf, 0, NEVER);
    model_leaf_set(leaf, 1, log_odds);
    model_leaf_set(leaf, 3, longer);
    models.first = (struct model){.tree = &by_length, .leaf = leaf, .tree_count = 1};
    models.second = models.first;
    for (unsigned t = 0; t < MODEL_TYPES; t++) models.type[t].bias = NEVER;
    arena_init(&p->arena, 0);
    sbuf_init(&p->text, 0);
    assert_int_equal(dom_parse_new(&p->parser, 64, 10000, &e), ERR_OK);
    assert_int_equal(dom_parse_run(p->parser, sv_cstr(html), &document, &cut, &e), ERR_OK);
    assert_int_equal(blocks_of_document(document, NULL, &p->text, &p->arena, &p->blocks, &e), ERR_OK);
    page_hints_read(document, SV("https://a.example/"), NULL, 0, &p->arena, &hints);
    assert_int_equal(decide(&p->blocks, &hints, &models, &p->arena, &p->decision, &e), ERR_OK);
}

static void close_page(struct page *p) {
    dom_parse_free(&p->parser);
    sbuf_clear(&p->text);
    arena_clear(&p->arena);
}

static void check_odds(const char *html, int16_t log_odds, int16_t longer, const char *kept) {
    struct page p;
    decide_page(&p, html, log_odds, longer);
    assert_int_equal(p.blocks.count, strlen(kept));
    for (size_t i = 0; i < p.blocks.count; i++)
        if (p.decision.keep[i] != (kept[i] == 'x')) fail_msg("block %zu of %s: rule %d", i, html, p.decision.rule[i]);
    close_page(&p);
}

static void check(const char *html, int16_t log_odds, const char *kept) { check_odds(html, log_odds, log_odds, kept); }

#define SENTENCE "<p>The ferry sailed again on Wednesday, nine years after the last one had."
#define HEADING "<h2>Another of the many things that could be read"

static void the_headline_is_not_text(void **state) {
    (void)state;
    check("<title>The ferry sailed again on Wednesday</title><h1>The ferry sailed again on Wednesday</h1>" SENTENCE, SURE, "-x");
}

static void a_heading_that_closes_a_text_is_dropped_and_a_list_of_titles_is_not(void **state) {
    (void)state;
    check(SENTENCE HEADING, SURE, "x-");
    check(SENTENCE HEADING "<p>Home", SURE, "x--");
    check(SENTENCE HEADING "</h2>" SENTENCE, SURE, "xxx");
    check(SENTENCE HEADING "</h2>" HEADING "</h2>" HEADING, SURE, "xxxx");
    check(HEADING, SURE, "x");
}

static void a_short_page_is_content_if_that_is_sure(void **state) {
    (void)state;
    check("<p>It sailed again, nine years after.", SURE, "x");
    check(SENTENCE "<p>Home", SURE, "x-");
}

static void a_page_that_is_sure_of_nothing_is_empty(void **state) {
    (void)state;
    check(SENTENCE SENTENCE "<p>Home", -2 * MODEL_ONE, "---");
    check("<p>Home<p>Contact<p>Imprint", SURE, "---");
}

#define LONG_TEXT \
    "<p>The ferry sailed again on Wednesday, nine years after the last one had, and those who had waited for it on both of the shores were there to see it " \
    "come in before the storm did."

static void a_text_that_stands_in_two_places_is_kept_once(void **state) {
    (void)state;
    check("<div><div>" LONG_TEXT "</div></div><div><div>" LONG_TEXT "</div></div>", SURE, "x-");
    check("<div>" LONG_TEXT LONG_TEXT "</div>", SURE, "xx");
    check("<div><div>" SENTENCE "</div></div><div><div>" SENTENCE "</div></div>", SURE, "xx");
}

static void the_most_probable_are_kept_wherever_they_stand(void **state) {
    (void)state;
    check_odds(SENTENCE LONG_TEXT SENTENCE LONG_TEXT SENTENCE, -2 * MODEL_ONE, SURE, "-x-x-");
    check_odds(SENTENCE LONG_TEXT SENTENCE LONG_TEXT SENTENCE, SURE, -4 * MODEL_ONE, "x-x-x");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_headline_is_not_text),
        cmocka_unit_test(a_heading_that_closes_a_text_is_dropped_and_a_list_of_titles_is_not),
        cmocka_unit_test(a_short_page_is_content_if_that_is_sure),
        cmocka_unit_test(a_page_that_is_sure_of_nothing_is_empty),
        cmocka_unit_test(the_most_probable_are_kept_wherever_they_stand),
        cmocka_unit_test(a_text_that_stands_in_two_places_is_kept_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
