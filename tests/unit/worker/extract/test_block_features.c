#include "block_features.h"

#include "block_features_marks.h"
#include "cmocka_all.h"
#include "dom_parse.h"

struct page {
    struct dom_parse *parser;
    struct sbuf text;
    struct arena arena;
    struct blocks blocks;
    struct features features;
};

static void open_page(struct page *p, const char *html) {
    lxb_html_document_t *document;
    struct page_hints hints;
    bool cut;
    struct err e;
    arena_init(&p->arena, 0);
    sbuf_init(&p->text, 0);
    assert_int_equal(dom_parse_new(&p->parser, 64, 10000, &e), ERR_OK);
    assert_int_equal(dom_parse_run(p->parser, sv_cstr(html), &document, &cut, &e), ERR_OK);
    assert_int_equal(blocks_of_document(document, class_cache_new(NULL, &p->arena), &p->text, &p->arena, &p->blocks, &e), ERR_OK);
    page_hints_read(document, SV("https://a.example/b-c/2024"), p->blocks.script, p->blocks.script_count, &p->arena, &hints);
    assert_int_equal(features_measure(&p->blocks, &hints, &p->arena, &p->features, &e), ERR_OK);
}

static void close_page(struct page *p) {
    dom_parse_free(&p->parser);
    sbuf_clear(&p->text);
    arena_clear(&p->arena);
}

static unsigned feature(const struct page *p, enum feature id, size_t block) { return p->features.column[(size_t)id * p->features.stride + block]; }

static const char story[] = "<title>Ferry returns to the islands - Gazette</title><nav><a href=/>Home</a></nav><main><h1>Ferry returns to the islands</h1>"
                            "<p>It sailed again on Wednesday, nine years after the last one. People cheered.</p><p>Tickets cost 5 and more.</p></main>"
                            "<footer><div>Contact</div></footer>";

static void a_block_is_measured_in_its_place(void **state) {
    (void)state;
    struct page p;
    open_page(&p, story);
    assert_int_equal(p.blocks.count, 5);
    assert_int_equal(feature(&p, F_LINK_SHARE, 0), 255);
    assert_int_equal(feature(&p, F_DISTANCE_NAV, 0), 1);
    assert_int_equal(feature(&p, F_HEADING, 1), 1);
    assert_in_range(feature(&p, F_TITLE_OVERLAP, 1), 200, 254);
    assert_int_equal(feature(&p, F_DISTANCE_MAIN, 2), 2);
    assert_int_equal(feature(&p, F_DISTANCE_NAV, 2), 0);
    assert_int_equal(feature(&p, F_SENTENCES, 2), 2);
    assert_int_equal(feature(&p, F_END, 2), 2);
    assert_int_equal(feature(&p, F_AFTER_TITLE, 2), 129);
    assert_int_equal(feature(&p, F_HEADING_GAP, 3), 2);
    assert_int_equal(feature(&p, F_KIN_BEFORE, 3), 1);
    assert_int_equal(feature(&p, F_DISTANCE_FOOTER, 4), 2);
    assert_int_equal(feature(&p, F_PAGE_BLOCKS, 0), 5);
    assert_int_equal(feature(&p, F_PAGE_URL_DIGITS, 0), 4);
    assert_int_equal(feature(&p, F_PAGE_URL_DASHES, 0), 1);
    close_page(&p);
}

static void siblings_of_one_shape_are_a_group(void **state) {
    (void)state;
    struct page p;
    open_page(&p, "<div class=list><div class='post post-1'><h3>a</h3><p>one two</p></div><div class='post post-22'><h3>b</h3><p>three</p></div>"
                  "<div class='post post-3'><h3>c</h3><p>four five</p></div></div><div class=other><p>alone</p></div>");
    assert_int_equal(p.blocks.count, 7);
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(feature(&p, F_OUTER_COUNT, i), 3);
        assert_int_equal(feature(&p, F_OUTER_INDEX, i), i / 2 + 1);
        assert_int_equal(feature(&p, F_OUTER_TOKENS, i), 8 / 3);
    }
    assert_int_equal(feature(&p, F_OUTER_COUNT, 6), 0);
    assert_int_equal(feature(&p, F_SIGNATURE_COUNT, 1), 3);
    close_page(&p);
}

