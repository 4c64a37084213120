#include "base/arena.h"

#include "alloc_fault.h"
#include "cmocka_all.h"

static void arena_alloc_is_zeroed_and_aligned(void **state) {
    (void)state;
    struct arena a;
    arena_init(&a, 0);
    for (int round = 0; round < 2; round++) {
        for (size_t size = 1; size < 5000; size += 7) {
            unsigned char *p = size % 2 ? arena_alloc(&a, size) : arena_alloc_array(&a, size / 2, 2);
            assert_non_null(p);
            assert_int_equal((uintptr_t)p % 16, 0);
            for (size_t i = 0; i < size; i++) assert_int_equal(p[i], 0);
            memset(p, 0xAB, size);
        }
        arena_reset(&a);
    }
    arena_clear(&a);
    arena_clear(&a);
}

static void arena_alloc_at_the_budget_is_refused(void **state) {
    (void)state;
    struct arena a;
    arena_init(&a, 1000);
    assert_non_null(arena_alloc(&a, 900));
    assert_null(arena_alloc(&a, 200));
    assert_true(a.failed);
    assert_null(arena_alloc_array(&a, SIZE_MAX / 2, 4));
    arena_reset(&a);
    assert_false(a.failed);
    assert_non_null(arena_alloc(&a, 900));
    arena_clear(&a);
}

static void arena_grow_keeps_the_items(void **state) {
    (void)state;
    struct arena a;
    arena_init(&a, 0);
    size_t *items = NULL, count = 0, cap = 0;
    for (; count < 10000; count++) {
        assert_true(arena_grow(&a, (void **)&items, count, &cap, sizeof *items));
        items[count] = count;
    }
    for (size_t i = 0; i < count; i++) assert_int_equal(items[i], i);
    arena_clear(&a);
}

static void arena_grow_of_a_large_array_leaves_no_more_than_half_as_much_unused(void **state) {
    (void)state;
    struct arena a;
    arena_init(&a, 0);
    size_t *items = NULL, count = 0, cap = 0;
    for (; count < 300000; count++) assert_true(arena_grow(&a, (void **)&items, count, &cap, sizeof *items));
    assert_true(cap <= count + count / 2);
    arena_clear(&a);
}

/* Two at a time, so that neither is the last allocation when it grows. */
static void arena_grow_leaves_no_copies_of_large_arrays(void **state) {
    (void)state;
    struct arena a;
    arena_init(&a, 0);
    size_t *items[2] = {NULL, NULL}, cap[2] = {0, 0};
    for (size_t i = 0; i < 200000; i++) {
        assert_true(arena_grow(&a, (void **)&items[i % 2], i / 2, &cap[i % 2], sizeof **items));
        items[i % 2][i / 2] = i;
    }
    for (size_t i = 0; i < 200000; i++) assert_int_equal(items[i % 2][i / 2], i);
    assert_true(a.used_bytes < (cap[0] + cap[1]) * sizeof **items + 300 * 1024);
    arena_clear(&a);
}

static void arena_grow_of_a_large_array_stays_within_the_budget(void **state) {
    (void)state;
    struct arena a;
    arena_init(&a, 1 << 20);
    size_t *items = NULL, count = 0, cap = 0;
    while (arena_grow(&a, (void **)&items, count, &cap, sizeof *items)) items[count] = count, count++;
    assert_true(a.failed);
    assert_true(a.used_bytes <= 1 << 20);
    assert_int_equal(count, 1 << 16);
    for (size_t i = 0; i < count; i++) assert_int_equal(items[i], i);
    arena_clear(&a);
}

/* The array comes to lie alone in the large chunk, and grows there. */
static void arena_grow_over_a_reset_allocates_nothing(void **state) {
    (void)state;
    struct arena a;
    arena_init(&a, 0);
    for (int page = 0; page < 3; page++) {
        size_t *items = NULL, cap = 0;
        if (page) alloc_fault_set(1, ALLOC_FAULT_ALL);
        for (size_t i = 0; i < 100000; i++) {
            assert_true(arena_grow(&a, (void **)&items, i, &cap, sizeof *items));
            items[i] = i;
        }
        assert_false(alloc_fault_clear());
        for (size_t i = 0; i < 100000; i++) assert_int_equal(items[i], i);
        arena_reset(&a);
    }
    arena_clear(&a);
}

static void arena_grow_gives_zeroed_room_and_spares_what_stands_behind(void **state) {
    (void)state;
    struct arena a;
    arena_init(&a, 0);
    for (size_t cap = 1; cap <= 16384; cap *= 2) {
        memset(arena_alloc(&a, 1 << 20), 0xAB, 1 << 20);
        arena_reset(&a);
        size_t count = cap;
        uint64_t *items = arena_alloc_array(&a, count, sizeof *items), *behind = arena_alloc_array(&a, count, sizeof *behind);
        memset(behind, 0xCD, count * sizeof *behind);
        assert_true(arena_grow(&a, (void **)&items, count, &cap, sizeof *items));
        assert_int_equal(cap, 2 * count);
        for (size_t i = 0; i < cap; i++) assert_int_equal(items[i], 0);
        for (size_t i = 0; i < count; i++) assert_true(behind[i] == 0xCDCDCDCDCDCDCDCDu);
        cap = count;
    }
    arena_clear(&a);
}

static void arena_trim_gives_back_the_tail_of_the_last(void **state) {
    (void)state;
    struct arena a;
    arena_init(&a, 0);
    char *first = arena_alloc(&a, 1000), *second;
    size_t used = a.used_bytes;
    memset(first, 'x', 10);
    arena_trim(&a, first, 1000, 10);
    assert_true(a.used_bytes < used);
    second = arena_alloc(&a, 2000);
    assert_true(second >= first + 10 && second < first + 100);
    for (size_t i = 0; i < 2000; i++) assert_int_equal(second[i], 0);
    used = a.used_bytes;
    arena_trim(&a, first, 10, 0); /* not the last */
    assert_int_equal(a.used_bytes, used);
    arena_clear(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arena_alloc_is_zeroed_and_aligned),
        cmocka_unit_test(arena_alloc_at_the_budget_is_refused),
        cmocka_unit_test(arena_grow_keeps_the_items),
        cmocka_unit_test(arena_grow_of_a_large_array_leaves_no_more_than_half_as_much_unused),
        cmocka_unit_test(arena_grow_leaves_no_copies_of_large_arrays),
        cmocka_unit_test(arena_grow_of_a_large_array_stays_within_the_budget),
        cmocka_unit_test(arena_grow_over_a_reset_allocates_nothing),
        cmocka_unit_test(arena_grow_gives_zeroed_room_and_spares_what_stands_behind),
        cmocka_unit_test(arena_trim_gives_back_the_tail_of_the_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
