#include "page_list.h"

#include <unistd.h>

#include "cmocka_all.h"

static const char *write_list(const char *text, size_t n) {
    static char path[64];
    snprintf(path, sizeof path, "/tmp/thresher-list-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, n), (ssize_t)n);
    close(fd);
    return path;
}

static void page_list_files_come_before_the_list(void **state) {
    (void)state;
    static const char *const files[] = {"one", "two"};
    static const char text[] = "three\n\nfour\thttp://a.example/?q=1\t2\r\n five six\nlast";
    static struct page_list list;
    static const struct {
        const char *path, *url;
    } want[] = {{"one", NULL}, {"two", NULL}, {"three", NULL}, {"four", "http://a.example/?q=1\t2"}, {" five six", NULL}, {"last", NULL}};
    const char *path = write_list(text, sizeof text - 1);
    struct err e;
    sv got, url;
    assert_int_equal(page_list_open(&list, files, 2, path, &e), ERR_OK);
    for (size_t i = 0; i < COUNT_OF(want); i++) {
        assert_true(page_list_next(&list, &got, &url, &e));
        assert_sv_equal(got, want[i].path);
        assert_int_equal(url.p == NULL, want[i].url == NULL);
        if (want[i].url) assert_sv_equal(url, want[i].url);
    }
    assert_false(page_list_next(&list, &got, &url, &e));
    assert_int_equal(e.code, ERR_OK);
    page_list_close(&list);
    page_list_close(&list);
    unlink(path);
}

static void page_list_that_is_not_there_says_so(void **state) {
    (void)state;
    static struct page_list list;
    struct err e;
    assert_int_equal(page_list_open(&list, NULL, 0, "/nonexistent/list", &e), ERR_NOT_FOUND);
    assert_non_null(strstr(e.msg, "/nonexistent/list"));
}

static void page_list_line_without_end_is_refused_with_its_number(void **state) {
    (void)state;
    enum { LONG = PAGE_LIST_LINE_MAX * 2 };
    static char text[LONG + 4];
    memset(text, 'x', sizeof text);
    memcpy(text, "ok\n", 3);
    static struct page_list list;
    struct err e;
    sv got, url;
    const char *path = write_list(text, sizeof text);
    assert_int_equal(page_list_open(&list, NULL, 0, path, &e), ERR_OK);
    assert_true(page_list_next(&list, &got, &url, &e));
    assert_false(page_list_next(&list, &got, &url, &e));
    assert_int_equal(e.code, ERR_LIMIT);
    assert_non_null(strstr(e.msg, ":2:"));
    page_list_close(&list);
    unlink(path);
}

static void page_list_kind_is_by_name_then_content(void **state) {
    (void)state;
    const struct {
        sv path, bytes;
        enum payload_kind kind;
    } rows[] = {
        {SV("a.txt"), SV("<html>"), PAYLOAD_TEXT},
        {SV("A.TXT"), SV("<html>"), PAYLOAD_TEXT},
        {SV("a.html"), SV("no tag"), PAYLOAD_HTML},
        {SV("a"), SV("<!doctype html>"), PAYLOAD_HTML},
        {SV("a"), SV("words, then </p>"), PAYLOAD_HTML},
        {SV("a"), SV("3 < 4 and 5 <6 are no tags"), PAYLOAD_TEXT},
        {SV("a"), SV("just words"), PAYLOAD_TEXT},
        {SV("a"), SV("<\0h\0t\0m\0l\0"), PAYLOAD_HTML},
        {SV("a"), SV("\xFF\xFEw\0o\0r\0d\0"), PAYLOAD_TEXT},
        {SV("a.pdf"), SV("%PDF\0\0\0"), PAYLOAD_HTML}, /* for the extraction to say that it is none */
        {SV("a"), SV(""), PAYLOAD_HTML},
        {SV("a"), SV("<"), PAYLOAD_TEXT},
        {SV("-"), SV("<?xml version"), PAYLOAD_HTML},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) assert_int_equal(page_list_kind(rows[i].path, rows[i].bytes), rows[i].kind);
}

static void page_list_read_names_what_is_wrong(void **state) {
    (void)state;
    struct sbuf out;
    struct err e;
    sbuf_init(&out, 100);
    assert_int_equal(page_list_read(SV("/nonexistent/page"), &out, &e), ERR_NOT_FOUND);
    assert_non_null(strstr(e.msg, "/nonexistent/page"));
    assert_int_not_equal(page_list_read(SV("/tmp"), &out, &e), ERR_OK);
    assert_int_equal(page_list_read(SV("/dev/zero"), &out, &e), ERR_LIMIT);
    static char long_path[5000];
    memset(long_path, 'p', sizeof long_path);
    sbuf_reset(&out);
    assert_int_equal(page_list_read(sv_from(long_path, sizeof long_path), &out, &e), ERR_LIMIT);
    sbuf_clear(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(page_list_files_come_before_the_list),
        cmocka_unit_test(page_list_that_is_not_there_says_so),
        cmocka_unit_test(page_list_line_without_end_is_refused_with_its_number),
        cmocka_unit_test(page_list_kind_is_by_name_then_content),
        cmocka_unit_test(page_list_read_names_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
