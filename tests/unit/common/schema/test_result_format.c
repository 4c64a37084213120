#include "schema/result_format.h"

#include <yyjson.h>

#include "cmocka_all.h"
#include "schema/dead_letter.h"

static struct sbuf out;
static struct arena arena;

static int setup(void **state) {
    (void)state;
    sbuf_init(&out, 0);
    arena_init(&arena, 0);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    sbuf_clear(&out);
    arena_clear(&arena);
    return 0;
}

static struct result example(void) {
    static sv authors[] = {{"A. One", 6}, {"B. Two", 6}};
    static struct article_block blocks[] = {{.kind = BLOCK_PARAGRAPH, .length = 11}};
    static struct article_image images[] = {{.url = {"https://x.example/i.png", 23}, .is_lead = true}};
    return (struct result){.id = job_make_id(SV("c"), SV("s"), SV("1")), .status = STATUS_OK, .url = SV("https://user@x.example:8080/a"), .crawl_id = SV("c"), .fetch_time_ms = 1700000000123,
                           .article = {.title = SV("Two\nlines: \"quoted\""), .authors = authors, .author_count = 2, .published = {SV("2024-07-03"), SV("meta")}, .language = SV("en"),
                                       .text = SV("One\f# page."), .blocks = blocks, .block_count = 1, .images = images, .image_count = 1}};
}

static const char *written(const struct result *r, enum result_format format, enum result_preset preset) {
    struct err e = {0};
    sbuf_reset(&out);
    if (result_write(r, format, preset, &out, &e) != ERR_OK) fail_msg("%s", e.msg);
    return sbuf_cstr(&out);
}

static void result_format_text_and_markdown_end_in_a_form_feed_that_no_page_can_forge(void **state) {
    (void)state;
    struct result r = example();
    char id[33];
    char want[400];
    hex_encode(r.id.b, sizeof r.id.b, id);
    snprintf(want, sizeof want, "id: %s\nstatus: ok\nurl: https://user@x.example:8080/a\ntitle: Two lines: \"quoted\"\nauthor: A. One\nauthor: B. Two\ndate: 2024-07-03\nlanguage: en\n\n"
                                "One # page.\n\f\n", id);
    assert_string_equal(written(&r, RESULT_TEXT, PRESET_NATIVE), want);
    snprintf(want, sizeof want, "---\nid: \"%s\"\nstatus: \"ok\"\nurl: \"https://user@x.example:8080/a\"\ntitle: \"Two\\nlines: \\\"quoted\\\"\"\nauthors:\n- \"A. One\"\n- \"B. Two\"\n"
                                "date: \"2024-07-03\"\nlanguage: \"en\"\n---\n\n# Two lines: \"quoted\"\n\nOne # page.\n\f\n", id);
    assert_string_equal(written(&r, RESULT_MARKDOWN, PRESET_NATIVE), want);
    assert_string_equal(written(&r, RESULT_MARKDOWN_TEXT, PRESET_NATIVE), want);
    r.article.images[0].is_placed = true;
    assert_string_equal(written(&r, RESULT_MARKDOWN_TEXT, PRESET_NATIVE), want);
    assert_non_null(strstr(written(&r, RESULT_MARKDOWN, PRESET_NATIVE), "![](https://x.example/i.png)"));
    r.article.images[0].is_placed = false; /* of the examples that follow, too */
}

static void markdown_says_a_title_once(void **state) {
    (void)state;
    static const enum block_kind kinds[] = {BLOCK_HEADING, BLOCK_PARAGRAPH};
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        struct result r = example();
        struct article_block blocks[] = {{.kind = kinds[i], .length = 9}, {.kind = BLOCK_PARAGRAPH, .start = 10, .length = 9}};
        r.article.title = SV("Mill sold");
        r.article.text = SV("Mill sold\nMill sold");
        r.article.blocks = blocks;
        r.article.block_count = COUNT_OF(blocks);
        const char *markdown = strstr(written(&r, RESULT_MARKDOWN, PRESET_NATIVE), "\n# Mill sold\n");
        assert_non_null(markdown);
        assert_non_null(strstr(markdown, "\n# Mill sold\n\nMill sold\n"));
        assert_null(strstr(markdown, "Mill sold\n\nMill sold\n\nMill sold"));
    }
}

static void result_format_failure_is_a_record_too(void **state) {
    (void)state;
    struct result r = {.id = job_make_id(SV("c"), SV("s"), SV("2")), .status = STATUS_NOT_HTML, .url = SV("u"), .failure_class = SV("pdf"), .failure_detail = SV("a PDF")};
    assert_non_null(strstr(written(&r, RESULT_TEXT, PRESET_NATIVE), "status: not_html\nurl: u\nfailure: a PDF\n\n\f\n"));
    for (int preset = 0; preset < PRESET_END; preset++) {
        const char *line = written(&r, RESULT_JSONL, (enum result_preset)preset);
        yyjson_doc *doc = yyjson_read(line, strlen(line), 0);
        assert_non_null(doc);
        if (preset != PRESET_NATIVE) assert_string_equal(yyjson_get_str(yyjson_obj_get(yyjson_doc_get_root(doc), "text")), "");
        yyjson_doc_free(doc);
    }
}

