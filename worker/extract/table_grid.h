/* Which column each cell of a table stands in, where cells reach over rows and columns. For the elements of a page in their order. */
#pragma once

#include "base/arena.h"

enum { TABLE_COLUMNS_MAX = 64 }; /* what is known of; a cell behind them is behind the one before it */

struct table_grid {
    struct table_grid *outer;
    uint32_t row, column;               /* from 1; behind the last cell of the row, from 0 */
    uint32_t until[TABLE_COLUMNS_MAX];  /* the last row that a cell above reaches down to */
};

/* A table within *grid begins, or the one that it is ends; `*spare` keeps what was given back. False without memory. O(columns). */
MUST_USE bool table_grid_open(struct table_grid **grid, struct table_grid **spare, struct arena *);
void table_grid_close(struct table_grid **grid, struct table_grid **spare);
/* Cells do not reach beyond their group of rows. O(columns). */
void table_grid_begin_group(struct table_grid *);
void table_grid_begin_row(struct table_grid *);
/* The column of the next cell of the row, from 1. `rows` 0: to the end of the group. O(columns). */
uint32_t table_grid_place(struct table_grid *, uint32_t rows, uint32_t columns);
