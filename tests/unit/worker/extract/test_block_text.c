#include "block_text.h"

#include <stdio.h>

#include "cmocka_all.h"

static struct text_block measured(const char *text) {
    struct text_block b = {.text = sv_cstr(text)};
    block_text_measure(&b);
    return b;
}

static void tokens_are_words_or_characters_by_script(void **state) {
    (void)state;
    static const struct {
        const char *text;
        unsigned tokens, sentences;
    } cases[] = {
        {"", 0, 0},
        {"It rained. It stopped!", 4, 2},
        {"3.14 is a number", 5, 0},
        {"\"Go on,\" she said.\"", 4, 1},
        {"今天天气很好。我们去公园。", 11, 2},
        {"これはペンです。", 7, 1},
        {"ภาษาไทย", 7, 0},
        {"ذهبت إلى البيت؟ نعم.", 4, 2},
        {"यह एक वाक्य है।", 4, 1},
        {"Привет, мир. Как дела?", 4, 2},
        {"snake_case x-y", 3, 0},
    };
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        struct text_block b = measured(cases[k].text);
        if (b.tokens != cases[k].tokens || b.sentences != cases[k].sentences) print_error("%s: %u %u\n", cases[k].text, b.tokens, b.sentences);
        assert_int_equal(b.tokens, cases[k].tokens);
        assert_int_equal(b.sentences, cases[k].sentences);
    }
}

/* In the middle of a text as at its front, where each character is looked at alone. */
static void letters_beyond_ascii_count_as_others_do(void **state) {
    (void)state;
    struct text_block b = measured("ab éa Über, ПрИвет ÷ ſ\xc3 x\xd4\x81y Ω");
    assert_int_equal(b.tokens, 8);
    assert_int_equal(b.chars, 22);
    assert_int_equal(b.upper, 4);
    assert_int_equal(b.commas, 1);
    for (uint32_t cp = 0xC0; cp < 0x580; cp++) {
        char front[8], middle[16];
        snprintf(front, sizeof front, "%c%c", (int)(0xC0 | cp >> 6), (int)(0x80 | (cp & 0x3F)));
        snprintf(middle, sizeof middle, "ab %s", front);
        struct text_block alone = measured(front), behind = measured(middle);
        if (alone.upper != behind.upper || alone.tokens + 1 != behind.tokens || alone.chars + 2 != behind.chars) fail_msg("U+%04X", cp);
    }
}

static void ends_and_starts_are_seen(void **state) {
    (void)state;
    assert_true(measured("He said \"no.\"").ends_sentence);
    assert_false(measured("Read more").ends_sentence);
    assert_true(measured("These are:").ends_colon);
    assert_true(measured("- Élan vital").starts_upper);
    assert_false(measured("the end").starts_upper);
}

static void dates_are_years_or_joined_numbers(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool date;
    } cases[] = {{"3 July 2024", true}, {"10:15", true}, {"03.07", true},      {"2024年7月", true}, {"7月3日", true}, {"room 12", false},
                 {"12345", false},      {"1850", false}, {"a 3.5 b 4", true}, {"7, 8", false},     {"", false},        {"2031x", true}};
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++)
        if (measured(cases[k].text).has_date != cases[k].date) fail_msg("'%s'", cases[k].text);
}

static void hashes_are_those_of_words_in_lower_case(void **state) {
    (void)state;
    uint32_t a[8], b[8];
    assert_int_equal(block_text_hashes(SV("Ferry RETURNS, Straße"), a, 8), 3);
    assert_int_equal(block_text_hashes(SV("ferry returns straße"), b, 8), 3);
    assert_memory_equal(a, b, 3 * sizeof *a);
    assert_int_equal(block_text_hashes(SV("ПРИВЕТ"), a, 8), 1);
    assert_int_equal(block_text_hashes(SV("привет"), b, 8), 1);
    assert_int_equal(a[0], b[0]);
    assert_int_equal(block_text_hashes(SV("ferry—x Straße—ferry"), b, 8), 4);
    assert_int_equal(block_text_hashes(SV("ferry extraordinarily"), a, 8), 2);
    assert_int_equal(a[0], b[0]);
    assert_int_equal(a[0], b[3]);
    assert_int_equal(block_text_hashes(SV("Extraordinarily late"), b, 8), 2); /* not at the text's end */
    assert_int_equal(a[1], b[0]);
    assert_int_equal(block_text_hashes(SV("a b c d"), a, 2), 2);
    assert_int_equal(block_text_hashes(SV("日本"), a, 8), 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens_are_words_or_characters_by_script),
        cmocka_unit_test(letters_beyond_ascii_count_as_others_do),
        cmocka_unit_test(ends_and_starts_are_seen),
        cmocka_unit_test(dates_are_years_or_joined_numbers),
        cmocka_unit_test(hashes_are_those_of_words_in_lower_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
