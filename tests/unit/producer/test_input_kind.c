#include "input_kind.h"

#include "cmocka_all.h"

static void input_kind_is_told_by_content_then_name(void **state) {
    (void)state;
    static const struct {
        const char *path, *bytes;
        bool is_named;
        enum input_kind kind;
    } cases[] = {
        {"x", "WARC/1.0\r\n", false, INPUT_ARCHIVE},
        {"x.html", "WARC/1.0\r\n", false, INPUT_ARCHIVE},
        {"x", "\nfiledesc://a 0", false, INPUT_ARCHIVE},
        {"x", "\x5d\x2a\x4d\x18....", false, INPUT_ARCHIVE},
        {"x.warc", "damaged from the start", false, INPUT_ARCHIVE},
        {"x.arc.gz", "damaged from the start", false, INPUT_ARCHIVE},
        {"x", "{\"html\": 1}", true, INPUT_JSONL},
        {"package", "{\"html\": 1}", false, INPUT_UNKNOWN},
        {"x.jsonl", "\xef\xbb\xbf {\"html\": 1}", false, INPUT_JSONL},
        {"x.ndjson", "broken", false, INPUT_JSONL},
        {"x.json", "[1, 2]", true, INPUT_UNKNOWN},
        {"x", " <!DOCTYPE html>", false, INPUT_HTML},
        {"x.txt", "<html>", false, INPUT_HTML},
        {"x.txt", "< 5", false, INPUT_TEXT},
        {"x.HTM", "no tag", false, INPUT_HTML},
        {"x.html", "{{ template }}", true, INPUT_HTML},
        {"x.png", "\x89PNG", true, INPUT_UNKNOWN},
        {"x", "", true, INPUT_UNKNOWN},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct input_look look = input_kind_of(sv_cstr(cases[i].path), sv_cstr(cases[i].bytes), cases[i].is_named);
        if (look.kind != cases[i].kind) print_error("case %zu: %s\n", i, cases[i].path);
        assert_int_equal(look.kind, cases[i].kind);
        assert_int_equal(look.codec, CODEC_NONE);
    }
}

static void input_kind_looks_into_gzip(void **state) {
    (void)state;
    /* printf '<p>a</p>' | gzip -n, and its first bytes only */
    static const char packed[] = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xb3\x29\xb0\x4b\xb4\xd1\x2f\xb0\x03\x00\xc9\x53\xb8\xa6\x08\x00\x00\x00";
    struct input_look look = input_kind_of(SV("x"), sv_from(packed, sizeof packed - 1), false);
    assert_int_equal(look.kind, INPUT_HTML);
    assert_int_equal(look.codec, CODEC_GZIP);
    look = input_kind_of(SV("x.txt.gz"), sv_from(packed, 5), false);
    assert_int_equal(look.kind, INPUT_TEXT);
    assert_int_equal(look.codec, CODEC_GZIP);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(input_kind_is_told_by_content_then_name), cmocka_unit_test(input_kind_looks_into_gzip)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
