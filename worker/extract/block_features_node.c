#include "block_features_node.h"

#include "block_features_scale.h"

enum { PROSE_TOKENS = 8, LONG_TOKENS = 40, DISTANCE_MAX = 15, GROUP_LEAST = 3 };

bool sums_of_blocks(const struct blocks *b, struct arena *arena, struct sums *out) {
    size_t n = b->count + 1;
    *out = (struct sums){arena_alloc_array(arena, n, sizeof(uint32_t)), arena_alloc_array(arena, n, sizeof(uint32_t)),
                         arena_alloc_array(arena, n, sizeof(uint32_t))};
    if (!out->tokens || !out->links || !out->prose) return false;
    for (size_t i = 0; i < b->count; i++) {
        const struct text_block *k = &b->block[i];
        uint32_t chars = k->chars ? k->chars : 1, link = k->link_chars < chars ? k->link_chars : chars;
        uint32_t links = (uint32_t)((uint64_t)k->tokens * link / chars);
        bool prose = (k->sentences > 0 && k->tokens >= PROSE_TOKENS) || k->tokens >= LONG_TOKENS;
        out->tokens[i + 1] = out->tokens[i] + k->tokens;
        out->links[i + 1] = out->links[i] + links;
        out->prose[i + 1] = out->prose[i] + (prose ? k->tokens - links : 0);
    }
    return true;
}

uint32_t *features_meet(const struct blocks *b, uint32_t node, struct arena *arena) {
    uint32_t *meet = arena_alloc_array(arena, b->node_count + 1, sizeof *meet);
    if (!meet) return NULL;
    for (uint32_t n = node; n; n = b->node[n].parent) meet[n] = n;
    for (uint32_t n = 1; n < b->node_count; n++)
        if (!meet[n]) meet[n] = meet[b->node[n].parent];
    return meet;
}

static uint8_t *column(const struct features *f, enum feature id) { return f->column + (size_t)id * f->stride; }

/* -- groups: siblings of one shape --------------------------------------------------------------------------------------------------- */

struct group {
    uint64_t key;
    uint32_t id, count, tokens, links;
};

struct groups {
    struct group *slot;
    size_t mask;
    struct group **by_id;
    uint32_t count;
};

static bool groups_init(struct groups *g, size_t most, struct arena *arena) {
    size_t size = 16;
    while (size < 2 * most + 2) size *= 2;
    *g = (struct groups){.slot = arena_alloc_array(arena, size, sizeof *g->slot), .mask = size - 1, .by_id = arena_alloc_array(arena, most + 1, sizeof(struct group *))};
    return g->slot && g->by_id;
}

static struct group *groups_find(struct groups *g, uint64_t key) {
    key = (key ^ key >> 29) * 0x9E3779B97F4A7C15u | 1;
    size_t i = (key >> 20) & g->mask;
    while (g->slot[i].key && g->slot[i].key != key) i = (i + 1) & g->mask;
    if (!g->slot[i].key) {
        g->slot[i] = (struct group){.key = key, .id = g->count};
        g->by_id[g->count++] = &g->slot[i];
    }
    return &g->slot[i];
}

static void group_nodes(const struct blocks *b, const struct sums *s, struct groups *g, struct features *f) {
    for (uint32_t n = 0; n < b->node_count; n++) {
        const struct block_node *node = &b->node[n];
        struct group *group = groups_find(g, (uint64_t)node->parent << 32 ^ node->shape);
        f->node[n].group = group->id;
        if (node->end == node->first) continue; /* items without text do not count */
        f->node[n].index = (uint16_t)(group->count < UINT16_MAX ? group->count : UINT16_MAX);
        group->count++;
        group->tokens += sums_range(s->tokens, node->first, node->end);
        group->links += sums_range(s->links, node->first, node->end);
    }
}

/* -- nodes, parents before children ------------------------------------------------------------------------------------------------------ */

static void inherit_distance(const struct block_node *node, const struct node_facts *parent, struct node_facts *facts) {
    for (unsigned p = 0; parent && p < PLACE_SLOTS; p++) {
        uint8_t above = parent->distance[p];
        facts->distance[p] = (uint8_t)(above + (above > 0 && above < DISTANCE_MAX));
    }
    for (uint32_t own = node->own; own; own &= own - 1) facts->distance[__builtin_ctz(own)] = 1;
}

