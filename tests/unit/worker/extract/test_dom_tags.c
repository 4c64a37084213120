#include "dom_tags.h"

#include <lexbor/html/tokenizer/state.h>
#include <stdio.h>

#include "base/sbuf.h"
#include "cmocka_all.h"

struct reading {
    struct dom_tags tags;
    struct sbuf out;
    bool fast, inside, whole;
    size_t plain; /* tokens that were read by us */
};

static const lxb_char_t *read_plain(lxb_html_tokenizer_t *tokenizer, const lxb_char_t *data, const lxb_char_t *end) {
    struct reading *r = tokenizer->callback_token_ctx;
    r->inside = true;
    data = dom_tags_read(&r->tags, tokenizer, data, end);
    r->inside = false;
    return data;
}

static lxb_html_token_t *write_token(lxb_html_tokenizer_t *tokenizer, lxb_html_token_t *token, void *ctx) {
    struct reading *r = ctx;
    size_t n = 0;
    r->plain += r->inside;
    if (r->fast && tokenizer->state == lxb_html_tokenizer_state_data_before) tokenizer->state = read_plain;
    if (!r->whole && token->tag_id == LXB_TAG__EM_COMMENT) return token;
    const lxb_char_t *name = lxb_tag_name_by_id(token->tag_id, &n);
    sbuf_addf(&r->out, "[%.*s %d %zu ", (int)n, (const char *)name, token->type, token->null_count);
    if (token->text_start) sbuf_add(&r->out, sv_range((const char *)token->text_start, (const char *)token->text_end));
    for (const lxb_html_token_attr_t *a = token->attr_first, *before = NULL; a; before = a, a = a->next) {
        const lxb_char_t *attribute = a->name ? lexbor_hash_entry_str(&a->name->entry) : NULL;
        assert_ptr_equal(a->prev, before);
        sbuf_addf(&r->out, " %s", attribute ? (const char *)attribute : "-");
        if (!a->value_begin) continue;
        sbuf_add(&r->out, SV("="));
        sbuf_add(&r->out, sv_from((const char *)a->value, a->value_size));
        assert_int_equal(a->value[a->value_size], 0);
        assert_int_equal(a->next == NULL, a == token->attr_last);
    }
    sbuf_add(&r->out, SV("]\n"));
    return token;
}

/* The tokens of `html`, given in pieces of `piece` bytes. */
static void tokens_of(struct reading *r, bool fast, sv html, size_t piece) {
    lxb_html_tokenizer_t *tokenizer = lxb_html_tokenizer_create();
    assert_int_equal(lxb_html_tokenizer_init(tokenizer), LXB_STATUS_OK);
    sbuf_reset(&r->out);
    r->fast = fast;
    r->plain = 0;
    dom_tags_begin(&r->tags, r->whole);
    lxb_html_tokenizer_callback_token_done_set(tokenizer, write_token, r);
    assert_int_equal(lxb_html_tokenizer_begin(tokenizer), LXB_STATUS_OK);
    if (fast) tokenizer->state = read_plain;
    for (; html.n; html = sv_skip(html, piece)) assert_int_equal(lxb_html_tokenizer_chunk(tokenizer, (const lxb_char_t *)html.p, html.n < piece ? html.n : piece), LXB_STATUS_OK);
    assert_int_equal(lxb_html_tokenizer_end(tokenizer), LXB_STATUS_OK);
    lxb_html_tokenizer_destroy(tokenizer);
}

static size_t compare_tokens(sv html, size_t piece, bool whole) {
    static struct reading ours, theirs;
    ours.whole = theirs.whole = whole;
    sbuf_clear(&ours.out);
    sbuf_clear(&theirs.out);
    tokens_of(&ours, true, html, piece);
    tokens_of(&theirs, false, html, piece);
    bool same = sv_eq(sbuf_view(&ours.out), sbuf_view(&theirs.out));
    if (!same) fail_msg("in pieces of %zu: %.*s\nours:\n%s\nlexbor's:\n%s", piece, SV_ARG(html), sbuf_cstr(&ours.out), sbuf_cstr(&theirs.out));
    sbuf_clear(&ours.out);
    sbuf_clear(&theirs.out);
    return ours.plain;
}

