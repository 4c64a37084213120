#include "dom_build.h"

#include <lexbor/dom/interfaces/character_data.h>
#include <lexbor/html/html.h>

#include "base/sbuf.h"
#include "cmocka_all.h"
#include "dom_attr.h"

struct building {
    struct dom_build build;
    lxb_html_document_t *document;
    lxb_html_tokenizer_token_f inner;
    void *inner_ctx;
    size_t done; /* tokens that were no work of lexbor's */
};

static lxb_html_token_t *build_token(lxb_html_tokenizer_t *tokenizer, lxb_html_token_t *token, void *ctx) {
    struct building *b = ctx;
    enum dom_build_answer answer = dom_build_token(&b->build, token);
    assert_int_not_equal(answer, DOM_BUILD_NO_MEMORY);
    if (answer == DOM_BUILD_LEFT) return b->inner(tokenizer, token, b->inner_ctx);
    b->done++;
    return token;
}

static void begin(struct building *b, bool ours) {
    b->document = lxb_html_document_create();
    lxb_dom_document_opt_set(&b->document->dom_document, LXB_DOM_DOCUMENT_OPT_WO_EVENTS);
    assert_int_equal(lxb_html_document_parse_chunk_begin(b->document), LXB_STATUS_OK);
    lxb_html_parser_t *parser = b->document->dom_document.parser;
    lxb_html_tokenizer_t *tokenizer = lxb_html_parser_tokenizer(parser);
    b->done = 0;
    b->inner = tokenizer->callback_token_done;
    b->inner_ctx = tokenizer->callback_token_ctx;
    dom_build_init(&b->build);
    dom_build_begin(&b->build, b->document, lxb_html_parser_tree(parser));
    if (ours) lxb_html_tokenizer_callback_token_done_set(tokenizer, build_token, b);
}

static void feed(struct building *b, sv html) { assert_int_equal(lxb_html_document_parse_chunk(b->document, (const lxb_char_t *)html.p, html.n), LXB_STATUS_OK); }

/* -- trees as text ------------------------------------------------------------------------------------------------------------------ */

static void write_node(struct sbuf *out, const lxb_dom_node_t *n, unsigned depth) {
    sbuf_addf(out, "%*s%u %zu %zu", (int)depth, "", (unsigned)n->type, (size_t)n->ns, n->local_name < LXB_TAG__LAST_ENTRY ? (size_t)n->local_name : SIZE_MAX);
    if (n->type == LXB_DOM_NODE_TYPE_TEXT || n->type == LXB_DOM_NODE_TYPE_COMMENT) {
        const lexbor_str_t *data = &((const lxb_dom_character_data_t *)(const void *)n)->data;
        sbuf_add(out, sv_from((const char *)data->data, data->length));
        assert_int_equal(data->data[data->length], 0);
    }
    if (n->type != LXB_DOM_NODE_TYPE_ELEMENT) return;
    const lxb_dom_element_t *element = (const void *)n;
    lxb_dom_attr_t *next = element->first_attr;
    for (struct dom_attr_walk w = dom_attr_walk(n); dom_attr_next(&w); next = next ? next->next : NULL) {
        size_t size = 0;
        sbuf_addf(out, " %s", next ? (const char *)lxb_dom_attr_qualified_name(next, &size) : dom_attr_name(n, w.here.id).p);
        sbuf_addf(out, " %zu", next ? (size_t)next->node.ns : (size_t)LXB_NS_HTML); /* a row is of HTML */
        if (w.here.value.p) sbuf_addf(out, "=%.*s", SV_ARG(w.here.value));
    }
    bool has_id = false, has_class = false;
    assert_true(!n->user || !element->first_attr);
    for (lxb_dom_attr_t *a = element->first_attr, *before = NULL; a; before = a, a = a->next) {
        has_id |= element->attr_id == a;
        has_class |= element->attr_class == a;
        if (a->node.local_name == LXB_DOM_ATTR_ID) assert_ptr_equal(element->attr_id, a);
        if (a->node.local_name == LXB_DOM_ATTR_CLASS) assert_ptr_equal(element->attr_class, a);
        assert_int_equal(a->node.type, LXB_DOM_NODE_TYPE_ATTRIBUTE);
        assert_ptr_equal(a->prev, before);
        assert_ptr_equal(a->owner, element);
        assert_ptr_equal(a->node.owner_document, n->owner_document);
        assert_int_equal(a->next == NULL, a == element->last_attr);
    }
    assert_int_equal(element->attr_id != NULL, has_id);
    assert_int_equal(element->attr_class != NULL, has_class);
}