static void inherit(const struct blocks *b, const struct groups *g, struct features *f) {
    uint16_t articles = 0;
    for (uint32_t n = 0; n < b->node_count; n++) {
        const struct block_node *node = &b->node[n], *above = &b->node[node->parent];
        struct node_facts *facts = &f->node[n], *parent = n ? &f->node[node->parent] : NULL;
        bool same = parent && above->first == node->first && above->end == node->end;
        bool repeats = n > 0 && node->end > node->first && g->by_id[facts->group]->count >= GROUP_LEAST;
        inherit_distance(node, parent, facts);
        facts->top = same ? parent->top : n;
        facts->inner = repeats ? n : parent ? parent->inner : NO_GROUP;
        facts->outer = repeats && node->end - node->first > 1 ? n : parent ? parent->outer : NO_GROUP;
        facts->article = parent ? parent->article : NO_GROUP;
        facts->body = node->own & IN_BODY ? n : parent ? parent->body : NO_GROUP;
        if (node->own & IN_ARTICLE) {
            facts->article = n;
            facts->article_index = articles < UINT16_MAX ? articles++ : articles;
        }
        facts->least = parent && parent->least < node->score ? parent->least : node->score;
        facts->most = parent && parent->most > node->score ? parent->most : node->score;
        facts->sum = (int16_t)(node->score + (parent ? parent->sum * 7 / 8 : 0));
    }
}

/* The ancestors whose ranges grow; the first holds more than the block. */
static void find_levels(const struct blocks *b, struct features *f) {
    for (size_t i = 0; i < b->count; i++) {
        uint32_t n = f->node[b->block[i].node].top;
        if (b->node[n].end - b->node[n].first == 1 && n) n = f->node[b->node[n].parent].top;
        for (unsigned k = 0; k < FEATURE_LEVELS; k++) {
            f->level[k][i] = n;
            if (n) n = f->node[b->node[n].parent].top;
        }
    }
}

/* -- columns ------------------------------------------------------------------------------------------------------------------------------- */

static void write_levels(const struct blocks *b, const struct sums *s, const struct features *features) {
    const struct features own = *features, *f = &own; /* that no store of a byte can change */
    static const enum feature tokens[] = {F_LEVEL1_TOKENS, F_LEVEL2_TOKENS, F_LEVEL3_TOKENS, F_LEVEL4_TOKENS},
                              links[] = {F_LEVEL1_LINKS, F_LEVEL2_LINKS, F_LEVEL3_LINKS, F_LEVEL4_LINKS},
                              prose[] = {F_LEVEL1_PROSE, F_LEVEL2_PROSE, F_LEVEL3_PROSE, F_LEVEL4_PROSE};
    uint32_t all = s->prose[b->count];
    for (unsigned k = 0; k < FEATURE_LEVELS; k++)
        for (size_t i = 0; i < b->count; i++) {
            const struct block_node *node = &b->node[f->level[k][i]];
            uint32_t size = sums_range(s->tokens, node->first, node->end);
            column(f, tokens[k])[i] = scale_count(size);
            column(f, links[k])[i] = scale_share(sums_range(s->links, node->first, node->end), size);
            column(f, prose[k])[i] = scale_share(sums_range(s->prose, node->first, node->end), all);
            if (k < 2) column(f, k == 0 ? F_LEVEL1_BLOCKS : F_LEVEL2_BLOCKS)[i] = scale_count(node->end - node->first);
        }
}

static void write_chain(const struct blocks *b, const struct sums *s, const struct features *features) {
    const struct features own = *features, *f = &own; /* that no store of a byte can change */
    _Static_assert(F_DISTANCE_DIALOG - F_DISTANCE_NAV + 1 == (int)PLACE_COUNT, "a column a place, in the order of places");
    for (size_t i = 0; i < b->count; i++) {
        const uint8_t *distance = f->node[b->block[i].node].distance;
        uint8_t *to = column(f, F_DISTANCE_NAV) + i;
        for (unsigned place = 0; place < PLACE_COUNT; place++, to += f->stride) *to = distance[place];
    }
    for (size_t i = 0; i < b->count; i++) {
        const struct node_facts *facts = &f->node[b->block[i].node];
        const struct block_node *article = facts->article == NO_GROUP ? NULL : &b->node[facts->article];
        const struct block_node *body = facts->body == NO_GROUP ? NULL : &b->node[facts->body];
        column(f, F_ARTICLE_INDEX)[i] = article ? scale_count(f->node[facts->article].article_index) : 255;
        column(f, F_ARTICLE_SHARE)[i] = article ? scale_share(sums_range(s->prose, article->first, article->end), s->prose[b->count]) : 0;
        column(f, F_BODY_SHARE)[i] = body ? scale_share(sums_range(s->prose, body->first, body->end), s->prose[b->count]) : 0;
        column(f, F_SCORE_OWN)[i] = scale_signed(b->node[b->block[i].node].score + b->block[i].inline_score);
        column(f, F_SCORE_1)[i] = scale_signed(b->node[f->level[0][i]].score);
        column(f, F_SCORE_2)[i] = scale_signed(b->node[f->level[1][i]].score);
        column(f, F_SCORE_LEAST)[i] = scale_signed(facts->least);
        column(f, F_SCORE_MOST)[i] = scale_signed(facts->most);
        column(f, F_SCORE_SUM)[i] = scale_signed(facts->sum);
    }
}

