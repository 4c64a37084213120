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

static enum err_code raise_one(struct checkpoint *c, uint64_t source, uint64_t position, bool *changed) {
    struct queue_group group = {source, position};
    struct err e;
    return checkpoint_raise(c, &group, 1, changed, &e);
}

static void checkpoint_comes_back_as_written(void **state) {
    (void)state;
    struct checkpoint c, again;
    struct err e;
    bool changed = false;
    assert_int_equal(checkpoint_read(path, &c, &e), ERR_OK);
    assert_int_equal(c.count, 0);
    for (uint64_t i = 0; i < 500; i++) assert_int_equal(raise_one(&c, (i * 0x9E3779B97F4A7C15u) ^ 7, i + 1, &changed), ERR_OK);
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
    bool changed = false;
    assert_int_equal(raise_one(&c, 1, 100, &changed), ERR_OK);
    changed = false;
    assert_int_equal(raise_one(&c, 1, 99, &changed), ERR_OK);
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
                 {"# thresher checkpoint 1\n0000000000000002 5\n0000000000000001 5\n", "line 3"},
                 {"# thresher checkpoint 1\n0000000000000002 5\n0000000000000002 6\n", "line 3"},
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

static void checkpoint_takes_groups_in_any_order(void **state) {
    (void)state;
    struct queue_group first[] = {{7, 1}, {3, 1}}, groups[] = {{9, 2}, {7, 5}, {5, 4}, {9, 8}, {7, 2}, {1, 1}, {9, 3}, {5, 4}};
    static const struct queue_group want[] = {{1, 1}, {3, 1}, {5, 4}, {7, 5}, {9, 8}};
    struct checkpoint c = {0};
    struct err e;
    bool changed = false;
    assert_int_equal(checkpoint_raise(&c, first, COUNT_OF(first), &changed, &e), ERR_OK);
    changed = false;
    assert_int_equal(checkpoint_raise(&c, NULL, 0, &changed, &e), ERR_OK);
    assert_false(changed);
    assert_int_equal(checkpoint_raise(&c, groups, COUNT_OF(groups), &changed, &e), ERR_OK);
    assert_true(changed);
    assert_int_equal(c.count, COUNT_OF(want));
    assert_memory_equal(c.item, want, sizeof want);
    checkpoint_clear(&c);
}

/* Half of them, then the others between those: one by one that would be 10^11 moves. */
static void checkpoint_of_very_many_sources_says_once_that_it_is_full(void **state) {
    (void)state;
    size_t half = CHECKPOINT_SOURCES_MAX / 2;
    struct queue_group *groups = malloc(half * sizeof *groups);
    struct checkpoint c = {0}, again;
    struct err e;
    bool changed = false;
    assert_non_null(groups);
    for (uint64_t round = 0; round < 2; round++) {
        for (size_t i = 0; i < half; i++) groups[i] = (struct queue_group){2 * (half - i) + round, 1};
        assert_int_equal(checkpoint_raise(&c, groups, half, &changed, &e), ERR_OK);
    }
    assert_int_equal(c.count, CHECKPOINT_SOURCES_MAX);
    for (int round = 0; round < 2; round++) {
        struct queue_group more[] = {{1, 1}, {2, 7 + (uint64_t)round}};
        changed = false;
        assert_int_equal(checkpoint_raise(&c, more, COUNT_OF(more), &changed, &e), round ? ERR_OK : ERR_LIMIT);
        assert_true(changed);
        assert_int_equal(c.count, CHECKPOINT_SOURCES_MAX);
        assert_int_equal(checkpoint_position(&c, 2), 7 + round);
    }
    assert_non_null(strstr(e.msg, "1048576 sources"));
    assert_int_equal(checkpoint_write(&c, path, &e), ERR_OK);
    assert_int_equal(checkpoint_read(path, &again, &e), ERR_OK);
    assert_int_equal(again.count, CHECKPOINT_SOURCES_MAX);
    assert_memory_equal(again.item, c.item, c.count * sizeof *c.item);
    checkpoint_clear(&again);
    FILE *f = fopen(path, "a");
    assert_true(f && fputs("ffffffffffffffff 1\n", f) >= 0 && fclose(f) == 0);
    assert_int_equal(checkpoint_read(path, &again, &e), ERR_INPUT);
    assert_non_null(strstr(e.msg, "line 1048578"));
    free(groups);
    checkpoint_clear(&c);
    checkpoint_clear(&again);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(checkpoint_comes_back_as_written),
        cmocka_unit_test(checkpoint_never_goes_back),
        cmocka_unit_test(checkpoint_takes_groups_in_any_order),
        cmocka_unit_test(checkpoint_of_very_many_sources_says_once_that_it_is_full),
        cmocka_unit_test(checkpoint_read_names_the_line_that_is_none),
    };
    return cmocka_run_group_tests(tests, in_a_file_of_its_own, remove_it);
}
