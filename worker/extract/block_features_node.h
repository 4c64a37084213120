/* The part of the features that comes from the tree above a block; for block_features*.c alone. */
#pragma once

#include "block_features.h"

/* Prefix sums over blocks: [i] is the sum of what stands before block i, [count] that of all. */
struct sums {
    uint32_t *tokens, *links, *prose; /* links: tokens inside of links; prose: tokens outside of links in blocks with sentences */
};

enum { PLACE_SLOTS = 32 }; /* places, and room so that whole registers are copied */
_Static_assert((int)PLACE_COUNT <= (int)PLACE_SLOTS, "a distance a place");

#define NO_GROUP UINT32_MAX /* no int of an enum, as C17 wants one */

struct node_facts {
    uint32_t top;          /* the outermost node around the same blocks */
    uint32_t group;        /* siblings of the same shape */
    uint32_t inner, outer; /* nodes: the nearest, itself included, with two siblings of its shape or more; the nearest such of many blocks; or NO_GROUP */
    uint32_t article;      /* the nearest article, or NO_GROUP */
    uint32_t body;         /* the nearest that is called the body of an article, or NO_GROUP */
    uint16_t index, article_index; /* among its group; of an article among the page's */
    int16_t least, most, sum; /* scores along the way to the root */
    uint8_t distance[PLACE_SLOTS]; /* by place */
};

static inline unsigned heading_level(unsigned tag) { return tag >= LXB_TAG_H1 && tag <= LXB_TAG_H6 ? tag - LXB_TAG_H1 + 1 : 0; }

static inline uint32_t sums_range(const uint32_t *sum, uint32_t first, uint32_t end) { return sum[end] - sum[first]; }
/* Over the blocks at - from .. at + to that are there. */
static inline uint32_t sums_window(const uint32_t *sum, size_t count, size_t at, int from, int to) {
    int64_t first = (int64_t)at + from, end = (int64_t)at + to + 1, n = (int64_t)count;
    first = first < 0 ? 0 : first > n ? n : first;
    end = end < 0 ? 0 : end > n ? n : end;
    return end > first ? sum[end] - sum[first] : 0;
}

/* False when memory is out. */
MUST_USE bool sums_of_blocks(const struct blocks *, struct arena *, struct sums *out);
/* For every node the first above it, or itself, that is above `node` or it too. NULL without memory. O(nodes). */
uint32_t *features_meet(const struct blocks *, uint32_t node, struct arena *);
/* Fills the columns PART_x, and those of the description. */
MUST_USE bool features_measure_parts(const struct blocks *, struct arena *, struct features *);
void features_measure_description(const struct blocks *, const struct page_hints *, struct features *);
/* Fills the columns that look at the tree, and level, signature, node and group_count of `f`. */
MUST_USE bool features_measure_nodes(const struct blocks *, const struct sums *, struct arena *, struct features *f);
