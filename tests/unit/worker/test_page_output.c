#include "page_output.h"

#include "cmocka_all.h"

struct piece {
    enum block_kind kind;
    uint32_t level;
    const char *text;
    uint32_t number;
    bool continues;
};

/* An article of the pieces, one newline between two. */
static void build(const struct piece *pieces, size_t count, struct sbuf *text, struct article_block *blocks, struct result *r) {
    sbuf_reset(text);
    for (size_t i = 0; i < count; i++) {
        if (i) sbuf_add_char(text, '\n');
        blocks[i] = (struct article_block){.kind = pieces[i].kind, .start = (uint32_t)text->n, .length = (uint32_t)strlen(pieces[i].text), .level = pieces[i].level, .number = pieces[i].number, .continues = pieces[i].continues};
        sbuf_add(text, sv_cstr(pieces[i].text));
    }
    *r = (struct result){.status = STATUS_OK};
    r->article.text = sbuf_view(text);
    r->article.blocks = blocks;
    r->article.block_count = count;
}

static void check_markdown(const struct piece *pieces, size_t count, sv title, const char *want) {
    struct article_block blocks[16];
    struct sbuf text, out;
    struct result r;
    assert_true(count <= COUNT_OF(blocks));
    sbuf_init(&text, 0);
    sbuf_init(&out, 0);
    build(pieces, count, &text, blocks, &r);
    r.article.title = title;
    page_output_write(PAGE_FORMAT_MARKDOWN, &r, SV("p"), &out);
    assert_string_equal(sbuf_cstr(&out), want);
    sbuf_clear(&text);
    sbuf_clear(&out);
}

static void page_output_markdown_of_every_kind_of_block(void **state) {
    (void)state;
    static const struct piece pieces[] = {
        {.kind = BLOCK_HEADING, .level = 1, .text = "The title"}, /* the same as the title: once only */
        {.kind = BLOCK_PARAGRAPH, .level = 0, .text = "Text with *stars*, a_name and <b>.\nA second line."},
        {.kind = BLOCK_PARAGRAPH, .level = 0, .text = "1. is no list"},
        {.kind = BLOCK_HEADING, .level = 2, .text = "Section"},
        {.kind = BLOCK_LIST_ITEM, .level = 1, .text = "one"},
        {.kind = BLOCK_LIST_ITEM, .level = 2, .text = "inner"},
        {.kind = BLOCK_QUOTE, .level = 0, .text = "said\nthey"},
        {.kind = BLOCK_CODE, .level = 0, .text = "int *p;\n```"},
        {.kind = BLOCK_TABLE_ROW, .level = 0, .text = "Name\tAge"},
        {.kind = BLOCK_TABLE_ROW, .level = 0, .text = "Ann\t4|5"},
        {.kind = BLOCK_HEADING, .level = 9, .text = "Deep"},
    };
    check_markdown(pieces, COUNT_OF(pieces), SV("The title"),
                   "# The title\n"
                   "\n"
                   "Text with \\*stars\\*, a\\_name and \\<b>.\nA second line.\n"
                   "\n"
                   "1\\. is no list\n"
                   "\n"
                   "## Section\n"
                   "\n"
                   "- one\n"
                   "  - inner\n"
                   "\n"
                   "> said\n> they\n"
                   "\n"
                   "````\nint *p;\n```\n````\n"
                   "\n"
                   "| Name | Age |\n| --- | --- |\n"
                   "| Ann | 4\\|5 |\n"
                   "\n"
                   "###### Deep\n");
}

/* Rows of which each cell is a block, or several. */
static void page_output_markdown_of_tables(void **state) {
    (void)state;
    static const struct piece pieces[] = {
        {BLOCK_TABLE_ROW, 0, "Mill\tWheel\tRemarks", 0, false},
        {BLOCK_TABLE_ROW, 0, "Upper", 1, false},
        {BLOCK_TABLE_ROW, 0, "Built\nin 1780", 3, true},
        {BLOCK_TABLE_ROW, 0, "and twice again", 3, true},
        {BLOCK_TABLE_ROW, 0, "second", 2, false},
        {BLOCK_TABLE_ROW, 0, "out of order", 1, true},
        {BLOCK_TABLE_ROW, 0, "a\tb", 0, true},
        {BLOCK_PARAGRAPH, 0, "Between", 0, false},
        {BLOCK_TABLE_ROW, 0, "goes on with nothing", 2, true},
    };
    check_markdown(pieces, COUNT_OF(pieces), SV_NONE,
                   "| Mill | Wheel | Remarks |  |  |\n| --- | --- | --- | --- | --- |\n"
                   "| Upper |  | Built in 1780 and twice again |\n"
                   "|  | second | out of order | a | b |\n"
                   "\nBetween\n"
                   "\n|  | goes on with nothing |\n| --- | --- |\n");
    static const struct piece far[] = {{BLOCK_TABLE_ROW, 0, "x", UINT32_MAX, false}}; /* as a result that lies may say */
    struct article_block block[1];
    struct sbuf text, out;
    struct result r;
    sbuf_init(&text, 0);
    sbuf_init(&out, 0);
    build(far, 1, &text, block, &r);
    page_output_write(PAGE_FORMAT_MARKDOWN, &r, SV("p"), &out);
    assert_true(out.n > 0 && out.n < 400);
    sbuf_clear(&text);
    sbuf_clear(&out);
}

