#include "block_features_node.h"
#include "block_features_scale.h"

enum { HALF = 32768, SURE = 52428, LARGEST = 65535, FAR = 4095 };

static uint8_t *column(const struct features *f, enum feature id) { return f->column + (size_t)id * f->stride; }

struct mass {
    const uint16_t *p;
    const uint32_t *tokens; /* prefix sums */
    uint64_t *mass;         /* the same of p * tokens */
    int64_t *gain;          /* the same of (p - half) * tokens */
};

/* The expected share of content in blocks first .. end - 1. */
static uint8_t share_of(const struct mass *m, uint64_t first, uint64_t end) {
    return scale_share(m->mass[end] - m->mass[first], (uint64_t)(m->tokens[end] - m->tokens[first]) * LARGEST);
}

static uint8_t share_around(const struct mass *m, size_t count, size_t i, size_t reach) {
    return share_of(m, i > reach ? i - reach : 0, i + reach + 1 < count ? i + reach + 1 : count);
}

static void write_neighbours(const struct blocks *b, const struct mass *m, struct features *f) {
    static const struct {
        enum feature feature;
        int step;
    } near[] = {{F_P_BEFORE1, -1}, {F_P_BEFORE2, -2}, {F_P_BEFORE3, -3}, {F_P, 0}, {F_P_AFTER1, 1}, {F_P_AFTER2, 2}, {F_P_AFTER3, 3}};
    int64_t n = (int64_t)b->count;
    for (size_t k = 0; k < COUNT_OF(near); k++)
        for (int64_t i = 0; i < n; i++) {
            int64_t at = i + near[k].step;
            column(f, near[k].feature)[i] = at >= 0 && at < n ? (uint8_t)(m->p[at] >> 8) : 0;
        }
    for (size_t i = 0; i < b->count; i++) {
        column(f, F_P_WINDOW5)[i] = share_around(m, b->count, i, 5);
        column(f, F_P_WINDOW15)[i] = share_around(m, b->count, i, 15);
    }
}

static uint8_t share_of_node(const struct blocks *b, const struct mass *m, uint32_t node) {
    return node == NO_GROUP ? 0 : share_of(m, b->node[node].first, b->node[node].end);
}

static bool write_structure(const struct blocks *b, const struct mass *m, struct arena *arena, const struct features *features) {
    const struct features own = *features, *f = &own; /* that no store of a byte can change */
    static const enum feature levels[] = {F_P_LEVEL1, F_P_LEVEL2, F_P_LEVEL3, F_P_LEVEL4};
    size_t groups = (f->group_count > f->signature_count ? f->group_count : f->signature_count) + 1;
    uint64_t *mass = arena_alloc_array(arena, groups, sizeof *mass), *size = arena_alloc_array(arena, groups, sizeof *size);
    uint64_t *by_group = arena_alloc_array(arena, groups, sizeof *by_group), *group_size = arena_alloc_array(arena, groups, sizeof *group_size);
    if (!mass || !size || !by_group || !group_size) return false;
    for (size_t i = 0; i < b->count; i++) {
        mass[f->signature[i]] += m->mass[i + 1] - m->mass[i];
        size[f->signature[i]] += b->block[i].tokens;
        uint32_t outer = f->node[b->block[i].node].outer;
        if (outer == NO_GROUP) continue;
        by_group[f->node[outer].group] += m->mass[i + 1] - m->mass[i];
        group_size[f->node[outer].group] += b->block[i].tokens;
    }
    for (size_t i = 0; i < b->count; i++) {
        const struct node_facts *facts = &f->node[b->block[i].node];
        for (unsigned k = 0; k < FEATURE_LEVELS; k++) column(f, levels[k])[i] = share_of_node(b, m, f->level[k][i]);
        column(f, F_P_SIGNATURE)[i] = scale_share(mass[f->signature[i]], size[f->signature[i]] * LARGEST);
        column(f, F_P_ITEM)[i] = share_of_node(b, m, facts->outer);
        column(f, F_P_ARTICLE)[i] = share_of_node(b, m, facts->article);
        if (facts->outer != NO_GROUP) column(f, F_P_GROUP)[i] = scale_share(by_group[f->node[facts->outer].group], group_size[f->node[facts->outer].group] * LARGEST);
    }
    return true;
}

/* Tokens since the last probable block, from both sides; the last heading's probability, and that of what follows a heading. */
static void write_gaps(const struct blocks *b, const struct mass *m, const struct features *features) {
    const struct features own = *features, *f = &own; /* that no store of a byte can change */
    uint32_t gap = FAR;
    unsigned heading = 0, most = 0;
    for (size_t i = 0; i < b->count; i++) {
        column(f, F_P_GAP_ABOVE)[i] = scale_count(gap);
        gap = m->p[i] > HALF ? 0 : gap + b->block[i].tokens;
        if (heading_level(b->node[b->block[i].node].tag)) heading = m->p[i] >> 8;
        column(f, F_P_HEADING)[i] = (uint8_t)heading;
        if (m->p[i] > most) most = m->p[i];
    }
    gap = FAR;
    size_t next = b->count; /* the next heading */
    for (size_t i = b->count; i-- > 0;) {
        column(f, F_P_GAP_BELOW)[i] = scale_count(gap);
        gap = m->p[i] > HALF ? 0 : gap + b->block[i].tokens;
        column(f, F_P_AFTER_HEADING)[i] = i + 1 < next ? share_of(m, i + 1, next) : 0;
        if (heading_level(b->node[b->block[i].node].tag)) next = i;
    }
    memset(column(f, F_P_MOST), (int)(most >> 8), f->count);
}

