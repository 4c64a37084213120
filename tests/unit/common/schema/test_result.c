#include "schema/result.h"

#include <yyjson.h>

#include "cmocka_all.h"
#include "schema/result_json.h"

static struct arena arena;
static struct sbuf wire, json;

static int setup(void **state) {
    (void)state;
    arena_init(&arena, 0);
    sbuf_init(&wire, 0);
    sbuf_init(&json, 0);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    arena_clear(&arena);
    sbuf_clear(&wire);
    sbuf_clear(&json);
    return 0;
}

static struct result example(void) {
    static sv authors[] = {{"A. One", 6}, {"B. Two", 6}};
    static struct article_span spans[] = {{SPAN_LINK, 5, 4, {"https://example.com/p", 21}}, {SPAN_STRONG, 7, 2, {NULL, 0}}};
    static struct article_block blocks[] = {{.kind = BLOCK_HEADING, .length = 4, .level = 2}, {.kind = BLOCK_LIST_ITEM, .start = 5, .length = 5, .level = 1, .number = 7, .continues = true, .item = ITEM_DEFINITION, .columns = UINT64_C(1) << 63 | 5, .language = {"c++", 3}, .spans = spans, .span_count = 2}};
    static struct article_image images[] = {{{"https://example.com/i.png", 25}, {NULL, 0}, {"A bridge", 8}, {"C. Three", 8}, true, true, 1}, {.url = {"https://example.com/j.png", 25}}};
    static struct article_comment comments[] = {{{"So it is", 8}, {"D. Four", 7}, {"2024-07-04", 10}}, {{"No", 2}, {NULL, 0}, {NULL, 0}}};
    return (struct result){
        .id = job_make_id(SV("c"), SV("s"), SV("1")),
        .status = STATUS_OK,
        .url = SV("https://example.com/"),
        .article = {.title = SV("T \"quoted\""), .authors = authors, .author_count = 2, .published = {SV("2024-07-03"), SV("json-ld")},
                    .text = SV("Head\nPara."), .blocks = blocks, .block_count = 2, .images = images, .image_count = 2, .comments = comments, .comment_count = 2,
                    .license = SV("CC BY 4.0"), .sources = {.title = SV("heading"), .license = SV("rel")},
                    .page_type = PAGE_ARTICLE, .quality = 0.5, .simhash = 0x0123456789abcdef, .word_count = 2},
        .provenance = {.worker = SV("w1"), .attempts = 1},
    };
}

static void result_makes_the_round_trip(void **state) {
    (void)state;
    struct result in = example(), out;
    struct err e;
    assert_int_equal(result_pack(&in, &wire, &e), ERR_OK);
    assert_int_equal(result_unpack(sbuf_view(&wire), &arena, &out, &e), ERR_OK);
    assert_int_equal(out.status, STATUS_OK);
    assert_true(sv_eq(out.article.title, in.article.title) && sv_eq(out.article.text, in.article.text));
    assert_int_equal(out.article.author_count, 2);
    assert_sv_equal(out.article.authors[1], "B. Two");
    assert_int_equal(out.article.blocks[1].start, 5);
    assert_int_equal(out.article.blocks[1].item, ITEM_DEFINITION);
    assert_true(out.article.blocks[1].columns == (UINT64_C(1) << 63 | 5));
    assert_sv_equal(out.article.blocks[1].language, "c++");
    assert_true(out.article.blocks[0].item == ITEM_PLAIN && !out.article.blocks[0].columns && !out.article.blocks[0].language.p);
    assert_int_equal(out.article.blocks[0].span_count, 0);
    assert_int_equal(out.article.blocks[1].span_count, 2);
    assert_int_equal(out.article.blocks[1].spans[0].kind, SPAN_LINK);
    assert_sv_equal(out.article.blocks[1].spans[0].url, "https://example.com/p");
    assert_int_equal(out.article.blocks[1].spans[1].start, 7);
    assert_int_equal(out.article.blocks[1].spans[1].length, 2);
    assert_null(out.article.blocks[1].spans[1].url.p);
    assert_sv_equal(out.article.images[0].credit, "C. Three");
    assert_true(out.article.images[0].is_lead && out.article.images[0].is_placed && !out.article.images[1].is_placed);
    assert_int_equal(out.article.images[0].block, 1);
    assert_sv_equal(out.article.published.value, "2024-07-03");
    assert_int_equal(out.article.comment_count, 2);
    assert_sv_equal(out.article.comments[0].text, "So it is");
    assert_sv_equal(out.article.comments[0].author, "D. Four");
    assert_sv_equal(out.article.comments[0].date, "2024-07-04");
    assert_null(out.article.comments[1].author.p);
    assert_sv_equal(out.article.license, "CC BY 4.0");
    assert_sv_equal(out.article.sources.title, "heading");
    assert_sv_equal(out.article.sources.license, "rel");
    assert_null(out.article.sources.tags.p);
    assert_true(out.article.simhash == in.article.simhash);
    assert_sv_equal(out.provenance.worker, "w1");
}

