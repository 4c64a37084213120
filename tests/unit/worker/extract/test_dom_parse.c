#include "dom_parse.h"

#include <lexbor/dom/interfaces/character_data.h>

#include "base/sbuf.h"
#include "cmocka_all.h"
#include "dom_attr.h"

/* The text of all scripts and paragraphs, each in its brackets. */
static void write_texts(struct sbuf *out, lxb_html_document_t *document) {
    lxb_dom_node_t *root = lxb_dom_interface_node(document);
    sbuf_reset(out);
    for (lxb_dom_node_t *n = root; n;) {
        if (n->type == LXB_DOM_NODE_TYPE_TEXT && n->parent && (n->parent->local_name == LXB_TAG_SCRIPT || n->parent->local_name == LXB_TAG_P)) {
            const lexbor_str_t *data = &lxb_dom_interface_character_data(n)->data;
            sbuf_addf(out, "[%zu ", (size_t)n->parent->local_name);
            sbuf_add(out, sv_from((const char *)data->data, data->length));
            sbuf_add(out, SV("]"));
        }
        if (n->first_child) {
            n = n->first_child;
            continue;
        }
        while (n != root && !n->next) n = n->parent;
        n = n == root ? NULL : n->next;
    }
}

static void compare(struct dom_parse *d, sv html) {
    struct sbuf ours, theirs;
    lxb_html_document_t *parsed = NULL, *document = lxb_html_document_create();
    bool cut = true;
    sbuf_init(&ours, 0);
    sbuf_init(&theirs, 0);
    assert_int_equal(dom_parse_run(d, html, &parsed, &cut, NULL), ERR_OK);
    assert_false(cut);
    write_texts(&ours, parsed);
    assert_int_equal(lxb_html_document_parse(document, (const lxb_char_t *)html.p, html.n), LXB_STATUS_OK);
    write_texts(&theirs, document);
    if (!sv_eq(sbuf_view(&ours), sbuf_view(&theirs))) fail_msg("%.*s\nours:\n%s\nlexbor's:\n%s", (int)(html.n < 2000 ? html.n : 2000), html.p, sbuf_cstr(&ours), sbuf_cstr(&theirs));
    lxb_html_document_destroy(document);
    sbuf_clear(&ours);
    sbuf_clear(&theirs);
}

/* Code that is read: where it ends, wherever a piece of the page that the parser is given ends. */
static void json_ld_is_read_as_lexbor_reads_it(void **state) {
    (void)state;
    static const sv codes[] = {SV_OF(""), SV_OF("{}"), SV_OF("{\"a\": \"<b> </b> < </\"}"), SV_OF("a</scrip>b"), SV_OF("a</SCRIPT >b"), SV_OF("a</style>b"), SV_OF("a</scripts>b"), SV_OF("<!-- a <script> b </script> c -->"),
                               SV_OF("a <!-- b"), SV_OF("a\r\nb\rc"), SV_OF("a\0b"), SV_OF("a<"), SV_OF("a</"), SV_OF("a</script"), SV_OF("a</script/>b"), SV_OF("</script x=y>b"), SV_OF("a&amp;b")};
    struct dom_parse *d = NULL;
    struct sbuf html;
    sbuf_init(&html, 0);
    assert_int_equal(dom_parse_new(&d, 100, 100000, NULL), ERR_OK);
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        for (size_t before = 65536 - 80; before < 65536 + 8; before++) {
            sbuf_reset(&html);
            sbuf_add(&html, SV("<!DOCTYPE html><p>"));
            sbuf_addf(&html, "%0*d", (int)before - (int)html.n, 1);
            sbuf_add(&html, SV("<script type=application/ld+json>"));
            sbuf_add(&html, codes[i]);
            sbuf_add(&html, SV("</script><p>Behind</p><script type=application/ld+json>{}</script>"));
            compare(d, sbuf_view(&html));
        }
    }
    sbuf_clear(&html);
    dom_parse_free(&d);
}