static size_t compare(sv html, size_t piece) { return compare_tokens(html, piece, true); }

static void plain_markup_is_read_by_us(void **state) {
    (void)state;
    assert_int_equal(compare(SV("<!DOCTYPE html><p class=\"a b\" id='x' hidden data-a=1>Text and more text, <b>bold</b><br/></P><x-card a=b/>"), SIZE_MAX), 8);
    assert_int_equal(compare(SV("<a href=\"?a=1&amp;b=2\" class=c>Two</a><i>&amp;</i>"), SIZE_MAX), 3); /* not what holds a reference */
}

static void odd_markup_gives_the_same_tokens(void **state) {
    (void)state;
    static const sv cases[] = {SV_OF("<p a a=1 A=2>x"), SV_OF("<p =x =y>"), SV_OF("<p a= >x</p >"), SV_OF("<p a=\"1\"b='2'c>"), SV_OF("<p/ /a/>"), SV_OF("</p a=b><//p></>"), SV_OF("a < b <3 <"),
                               SV_OF("<p a=b/>"), SV_OF("<p \"<'>"), SV_OF("<P\tCLASS\n=\f\"A\"\r>"), SV_OF("<p a=\"x\ry\">"), SV_OF("a\0b<p\0c d\0=e\0>"), SV_OF("<p a='"), SV_OF("<p a"), SV_OF("<p "), SV_OF("<p"),
                               SV_OF("<abcdefghijklmno pqrstuvwxyz012345=1 0123456789abcdef=2 0123456789abcde=3>"), SV_OF("<figcaption?><b@r [c]={d}>"), SV_OF("<p a=1&amp=2 b=\"&lt;\">x"),
                               SV_OF("<?xml version=\"1\"?><![CDATA[x]]><!-- <p> --><p>")};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t piece = 1; piece < 40; piece++) compare(cases[i], piece);
}

static void many_attributes_are_not_lost(void **state) {
    (void)state;
    struct sbuf html;
    sbuf_init(&html, 0);
    sbuf_add(&html, SV("<p"));
    for (int i = 0; i < 100; i++) sbuf_addf(&html, " a%d=\"%d\" a%d", i, i, i / 2);
    sbuf_add(&html, SV(">Text</p>"));
    compare(sbuf_view(&html), SIZE_MAX);
    compare(sbuf_view(&html), 64);
    sbuf_clear(&html);
}

/* So many that they share the places of the table of names. */
static void names_that_begin_alike_are_told_apart(void **state) {
    (void)state;
    struct sbuf html;
    sbuf_init(&html, 0);
    for (int i = 0; i < 1000; i++) sbuf_addf(&html, "<long-tag-%d long-name-%d=1 x%d>", i, i, i);
    compare(sbuf_view(&html), SIZE_MAX);
    sbuf_clear(&html);
}

static void random_markup_gives_the_same_tokens(void **state) {
    (void)state;
    static const sv parts[] = {SV_OF("<"), SV_OF("</"), SV_OF(">"), SV_OF("/>"), SV_OF("\""), SV_OF("'"), SV_OF("="), SV_OF(" "), SV_OF("\n"), SV_OF("\r"), SV_OF("\t"), SV_OF("\0"), SV_OF("&"), SV_OF("&amp;"), SV_OF("div"),
                               SV_OF("p"), SV_OF("A"), SV_OF("class=\""), SV_OF(" id="), SV_OF("blockquote"), SV_OF("x-element-of-a-page"), SV_OF("\xC3\xA9"), SV_OF("<!--"), SV_OF("-->"), SV_OF("<!"), SV_OF("<?"),
                               SV_OF("<p>"), SV_OF("</div>"), SV_OF("<a href=\"/index.html\" class='b c'>"), SV_OF("Words of a text that is longer than a register. "), SV_OF("data-a"), SV_OF("<img src=a.png alt=\"\">")};
    uint32_t random = 7;
    struct sbuf html;
    sbuf_init(&html, 0);
    for (int round = 0; round < 4000; round++) {
        sbuf_reset(&html);
        for (int k = 0; k < 24; k++) {
            random = random * 1664525u + 1013904223u;
            sbuf_add(&html, parts[(random >> 16) % (sizeof parts / sizeof *parts)]);
        }
        compare(sbuf_view(&html), round % 2 ? SIZE_MAX : 1 + (random >> 8) % 50);
    }
    sbuf_clear(&html);
}