static void result_blocks_outside_the_text_are_refused(void **state) {
    (void)state;
    static struct article_block wrong[] = {{.kind = BLOCK_PARAGRAPH, .start = 8, .length = 5}};
    struct result in = example(), out;
    struct err e;
    in.article.blocks = wrong;
    in.article.block_count = 1;
    assert_int_equal(result_pack(&in, &wire, &e), ERR_OK);
    assert_int_equal(result_unpack(sbuf_view(&wire), &arena, &out, &e), ERR_INPUT);
    assert_non_null(strstr(e.msg, "blocks"));
}

static void result_spans_that_lie_are_refused(void **state) {
    (void)state;
    static const struct {
        struct article_span spans[2];
        uint32_t count;
        enum err_code code;
    } cases[] = {
        {{{SPAN_LINK, 5, 5, {NULL, 0}}, {SPAN_CODE, 5, 5, {NULL, 0}}}, 2, ERR_OK},
        {{{SPAN_LINK, 5, 2, {NULL, 0}}, {SPAN_LINK, 7, 3, {NULL, 0}}}, 2, ERR_OK},
        {{{SPAN_LINK, 4, 2, {NULL, 0}}}, 1, ERR_INPUT},                           /* before its block */
        {{{SPAN_LINK, 8, 3, {NULL, 0}}}, 1, ERR_INPUT},                           /* behind it */
        {{{SPAN_LINK, 6, UINT32_MAX, {NULL, 0}}}, 1, ERR_INPUT},
        {{{SPAN_LINK, 6, 0, {NULL, 0}}}, 1, ERR_INPUT},
        {{{SPAN_LINK, 5, 3, {NULL, 0}}, {SPAN_CODE, 6, 3, {NULL, 0}}}, 2, ERR_INPUT}, /* across each other */
        {{{SPAN_LINK, 7, 2, {NULL, 0}}, {SPAN_CODE, 5, 1, {NULL, 0}}}, 2, ERR_INPUT}, /* out of order */
        {{{SPAN_CODE, 5, 4, {NULL, 0}}, {SPAN_CODE, 6, 1, {NULL, 0}}}, 2, ERR_INPUT}, /* of one kind */
        {{{SPAN_KIND_END, 5, 1, {NULL, 0}}}, 1, ERR_INPUT},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct result in = example(), out;
        struct err e;
        struct article_block block = {.kind = BLOCK_PARAGRAPH, .start = 5, .length = 5, .spans = (struct article_span *)(uintptr_t)cases[i].spans, .span_count = cases[i].count};
        in.article.blocks = &block;
        in.article.block_count = 1;
        sbuf_reset(&wire);
        assert_int_equal(result_pack(&in, &wire, &e), ERR_OK);
        assert_int_equal(result_unpack(sbuf_view(&wire), &arena, &out, &e), cases[i].code);
        if (cases[i].code) assert_non_null(strstr(e.msg, "span"));
    }
}

static void result_blocks_and_spans_cut_no_character(void **state) {
    (void)state;
    struct article_span span = {.kind = SPAN_STRONG, .start = 0, .length = 1};
    struct article_block block = {.kind = BLOCK_PARAGRAPH, .start = 0, .length = 2, .spans = &span};
    struct result in = example(), out;
    struct err e;
    in.article.text = SV("\xc3\xa9");
    in.article.blocks = &block;
    in.article.block_count = 1;
    for (unsigned lies = 0; lies < 3; lies++) {
        block.length = lies == 1 ? 1 : 2;
        block.span_count = lies == 2;
        sbuf_reset(&wire);
        assert_int_equal(result_pack(&in, &wire, &e), ERR_OK);
        assert_int_equal(result_unpack(sbuf_view(&wire), &arena, &out, &e), lies ? ERR_INPUT : ERR_OK);
    }
}

static void result_images_behind_the_last_block_are_refused(void **state) {
    (void)state;
    struct article_image image = {.url = SV("u"), .is_placed = true, .block = 2};
    struct result in = example(), out;
    struct err e;
    in.article.images = &image;
    in.article.image_count = 1;
    assert_int_equal(result_pack(&in, &wire, &e), ERR_OK);
    assert_int_equal(result_unpack(sbuf_view(&wire), &arena, &out, &e), ERR_OK);
    image.block = 3;
    sbuf_reset(&wire);
    assert_int_equal(result_pack(&in, &wire, &e), ERR_OK);
    assert_int_equal(result_unpack(sbuf_view(&wire), &arena, &out, &e), ERR_INPUT);
}