/* With the contents of templates; and all pointers of the nodes are looked at. */
static void write_tree(struct sbuf *out, const lxb_dom_node_t *root) {
    unsigned depth = 0;
    for (const lxb_dom_node_t *n = root; n;) {
        write_node(out, n, depth);
        sbuf_add(out, SV("\n"));
        if (n->type == LXB_DOM_NODE_TYPE_ELEMENT && n->local_name == LXB_TAG_TEMPLATE && n->ns == LXB_NS_HTML) {
            const lxb_dom_document_fragment_t *content = lxb_html_interface_template((void *)(uintptr_t)n)->content;
            assert_true(depth < 100);
            write_tree(out, &content->node);
        }
        if (n->first_child) {
            assert_ptr_equal(n->first_child->parent, n);
            assert_null(n->first_child->prev);
            n = n->first_child;
            depth++;
            continue;
        }
        while (n != root && !n->next) {
            assert_ptr_equal(n->parent->last_child, n);
            n = n->parent;
            depth--;
        }
        if (n == root) break;
        assert_ptr_equal(n->next->prev, n);
        assert_ptr_equal(n->next->parent, n->parent);
        n = n->next;
    }
}

static void finish(struct building *b, struct sbuf *out) {
    assert_int_equal(lxb_html_document_parse_chunk_end(b->document), LXB_STATUS_OK);
    sbuf_reset(out);
    write_tree(out, lxb_dom_interface_node(b->document));
    lxb_html_document_destroy(b->document);
}

/* How many tokens were built by us. */
static size_t compare(sv html) {
    static struct building ours, theirs;
    struct sbuf our_tree, their_tree;
    sbuf_init(&our_tree, 0);
    sbuf_init(&their_tree, 0);
    begin(&ours, true);
    feed(&ours, html);
    finish(&ours, &our_tree);
    begin(&theirs, false);
    feed(&theirs, html);
    finish(&theirs, &their_tree);
    if (!sv_eq(sbuf_view(&our_tree), sbuf_view(&their_tree))) fail_msg("%.*s\nours:\n%s\nlexbor's:\n%s", SV_ARG(html), sbuf_cstr(&our_tree), sbuf_cstr(&their_tree));
    sbuf_clear(&our_tree);
    sbuf_clear(&their_tree);
    return ours.done;
}

/* -- tests -------------------------------------------------------------------------------------------------------------------------- */

static void common_tokens_are_built_by_us(void **state) {
    (void)state;
    static const struct {
        sv html;
        size_t done;
    } cases[] = {
        {SV_OF("<body>x<div class=a id=b><h2>Heading</h2><p>Text <b>bold</b> and <a href=x>a link</a>.</p></div>"), 17},
        {SV_OF("<body>x<p>One<p>Two<div>Three</div>"), 8},
        {SV_OF("<body>x<ul><li>One<li>Two</li></ul>"), 8},
        {SV_OF("<body>x<table><td><span>Cell</span><img src=a>"), 5},
        {SV_OF("<body>x<div><x-card>Text</x-card></div>"), 6},
        {SV_OF("<body>x<b><p>1</b>2<i>3"), 7}, /* not the end tag of what is not open last, nor what may still be no body */
        {SV_OF("<head><meta name=a><link rel=b><p>x"), 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) assert_int_equal(compare(cases[i].html), cases[i].done);
}

static void odd_markup_gives_the_same_tree(void **state) {
    (void)state;
    static const sv cases[] = {
        SV_OF("<body>x<a>1<a>2<p>3</a>4</p>5"), SV_OF("<body>x<p><button><p>1</button><p>2"), SV_OF("<body>x<p><span><p>1<div>2</span>3"), SV_OF("<body>x<h1>1<h2>2</h1>3"),
        SV_OF("<body>x<h1><p>1<h2>2"), SV_OF("<body>x<ul><li><div><li>1<p>2<li>3<ul><li>4</ul>5"), SV_OF("<body>x<li><p>1<li>2"), SV_OF("<body>x<table>a<b>c<tr>d<td>e<p>f<table>g"),
        SV_OF("<body>x<template><div>1<p>2<div></template><p>3"), SV_OF("<body>x<svg><p>1</svg><svg><foreignObject><p>2<div>3<svg><a>4"), SV_OF("<body>x<math><mi><p>1<b>2"), SV_OF("<frameset>x<p>"),
        SV_OF("<body>x<b a=1><b a=1><b a=1><b a=1><p>1</b></b></b></b>2"),
        SV_OF("<body>x<b a=1><b a=2><b a=1><b a=1><b a=1 b><p>1</b></b></b></b></b>2<b a=2>3"), SV_OF("<body>x<a href=1 class=b><p>1<div>2</a>3<table><tr>4"),
        SV_OF("<body>x<p a=1 a=2 A=3 id=1 ID=2 class>1"), SV_OF("<body>x<b><i><u><p>1</b></i>2</u>3<marquee><b>4</marquee>5"), SV_OF("<body>x\0<p>a\0b\0"), SV_OF("<body>x<pre>\n\n1</pre><p>2\n<pre>3"),
        SV_OF("<body>x<p>1&amp;2<!-- c -->3<b></b>4"), SV_OF("<body>x<select><p>1<option>2<div>3</select>4"), SV_OF("<body>x<form><p><form><div>1</form>2"), SV_OF("<body>x<dl><dt>1<p>2<dd>3<dt>4<li>5"),
        SV_OF("<body>x<table><caption><p>1<td><p>2<li>3</table>4"), SV_OF("<body>x<p>1</body><p>2</html><p>3"), SV_OF("<!DOCTYPE html><body>x<p>1<table><td>2"), SV_OF("<body>x<p>1<table><td>2"), SV_OF("<meta a><link b><base></head><meta c><link d><body><meta e>"), SV_OF("<head><noscript><link a><p>"),
        SV_OF("<div><br><frameset>"), SV_OF("<div><li><frameset>"), SV_OF("<div><p><frameset>"), SV_OF("<head><template></template>text<meta a>")};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) compare(cases[i]);
}

