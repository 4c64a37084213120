#include "article.h"

#include "base/hash.h"
#include "code_language.h"
#include "language.h"
#include "simhash.h"
#include "spans.h"

enum { CELL_BLOCKS_MAX = 4 };

/* Cells that hold whole texts, or are alone in their row, lay a page out. */
static bool is_layout(const struct blocks *b, const struct block_node *cell) { return b->node[cell->parent].number < 2 || cell->end - cell->first > CELL_BLOCKS_MAX; }

/* Of a row whose cells are apart by tabs; 0 where they are the first ones, or the page is too odd to tell. */
static uint64_t columns_of(const struct text_block *row) {
    size_t pieces = 1, found = 0;
    uint64_t out = 0;
    for (size_t i = 0; i < row->text.n; i++) pieces += row->text.p[i] == '\t';
    for (uint64_t left = row->columns; left && found < pieces; left &= left - 1, found++) out |= left & -left;
    return found < pieces || (out & (out + 1)) == 0 ? 0 : out;
}

/* The kind of a block, but for where it lies in the text. `begun`: by node, the list items and table rows that an earlier block is of. */
static struct article_block describe(const struct blocks *b, const struct text_block *block, bool *begun) {
    const struct block_node *node = &b->node[block->node];
    bool code = node->places & IN_PRE;
    struct article_block out = {.kind = code ? BLOCK_CODE : node->places & IN_QUOTE ? BLOCK_QUOTE : BLOCK_PARAGRAPH};
    if (node->tag >= LXB_TAG_H1 && node->tag <= LXB_TAG_H6) return (struct article_block){.kind = BLOCK_HEADING, .level = node->tag - LXB_TAG_H1 + 1};
    /* A paragraph inside a list item or a quotation is one too. */
    for (uint32_t n = block->node, steps = 0; steps < 4; n = b->node[n].parent, steps++) {
        const struct block_node *around = &b->node[n];
        bool item = around->tag == LXB_TAG_LI || around->tag == LXB_TAG_DD || around->tag == LXB_TAG_DT, cell = around->tag == LXB_TAG_TD || around->tag == LXB_TAG_TH;
        if (cell && (code || is_layout(b, around))) return out;
        if (item || cell) { /* the first of it has the number of an item; each that of a cell */
            bool *whole = &begun[cell ? around->parent : n];
            out.number = cell || !*whole ? around->number : 0;
            out.continues = *whole;
            *whole = true;
        }
        if (item) {
            out.level = block->list_depth ? block->list_depth : 1;
            out.item = around->tag == LXB_TAG_DT ? ITEM_TERM : around->tag == LXB_TAG_DD ? ITEM_DEFINITION : ITEM_PLAIN;
        }
        if (n == block->node && around->tag == LXB_TAG_TR) out.columns = columns_of(block);
        if (!code && (item || cell || around->tag == LXB_TAG_TR)) out.kind = item ? BLOCK_LIST_ITEM : BLOCK_TABLE_ROW;
        if (item || cell || around->tag == LXB_TAG_TR) return out;
    }
    return out;
}

/* From blocks of the page to those that are kept. */
static void place_images(const struct blocks *b, const struct decision *d, struct article *a) {
    for (size_t k = 0; k < a->image_count; k++) {
        struct article_image *image = &a->images[k];
        uint32_t kept = 0;
        for (size_t i = 0; i < image->block && i < b->count; i++) kept += d->keep[i];
        image->block = kept;
    }
}

/* What the text is in, unless that cannot be told well and the page states another. False without memory. */
static bool choose_language(struct article *a) {
    struct language found = language_of(a->text, a->language);
    if (found.no_memory) return false;
    a->language_confidence = found.confidence;
    if (!found.code.n || language_is_same(found.code, a->language) || (a->language.n && found.confidence <= 0.7)) return true;
    a->language = found.code;
    a->sources.language = SV("text");
    return true;
}

enum err_code article_fill(const struct blocks *b, const struct decision *d, struct link_targets *targets, struct sbuf *text, struct arena *arena, struct article *out, struct err *e) {
    size_t cap = 0;
    struct spans spans = {.blocks = b, .targets = targets};
    bool *begun = arena_alloc_array(arena, b->node_count + 1, sizeof *begun);
    sbuf_reset(text);
    for (size_t i = 0; i < b->count && begun; i++) {
        if (!d->keep[i]) continue;
        if (!arena_grow(arena, (void **)&out->blocks, out->block_count, &cap, sizeof *out->blocks)) break;
        if (text->n) sbuf_add_char(text, '\n');
        struct article_block *block = &out->blocks[out->block_count++];
        *block = describe(b, &b->block[i], begun);
        block->start = (uint32_t)text->n;
        block->length = (uint32_t)b->block[i].text.n;
        if (block->kind == BLOCK_CODE) block->language = code_language_of(b, i, arena);
        sbuf_add(text, b->block[i].text);
        if (!spans_fill(&spans, i, arena, block)) break;
    }
    out->text = text->n ? arena_dup(arena, sbuf_view(text)) : SV_NONE;
    if (arena->failed || text->err) return err_set(e, ERR_MEMORY, "no memory for the text of an article");
    place_images(b, d, out);
    out->word_count = d->kept_tokens;
    struct sha256 sum;
    if (!sha256(out->text, &sum)) return err_set(e, ERR_MEMORY, "no memory for a hash");
    memcpy(out->text_sha256, sum.b, sizeof out->text_sha256);
    out->simhash = simhash(out->text);
    out->quality = d->kept_tokens ? d->f1 : 0;
    out->page_type = d->type.type;
    return choose_language(out) ? ERR_OK : err_set(e, ERR_MEMORY, "no memory to tell a language");
}
