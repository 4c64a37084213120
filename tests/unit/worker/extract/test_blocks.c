#include "blocks.h"

#include <stdio.h>

#include "cmocka_all.h"
#include "dom_parse.h"

struct page {
    struct dom_parse *parser;
    struct sbuf text;
    struct arena arena;
    struct blocks blocks;
};

static void open_page(struct page *p, const char *html) {
    lxb_html_document_t *document;
    bool cut;
    struct err e;
    arena_init(&p->arena, 0);
    sbuf_init(&p->text, 0);
    assert_int_equal(dom_parse_new(&p->parser, 64, 10000, &e), ERR_OK);
    assert_int_equal(dom_parse_run(p->parser, sv_cstr(html), &document, &cut, &e), ERR_OK);
    assert_int_equal(blocks_of_document(document, class_cache_new(NULL, &p->arena), &p->text, &p->arena, &p->blocks, &e), ERR_OK);
}

static void close_page(struct page *p) {
    dom_parse_free(&p->parser);
    sbuf_clear(&p->text);
    arena_clear(&p->arena);
}

/* The sign is neither text nor a link of the block, where it leads to where it stands and says nothing else. */
static void permalinks_are_no_part_of_their_heading(void **state) {
    (void)state;
    static const char *const signs[] = {"\u00b6", "#", "\u00a7", "\U0001f517", "\u200b", " # "};
    for (size_t i = 0; i < COUNT_OF(signs); i++) {
        char html[200];
        struct page p;
        snprintf(html, sizeof html, "<h2>a<a href='#a'>%s</a></h2><p>b <a href='#b'>%s 1</a> <a href='/b'>#</a></p>", signs[i], signs[i]);
        open_page(&p, html);
        assert_int_equal(p.blocks.count, 2);
        assert_sv_equal(p.blocks.block[0].text, "a");
        assert_int_equal(p.blocks.block[0].links, 0);
        assert_int_equal(p.blocks.block[1].links, 2);
        close_page(&p);
    }
}

