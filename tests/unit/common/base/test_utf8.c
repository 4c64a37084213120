#include "base/utf8.h"

#include "base/arena.h"
#include "base/sbuf.h"
#include "cmocka_all.h"

static void utf8_validity_follows_the_standard(void **state) {
    (void)state;
    static const struct { const char *text; bool valid; const char *repaired; } cases[] = {
        {"plain", true, "plain"},
        {"gr\xC3\xBC\xC3\x9F dich \xE4\xBD\xA0 \xF0\x9F\x98\x80", true, "gr\xC3\xBC\xC3\x9F dich \xE4\xBD\xA0 \xF0\x9F\x98\x80"},
        {"\xEF\xBF\xBD", true, "\xEF\xBF\xBD"},
        {"\xC0\xAF", false, "\xEF\xBF\xBD\xEF\xBF\xBD"},              /* overlong */
        {"\xED\xA0\x80", false, "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"}, /* surrogate */
        {"\xF4\x90\x80\x80", false, "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
        {"\xE2\x82", false, "\xEF\xBF\xBD"},                          /* cut off: one replacement */
        {"a\xE2\x82z", false, "a\xEF\xBF\xBDz"},
        {"12345678\x80", false, "12345678\xEF\xBF\xBD"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sbuf out;
        sbuf_init(&out, 0);
        utf8_repair(sv_cstr(cases[i].text), &out);
        assert_int_equal(utf8_is_valid(sv_cstr(cases[i].text)), cases[i].valid);
        assert_sv_equal(sbuf_view(&out), cases[i].repaired);
        sbuf_clear(&out);
    }
}

static void what_a_terminal_is_shown_is_one_line_without_controls(void **state) {
    (void)state;
    struct sbuf out;
    sbuf_init(&out, 0);
    utf8_add_printable(sv_from("a\0b\nc\td\x1b[2Je\x7f" "f\xc2\x9b" "g\x9bh \xc3\xa9\xe2\x82", 24), &out);
    assert_sv_equal(sbuf_view(&out), "a?b?c?d?[2Je?f?g\xEF\xBF\xBDh \xc3\xa9\xEF\xBF\xBD");
    sbuf_clear(&out);
}

static void utf8_every_code_point_makes_the_round_trip(void **state) {
    (void)state;
    for (uint32_t cp = 0; cp <= 0x10FFFF; cp++) {
        char bytes[4];
        size_t n = utf8_encode(cp, bytes), len = 0;
        uint32_t back = utf8_decode(sv_from(bytes, n), &len);
        assert_int_equal(back, cp >= 0xD800 && cp <= 0xDFFF ? 0xFFFD : cp);
        assert_int_equal(len, n);
    }
}

static void utf8_cut_never_splits_a_character(void **state) {
    (void)state;
    assert_sv_equal(utf8_cut(SV("a\xE4\xBD\xA0z"), 3), "a");
    assert_sv_equal(utf8_cut(SV("a\xE4\xBD\xA0z"), 4), "a\xE4\xBD\xA0");
}

static void utf8_count_tells_good_from_bad_at_every_offset(void **state) {
    (void)state;
    char text[200];
    for (size_t at = 0; at < 150; at++) {
        memset(text, 'a', sizeof text);
        memcpy(text + at, "\xC3\xBC\xE4\xBD\xA0\xF0\x9F\x98\x80\xED\xA0\x80\xE2\x82", 14);
        struct utf8_count c = utf8_count(sv_from(text, sizeof text), SIZE_MAX);
        assert_int_equal(c.good, 3);
        assert_int_equal(c.bad, 4);
        assert_int_equal(utf8_ascii_prefix(sv_from(text, sizeof text)), at);
        assert_int_equal(utf8_count(sv_from(text, sizeof text), 2).bad, 2);
    }
    assert_int_equal(utf8_ascii_prefix(SV("plain")), 5);
    assert_int_equal(utf8_ascii_prefix(SV_NONE), 0);
}

static void utf8_control_characters_are_left_out(void **state) {
    (void)state;
    static const struct {
        sv in;
        const char *out;
    } cases[] = {
        {{"a\0b", 3}, "ab"},
        {{"\x01\x1b[31mred\x7f", 10}, "[31mred"},
        {{"a\tb\nc", 5}, "a\tb\nc"},
        {{"a\vb\fc\rd", 7}, "a b c d"},
        {{"a\xc2\x80" "b\xc2\x9f" "c\xc2\x85" "d\xc2\xa0", 12}, "abc d\xc2\xa0"},
        {{"\xe2\x80\xae\xc2", 4}, "\xe2\x80\xae\xc2"},
        {{"", 0}, ""},
    };
    struct arena arena;
    arena_init(&arena, 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) assert_sv_equal(utf8_without_controls(cases[i].in, &arena), cases[i].out);
    assert_ptr_equal(utf8_without_controls(cases[2].in, &arena).p, cases[2].in.p);
    arena_clear(&arena);
}

/* Each odd byte at each place of a longer text, eight of which are looked at together. */
static void utf8_control_characters_are_seen_anywhere(void **state) {
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    for (unsigned byte = 0; byte < 256; byte++)
        for (size_t at = 0; at < 20; at++) {
            char text[20], want[24];
            memset(text, 'x', sizeof text);
            text[at] = (char)byte;
            bool space = byte >= '\v' && byte <= '\r', control = (byte < 32 || byte == 127) && byte != '\t' && byte != '\n' && !space;
            memcpy(want, text, at);
            size_t n = at;
            if (!control) want[n++] = space ? ' ' : (char)byte;
            memcpy(want + n, text + at + 1, sizeof text - at - 1);
            n += sizeof text - at - 1;
            sv got = utf8_without_controls(sv_from(text, sizeof text), &arena);
            if (!sv_eq(got, sv_from(want, n))) fail_msg("byte %u at %zu", byte, at);
        }
    arena_clear(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_validity_follows_the_standard),
        cmocka_unit_test(what_a_terminal_is_shown_is_one_line_without_controls),
        cmocka_unit_test(utf8_every_code_point_makes_the_round_trip),
        cmocka_unit_test(utf8_count_tells_good_from_bad_at_every_offset),
        cmocka_unit_test(utf8_cut_never_splits_a_character),
        cmocka_unit_test(utf8_control_characters_are_left_out),
        cmocka_unit_test(utf8_control_characters_are_seen_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