static void result_json_is_one_object_on_one_line(void **state) {
    (void)state;
    struct result r = example();
    result_write_json(&r, SV_NONE, &json);
    assert_int_equal(json.p[json.n - 1], '\n');
    assert_null(memchr(json.p, '\n', json.n - 1));
    yyjson_doc *doc = yyjson_read(json.p, json.n, 0);
    assert_non_null(doc);
    yyjson_val *root = yyjson_doc_get_root(doc);
    assert_int_equal(strlen(yyjson_get_str(yyjson_obj_get(root, "job_id"))), 32);
    assert_string_equal(yyjson_get_str(yyjson_obj_get(root, "status")), "ok");
    assert_string_equal(yyjson_get_str(yyjson_obj_get(root, "title")), "T \"quoted\"");
    assert_string_equal(yyjson_get_str(yyjson_obj_get(root, "date_published")), "2024-07-03");
    assert_string_equal(yyjson_get_str(yyjson_obj_get(root, "simhash")), "0123456789abcdef");
    assert_true(yyjson_is_null(yyjson_obj_get(root, "date_modified")));
    assert_string_equal(yyjson_get_str(yyjson_obj_get(yyjson_obj_get(root, "sources"), "title")), "heading");
    assert_int_equal(yyjson_get_int(yyjson_ptr_get(root, "/images/0/block")), 1);
    assert_true(yyjson_is_null(yyjson_ptr_get(root, "/images/1/block")));
    assert_string_equal(yyjson_get_str(yyjson_ptr_get(root, "/blocks/1/item")), "definition");
    assert_string_equal(yyjson_get_str(yyjson_ptr_get(root, "/blocks/1/language")), "c++");
    assert_int_equal(yyjson_get_int(yyjson_ptr_get(root, "/blocks/1/columns/0")), 1);
    assert_int_equal(yyjson_get_int(yyjson_ptr_get(root, "/blocks/1/columns/1")), 3);
    assert_int_equal(yyjson_get_int(yyjson_ptr_get(root, "/blocks/1/columns/2")), 64);
    assert_null(yyjson_ptr_get(root, "/blocks/0/item"));
    assert_null(yyjson_ptr_get(root, "/blocks/0/spans"));
    assert_string_equal(yyjson_get_str(yyjson_ptr_get(root, "/blocks/1/spans/0/kind")), "link");
    assert_string_equal(yyjson_get_str(yyjson_ptr_get(root, "/blocks/1/spans/0/url")), "https://example.com/p");
    assert_int_equal(yyjson_get_int(yyjson_ptr_get(root, "/blocks/1/spans/1/start")), 7);
    assert_int_equal(yyjson_get_int(yyjson_ptr_get(root, "/blocks/1/spans/1/length")), 2);
    assert_null(yyjson_ptr_get(root, "/blocks/1/spans/1/url"));
    yyjson_doc_free(doc);
}

static void result_json_of_a_failure_has_class_and_detail(void **state) {
    (void)state;
    struct result r = {.status = STATUS_NOT_HTML, .url = SV("u"), .failure_class = SV("not_html"), .failure_detail = SV("image/png")};
    result_write_json(&r, SV("in/page.html"), &json);
    yyjson_doc *doc = yyjson_read(json.p, json.n, 0);
    assert_non_null(doc);
    yyjson_val *root = yyjson_doc_get_root(doc), *failure = yyjson_obj_get(root, "failure");
    assert_string_equal(yyjson_get_str(yyjson_obj_get(root, "path")), "in/page.html");
    assert_null(yyjson_obj_get(root, "job_id"));
    assert_string_equal(yyjson_get_str(yyjson_obj_get(failure, "detail")), "image/png");
    yyjson_doc_free(doc);
}

static void status_names_make_the_round_trip(void **state) {
    (void)state;
    for (int i = 1; i < STATUS_END; i++) {
        enum status back;
        assert_true(status_parse(sv_cstr(status_name((enum status)i)), &back));
        assert_int_equal(back, i);
    }
    enum status none;
    assert_false(status_parse(SV("fine"), &none));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(result_makes_the_round_trip, setup, teardown),
        cmocka_unit_test_setup_teardown(result_blocks_outside_the_text_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(result_spans_that_lie_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(result_blocks_and_spans_cut_no_character, setup, teardown),
        cmocka_unit_test_setup_teardown(result_images_behind_the_last_block_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(result_json_is_one_object_on_one_line, setup, teardown),
        cmocka_unit_test_setup_teardown(result_json_of_a_failure_has_class_and_detail, setup, teardown),
        cmocka_unit_test(status_names_make_the_round_trip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