static void write_groups(const struct blocks *b, const struct sums *s, const struct groups *g, const struct features *features) {
    const struct features own = *features, *f = &own; /* that no store of a byte can change */
    uint32_t largest = 0;
    for (uint32_t k = 0; k < g->count; k++)
        if (g->by_id[k]->count >= GROUP_LEAST && g->by_id[k]->tokens > g->by_id[largest]->tokens) largest = k;
    bool any = g->count && g->by_id[largest]->count >= GROUP_LEAST;
    memset(column(f, F_PAGE_GROUP), any ? scale_count(g->by_id[largest]->count) : 0, f->count);
    memset(column(f, F_PAGE_GROUP_TOKENS), any ? scale_share(g->by_id[largest]->tokens, b->tokens) : 0, f->count);
    for (size_t i = 0; i < b->count; i++) {
        const struct node_facts *facts = &f->node[b->block[i].node];
        const struct group *inner = facts->inner == NO_GROUP ? NULL : g->by_id[f->node[facts->inner].group];
        const struct group *outer = facts->outer == NO_GROUP ? NULL : g->by_id[f->node[facts->outer].group];
        column(f, F_INNER_COUNT)[i] = inner ? scale_count(inner->count) : 0;
        column(f, F_INNER_TOKENS)[i] = inner ? scale_count(inner->tokens / inner->count) : 0;
        column(f, F_INNER_LINKS)[i] = inner ? scale_share(inner->links, inner->tokens) : 0;
        column(f, F_OUTER_COUNT)[i] = outer ? scale_count(outer->count) : 0;
        column(f, F_OUTER_TOKENS)[i] = outer ? scale_count(outer->tokens / outer->count) : 0;
        column(f, F_OUTER_LINKS)[i] = outer ? scale_share(outer->links, outer->tokens) : 0;
        if (!outer) continue;
        const struct block_node *item = &b->node[facts->outer];
        column(f, F_OUTER_INDEX)[i] = scale_count(f->node[facts->outer].index + 1u);
        column(f, F_OUTER_ITEM_SHARE)[i] = scale_share(sums_range(s->tokens, item->first, item->end), outer->tokens);
    }
}

/* A signature is the shapes of a block's node and two above it: what one place of a template makes. */
static bool write_signatures(const struct blocks *b, const struct sums *s, struct arena *arena, struct features *f) {
    struct groups g;
    if (!groups_init(&g, b->count, arena)) return false;
    uint32_t *prose = arena_alloc_array(arena, b->count + 1, sizeof *prose);
    if (!prose) return false;
    for (size_t i = 0; i < b->count; i++) {
        uint32_t n = b->block[i].node, up = b->node[n].parent, top = b->node[up].parent;
        struct group *group = groups_find(&g, (uint64_t)b->node[n].shape << 32 ^ (uint64_t)b->node[up].shape << 11 ^ b->node[top].shape);
        f->signature[i] = group->id;
        group->count++;
        group->tokens += b->block[i].tokens;
        group->links += s->links[i + 1] - s->links[i];
        prose[group->id] += s->prose[i + 1] - s->prose[i];
    }
    f->signature_count = g.count;
    for (size_t i = 0; i < b->count; i++) {
        const struct group *group = g.by_id[f->signature[i]];
        column(f, F_SIGNATURE_COUNT)[i] = scale_count(group->count);
        column(f, F_SIGNATURE_TOKENS)[i] = scale_count(group->tokens);
        column(f, F_SIGNATURE_PROSE)[i] = scale_share(prose[f->signature[i]], s->prose[b->count]);
        column(f, F_SIGNATURE_LINKS)[i] = scale_share(group->links, group->tokens);
    }
    return true;
}

bool features_measure_nodes(const struct blocks *b, const struct sums *s, struct arena *arena, struct features *f) {
    struct groups groups;
    f->node = arena_alloc_array(arena, b->node_count + 1, sizeof *f->node);
    f->signature = arena_alloc_array(arena, b->count + 1, sizeof *f->signature);
    for (unsigned k = 0; k < FEATURE_LEVELS; k++) f->level[k] = arena_alloc_array(arena, b->count + 1, sizeof(uint32_t));
    if (arena->failed || !groups_init(&groups, b->node_count, arena)) return false;
    group_nodes(b, s, &groups, f);
    inherit(b, &groups, f);
    f->group_count = groups.count;
    find_levels(b, f);
    write_levels(b, s, f);
    write_chain(b, s, f);
    write_groups(b, s, &groups, f);
    return write_signatures(b, s, arena, f);
}
