#include "class_words.h"

#include <stdio.h>

#include "blocks.h"
#include "cmocka_all.h"
#include "mark_words.h"

static void words_name_places(void **state) {
    (void)state;
    static const struct {
        const char *attribute;
        uint32_t places;
    } cases[] = {{"main-nav", IN_NAV},          {"userComments", IN_COMMENTS}, {"entry-content", IN_BODY}, {"entry content", 0}, {"post__body", IN_BODY},
                 {"SideBar sidebar2", IN_ASIDE}, {"navigator", 0},              {"", 0}};
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++)
        if (class_words_read(sv_cstr(cases[k].attribute), NULL).places != cases[k].places) fail_msg("'%s'", cases[k].attribute);
}

static void scores_are_half_the_mean_and_half_the_strongest(void **state) {
    (void)state;
    struct word_score slots[8] = {0};
    uint32_t good = class_words_hash(SV("good")), bad = class_words_hash(SV("bad"));
    struct word_scores scores = {slots, 7};
    assert_int_equal(class_words_hash(SV("GOOD")), good);
    slots[good & 7] = (struct word_score){good, 40};
    uint32_t at = bad & 7;
    if (slots[at].hash) at = (at + 1) & 7;
    slots[at] = (struct word_score){bad, -20};
    assert_int_equal(class_words_read(SV("good"), &scores).score, 40);
    assert_int_equal(class_words_read(SV("isGood unknown"), &scores).score, 40);
    assert_int_equal(class_words_read(SV("good-bad"), &scores).score, (40 + 10) / 2);
    assert_int_equal(class_words_read(SV("unknown"), &scores).score, 0);
}

static void words_name_parts(void **state) {
    (void)state;
    assert_int_equal(class_words_read(SV("all-reviews"), NULL).parts, 1u << PART_REVIEW);
    assert_int_equal(class_words_read(SV("itemPrice faq"), NULL).parts, 1u << PART_ITEM | 1u << PART_OFFER | 1u << PART_FAQ);
    assert_int_equal(class_words_read(SV("reviewer item2x pricing specificationsandmore"), NULL).parts, 1u << PART_ITEM);
}

/* Up to twenty letters; of longer ones only the first are held against the words that mark. */
static void long_words_are_read_as_far_as_they_mean_something(void **state) {
    (void)state;
    struct arena arena;
    struct word_score slots[2] = {0};
    struct word_scores scores = {slots, 1};
    uint32_t known = class_words_hash(SV("wordoftwentylettersx"));
    slots[known & 1] = (struct word_score){known, 40};
    arena_init(&arena, 0);
    struct class_cache *cache = class_cache_new(&scores, &arena);
    for (int round = 0; round < 2; round++) {
        assert_int_equal(class_cache_read(cache, SV("wordoftwentylettersx")).score, 40);
        assert_int_equal(class_cache_read(cache, SV("wordoftwentylettersy")).score, 0);
        assert_int_equal(class_cache_read(cache, SV("wordoftwentylettersxy")).score, 0);
        assert_int_equal(class_cache_read(cache, SV("breadcrumbnavigationlist")).marks, MARK_CATEGORY | MARK_ASIDE);
        assert_int_equal(class_cache_read(cache, SV("breadcrumbnavigationlist")).places, 0);
    }
    arena_clear(&arena);
}

/* What a page keeps, and what lets it pass over most words, change no answer. */
static void a_cache_answers_the_same_twice(void **state) {
    (void)state;
    static const char *const attributes[] = {"main-nav", "entry-content", "post__body", "byline author-name", "DatePublished", "figcaption fn", "x", "widget trending", "zz top", "writer", "sharing bio", "itemPrice faq qa", "user-reviews wishlist"};
    struct arena arena;
    arena_init(&arena, 0);
    struct class_cache *cache = class_cache_new(NULL, &arena);
    for (int round = 0; round < 2; round++)
        for (size_t k = 0; k < sizeof attributes / sizeof *attributes; k++) {
            struct class_words read = class_words_read(sv_cstr(attributes[k]), NULL), kept = class_cache_read(cache, sv_cstr(attributes[k]));
            assert_int_equal(kept.places, read.places);
            assert_int_equal(kept.marks, read.marks);
            assert_int_equal(kept.parts, read.parts);
            assert_int_equal(kept.score, read.score);
        }
    assert_int_equal(class_cache_read(cache, SV_NONE).places, 0);
    arena_clear(&arena);
}

/* Words of tables, with letters added, in all orders and so many that the cache forgets. */
static void a_cache_that_forgets_answers_the_same(void **state) {
    (void)state;
    static const char *const words[] = {"nav", "Comment", "s", "entry", "content", "specifications", "recommendation", "navigation", "datePublished", "x", "Qq", "price", "-", "_", " ", "7", "author"};
    struct arena arena;
    struct word_score slots[8] = {0};
    struct word_scores scores = {slots, 7};
    uint32_t random = 1, nav = class_words_hash(SV("nav"));
    slots[nav & 7] = (struct word_score){nav, -20};
    arena_init(&arena, 0);
    struct class_cache *cache = class_cache_new(&scores, &arena);
    for (int round = 0; round < 20000; round++) {
        char text[300];
        size_t n = 0;
        for (unsigned k = 0; k < 1 + (unsigned)round % 9; k++) {
            random = random * 1664525u + 1013904223u;
            const char *word = words[(random >> 16) % (sizeof words / sizeof *words)];
            n += (size_t)snprintf(text + n, sizeof text - n, random >> 31 ? "%s" : "%s%c", word, 'a' + (int)((random >> 8) % 26));
        }
        struct class_words read = class_words_read(sv_from(text, n), &scores), kept = class_cache_read(cache, sv_from(text, n));
        if (kept.places != read.places || kept.marks != read.marks || kept.parts != read.parts || kept.score != read.score) fail_msg("'%.*s'", (int)n, text);
    }
    arena_clear(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_name_places),
        cmocka_unit_test(words_name_parts),
        cmocka_unit_test(long_words_are_read_as_far_as_they_mean_something),
        cmocka_unit_test(a_cache_answers_the_same_twice),
        cmocka_unit_test(a_cache_that_forgets_answers_the_same),
        cmocka_unit_test(scores_are_half_the_mean_and_half_the_strongest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
