#include "dom_text.h"

#include "cmocka_all.h"

static void spaces_are_counted_to_the_first_other_byte(void **state) {
    (void)state;
    static const char spaces[] = " \t\n\v\f\r";
    char text[30];
    assert_int_equal(dom_text_spaces(SV_NONE, 0), 0);
    assert_int_equal(dom_text_spaces(SV("a"), 1), 0);
    for (unsigned byte = 0; byte < 256; byte++)
        for (size_t at = 0; at < sizeof text; at++) {
            for (size_t i = 0; i < sizeof text; i++) text[i] = spaces[(i + at) % (sizeof spaces - 1)];
            text[at] = (char)byte;
            size_t want = ascii_is_space((char)byte) ? sizeof text : at;
            if (dom_text_spaces(sv_from(text, sizeof text), 0) != want) fail_msg("byte %u at %zu", byte, at);
            if (at) assert_int_equal(dom_text_spaces(sv_from(text, at), 1), at - 1);
        }
}

/* A byte at a time. */
static struct text_run slowly(sv raw, size_t at) {
    struct text_run run = {0};
    size_t i = at;
    for (; i < raw.n; i++) {
        uint8_t c = (uint8_t)raw.p[i];
        if (c < ' ' || c == 0x7F || c == 0xC2 || c == 0xE2 || c == 0xEF || (c == ' ' && i > at && raw.p[i - 1] == ' ')) break;
        run.spaces += c == ' ';
        run.inner += (c & 0xC0) == 0x80;
    }
    size_t behind = i > at && raw.p[i - 1] == ' ';
    run.spaces -= behind;
    run.n = i - at - behind;
    return run;
}

static void a_run_of_text_ends_where_a_look_at_each_byte_says(void **state) {
    (void)state;
    static const char bytes[] = "   ab\xc3\xa4\xc2\xe2\xef\x7f\n\x01";
    uint32_t random = 9;
    char text[32];
    for (int round = 0; round < 40000; round++) {
        for (size_t i = 0; i < sizeof text; i++) {
            random = random * 1664525u + 1013904223u;
            text[i] = random >> 29 ? 'x' : bytes[(random >> 16) % (sizeof bytes - 1)];
        }
        sv v = sv_from(text, 1 + (random >> 8) % sizeof text);
        for (size_t at = 0; at < v.n; at++) {
            struct text_run got = dom_text_run(v, at), want = slowly(v, at);
            if (got.n != want.n || got.spaces != want.spaces || got.inner != want.inner) fail_msg("at %zu of '%.*s'", at, (int)v.n, text);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(spaces_are_counted_to_the_first_other_byte), cmocka_unit_test(a_run_of_text_ends_where_a_look_at_each_byte_says)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