/* Lists as CommonMark has them: what lies in an item begins behind its mark. */
static void page_output_markdown_of_lists(void **state) {
    (void)state;
    static const struct piece pieces[] = {
        {BLOCK_LIST_ITEM, 1, "nine\nlines", 9, false},
        {BLOCK_LIST_ITEM, 1, "ten", 10, false},
        {BLOCK_LIST_ITEM, 1, "more of ten", 0, true},
        {BLOCK_CODE, 1, "make\n\nmake install", 0, true},
        {BLOCK_LIST_ITEM, 2, "inner", 1, false},
        {BLOCK_LIST_ITEM, 3, "most inner", 0, false},
        {BLOCK_CODE, 2, "ls", 2, false},
        {BLOCK_PARAGRAPH, 0, "Between", 0, false},
        {BLOCK_LIST_ITEM, 2, "without one around it", 0, false},
        {BLOCK_LIST_ITEM, 20, "too deep", UINT32_MAX, false},
        {BLOCK_LIST_ITEM, 0, "none", 0, false},
        {BLOCK_LIST_ITEM, 3, "of none, in lists that indent it", 0, true},
        {BLOCK_LIST_ITEM, 1, "next", 4, false},
        {BLOCK_LIST_ITEM, 3, "sibling", 0, false},
        {BLOCK_LIST_ITEM, 3, "of it", 0, false},
        {BLOCK_LIST_ITEM, 2, "less deep", 0, false},
    };
    check_markdown(pieces, COUNT_OF(pieces), SV_NONE,
                   "9. nine\n   lines\n"
                   "10. ten\n"
                   "\n    more of ten\n"
                   "\n    ```\n    make\n\n    make install\n    ```\n"
                   "\n    1. inner\n"
                   "       - most inner\n"
                   "\n    2. ```\n       ls\n       ```\n"
                   "\nBetween\n"
                   "\n- without one around it\n"
                   "  4294967295. too deep\n"
                   "- none\n"
                   "\n  of none, in lists that indent it\n"
                   "\n4. next\n   - sibling\n   - of it\n   - less deep\n");
}

/* What a block says of itself beside its kind. */
static void page_output_markdown_of_columns_terms_and_languages(void **state) {
    (void)state;
    static const struct piece pieces[] = {
        {BLOCK_TABLE_ROW, 0, "b\tc", 0, false},      {BLOCK_TABLE_ROW, 0, "a\tc\td", 0, false}, {BLOCK_TABLE_ROW, 0, "few\tbits\tof columns", 0, false},
        {BLOCK_LIST_ITEM, 1, "no term", 0, false},   {BLOCK_LIST_ITEM, 1, "Berth", 0, false},   {BLOCK_LIST_ITEM, 1, "Mooring", 0, false},
        {BLOCK_LIST_ITEM, 1, "A place", 0, false},   {BLOCK_LIST_ITEM, 1, "at a quay", 0, true}, {BLOCK_LIST_ITEM, 1, "or a bed", 0, false},
        {BLOCK_LIST_ITEM, 1, "Knot", 0, false},      {BLOCK_CODE, 1, "tie()", 0, false},        {BLOCK_LIST_ITEM, 1, "item", 0, false},
        {BLOCK_PARAGRAPH, 0, ": is no definition", 0, false}, {BLOCK_CODE, 0, "x", 0, false},
    };
    struct article_block blocks[COUNT_OF(pieces)];
    struct sbuf text, out;
    struct result r;
    sbuf_init(&text, 0);
    sbuf_init(&out, 0);
    build(pieces, COUNT_OF(pieces), &text, blocks, &r);
    blocks[0].columns = 6;
    blocks[1].columns = 13;
    blocks[2].columns = 4;
    blocks[3].item = blocks[6].item = blocks[7].item = blocks[8].item = blocks[10].item = ITEM_DEFINITION;
    blocks[4].item = blocks[5].item = blocks[9].item = ITEM_TERM;
    blocks[10].language = SV("c++");
    blocks[13].language = SV("a`b");
    page_output_write(PAGE_FORMAT_MARKDOWN, &r, SV("p"), &out);
    assert_string_equal(sbuf_cstr(&out), "|  | b | c |  |  |\n| --- | --- | --- | --- | --- |\n| a |  | c | d |\n|  |  | few | bits | of columns |\n"
                                         "\n- no term\n"
                                         "\nBerth\nMooring\n: A place\n"
                                         "\n  at a quay\n"
                                         "\n: or a bed\n"
                                         "\nKnot\n"
                                         "\n: ```c++\n  tie()\n  ```\n"
                                         "\n- item\n"
                                         "\n\\: is no definition\n"
                                         "\n```\nx\n```\n");
    sbuf_clear(&text);
    sbuf_clear(&out);
}

