#include "image_url.h"

#include "base/err.h"
#include "cmocka_all.h"

static void image_url_key_is_equal_for_sizes_of_one_picture(void **state) {
    (void)state;
    static const struct {
        const char *a, *b;
        bool same;
    } rows[] = {
        {"https://a.example/up/2024/ferry-at-pier.jpg", "https://a.example/up/2024/ferry-at-pier-1024x683.jpg", true},
        {"https://a.example/up/ferry-at-pier-scaled.jpg?w=300", "//cdn.example/up/ferry-at-pier_640x427.webp", true},
        {"https://r.example/img?url=https%3A%2F%2Fa.example%2Fferry-at-pier.jpg&w=200", "https://a.example/ferry-at-pier.jpg", true},
        {"https://a.example/photos/18636107/9/rawImage.jpg", "https://a.example/photos/18636107/9/920x920.jpg", true},
        {"https://a.example/ferry_at_pier_16x9_992.jpg", "https://a.example/ferry_at_pier_12x5_1600.jpg", true},
        {"https://a.example/i/4711/jpg/1200x628", "https://a.example/i/4711/jpg/640x360", true},
        {"https://a.example/i/4711/16x9/original.jpg", "https://a.example/i/4711/16x9/1280@40.jpg", true},
        {"https://a.example/DSC_0992.jpg", "https://a.example/DSC_0993.jpg", false},
        {"https://a.example/ferry-at-pier.jpg", "https://a.example/ferry-at-sea.jpg", false},
        {"https://a.example/i/bell.jpg", "https://a.example/i/mail.jpg", false},
        {"https://a.example/1/image.jpg", "https://a.example/2/image.jpg", false},
        {"https://a.example/i/4711?s=1", "https://a.example/i/4712?s=1", false},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        bool same = image_url_key(sv_cstr(rows[i].a)) == image_url_key(sv_cstr(rows[i].b));
        if (same != rows[i].same) fail_msg("%s and %s: %s", rows[i].a, rows[i].b, same ? "same" : "different");
    }
}

static void image_url_furniture_is_known_by_whole_words(void **state) {
    (void)state;
    static const char *const furniture[] = {"https://a.example/img/logo.png", "/icons/mail.png", "https://www.gravatar.com/avatar/0?s=80", "/static/arrow-right.gif", "https://ad.doubleclick.net/x.gif"};
    static const char *const pictures[] = {"https://a.example/2024/logger.jpg", "/photos/silicon-valley.jpg", "https://a.example/flagship.jpg", "https://logo.example/ferry.jpg"};
    for (size_t i = 0; i < COUNT_OF(furniture); i++) assert_true(image_url_is_furniture(sv_cstr(furniture[i])));
    for (size_t i = 0; i < COUNT_OF(pictures); i++) assert_false(image_url_is_furniture(sv_cstr(pictures[i])));
    assert_true(image_url_is_small(SV("https://a.example/resize/40x40/ada.jpg"), 120));
    assert_false(image_url_is_small(SV("https://a.example/resize/640x40/ada.jpg"), 120));
    assert_true(image_url_is_vector(SV("/a/scale.svg?1")));
}

/* The <img> of a page. */
static lxb_dom_node_t *find_image(lxb_html_document_t *document, const char *html) {
    assert_int_equal(lxb_html_document_parse(document, (const lxb_char_t *)html, strlen(html)), LXB_STATUS_OK);
    lxb_dom_node_t *n = lxb_dom_interface_node(document->body);
    while (n && n->local_name != LXB_TAG_IMG) {
        if (n->first_child) n = n->first_child;
        else {
            while (n && !n->next) n = n->parent;
            n = n ? n->next : NULL;
        }
    }
    assert_non_null(n);
    return n;
}

static void image_url_best_is_the_largest_that_is_no_placeholder(void **state) {
    (void)state;
    static const struct {
        const char *html, *url;
    } rows[] = {
        {"<img src=a.jpg>", "a.jpg"},
        {"<img src=a.jpg srcset='b.jpg 320w, c.jpg 1200w, d.jpg 640w'>", "c.jpg"},
        {"<img src=a.jpg srcset='b,1.jpg 1x, c,2.jpg 2x'>", "c,2.jpg"},
        {"<img src='data:image/gif;base64,R0' data-src=b.jpg>", "b.jpg"},
        {"<img src=/i/blank.gif data-whatever=/up/b.jpg>", "/up/b.jpg"},
        {"<picture><source srcset='s.webp 400w, t.webp 900w'><img src='data:,'></picture>", "t.webp"},
        {"<picture><source srcset='s.webp'><img src=a.jpg></picture>", "a.jpg"},
        {"<img src='/img/{width}.jpg'>", NULL},
        {"<img alt=x>", NULL},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        lxb_html_document_t *document = lxb_html_document_create();
        sv got = image_url_best(find_image(document, rows[i].html));
        if (!sv_eq(got, sv_cstr(rows[i].url))) fail_msg("%s: got '%.*s'", rows[i].html, SV_ARG(got));
        lxb_html_document_destroy(document);
    }
}

static void image_url_names_any_of_the_sizes(void **state) {
    (void)state;
    lxb_html_document_t *document = lxb_html_document_create();
    lxb_dom_node_t *img = find_image(document, "<picture><source srcset='/x/first-shot.jpg 1x, /x/second-shot.jpg 2x'><img src=/x/third-shot.jpg></picture>");
    assert_true(image_url_names(img, image_url_key(SV("https://a.example/y/second-shot.jpg"))));
    assert_true(image_url_names(img, image_url_key(SV("third-shot.png"))));
    assert_false(image_url_names(img, image_url_key(SV("fourth-shot.png"))));
    lxb_html_document_destroy(document);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(image_url_key_is_equal_for_sizes_of_one_picture),
        cmocka_unit_test(image_url_furniture_is_known_by_whole_words),
        cmocka_unit_test(image_url_best_is_the_largest_that_is_no_placeholder),
        cmocka_unit_test(image_url_names_any_of_the_sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
