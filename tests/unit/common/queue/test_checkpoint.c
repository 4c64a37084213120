#include "queue/checkpoint.h"

#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "cmocka_all.h"

static char path[64];

static int in_a_file_of_its_own(void **state) {
    (void)state;
    snprintf(path, sizeof path, "/tmp/thresher-test-checkpoint-%d", (int)getpid());
    return 0;
}

static int remove_it(void **state) {
    (void)state;
    return unlink(path);
}

static void checkpoint_comes_back_as_written(void **state) {
    (void)state;
    struct checkpoint c, again;
    struct err e;
    bool changed = false;
    assert_int_equal(checkpoint_read(path, &c, &e), ERR_OK);
    assert_int_equal(c.count, 0);
    for (uint64_t i = 0; i < 500; i++)
        assert_int_equal(checkpoint_raise(&c, (struct queue_group){(i * 0x9E3779B97F4A7C15u) ^ 7, i + 1}, &changed, &e), ERR_OK);
    assert_true(changed);
    assert_int_equal(checkpoint_write(&c, path, &e), ERR_OK);
    assert_int_equal(checkpoint_read(path, &again, &e), ERR_OK);
    assert_int_equal(again.count, 500);
    for (uint64_t i = 0; i < 500; i++) assert_int_equal(checkpoint_position(&again, (i * 0x9E3779B97F4A7C15u) ^ 7), i + 1);
    assert_int_equal(checkpoint_position(&again, 12345), 0);
    checkpoint_clear(&c);
    checkpoint_clear(&again);
    checkpoint_clear(&again);
}

static void checkpoint_never_goes_back(void **state) {
    (void)state;
    struct checkpoint c = {0};
    struct err e;
    bool changed = false;
    assert_int_equal(checkpoint_raise(&c, (struct queue_group){1, 100}, NULL, &e), ERR_OK);
    assert_int_equal(checkpoint_raise(&c, (struct queue_group){1, 99}, &changed, &e), ERR_OK);
    assert_false(changed);
    assert_int_equal(checkpoint_position(&c, 1), 100);
    checkpoint_clear(&c);
}

static void checkpoint_read_names_the_line_that_is_none(void **state) {
    (void)state;
    static const struct {
        const char *text, *said;
    } cases[] = {{"", NULL},
                 {"something else\n", "line 1"},
                 {"# thresher checkpoint 1\n0000000000000001 5\n0000000000000002\n", "line 3"},
                 {"# thresher checkpoint 1\nxyz 5\n", "line 2"},
                 {"# thresher checkpoint 1\n0000000000000001 99999999999999999999999\n", "line 2"}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct checkpoint c;
        struct err e;
        assert_int_equal(file_replace(path, sv_cstr(cases[i].text), &e), ERR_OK);
        assert_int_equal(checkpoint_read(path, &c, &e), cases[i].said ? ERR_INPUT : ERR_OK);
        if (cases[i].said) assert_non_null(strstr(e.msg, cases[i].said));
        checkpoint_clear(&c);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(checkpoint_comes_back_as_written),
        cmocka_unit_test(checkpoint_never_goes_back),
        cmocka_unit_test(checkpoint_read_names_the_line_that_is_none),
    };
    return cmocka_run_group_tests(tests, in_a_file_of_its_own, remove_it);
}