/* The node with the largest gain; the deepest of equals. */
static uint32_t find_cluster(const struct blocks *b, const struct mass *m) {
    uint32_t best = 0;
    int64_t most = INT64_MIN;
    for (uint32_t n = 0; n < b->node_count; n++) {
        int64_t gain = m->gain[b->node[n].end] - m->gain[b->node[n].first];
        if (gain > most || (gain == most && b->node[n].depth > b->node[best].depth)) best = n, most = gain;
    }
    return best;
}

/* The tree around the container with the most expected content: levels from a block up to where both ways to the root meet, and from the container up to it. */
static bool write_main(const struct blocks *b, const struct mass *m, struct arena *arena, struct features *f) {
    uint64_t *mass = arena_alloc_array(arena, b->node_count + 1, sizeof *mass);
    uint32_t best = 0, shape = 0;
    if (!mass) return false;
    for (size_t i = 0; i < b->count; i++) {
        uint32_t n = f->level[0][i];
        mass[n] += m->mass[i + 1] - m->mass[i];
        if (mass[n] > mass[best]) best = n;
    }
    uint64_t most = 0;
    for (size_t i = 0; i < b->count; i++)
        if (f->level[0][i] == best && m->mass[i + 1] - m->mass[i] > most) most = m->mass[i + 1] - m->mass[i], shape = f->signature[i];
    const uint32_t *meet = features_meet(b, best, arena);
    if (!meet) return false;
    for (size_t i = 0; i < b->count; i++) {
        uint32_t n = b->block[i].node, at = meet[n];
        column(f, F_P_MAIN_UP)[i] = scale_count((uint64_t)(b->node[n].depth - b->node[at].depth));
        column(f, F_P_MAIN_DOWN)[i] = scale_count((uint64_t)(b->node[best].depth - b->node[at].depth));
        column(f, F_P_MAIN_KIN)[i] = (uint8_t)((f->level[0][i] == best) + 2 * (f->signature[i] == shape));
    }
    return true;
}

/* The run of blocks with the largest gain, and how many tokens a block is before or behind it. */
static void write_run(const struct blocks *b, const struct mass *m, struct features *f) {
    size_t first = 0, end = 0, from = 0;
    for (size_t i = 0; i < b->count; i++) {
        if (m->gain[i] < m->gain[from]) from = i;
        if (m->gain[i + 1] - m->gain[from] > m->gain[end] - m->gain[first]) first = from, end = i + 1;
    }
    uint8_t share = scale_share(m->mass[end] - m->mass[first], m->mass[b->count]);
    for (size_t i = 0; i < b->count; i++) {
        int64_t before = (int64_t)m->tokens[first] - (int64_t)m->tokens[i], behind = (int64_t)m->tokens[i] - (int64_t)m->tokens[end];
        column(f, F_P_RUN)[i] = scale_signed(i < first ? -before : i >= end ? behind + 1 : 0);
    }
    memset(column(f, F_P_RUN_SHARE), share, f->count);
}

static void write_page(const struct blocks *b, const struct mass *m, struct features *f) {
    uint64_t total = m->mass[b->count], sure = 0;
    for (size_t i = 0; i < b->count; i++)
        if (m->p[i] > SURE) sure += m->mass[i + 1] - m->mass[i];
    const struct block_node *cluster = &b->node[find_cluster(b, m)];
    memset(column(f, F_P_TOTAL), scale_count(total / LARGEST), f->count);
    memset(column(f, F_P_SHARE), scale_share(total, (uint64_t)b->tokens * LARGEST), f->count);
    memset(column(f, F_P_SURE), scale_share(sure, total), f->count);
    memset(column(f, F_P_CLUSTER_SHARE), scale_share(m->mass[cluster->end] - m->mass[cluster->first], total), f->count);
    for (size_t i = 0; i < b->count; i++) {
        column(f, F_P_ABOVE)[i] = scale_share(m->mass[i], total);
        column(f, F_P_CLUSTER)[i] = i >= cluster->first && i < cluster->end;
    }
}

enum err_code features_measure_second(const struct blocks *b, const uint16_t *p, struct arena *arena, struct features *f, struct err *e) {
    struct mass m = {p, f->tokens_before, arena_alloc_array(arena, b->count + 1, sizeof(uint64_t)), arena_alloc_array(arena, b->count + 1, sizeof(int64_t))};
    if (!m.mass || !m.gain) goto refused;
    for (size_t i = 0; i < b->count; i++) {
        m.mass[i + 1] = m.mass[i] + (uint64_t)p[i] * b->block[i].tokens;
        m.gain[i + 1] = m.gain[i] + ((int64_t)p[i] - HALF) * b->block[i].tokens;
    }
    if (b->count) {
        write_neighbours(b, &m, f);
        if (!write_structure(b, &m, arena, f)) goto refused;
        if (!write_main(b, &m, arena, f)) goto refused;
        write_gaps(b, &m, f);
        write_run(b, &m, f);
        write_page(b, &m, f);
    }
    return ERR_OK;
refused:
    return err_set(e, ERR_MEMORY, "no memory for the features of %zu blocks", b->count);
}