/* The page ends at each of its bytes, and is as long as its memory. */
static void json_ld_may_break_off(void **state) {
    (void)state;
    static const sv page = SV_OF("<p>x<script type=application/ld+json>{\"a\": 1 < 2}</script><p>Behind");
    struct dom_parse *d = NULL;
    assert_int_equal(dom_parse_new(&d, 100, 100000, NULL), ERR_OK);
    for (size_t n = 1; n <= page.n; n++) {
        char *html = malloc(n);
        assert_non_null(html);
        memcpy(html, page.p, n);
        compare(d, sv_from(html, n));
        free(html);
    }
    dom_parse_free(&d);
}

/* -- code that nobody reads ----------------------------------------------------------------------------------------------------------- */

static bool is_code(const lxb_dom_node_t *n) { return n->local_name == LXB_TAG_SCRIPT || n->local_name == LXB_TAG_STYLE; }

/* The tree without the elements of code, text that follows text as one. */
static void write_seen(struct sbuf *out, const lxb_dom_node_t *root) {
    bool text = false;
    sbuf_reset(out);
    for (const lxb_dom_node_t *n = root; n;) {
        if (n->type == LXB_DOM_NODE_TYPE_TEXT) {
            const lexbor_str_t *data = &((const lxb_dom_character_data_t *)(const void *)n)->data;
            if (!text) sbuf_add(out, SV("'"));
            sbuf_add(out, sv_from((const char *)data->data, data->length));
            text = true;
        } else if (!is_code(n)) {
            sbuf_addf(out, "<%zu", (size_t)n->local_name);
            text = false;
            if (n->first_child) {
                n = n->first_child;
                continue;
            }
            sbuf_add(out, SV(">"));
        }
        while (n != root && !n->next) {
            n = n->parent;
            text = false;
            sbuf_add(out, SV(">"));
        }
        n = n == root ? NULL : n->next;
    }
}

static size_t count_elements(const lxb_dom_node_t *root, lxb_tag_id_t tag) {
    size_t count = 0;
    for (const lxb_dom_node_t *n = root; n;) {
        count += n->local_name == tag;
        if (n->first_child) {
            n = n->first_child;
            continue;
        }
        while (n != root && !n->next) n = n->parent;
        n = n == root ? NULL : n->next;
    }
    return count;
}

static const lxb_dom_node_t *parsed(struct dom_parse *d, sv html) {
    lxb_html_document_t *document = NULL;
    bool cut;
    assert_int_equal(dom_parse_run(d, html, &document, &cut, NULL), ERR_OK);
    return lxb_dom_interface_node(document);
}

/* Wherever it stands. */
static void code_changes_nothing_around_it(void **state) {
    (void)state;
    static const char *const names[] = {"p", "div", "b", "a", "ul", "li", "span", "table", "tr", "td", "template", "select", "button", "form", "h1"};
    static const sv codes[] = {SV_OF("<script>a < b</script>"), SV_OF("<style>p{}</style>"), SV_OF("<script src=x></script>"), SV_OF("<script>'</scrip'<!-- <script> </script> --></script>"), SV_OF("<STYLE>\n</STYLE >"),
                               SV_OF("<script type=module>\0&amp;</script/>"), SV_OF("<script>\r\n</p></script>")};
    struct dom_parse *d = NULL;
    struct sbuf with, without, seen, expected;
    uint32_t random = 7;
    sbuf_init(&with, 0);
    sbuf_init(&without, 0);
    sbuf_init(&seen, 0);
    sbuf_init(&expected, 0);
    assert_int_equal(dom_parse_new(&d, 100, 100000, NULL), ERR_OK);
    for (int round = 0; round < 6000; round++) {
        sbuf_reset(&with);
        sbuf_add(&with, round & 1 ? SV("<!DOCTYPE html><body>x") : SV("<!DOCTYPE html><head><meta name=a>"));
        sbuf_reset(&without);
        sbuf_add(&without, sbuf_view(&with));
        for (int k = 0; k < 16; k++) {
            random = random * 1664525u + 1013904223u;
            size_t kinds = round % 3 ? 7 : sizeof names / sizeof *names, begin = with.n;
            const char *name = names[(random >> 16) % kinds];
            unsigned what = random >> 8 & 7;
            if (what < 3) sbuf_addf(&with, "<%s class=c%d>", name, k);
            else if (what < 5) sbuf_addf(&with, "</%s>", name);
            else if (what < 7) sbuf_addf(&with, "w%d", k);
            else {
                sbuf_add(&with, codes[(random >> 20) % (sizeof codes / sizeof *codes)]);
                continue;
            }
            sbuf_add(&without, sv_skip(sbuf_view(&with), begin));
        }
        write_seen(&expected, parsed(d, sbuf_view(&without)));
        write_seen(&seen, parsed(d, sbuf_view(&with)));
        if (!sv_eq(sbuf_view(&seen), sbuf_view(&expected))) fail_msg("%s\nwith code:\n%s\nwithout:\n%s", sbuf_cstr(&with), sbuf_cstr(&seen), sbuf_cstr(&expected));
    }
    sbuf_clear(&with);
    sbuf_clear(&without);
    sbuf_clear(&seen);
    sbuf_clear(&expected);
    dom_parse_free(&d);
}

