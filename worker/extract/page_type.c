#include "page_type.h"

#include "block_features_node.h"
#include "block_features_scale.h"

enum { HALF = 32768, LEAST = 13107 /* a fifth, below which no type is claimed */ };

static void copy_page_features(const struct features *f, uint8_t *row) {
#define PAGE_TYPE_TAKE(name) row[T_COPY_##name] = f->column[(size_t)F_##name * f->stride];
    PAGE_TYPE_COPIES(PAGE_TYPE_TAKE)
#undef PAGE_TYPE_TAKE
}

struct mass {
    uint64_t all, links, groups, comments, paragraphs, lists, tables, code, articles, headed;
    uint32_t blocks, tokens, dated, priced, headings, first;
};

static void weigh(const struct blocks *b, const uint16_t *p, const struct features *f, struct mass *m, uint64_t *by_group) {
    *m = (struct mass){.first = UINT32_MAX};
    for (uint32_t i = 0; i < b->count; i++) {
        const struct text_block *k = &b->block[i];
        const struct block_node *node = &b->node[k->node];
        uint64_t mass = (uint64_t)p[i] * k->tokens;
        uint32_t outer = f->node[k->node].outer;
        m->all += mass;
        m->links += mass * (k->link_chars < k->chars ? k->link_chars : k->chars) / (k->chars ? k->chars : 1);
        if (outer != NO_GROUP) {
            m->groups += mass;
            by_group[f->node[outer].group] += mass;
        }
        if (node->places & IN_COMMENTS) m->comments += mass;
        if (node->tag == LXB_TAG_P) m->paragraphs += mass;
        if (node->places & IN_LIST) m->lists += mass;
        if (node->places & IN_TABLE) m->tables += mass;
        if (node->places & IN_PRE) m->code += mass;
        if (node->places & IN_ARTICLE) m->articles += mass;
        if (p[i] <= HALF) continue;
        m->blocks++;
        m->tokens += k->tokens;
        m->dated += k->has_date;
        m->priced += k->has_price;
        m->headings += heading_level(node->tag) > 0;
        if (m->first == UINT32_MAX) m->first = i;
    }
}

/* The group of siblings with the most probable tokens: their number, and tokens an item. */
static void measure_group(const struct blocks *b, const struct features *f, const uint64_t *by_group, uint8_t *row) {
    uint32_t best = 0, items = 0;
    uint64_t tokens = 0;
    for (uint32_t g = 1; g < f->group_count; g++)
        if (by_group[g] > by_group[best]) best = g;
    for (uint32_t n = 0; n < b->node_count; n++) {
        if (f->node[n].group != best || b->node[n].end == b->node[n].first) continue;
        items++;
        tokens += f->tokens_before[b->node[n].end] - f->tokens_before[b->node[n].first];
    }
    row[T_LARGEST_GROUP] = f->group_count && by_group[best] ? scale_count(items) : 0;
    row[T_ITEM_TOKENS] = row[T_LARGEST_GROUP] ? scale_count(tokens / items) : 0;
}

static void write_row(const struct blocks *b, const struct mass *m, uint8_t *row) {
    row[T_LINKS] = scale_share(m->links, m->all);
    row[T_GROUPS] = scale_share(m->groups, m->all);
    row[T_COMMENTS] = scale_share(m->comments, m->all);
    row[T_PARAGRAPHS] = scale_share(m->paragraphs, m->all);
    row[T_LISTS] = scale_share(m->lists, m->all);
    row[T_TABLES] = scale_share(m->tables, m->all);
    row[T_CODE] = scale_share(m->code, m->all);
    row[T_ARTICLES] = scale_share(m->articles, m->all);
    row[T_HEADED] = scale_share(m->headings, m->blocks);
    row[T_BLOCKS] = scale_count(m->blocks);
    row[T_MEAN] = m->blocks ? scale_count(m->tokens / m->blocks) : 0;
    row[T_DATED] = scale_count(m->dated);
    row[T_PRICED] = scale_count(m->priced);
    row[T_ALL_HEADINGS] = scale_count(m->headings);
    row[T_FIRST_POSITION] = m->first == UINT32_MAX ? 255 : scale_share(m->first, b->count);
}

static void write_parts(const struct blocks *b, const struct features *f, uint8_t *row) {
    _Static_assert(T_PART_DATE - T_PART_REVIEW + 1 == (int)PART_COUNT, "a share a part");
    for (unsigned part = 0; part < PART_COUNT; part++) {
        const uint8_t *distance = f->column + (size_t)(F_PART_REVIEW + part) * f->stride;
        uint32_t tokens = 0;
        for (size_t i = 0; i < b->count; i++) tokens += distance[i] ? b->block[i].tokens : 0;
        row[T_PART_REVIEW + part] = scale_share(tokens, b->tokens);
    }
}

enum err_code page_type_guess(const struct blocks *b, const uint16_t *p, const struct model_set *models, struct arena *arena, struct features *f,
                              struct page_type_guess *out, struct err *e) {
    struct mass mass;
    uint64_t *by_group = arena_alloc_array(arena, f->group_count + 1, sizeof *by_group);
    *out = (struct page_type_guess){.type = PAGE_UNKNOWN};
    if (!by_group) return err_set(e, ERR_MEMORY, "no memory for the type of a page of %zu blocks", b->count);
    if (b->count == 0) return ERR_OK;
    copy_page_features(f, out->row);
    weigh(b, p, f, &mass, by_group);
    write_row(b, &mass, out->row);
    measure_group(b, f, by_group, out->row);
    write_parts(b, f, out->row);
    uint16_t most = LEAST;
    for (unsigned t = 0; t < MODEL_TYPES; t++) {
        out->probability[t] = model_probability(model_sum(&models->type[t], out->row));
        memset(f->column + (size_t)(F_TYPE_ARTICLE + t) * f->stride, out->probability[t] >> 8, f->count);
        if (out->probability[t] > most) most = out->probability[t], out->type = (enum page_type)(PAGE_ARTICLE + t);
    }
    return ERR_OK;
}
