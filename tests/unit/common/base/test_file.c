#include "base/file.h"

#include <sys/stat.h>
#include <unistd.h>

#include "cmocka_all.h"

static int in_a_folder_of_its_own(void **state) {
    static char dir[] = "/tmp/thresher-test-file-XXXXXX";
    *state = mkdtemp(dir);
    return *state && chdir(dir) == 0 ? 0 : -1;
}

static int leave(void **state) {
    unlink("f");
    unlink("f.tmp");
    rmdir("a/b/c");
    rmdir("a/b");
    rmdir("a");
    return chdir("/") == 0 ? rmdir(*state) : -1;
}

static void file_replace_then_read(void **state) {
    (void)state;
    struct sbuf got;
    struct err e;
    sbuf_init(&got, 10);
    assert_int_equal(file_replace("f", SV("first, longer"), &e), ERR_OK);
    assert_int_equal(file_read("f", &got, &e), ERR_LIMIT);
    sbuf_reset(&got);
    assert_int_equal(file_replace("f", SV("second"), &e), ERR_OK);
    assert_int_equal(file_read("f", &got, &e), ERR_OK);
    assert_sv_equal(sbuf_view(&got), "second");
    assert_int_equal(access("f.tmp", F_OK), -1);
    sbuf_clear(&got);
}

static void file_errors_name_the_path(void **state) {
    (void)state;
    struct sbuf got;
    struct err e;
    sbuf_init(&got, 0);
    assert_int_equal(file_read("nothing/here", &got, &e), ERR_NOT_FOUND);
    assert_non_null(strstr(e.msg, "nothing/here"));
    sbuf_clear(&got);
}

static void file_make_dirs_makes_all_of_them(void **state) {
    (void)state;
    struct err e;
    struct stat st;
    assert_int_equal(file_make_dirs("a/b/c", &e), ERR_OK);
    assert_int_equal(file_make_dirs("a/b/c", &e), ERR_OK);
    assert_int_equal(stat("a/b/c", &st), 0);
    assert_int_equal(file_replace("f", SV("x"), &e), ERR_OK);
    assert_int_equal(file_make_dirs("f", &e), ERR_CONFLICT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(file_replace_then_read),
        cmocka_unit_test(file_errors_name_the_path),
        cmocka_unit_test(file_make_dirs_makes_all_of_them),
    };
    return cmocka_run_group_tests(tests, in_a_folder_of_its_own, leave);
}