static void text_that_stands_twice_is_seen(void **state) {
    (void)state;
    static const char text[] = "The ferry to the northern islands sailed again on Wednesday, nine years after the last one, and the old pier was full of people who "
                               "had come to see it, and the county pays half of the fare for those who live on one of the islands.";
    char html[1024];
    struct page p;
    snprintf(html, sizeof html, "<p>%s</p><p>Quite another text about bread and butter and the price of both at the market.</p><div>Again: %s</div>", text, text);
    open_page(&p, html);
    assert_in_range(feature(&p, F_SEEN_AFTER, 0), 200, 255);
    assert_int_equal(feature(&p, F_SEEN_BEFORE, 0), 0);
    assert_int_equal(feature(&p, F_SEEN_BEFORE, 1), 0);
    assert_in_range(feature(&p, F_SEEN_BEFORE, 2), 200, 255);
    close_page(&p);
}

static void the_second_part_looks_around_in_probabilities(void **state) {
    (void)state;
    static const uint16_t probability[] = {0, 40000, 65535, 65535, 0};
    struct page p;
    struct err e;
    open_page(&p, story);
    assert_int_equal(features_measure_second(&p.blocks, probability, &p.arena, &p.features, &e), ERR_OK);
    assert_int_equal(feature(&p, F_P, 2), 255);
    assert_int_equal(feature(&p, F_P_BEFORE1, 2), 40000 >> 8);
    assert_int_equal(feature(&p, F_P_AFTER1, 3), 0);
    assert_int_equal(feature(&p, F_P_CLUSTER, 3), 1);
    assert_int_equal(feature(&p, F_P_CLUSTER, 4), 0);
    assert_int_equal(feature(&p, F_P_GAP_ABOVE, 4), 0);
    assert_int_equal(feature(&p, F_P_GAP_ABOVE, 3), 0);
    assert_int_equal(feature(&p, F_P_ABOVE, 4), 255);
    assert_int_equal(feature(&p, F_P_MAIN_UP, 3), 1);
    assert_int_equal(feature(&p, F_P_MAIN_DOWN, 3), 0);
    assert_int_equal(feature(&p, F_P_MAIN_KIN, 3), 3);
    assert_int_equal(feature(&p, F_P_MAIN_UP, 4), 2);
    assert_int_equal(feature(&p, F_P_MAIN_DOWN, 4), 1);
    assert_int_equal(feature(&p, F_P_MAIN_KIN, 4), 0);
    assert_int_equal(feature(&p, F_P_RUN, 0), 127);
    assert_int_equal(feature(&p, F_P_RUN, 2), 128);
    assert_int_equal(feature(&p, F_P_RUN, 4), 129);
    assert_int_equal(feature(&p, F_P_RUN_SHARE, 0), 255);
    close_page(&p);
}

static void a_block_is_placed_by_the_headline(void **state) {
    (void)state;
    struct page p;
    open_page(&p, "<title>Ferry returns to the islands</title><div><section><h1>Ferry returns to the islands</h1><p>After nine years people cheered.</p></section>"
                  "<aside><h3><a href=/x>Another story</a></h3><p>Of something else.</p></aside></div>");
    assert_int_equal(p.blocks.count, 4);
    assert_int_equal(feature(&p, F_TITLE_UP, 1), 1);
    assert_int_equal(feature(&p, F_TITLE_DOWN, 1), 1);
    assert_int_equal(feature(&p, F_TITLE_UP, 3), 2);
    assert_int_equal(feature(&p, F_TITLE_DOWN, 3), 2);
    assert_int_equal(feature(&p, F_HEADING_LINK_GAP, 1), 255);
    assert_int_equal(feature(&p, F_HEADING_LINK_GAP, 3), 1);
    close_page(&p);
}

static void comment_words_have_their_keys(void **state) {
    (void)state;
    for (size_t i = 0; i < COMMENT_WORDS; i++)
        if (comment_words[i].key != comment_word_key(sv_cstr(comment_words[i].text))) fail_msg("{\"%s\", 0x%08x}", comment_words[i].text, comment_word_key(sv_cstr(comment_words[i].text)));
}

