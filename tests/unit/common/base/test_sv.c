#include "base/sv.h"

#include "cmocka_all.h"

static void sv_cut_walks_the_fields(void **state) {
    (void)state;
    sv rest = SV("a,,b");
    assert_sv_equal(sv_cut(&rest, ','), "a");
    assert_sv_equal(sv_cut(&rest, ','), "");
    assert_non_null(rest.p);
    assert_sv_equal(sv_cut(&rest, ','), "b");
    assert_null(rest.p);
}

static void sv_find_has_its_edges(void **state) {
    (void)state;
    assert_int_equal(sv_find(SV("abcabc"), SV("bc"), 2), 4);
    assert_true(sv_find(SV("abc"), SV("abcd"), 0) == SIZE_MAX);
    assert_true(sv_find(SV("abc"), SV("c"), 4) == SIZE_MAX);
    assert_true(sv_find(SV("abc"), SV("c"), 3) == SIZE_MAX);
    assert_int_equal(sv_find(SV("abcc"), SV("c"), 3), 3);
    assert_int_equal(sv_find_nocase(SV("xCharSET="), SV("charset"), 0), 1);
    static const sv needles[] = {SV_OF("bc."), SV_OF("/x")};
    assert_true(sv_has_any(SV("abbc.d"), needles, 2));
    assert_true(sv_has_any(SV("a/y/x"), needles, 2));
    assert_false(sv_has_any(SV("abc/"), needles, 2));
    assert_false(sv_has_any(SV("b"), needles, 2));
    assert_false(sv_has_any(SV("bc/c.bx"), needles, 2)); /* the first byte of one, the second of another */
    assert_true(sv_has_any(SV("/x"), needles, 2));
    assert_false(sv_has_any(SV_NONE, needles, 2));
    assert_true(sv_eq_nocase(SV("HTML"), SV("html")));
    assert_false(sv_eq_nocase(SV("HTML"), SV("htm")));
}

static void sv_to_u64_takes_digits_only(void **state) {
    (void)state;
    static const struct { const char *text; bool ok; uint64_t value; } cases[] = {
        {"0", true, 0}, {"18446744073709551615", true, UINT64_MAX}, {"18446744073709551616", false, 0},
        {"", false, 0}, {"-1", false, 0}, {"12 ", false, 0}, {"0x10", false, 0}, {"007", true, 7},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint64_t value = 0;
        assert_int_equal(sv_to_u64(sv_cstr(cases[i].text), &value), cases[i].ok);
        if (cases[i].ok) assert_true(value == cases[i].value);
    }
}

static void sv_comparisons_with_c_strings_are_those_with_views(void **state) {
    (void)state;
    assert_true(sv_is(SV("HTML"), "html") && sv_begins(SV("HTML"), "ht"));
    assert_false(sv_is(SV("html5"), "html") || sv_is(SV("htm"), "html") || sv_is(SV_NONE, "html") || sv_is(SV("xtml"), "html"));
    assert_false(sv_begins(SV("h"), "ht") || sv_begins(SV_NONE, "h") || sv_begins(SV("xht"), "ht"));
}

static void sv_trim_takes_white_space_off_both_ends(void **state) {
    (void)state;
    assert_sv_equal(sv_trim(SV(" \r\n a b\t")), "a b");
    assert_sv_equal(sv_trim(SV(" \n ")), "");
    for (size_t left = 0; left < 20; left++)
        for (size_t right = 0; right < 20; right++) {
            char text[48];
            memset(text, 'z', sizeof text);
            memset(text, ' ', left + 4 + right);
            memcpy(text + left, "a  b", 4);
            assert_sv_equal(sv_trim(sv_from(text, left + 4 + right)), "a  b");
            assert_sv_equal(sv_trim(sv_from(text + left + 4, right)), "");
        }
}

/* Short texts and long ones, with beginnings of the needle before and behind it. */
static void sv_find_finds_what_a_look_at_each_place_finds(void **state) {
    (void)state;
    uint32_t random = 3;
    char text[160];
    for (int round = 0; round < 60000; round++) {
        size_t n = round % 5 ? 1 + (size_t)round % 40 : 100 + (size_t)round % 60, from = (random >> 9) % (n + 1), want = SIZE_MAX;
        for (size_t i = 0; i < n; i++) {
            random = random * 1664525u + 1013904223u;
            text[i] = "aaab\x80\xff"[(random >> 16) % 6];
        }
        sv v = sv_from(text, n), needle = sv_take(sv_skip(v, (random >> 5) % n), 1 + (random >> 20) % 6);
        if (random >> 31) needle = sv_take(SV("ab\x80\xff" "aab"), 1 + (random >> 20) % 7);
        for (size_t at = n; at-- > from;)
            if (sv_starts(sv_skip(v, at), needle)) want = at;
        if (sv_find(v, needle, from) != want) fail_msg("round %d", round);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sv_cut_walks_the_fields),
        cmocka_unit_test(sv_find_has_its_edges),
        cmocka_unit_test(sv_find_finds_what_a_look_at_each_place_finds),
        cmocka_unit_test(sv_to_u64_takes_digits_only),
        cmocka_unit_test(sv_trim_takes_white_space_off_both_ends),
        cmocka_unit_test(sv_comparisons_with_c_strings_are_those_with_views),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
