/* The small tables and transforms that the metadata is made of. */
#include "class_words.h"
#include "cmocka_all.h"
#include "entities.h"
#include "letters.h"
#include "mark_words.h"
#include "meta_names.h"

static void entities_and_tags_are_decoded_also_twice(void **state) {
    (void)state;
    static const struct { const char *text, *plain; } cases[] = {
        {"plain", "plain"}, {"A &amp; B", "A & B"}, {"&#8216;x&#x2019;", "\xE2\x80\x98x\xE2\x80\x99"}, {"&amp;quot;x&amp;quot;", "\"x\""}, {"<b>x</b> y", "x y"}, {"1 < 2", "1 < 2"}, {"a &unknown; b", "a &unknown; b"},
        {"a\n  b\tc", "a b c"}, {"&", "&"}, {"&#0;", "&#0;"}, {"&#1114112;", "&#1114112;"}, {"Z&uuml;rich", "Zürich"},
    };
    struct arena arena;
    arena_init(&arena, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) assert_sv_equal(entities_decode(sv_cstr(cases[i].text), &arena), cases[i].plain);
    arena_clear(&arena);
}

static void keys_are_the_same_for_the_same_words(void **state) {
    (void)state;
    static const struct { const char *text, *key; } cases[] = {{"Ann's  \"Bridge\" – closed!", "annsbridgeclosed"}, {"ÄÖÜ ÉŁŻ", "äöüéłż"}, {"ПРИВЕТ", "привет"}, {"ΑΘΗΝΑ", "αθηνα"}, {"「橋」、閉鎖。", "橋閉鎖"}, {"...", ""}};
    struct arena arena;
    arena_init(&arena, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) assert_sv_equal(letters_key(sv_cstr(cases[i].text), &arena), cases[i].key);
    arena_clear(&arena);
    assert_true(letters_all_caps(SV("ÄNNE LEE-O'NEIL")));
    assert_false(letters_all_caps(SV("Änne")));
    assert_false(letters_all_caps(SV("王小明")));
    for (uint32_t cp = 0; cp < 0x2000; cp++)
        if (letters_lower(cp) != cp && cp != 0x130) assert_int_equal(letters_upper(letters_lower(cp)), cp);
}

static void words_of_a_class_mark_what_is_inside(void **state) {
    (void)state;
    static const struct { const char *attribute; uint32_t marks; } cases[] = {
        {"byline", MARK_BYLINE}, {"article__author-name", MARK_AUTHOR}, {"entry-date published", MARK_DATE | MARK_PUBLISHED}, {"articleHeadline", MARK_TITLE}, {"comment-list", MARK_COMMENT}, {"site-footer", MARK_FOOTER | MARK_SITE},
        {"undated authority", 0}, {"", 0}, {"lastModified", MARK_DATE | MARK_MODIFIED}, {"SIDEBAR", MARK_ASIDE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) assert_int_equal(class_words_read(sv_cstr(cases[i].attribute), NULL).marks, cases[i].marks);
}

static void names_of_meta_elements_are_found_in_any_case(void **state) {
    (void)state;
    assert_int_equal(meta_names_find(SV("og:title"))->fact, FACT_TITLE);
    assert_int_equal(meta_names_find(SV("Article:Published_Time"))->fact, FACT_PUBLISHED);
    assert_int_equal(meta_names_find(SV("DC.creator"))->fact, FACT_AUTHOR);
    assert_int_equal(meta_names_find(SV("cms:published_time"))->fact, FACT_PUBLISHED);
    assert_int_equal(meta_names_find(SV("page.last-updated"))->fact, FACT_MODIFIED);
    assert_null(meta_names_find(SV("viewport")));
    assert_null(meta_names_find(SV("twitter:creator")));
    assert_null(meta_names_find(SV("article:publisher")));
    assert_null(meta_names_find(SV("publisher.author"))); /* a prefix is the site's for a date alone, */
    assert_null(meta_names_find(SV("account.created")));  /* and for one whose words say so */
    assert_null(meta_names_find(SV("a name that is far longer than any that we know, and then some more")));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entities_and_tags_are_decoded_also_twice),
        cmocka_unit_test(keys_are_the_same_for_the_same_words),
        cmocka_unit_test(words_of_a_class_mark_what_is_inside),
        cmocka_unit_test(names_of_meta_elements_are_found_in_any_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
