/* The encoding tests of html5lib-tests, which lie beside the project as ../shared/html5lib-tests; skipped where they do not. */
#include "markup_hints.h"

#include "base/file.h"
#include "cmocka_all.h"

static size_t run_file(const char *folder, const char *name) {
    char path[4096];
    struct sbuf text;
    struct err e;
    size_t count = 0;
    snprintf(path, sizeof path, "%s/../shared/html5lib-tests/encoding/%s", folder, name);
    sbuf_init(&text, 1 << 20);
    if (file_read(path, &text, &e)) {
        printf("skipped: %s\n", e.msg);
        sbuf_clear(&text);
        exit(77);
    }
    sv rest = sbuf_view(&text), mark = SV("#data\n");
    for (size_t at = sv_find(rest, mark, 0); at != SIZE_MAX; count++) {
        size_t next = sv_find(rest, mark, at + 1), middle = sv_find(rest, SV("\n#encoding\n"), at);
        sv page = sv_take(sv_skip(rest, at + mark.n), middle - at - mark.n);
        sv want = sv_trim(sv_take(sv_skip(rest, middle + 11), (next == SIZE_MAX ? rest.n : next) - middle - 11));
        sv got = sv_starts(page, SV("\xef\xbb\xbf")) ? SV("UTF-8") : markup_hints_find(page).charset;
        if (!got.n) got = SV("windows-1252");
        if (!sv_eq(got, charset_of_label(want))) fail_msg("%s, test %zu: got %.*s, want %.*s:\n%.*s", name, count + 1, SV_ARG(got), SV_ARG(want), SV_ARG(page));
        at = next;
    }
    sbuf_clear(&text);
    return count;
}

static void markup_hints_agree_with_html5lib(void **state) {
    (void)state;
    const char *source = getenv("THRESHER_SOURCE");
    assert_non_null(source);
    assert_true(run_file(source, "tests1.dat") >= 50);
    assert_true(run_file(source, "tests2.dat") >= 20);
    assert_true(run_file(source, "test-yahoo-jp.dat") == 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(markup_hints_agree_with_html5lib)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