static void blocks_follow_the_boundaries_of_html(void **state) {
    (void)state;
    static const struct {
        const char *html, *texts; /* joined by | */
    } cases[] = {
        {"<p>one <b>two</b> three</p>four", "one two three|four"},
        {"<div>before<p>inside</p>behind</div>", "before|inside|behind"},
        {"<p>a<br>b</p>", "a\nb"},
        {"a<br><br>b<br> <br>c", "a|b|c"},
        {"<p>no&nbsp;break&shy;ing &#8203;space</p>", "no breaking space"},
        {"<p>con&#27;tr\x01ol\x7f a\x1b\x7f b \x02 c\xc2\x9b d\xc2\x85 e</p><pre>x\x0ey</pre>", "control a b c d e|xy"},
        {"<p>a\xe2\x80\xae" "b\xe2\x80\xac</p>", "a\xe2\x80\xae" "b\xe2\x80\xac"}, /* an override of direction is text */
        {"<table><tr><td>Name<td>Value<tr><td>x<td>y</table>", "Name\tValue|x\ty"},
        {"<table><tr><td>a<td><p>long</p><p>cell</p></table>", "a|long|cell"},
        {"<ul><li>a<li>b<ul><li>c</ul></ul>", "a|b|c"},
        {"<pre>  if x:\n    y</pre>", "  if x:\n    y"},
        {"<pre>\n\n  a\n\n  b\n\n</pre>", "  a\n\n  b"},
        {"<pre>if x:\n&nbsp;&nbsp;y<button>Copy</button></pre><pre><span class=lineno>1</span>z</pre>", "if x:\n  y|z"},
        {"<p>a<span style='display:none'>note</span>b<span hidden>note</span> <span aria-hidden=true>c</span></p>", "ab c"},
        {"<p><ruby>\xe6\xb0\xb4<rp>(</rp><rt>mizu</rt><rp>)</rp></ruby></p>", "\xe6\xb0\xb4"},
        {"<p>So <math alttext='{\\displaystyle x^2}'><mi>x</mi></math> is.</p>", "So x^2 is."},
        {"<p><math><semantics><mi>x</mi><annotation encoding='application/x-tex'>y</annotation></semantics></math><span aria-hidden=true>x</span>", "y"},
        {"<p><math><mi> a </mi><mo>+</mo><annotation>no</annotation><mi>b</mi></math><mjx-box>c</mjx-box>", "a+bc"},
        {"<x-a><template shadowrootmode=open><p>seen</p><template>not</template></template>behind</x-a>", "seen|behind"},
        {"<template><p>a</p><template shadowrootmode=open>b</template></template><p>c", "c"},
        {"<script>var x</script><style>p{}</style><p>text</p><noscript><p>shown</p></noscript>", "text|shown"},
        {"<p>x<span>y</span><div>z</div>", "xy|z"},
        {"<p><a>Home</a><a>About us</a><span><b>Sums up.</b></span><!--c--><i>Then</i></p>", "Home About us Sums up. Then"}, /* apart by style */
        {"<p><b>T</b><i>he</i> <b>x</b>Y <i>mac</i>OS <b>p</b><b>H</b> <b>one</b><b>two</b></p>", "The xY macOS pH onetwo"},
        {"<p>as <code><b>get</b><b>Name</b></code> or</p><pre><b>set</b><b>Name</b></pre>", "as getName or|setName"},
        {"<p>a<!--c-->b <svg><g><path d=x></path><desc>no</desc></g></svg>d</p>", "ab d"},
        {"<div> <b>a</b> <i>b</i> </div>\n\n<section>\n c</section>", "a b|c"},
        {"<div>\n <pre><div>\n  <b>x</b>\n</div></pre></div>", "  x"},              /* indentation of code */
        {"<p>a</h2>\n<span>b</span></p>", "a b"},                                     /* an end tag that closes nothing */
        {"<form><div>a</form>\n<b>b</b></div>", "a b"},                               /* one that closes another element */
        {"<b><div>a</div>\n<section>b</section></b>", "a|b"},
        {"<custom-card>a</custom-card><custom-card>b</custom-card>", "a|b"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        struct page p;
        struct sbuf got;
        open_page(&p, cases[k].html);
        sbuf_init(&got, 0);
        for (size_t i = 0; i < p.blocks.count; i++) {
            if (i) sbuf_add_char(&got, '|');
            sbuf_add(&got, p.blocks.block[i].text);
        }
        assert_sv_equal(sbuf_view(&got), cases[k].texts);
        sbuf_clear(&got);
        close_page(&p);
    }
}

static void what_holds_no_text_says_nothing_of_the_next_block(void **state) {
    (void)state;
    static const char *const empty[] = {"<br>", "<a href=x></a>", "<button></button>", "<time datetime=2024-07-03></time>", "<img src=x>", "<span class=x></span>"};
    for (size_t k = 0; k < sizeof empty / sizeof empty[0]; k++) {
        struct page p;
        char html[200];
        snprintf(html, sizeof html, "<div>%s</div><p>text", empty[k]);
        open_page(&p, html);
        assert_int_equal(p.blocks.count, 1);
        const struct text_block *b = p.blocks.block;
        if (b->breaks || b->links || b->button || b->has_date || b->when.n || b->images || b->inline_class.n) fail_msg("%s", empty[k]);
        close_page(&p);
    }
}

static uint32_t places_of(const struct page *p, const char *text) {
    for (size_t i = 0; i < p->blocks.count; i++)
        if (sv_eq(p->blocks.block[i].text, sv_cstr(text))) return p->blocks.node[p->blocks.block[i].node].places;
    fail_msg("no block '%s'", text);
    return 0;
}

static void blocks_know_their_places(void **state) {
    (void)state;
    struct page p;
    open_page(&p, "<nav><ul><li>menu</ul></nav><div role=main><div itemprop=articleBody><p>body</p></div></div><div style='display: none'>gone</div>"
                  "<div class='userComments'>talk</div><div hidden>away</div><dialog>ask</dialog><object data=a.swf><param name=b><p>instead</object><iframe>old</iframe>");
    assert_true(places_of(&p, "menu") == (IN_NAV | IN_LIST));
    assert_true(places_of(&p, "body") == (IN_MAIN | IN_BODY));
    assert_true(places_of(&p, "gone") == IN_HIDDEN);
    assert_true(places_of(&p, "talk") == IN_COMMENTS);
    assert_true(places_of(&p, "away") == IN_HIDDEN);
    assert_true(places_of(&p, "ask") == IN_DIALOG);
    assert_true(places_of(&p, "instead") == 0); /* what a browser shows that does not show the object */
    assert_int_equal(p.blocks.count, 7);
    close_page(&p);
}

static void nodes_hold_ranges_of_blocks(void **state) {
    (void)state;
    struct page p;
    open_page(&p, "<div id=x><p>a</p><div><p>b</p><p>c</p></div></div><p>d</p>");
    assert_int_equal(p.blocks.count, 4);
    assert_int_equal(p.blocks.node[0].end, 4);
    for (size_t n = 1; n < p.blocks.node_count; n++) {
        const struct block_node *node = &p.blocks.node[n], *parent = &p.blocks.node[node->parent];
        assert_true(node->parent < n && node->first >= parent->first && node->end <= parent->end);
    }
    assert_sv_equal(p.blocks.node[1].id, "x");
    assert_int_equal(p.blocks.node[1].end - p.blocks.node[1].first, 3);
    close_page(&p);
}

static void links_and_weights_are_counted_in_characters(void **state) {
    (void)state;
    struct page p;
    open_page(&p, "<p>ab <a href=x>cde</a> <b>fg</b> <code>h</code></p>");
    const struct text_block *b = &p.blocks.block[0];
    assert_int_equal(b->chars, 8);
    assert_int_equal(b->link_chars, 3);
    assert_int_equal(b->bold_chars, 2);
    assert_int_equal(b->code_chars, 1);
    assert_int_equal(b->links, 1);
    close_page(&p);
}

static void lines_of_a_flattened_page_lose_what_cannot_be_seen(void **state) {
    (void)state;
    struct arena arena;
    struct blocks b;
    struct err e;
    arena_init(&arena, 0);
    assert_int_equal(blocks_of_text(SV("\x01 one\x1b[0m\vtwo\x7f\r\n\x02\r\nthree\0"), &arena, &b, &e), ERR_OK);
    assert_int_equal(b.count, 2);
    assert_sv_equal(b.block[0].text, "one[0m two");
    assert_sv_equal(b.block[1].text, "three");
    arena_clear(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(permalinks_are_no_part_of_their_heading),
        cmocka_unit_test(blocks_follow_the_boundaries_of_html),
        cmocka_unit_test(what_holds_no_text_says_nothing_of_the_next_block),
        cmocka_unit_test(blocks_know_their_places),
        cmocka_unit_test(nodes_hold_ranges_of_blocks),
        cmocka_unit_test(links_and_weights_are_counted_in_characters),
        cmocka_unit_test(lines_of_a_flattened_page_lose_what_cannot_be_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