static void random_markup_gives_the_same_tree(void **state) {
    (void)state;
    static const char *const names[] = {"p", "div", "b", "a", "i", "li", "ul", "span", "h1", "h2", "table", "tr", "td", "svg", "math", "template", "button", "form", "br", "img", "x-card", "section", "marquee", "select", "pre", "dd", "nobr", "foreignObject", "mi", "caption", "ruby", "rt", "meta", "link", "title"};
    static const char *const attributes[] = {"", "", " class=a", " id=b class", " title='x y' title=z", " href=/a id=c id=d"};
    uint32_t random = 23;
    size_t done = 0, count = sizeof names / sizeof *names;
    struct sbuf html;
    sbuf_init(&html, 0);
    for (int round = 0; round < 12000; round++) {
        size_t kinds = round % 3 ? 12 : count; /* the commonest more often */
        sbuf_reset(&html);
        sbuf_add(&html, round % 4 ? SV("<body>x") : SV("<!DOCTYPE html>"));
        for (int k = 0; k < 30; k++) {
            random = random * 1664525u + 1013904223u;
            const char *name = names[(random >> 16) % kinds];
            unsigned what = random >> 8 & 7;
            if (what < 4) sbuf_addf(&html, "<%s%s>", name, attributes[(random >> 11) % 6]);
            else if (what < 6) sbuf_addf(&html, "</%s>", name);
            else sbuf_add(&html, what == 6 ? SV("text ") : SV("\n"));
        }
        done += compare(sbuf_view(&html));
    }
    assert_true(done > 100000);
    sbuf_clear(&html);
}

/* Text and attributes of all sizes, which lexbor lengthens, and gives back, as its own. */
static void memory_is_lexbors(void **state) {
    (void)state;
    struct sbuf html;
    sbuf_init(&html, 0);
    sbuf_add(&html, SV("<body>x"));
    for (int i = 0; i < 400; i++) {
        sbuf_addf(&html, "<p class=\"%0*d\">%0*d", i * 7 % 900 + 1, i, i * i % 3000 + 1, i);
        for (int k = 0; k < i % 5; k++) sbuf_addf(&html, "<frame>%0*d&amp;%0*d", i, k, k + 1, i);
    }
    compare(sbuf_view(&html));
    sbuf_clear(&html);
}

/* Of each name that we make elements of. */
static void elements_are_as_lexbor_makes_them(void **state) {
    (void)state;
    size_t made = 0;
    for (lxb_tag_id_t tag = LXB_TAG_A; tag < LXB_TAG__LAST_ENTRY; tag++) {
        struct building b;
        struct sbuf out;
        begin(&b, false);
        feed(&b, SV("<body>x<b></b><i></i>"));
        lxb_html_token_t token = {.tag_id = tag};
        if (dom_build_token(&b.build, &token) == DOM_BUILD_DONE) {
            lxb_html_element_t ours = *(lxb_html_element_t *)b.document->body->element.element.node.last_child;
            lxb_dom_node_t *node = &ours.element.node;
            void *theirs = lxb_html_interface_create(b.document, tag, LXB_NS_HTML);
            node->parent = node->prev = NULL;
            assert_int_equal(lexbor_mraw_data_size(theirs), dom_slab_round(sizeof ours));
            assert_memory_equal(theirs, &ours, sizeof ours);
            assert_null(b.document->open_pop[tag]);
            made++;
        }
        sbuf_init(&out, 0);
        finish(&b, &out);
        sbuf_clear(&out);
    }
    assert_int_equal(made, 57);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(common_tokens_are_built_by_us),
        cmocka_unit_test(odd_markup_gives_the_same_tree),
        cmocka_unit_test(random_markup_gives_the_same_tree),
        cmocka_unit_test(memory_is_lexbors),
        cmocka_unit_test(elements_are_as_lexbor_makes_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
