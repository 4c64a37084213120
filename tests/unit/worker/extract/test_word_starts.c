#include "word_starts.h"

#include "cmocka_all.h"

static size_t slowly(sv text, size_t at) {
    while (at < text.n && at > 0 && text.p[at - 1] != ' ' && (uint8_t)text.p[at] < 0xC0) at++;
    return at;
}

static void words_begin_where_a_look_at_each_byte_says(void **state) {
    (void)state;
    static const char bytes[] = " !a\x7f\x80\xbf\xc0\xc3\xff\x1f\n";
    uint32_t random = 3;
    char text[40];
    assert_int_equal(word_starts_next(SV_NONE, 0), 0);
    assert_int_equal(word_starts_next(SV("one two"), 1), 4);
    for (int round = 0; round < 20000; round++) {
        for (size_t i = 0; i < sizeof text; i++) {
            random = random * 1664525u + 1013904223u;
            text[i] = random >> 30 ? bytes[(random >> 16) % (sizeof bytes - 1)] : 'x';
        }
        sv v = sv_from(text, (random >> 8) % sizeof text);
        for (size_t at = 0; at <= v.n; at++)
            if (word_starts_next(v, at) != slowly(v, at)) fail_msg("at %zu of %zu", at, v.n);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(words_begin_where_a_look_at_each_byte_says)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
