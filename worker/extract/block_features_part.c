/* Columns about the parts of a page that class words name (see class_parts.h). */
#include "block_features_node.h"

enum { ROW = 16, FAR_AWAY = 15 };

typedef uint8_t row16 __attribute__((vector_size(ROW))); /* a byte a part */

_Static_assert((int)PART_COUNT <= (int)ROW, "a part has a byte of a row");
_Static_assert(F_PART_DATE - F_PART_REVIEW + 1 == (int)PART_COUNT, "a column a part");

static row16 step_up(row16 above) { return above + ((row16)(above > 0) & (row16)(above < FAR_AWAY) & 1); }

bool features_measure_parts(const struct blocks *b, struct arena *arena, struct features *f) {
    row16 *rows = arena_alloc_array(arena, b->node_count + 1, sizeof *rows);
    if (!rows) return false;
    for (uint32_t n = 0; n < b->node_count; n++) {
        row16 row = n ? step_up(rows[b->node[n].parent]) : (row16){0};
        for (uint32_t own = b->node[n].parts; own; own &= own - 1) row[__builtin_ctz(own)] = 1;
        rows[n] = row;
    }
    for (size_t i = 0; i < b->count; i++) {
        row16 row = rows[b->block[i].node];
        for (unsigned part = 0; part < PART_COUNT; part++) f->column[(size_t)(F_PART_REVIEW + part) * f->stride + i] = row[part];
    }
    return true;
}