static void comments_are_seen_by_the_word_and_by_dates_that_repeat(void **state) {
    (void)state;
    struct page p;
    open_page(&p, "<p>The ferry sailed again, and people cheered.</p><div>2 Kommentare</div><div>Ann 2.3.2024</div><p>Good.</p><div>Bob 3.3.2024</div><p>Bad.</p>"
                  "<p>\xe8\xaf\x84\xe8\xae\xba</p>");
    assert_int_equal(p.blocks.count, 7);
    assert_int_equal(feature(&p, F_COMMENTS_GAP, 0), 255);
    assert_int_equal(feature(&p, F_COMMENTS_LEFT, 0), 2);
    assert_int_equal(feature(&p, F_COMMENTS_GAP, 1), 0);
    assert_int_equal(feature(&p, F_COMMENTS_GAP, 3), 2);
    assert_int_equal(feature(&p, F_COMMENTS_BEFORE, 3), 1);
    assert_int_equal(feature(&p, F_COMMENTS_BEFORE, 6), 2);
    assert_int_equal(feature(&p, F_DATE_BEFORE, 0), 255);
    assert_int_equal(feature(&p, F_DATE_AFTER, 0), 2);
    assert_int_equal(feature(&p, F_DATE_BEFORE, 3), 1);
    assert_int_equal(feature(&p, F_DATE_AFTER, 3), 1);
    assert_int_equal(feature(&p, F_DATES_BEFORE, 5), 2);
    assert_int_equal(feature(&p, F_DATES_NEAR, 0), 2);
    close_page(&p);
}

static void pieces_of_a_sentence_are_joined(void **state) {
    (void)state;
    struct page p;
    open_page(&p, "<p>The report</p><p>says that</p><p>, he added, all is well.</p><p>Next.</p>");
    assert_int_equal(feature(&p, F_JOINED_TOKENS, 0), 9);
    assert_int_equal(feature(&p, F_JOINED_TOKENS, 2), 9);
    assert_int_equal(feature(&p, F_JOINED_END, 1), 3);
    assert_int_equal(feature(&p, F_JOINED_TOKENS, 3), 1);
    assert_int_equal(feature(&p, F_BEFORE1_END, 3), 3);
    assert_int_equal(feature(&p, F_BEFORE1_END, 1), 1);
    assert_int_equal(feature(&p, F_AFTER1_START, 0), 3);
    assert_int_equal(feature(&p, F_AFTER1_START, 2), 2);
    close_page(&p);
}

static void parts_that_class_words_name_are_so_many_levels_up(void **state) {
    (void)state;
    struct page p;
    open_page(&p, "<div class=product-reviews><div><p>Sturdy.</p></div></div><ul id=techSpecs><li class=item>12 kg</li></ul><p>Other");
    assert_int_equal(p.blocks.count, 3);
    assert_int_equal(feature(&p, F_PART_REVIEW, 0), 3);
    assert_int_equal(feature(&p, F_PART_SPECS, 0), 0);
    assert_int_equal(feature(&p, F_PART_SPECS, 1), 2);
    assert_int_equal(feature(&p, F_PART_ITEM, 1), 1);
    for (unsigned f = F_PART_REVIEW; f <= F_PART_DATE; f++) assert_int_equal(feature(&p, (enum feature)f, 2), 0);
    close_page(&p);
}

static void a_block_shares_words_with_the_description(void **state) {
    (void)state;
    struct page p;
    open_page(&p, "<meta name=description content='It sailed again on  Wednesday, nine years\nafter the last one.'><meta property=og:description content='Short.'>"
                  "<p>It sailed again on Wednesday, nine years after the last one. People cheered and waved until it was gone.</p><p>Tickets cost 5 and more.</p>");
    assert_int_equal(feature(&p, F_DESCRIPTION_COVER, 0), 255);
    assert_in_range(feature(&p, F_DESCRIPTION_SHARE, 0), 110, 160);
    assert_int_equal(feature(&p, F_DESCRIPTION_COVER, 1), 0);
    assert_int_equal(feature(&p, F_PAGE_DESCRIPTION, 1), 255);
    close_page(&p);
    open_page(&p, "<meta name=description content='Too short'><p>Too short for three words at a time.</p>");
    assert_int_equal(feature(&p, F_PAGE_DESCRIPTION, 0), 0);
    close_page(&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_that_class_words_name_are_so_many_levels_up),
        cmocka_unit_test(a_block_shares_words_with_the_description),
        cmocka_unit_test(a_block_is_measured_in_its_place),
        cmocka_unit_test(siblings_of_one_shape_are_a_group),
        cmocka_unit_test(text_that_stands_twice_is_seen),
        cmocka_unit_test(the_second_part_looks_around_in_probabilities),
        cmocka_unit_test(a_block_is_placed_by_the_headline),
        cmocka_unit_test(comment_words_have_their_keys),
        cmocka_unit_test(comments_are_seen_by_the_word_and_by_dates_that_repeat),
        cmocka_unit_test(pieces_of_a_sentence_are_joined),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
