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

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(spaces_are_counted_to_the_first_other_byte)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
