#include "schema/markdown_table.h"

enum { CELLS_MAX = 32 /* that are left out before one */ };

struct cell {
    const struct article_block *block;
    sv text;
    size_t column; /* from 1; that of the cell before it, where it goes on with that */
};

/* Goes over the cells of one row. */
struct row {
    const struct article *article;
    size_t block;       /* behind the one that it has come to */
    sv rest, separator; /* of that, where it holds several cells: what was not taken yet */
    uint64_t columns;   /* of those; 0: one behind another */
};

static sv cut(sv *rest, sv separator) {
    size_t at = sv_find(*rest, separator, 0);
    sv text = sv_take(*rest, at);
    *rest = at == SIZE_MAX ? SV_NONE : sv_skip(*rest, at + separator.n);
    return text;
}

/* `c` is the cell before it, all zero at the beginning of a row. */
static bool next_cell(struct row *r, struct cell *c) {
    const struct article *a = r->article;
    if (!r->rest.p) {
        const struct article_block *b = &a->blocks[r->block];
        if (r->block == a->block_count || b->kind != BLOCK_TABLE_ROW || (c->block && !b->continues)) return false;
        size_t number = b->number < CELLS_MAX ? b->number : CELLS_MAX;
        sv text = sv_take(sv_skip(a->text, b->start), b->length);
        r->block++;
        c->block = b;
        if (number) {
            c->text = text;
            c->column = number >= c->column ? number : c->column + 1;
            return true;
        }
        r->rest = text;
        r->separator = sv_has(text, SV("\t")) ? SV("\t") : SV(" | ");
        r->columns = b->columns;
    }
    c->text = sv_trim(cut(&r->rest, r->separator));
    size_t column = r->columns ? (size_t)__builtin_ctzll(r->columns) + 1 : 0;
    r->columns &= r->columns - (r->columns != 0);
    c->column = column > c->column ? column : c->column + 1;
    return true;
}

static size_t width_of(const struct article *a, size_t block) {
    size_t width = 1, begin;
    do {
        struct row row = {.article = a, .block = block};
        struct cell cell = {.block = NULL};
        while (next_cell(&row, &cell))
            if (cell.column > width) width = cell.column;
        begin = block;
        block = row.block;
    } while (block > begin);
    return width;
}

/* Returns the block behind the row. */
static size_t add_row(const struct article *a, size_t block, size_t width, enum markdown_content content, struct sbuf *out) {
    struct row row = {.article = a, .block = block};
    struct cell cell = {.block = NULL};
    const struct article_block *before = NULL;
    struct markdown_text m;
    size_t column = 0;
    sbuf_add(out, SV("| "));
    while (next_cell(&row, &cell)) {
        if (cell.block != before) markdown_text_begin(&m, a->text, cell.block, content, MARKDOWN_CELL);
        before = cell.block;
        if (column == cell.column) sbuf_add_char(out, ' ');
        for (; column < cell.column; column++) sbuf_add(out, column ? SV(" | ") : SV(""));
        markdown_text_add_joined(&m, cell.text, out);
    }
    for (; column < width; column++) sbuf_add(out, SV(" | "));
    sbuf_add(out, SV(" |\n"));
    return row.block;
}

size_t markdown_table_add(const struct article *a, size_t block, enum markdown_content content, struct sbuf *out) {
    size_t width = width_of(a, block), at = add_row(a, block, width, content, out);
    for (size_t i = 0; i < width; i++) sbuf_add(out, SV("| --- "));
    sbuf_add(out, SV("|\n"));
    while (at < a->block_count && a->blocks[at].kind == BLOCK_TABLE_ROW) at = add_row(a, at, 0, content, out);
    return at - block;
}