static void code_that_nobody_reads_is_not_in_the_tree(void **state) {
    (void)state;
    static const sv page = SV_OF("<head><style>a{}</style><script>b</script><body><p>c<script>d</script>e<script type=application/ld+json>{}</script><table><td><script>f</script>g<script>h");
    struct dom_parse *d = NULL;
    lxb_html_document_t *whole = NULL;
    bool cut;
    assert_int_equal(dom_parse_new(&d, 100, 100000, NULL), ERR_OK);
    const lxb_dom_node_t *root = parsed(d, page);
    assert_int_equal(count_elements(root, LXB_TAG_SCRIPT), 1);
    assert_int_equal(count_elements(root, LXB_TAG_STYLE), 0);
    assert_int_equal(dom_parse_run_whole(d, page, &whole, &cut, NULL), ERR_OK);
    assert_int_equal(count_elements(lxb_dom_interface_node(whole), LXB_TAG_SCRIPT), 5);
    for (size_t n = 1; n <= page.n; n++) { /* and the page may break off anywhere */
        char *html = malloc(n);
        assert_non_null(html);
        memcpy(html, page.p, n);
        assert_true(count_elements(parsed(d, sv_from(html, n)), LXB_TAG_SCRIPT) <= 1);
        free(html);
    }
    assert_int_equal(count_elements(parsed(d, SV("<p>a<script type=application/ld+json>{}")), LXB_TAG_SCRIPT), 1); /* the page before ended in code */
    dom_parse_free(&d);
}

/* More would take lexbor a time that grows with their square. */
static void attributes_have_a_limit(void **state) {
    (void)state;
    struct dom_parse *d = NULL;
    lxb_html_document_t *document = NULL;
    struct sbuf html;
    bool cut;
    sbuf_init(&html, 0);
    assert_int_equal(dom_parse_new(&d, 100, 100000, NULL), ERR_OK);
    sbuf_add(&html, SV("<body>x<p"));
    for (int i = 0; i < 1000; i++) sbuf_addf(&html, " a%d=1", i);
    sbuf_add(&html, SV(">x"));
    assert_int_equal(dom_parse_run(d, sbuf_view(&html), &document, &cut, NULL), ERR_OK);
    size_t count = 0;
    lxb_dom_node_t *p = document->body->element.element.node.last_child;
    for (struct dom_attr_walk w = dom_attr_walk(p); dom_attr_next(&w);) count++;
    assert_int_equal(count, 256);
    sbuf_clear(&html);
    dom_parse_free(&d);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_ld_is_read_as_lexbor_reads_it),
        cmocka_unit_test(json_ld_may_break_off),
        cmocka_unit_test(code_changes_nothing_around_it),
        cmocka_unit_test(code_that_nobody_reads_is_not_in_the_tree),
        cmocka_unit_test(attributes_have_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
