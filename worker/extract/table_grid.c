#include "table_grid.h"

bool table_grid_open(struct table_grid **grid, struct table_grid **spare, struct arena *arena) {
    struct table_grid *inner = *spare;
    if (inner) *spare = inner->outer;
    else inner = ARENA_NEW(arena, struct table_grid);
    if (!inner) return false;
    *inner = (struct table_grid){.outer = *grid};
    *grid = inner;
    return true;
}

void table_grid_close(struct table_grid **grid, struct table_grid **spare) {
    struct table_grid *inner = *grid;
    *grid = inner->outer;
    inner->outer = *spare;
    *spare = inner;
}

void table_grid_begin_group(struct table_grid *g) { memset(g->until, 0, sizeof g->until); }

void table_grid_begin_row(struct table_grid *g) {
    g->row++;
    g->column = 0;
}

uint32_t table_grid_place(struct table_grid *g, uint32_t rows, uint32_t columns) {
    while (g->column < TABLE_COLUMNS_MAX && g->until[g->column] >= g->row) g->column++;
    uint32_t column = g->column, last = rows && rows - 1 < UINT32_MAX - g->row ? g->row + rows - 1 : UINT32_MAX;
    if (columns < 1) columns = 1;
    if (columns > TABLE_COLUMNS_MAX) columns = TABLE_COLUMNS_MAX;
    for (uint32_t i = column; rows != 1 && i < column + columns && i < TABLE_COLUMNS_MAX; i++) g->until[i] = last;
    g->column = column + columns;
    return column + 1;
}