static void result_format_presets_have_the_fields_of_their_tools(void **state) {
    (void)state;
    static const struct {
        enum result_preset preset;
        const char *pointer, *value;
    } table[] = {
        {PRESET_TRAFILATURA, "/author", "A. One; B. Two"}, {PRESET_TRAFILATURA, "/hostname", "x.example"},     {PRESET_TRAFILATURA, "/source", "https://user@x.example:8080/a"},
        {PRESET_TRAFILATURA, "/date", "2024-07-03"},       {PRESET_TRAFILATURA, "/image", "https://x.example/i.png"}, {PRESET_TRAFILATURA, "/text", "One\f# page."},
        {PRESET_TRAFILATURA, "/license", "CC BY 4.0"},
        {PRESET_DOLMA, "/source", "c"},                    {PRESET_DOLMA, "/added", "2023-11-14T22:13:20.123Z"}, {PRESET_DOLMA, "/created", "2024-07-03T10:00:00Z"},
        {PRESET_DOLMA, "/metadata/url", "https://user@x.example:8080/a"}, {PRESET_DATATROVE, "/text", "One\f# page."}, {PRESET_DATATROVE, "/metadata/authors/1", "B. Two"},
    };
    struct result r = example();
    r.article.published.value = SV("2024-07-03T10:00:00Z");
    r.article.license = SV("CC BY 4.0");
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        const char *line = written(&r, RESULT_JSONL, table[i].preset);
        yyjson_doc *doc = yyjson_read(line, strlen(line), 0);
        assert_string_equal(yyjson_get_str(yyjson_doc_ptr_get(doc, table[i].pointer)), table[i].value);
        assert_int_equal(yyjson_get_len(yyjson_doc_ptr_get(doc, "/id")), 32);
        yyjson_doc_free(doc);
    }
}

static void result_format_protobuf_has_its_length_before_it(void **state) {
    (void)state;
    struct result r = example(), back;
    struct err e = {0};
    const char *p = written(&r, RESULT_PROTOBUF, PRESET_NATIVE);
    size_t length = (size_t)(p[0] & 0x7F) | (size_t)(uint8_t)p[1] << 7;
    assert_true(p[0] & 0x80);
    assert_int_equal(out.n, length + 2);
    assert_int_equal(result_unpack(sv_from(p + 2, length), &arena, &back, &e), ERR_OK);
    assert_memory_equal(back.id.b, r.id.b, sizeof r.id.b);
}

static void dead_letter_shows_history_and_reference(void **state) {
    (void)state;
    struct sbuf wire;
    struct err e = {0};
    sbuf_init(&wire, 0);
    struct job job = {.id = job_make_id(SV("c"), SV("s"), SV("3")), .url = SV("http://a.example/"), .kind = PAYLOAD_HTML, .by_reference = true, .ref = {.uri = SV("x.warc"), .offset = 7, .length = 8}};
    assert_int_equal(job_pack(&job, &wire, &e), ERR_OK);
    struct dead_letter letter = {.id = job.id, .reason = SV("crashed"), .wire = sbuf_view(&wire), .crashes = 3, .history = SV("5\tcrash\ttimeout\tw1\n9\tretried\t\toperator\n")};
    dead_letter_write_json(&letter, &arena, &out);
    yyjson_doc *doc = yyjson_read(out.p, out.n, 0);
    assert_string_equal(yyjson_get_str(yyjson_doc_ptr_get(doc, "/url")), "http://a.example/");
    assert_string_equal(yyjson_get_str(yyjson_doc_ptr_get(doc, "/payload/uri")), "x.warc");
    assert_string_equal(yyjson_get_str(yyjson_doc_ptr_get(doc, "/history/0/reason")), "timeout");
    assert_int_equal(yyjson_get_uint(yyjson_doc_ptr_get(doc, "/history/1/ms")), 9);
    yyjson_doc_free(doc);
    sbuf_reset(&out);
    letter.wire = SV("not a job");
    dead_letter_write_json(&letter, &arena, &out);
    assert_non_null(strstr(sbuf_cstr(&out), "\"url\":null"));
    sbuf_clear(&wire);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(result_format_text_and_markdown_end_in_a_form_feed_that_no_page_can_forge, setup, teardown),
        cmocka_unit_test_setup_teardown(markdown_says_a_title_once, setup, teardown),
        cmocka_unit_test_setup_teardown(result_format_failure_is_a_record_too, setup, teardown),
        cmocka_unit_test_setup_teardown(result_format_presets_have_the_fields_of_their_tools, setup, teardown),
        cmocka_unit_test_setup_teardown(result_format_protobuf_has_its_length_before_it, setup, teardown),
        cmocka_unit_test_setup_teardown(dead_letter_shows_history_and_reference, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