/* All that may begin, end or be a comment. */
static void comments_end_where_they_end_for_lexbor(void **state) {
    (void)state;
    static const sv parts[] = {SV_OF("<!--"), SV_OF("-->"), SV_OF("--!>"), SV_OF("-"), SV_OF("!"), SV_OF(">"), SV_OF("<"), SV_OF("<!"), SV_OF("<!-"), SV_OF("x"), SV_OF("<p>"), SV_OF("</p>"), SV_OF("\0")};
    uint32_t random = 11;
    struct sbuf html;
    sbuf_init(&html, 0);
    assert_int_equal(compare_tokens(SV("<p>a<!-- <b> -->c<!---->d<!-->e<!--->f<!-- --!>g</p>"), SIZE_MAX, false), 8);
    for (int round = 0; round < 20000; round++) {
        sbuf_reset(&html);
        for (int k = 0; k < 12; k++) {
            random = random * 1664525u + 1013904223u;
            sbuf_add(&html, parts[(random >> 16) % (sizeof parts / sizeof *parts)]);
        }
        compare_tokens(sbuf_view(&html), round % 2 ? SIZE_MAX : 1 + (random >> 8) % 20, false);
    }
    sbuf_clear(&html);
}

static lxb_html_token_t *count_attributes(lxb_html_tokenizer_t *tokenizer, lxb_html_token_t *token, void *ctx) {
    struct reading *r = ctx;
    if (tokenizer->state == lxb_html_tokenizer_state_data_before) tokenizer->state = read_plain;
    for (const lxb_html_token_attr_t *a = token->attr_first; a; a = a->next) r->plain++;
    return token;
}

static void what_nobody_reads_is_left_out(void **state) {
    (void)state;
    static struct reading r;
    static const struct {
        const char *html;
        size_t attributes;
    } cases[] = {{"<p class=a onclick='x()' aria-label=b aria-hidden=true data-id=1>", 2}, {"<div data-caption='A ferry' data-credit=Lee data-credits-id=7>", 2}, {"<img data-full=a.jpg onload=b>", 1}, {"<amp-img data-x=1>", 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lxb_html_tokenizer_t *tokenizer = lxb_html_tokenizer_create();
        assert_int_equal(lxb_html_tokenizer_init(tokenizer), LXB_STATUS_OK);
        dom_tags_begin(&r.tags, false);
        lxb_html_tokenizer_callback_token_done_set(tokenizer, count_attributes, &r);
        assert_int_equal(lxb_html_tokenizer_begin(tokenizer), LXB_STATUS_OK);
        tokenizer->state = read_plain;
        r.plain = 0;
        assert_int_equal(lxb_html_tokenizer_chunk(tokenizer, (const lxb_char_t *)cases[i].html, strlen(cases[i].html)), LXB_STATUS_OK);
        assert_int_equal(r.plain, cases[i].attributes);
        lxb_html_tokenizer_destroy(tokenizer);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_markup_is_read_by_us),
        cmocka_unit_test(odd_markup_gives_the_same_tokens),
        cmocka_unit_test(many_attributes_are_not_lost),
        cmocka_unit_test(names_that_begin_alike_are_told_apart),
        cmocka_unit_test(random_markup_gives_the_same_tokens),
        cmocka_unit_test(comments_end_where_they_end_for_lexbor),
        cmocka_unit_test(what_nobody_reads_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
