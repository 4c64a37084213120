#include "table_grid.h"

#include "cmocka_all.h"

static void cells_stand_beside_those_that_reach_down(void **state) {
    (void)state;
    struct arena arena;
    struct table_grid *grid = NULL, *spare = NULL;
    arena_init(&arena, 0);
    assert_true(table_grid_open(&grid, &spare, &arena));
    table_grid_begin_group(grid);
    table_grid_begin_row(grid);
    assert_int_equal(table_grid_place(grid, 2, 1), 1);
    assert_int_equal(table_grid_place(grid, 1, 2), 2);
    assert_int_equal(table_grid_place(grid, 3, 1), 4);
    assert_int_equal(table_grid_place(grid, 1, 1), 5);
    table_grid_begin_row(grid);
    assert_int_equal(table_grid_place(grid, 1, 1), 2);
    struct table_grid *outer = grid;
    assert_true(table_grid_open(&grid, &spare, &arena)); /* a table within a cell */
    table_grid_begin_row(grid);
    assert_int_equal(table_grid_place(grid, 0, 1), 1);
    table_grid_begin_row(grid);
    assert_int_equal(table_grid_place(grid, 1, 1), 2);
    table_grid_close(&grid, &spare);
    assert_ptr_equal(grid, outer);
    assert_int_equal(table_grid_place(grid, 1, 1), 3);
    assert_int_equal(table_grid_place(grid, 1, 1), 5);
    table_grid_begin_row(grid);
    for (uint32_t column = 1; column < 4; column++) assert_int_equal(table_grid_place(grid, 1, 1), column);
    assert_int_equal(table_grid_place(grid, 1, 1), 5);
    table_grid_begin_group(grid);
    table_grid_begin_row(grid);
    for (uint32_t column = 1; column < 6; column++) assert_int_equal(table_grid_place(grid, 0, 1), column);
    table_grid_close(&grid, &spare);
    assert_null(grid);
    arena_clear(&arena);
}

static void numbers_that_no_table_has_do_no_harm(void **state) {
    (void)state;
    struct arena arena;
    struct table_grid *grid = NULL, *spare = NULL;
    arena_init(&arena, 0);
    assert_true(table_grid_open(&grid, &spare, &arena));
    table_grid_begin_row(grid);
    assert_int_equal(table_grid_place(grid, UINT32_MAX, UINT32_MAX), 1);
    assert_int_equal(table_grid_place(grid, 1, 0), TABLE_COLUMNS_MAX + 1);
    assert_int_equal(table_grid_place(grid, UINT32_MAX, 1), TABLE_COLUMNS_MAX + 2);
    table_grid_begin_row(grid);
    assert_int_equal(table_grid_place(grid, 1, 1), TABLE_COLUMNS_MAX + 1);
    arena_clear(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_stand_beside_those_that_reach_down),
        cmocka_unit_test(numbers_that_no_table_has_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