/* Where they stand, but for those within a table. */
static void page_output_markdown_of_images(void **state) {
    (void)state;
    static const struct piece pieces[] = {
        {BLOCK_PARAGRAPH, 0, "One", 0, false}, {BLOCK_LIST_ITEM, 1, "item", 3, false}, {BLOCK_LIST_ITEM, 1, "more of it", 0, true}, {BLOCK_LIST_ITEM, 1, "next", 4, false},
        {BLOCK_LIST_ITEM, 2, "inner", 0, false}, {BLOCK_TABLE_ROW, 0, "a\tb", 0, false}, {BLOCK_TABLE_ROW, 0, "c\td", 0, false}, {BLOCK_PARAGRAPH, 0, "Said below.", 0, false},
    };
    static struct article_image images[] = {
        {.url = SV_OF("/lead(1)"), .alt = SV_OF("[the]\nlead"), .caption = SV_OF("Its *caption*"), .credit = SV_OF("A. One"), .is_lead = true, .is_placed = true, .block = 1},
        {.url = SV_OF("/0"), .is_placed = true, .block = 0},
        {.url = SV_OF("/none"), .alt = SV_OF("not on the page")},
        {.alt = SV_OF("no address"), .is_placed = true, .block = 1},
        {.url = SV_OF("/1"), .credit = SV_OF("B. Two"), .is_placed = true, .block = 1},
        {.url = SV_OF("/2"), .caption = SV_OF("In an item"), .is_placed = true, .block = 2},
        {.url = SV_OF("/3"), .is_placed = true, .block = 3},
        {.url = SV_OF("/4"), .is_placed = true, .block = 4},
        {.url = SV_OF("/6"), .is_placed = true, .block = 6},
        {.url = SV_OF("/7"), .caption = SV_OF("Said below."), .is_placed = true, .block = 7},
        {.url = SV_OF("/8"), .is_placed = true, .block = 8},
    };
    struct article_block blocks[COUNT_OF(pieces)];
    struct sbuf text, out;
    struct result r;
    sbuf_init(&text, 0);
    sbuf_init(&out, 0);
    build(pieces, COUNT_OF(pieces), &text, blocks, &r);
    r.article.images = images;
    r.article.image_count = COUNT_OF(images);
    page_output_write(PAGE_FORMAT_MARKDOWN, &r, SV("p"), &out);
    assert_string_equal(sbuf_cstr(&out), "![](/0)\n"
                                         "\nOne\n"
                                         "\n![\\[the\\] lead](/lead\\(1\\))\n*Its \\*caption\\** (A. One)\n"
                                         "\n![](/1)\n(B. Two)\n"
                                         "\n3. item\n"
                                         "\n   ![](/2)\n   *In an item*\n"
                                         "\n   more of it\n"
                                         "\n![](/3)\n"
                                         "\n4. next\n"
                                         "\n   ![](/4)\n"
                                         "\n   - inner\n"
                                         "\n| a | b |\n| --- | --- |\n| c | d |\n"
                                         "\n![](/6)\n"
                                         "\n![](/7)\n"
                                         "\nSaid below.\n"
                                         "\n![](/8)\n");
    sbuf_reset(&out);
    page_output_write(PAGE_FORMAT_MARKDOWN_TEXT, &r, SV("p"), &out);
    assert_string_equal(sbuf_cstr(&out), "One\n\n3. item\n\n   more of it\n\n4. next\n   - inner\n\n| a | b |\n| --- | --- |\n| c | d |\n\nSaid below.\n");
    sbuf_clear(&text);
    sbuf_clear(&out);
}

static void page_output_block_outside_the_text_is_cut(void **state) {
    (void)state;
    struct article_block blocks[] = {{.kind = BLOCK_PARAGRAPH, .start = 3, .length = 1000}, {.kind = BLOCK_PARAGRAPH, .start = 5000, .length = 7}};
    struct result r = {.status = STATUS_OK};
    r.article.text = SV("abcdef");
    r.article.blocks = blocks;
    r.article.block_count = COUNT_OF(blocks);
    struct sbuf out;
    sbuf_init(&out, 0);
    page_output_write(PAGE_FORMAT_MARKDOWN, &r, SV("p"), &out);
    assert_string_equal(sbuf_cstr(&out), "def\n\n\n");
    sbuf_clear(&out);
}

static void page_output_text_is_the_article_alone(void **state) {
    (void)state;
    struct result r = {.status = STATUS_OK};
    r.article.text = SV("one\ntwo");
    struct sbuf out;
    sbuf_init(&out, 0);
    page_output_write(PAGE_FORMAT_TEXT, &r, SV("p"), &out);
    assert_string_equal(sbuf_cstr(&out), "one\ntwo\n");
    sbuf_clear(&out);
}

static void page_output_text_steers_no_terminal(void **state) {
    (void)state;
    struct sbuf text, out;
    sbuf_init(&text, 0);
    sbuf_init(&out, 0);
    struct article_block blocks[1];
    struct result r;
    static const struct piece piece[] = {{.kind = BLOCK_PARAGRAPH, .level = 0, .text = "a\x1b]0;t\x07 b\x08\x7f\r\tc\xC2\x9B" "d \xC3\xA9\xC2\xA0"}};
    build(piece, 1, &text, blocks, &r);
    page_output_write(PAGE_FORMAT_TEXT, &r, SV("p"), &out);
    assert_sv_equal(sbuf_view(&out), "a ]0;t  b   \tc  d \xC3\xA9\xC2\xA0\n");
    sbuf_reset(&out);
    r.article.title = SV("x\x1b[2Jy");
    page_output_write(PAGE_FORMAT_MARKDOWN, &r, SV("p"), &out);
    for (size_t i = 0; i < out.n; i++) assert_true((uint8_t)out.p[i] >= ' ' || out.p[i] == '\n' || out.p[i] == '\t');
    sbuf_clear(&text);
    sbuf_clear(&out);
}

static void page_output_failure_is_a_line_of_json_and_no_text(void **state) {
    (void)state;
    struct result r = {.status = STATUS_TIMEOUT, .failure_class = SV("timeout"), .failure_detail = SV("late")};
    struct sbuf out;
    sbuf_init(&out, 0);
    page_output_write(PAGE_FORMAT_TEXT, &r, SV("p"), &out);
    page_output_write(PAGE_FORMAT_MARKDOWN, &r, SV("p"), &out);
    assert_int_equal(out.n, 0);
    page_output_write(PAGE_FORMAT_JSONL, &r, SV("p"), &out);
    const char *line = sbuf_cstr(&out);
    assert_true(sv_starts(sbuf_view(&out), SV("{\"path\":\"p\",\"status\":\"timeout\"")));
    assert_ptr_equal(strchr(line, '\n'), line + out.n - 1);
    sbuf_clear(&out);
}

static void page_format_parse_takes_the_five_names(void **state) {
    (void)state;
    enum page_format f;
    assert_true(page_format_parse(SV("json"), &f) && f == PAGE_FORMAT_JSON);
    assert_true(page_format_parse(SV("jsonl"), &f) && f == PAGE_FORMAT_JSONL);
    assert_true(page_format_parse(SV("text"), &f) && f == PAGE_FORMAT_TEXT);
    assert_true(page_format_parse(SV("markdown"), &f) && f == PAGE_FORMAT_MARKDOWN);
    assert_true(page_format_parse(SV("markdown-text"), &f) && f == PAGE_FORMAT_MARKDOWN_TEXT);
    assert_false(page_format_parse(SV("xml"), &f));
    assert_false(page_format_parse(SV(""), &f));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(page_output_markdown_of_every_kind_of_block),
        cmocka_unit_test(page_output_markdown_of_lists),
        cmocka_unit_test(page_output_markdown_of_columns_terms_and_languages),
        cmocka_unit_test(page_output_markdown_of_images),
        cmocka_unit_test(page_output_markdown_of_tables),
        cmocka_unit_test(page_output_block_outside_the_text_is_cut),
        cmocka_unit_test(page_output_text_is_the_article_alone),
        cmocka_unit_test(page_output_text_steers_no_terminal),
        cmocka_unit_test(page_output_failure_is_a_line_of_json_and_no_text),
        cmocka_unit_test(page_format_parse_takes_the_five_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
