/* Sums over oblivious trees: every node of one level of a tree asks the same question, so a tree is DEPTH comparisons of a byte column
 * with a constant and one look-up, for a lane of blocks at a time. Integers only: the same sums on every machine. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { MODEL_DEPTH = 6, MODEL_LEAVES = 1 << MODEL_DEPTH, MODEL_LEAF_BYTES = 2 * MODEL_LEAVES, MODEL_LANES = 64, MODEL_ONE = 4096 /* of a log-odd */ };

struct model_tree {
    uint8_t feature[MODEL_DEPTH], above[MODEL_DEPTH]; /* bit d of the leaf's number is set where the feature is above that */
};

struct model {
    const struct model_tree *tree;
    const uint8_t *leaf; /* MODEL_LEAF_BYTES a tree: the lower bytes of its leaves' values, then the upper ones, for registers of bytes */
    uint32_t tree_count;
    int32_t bias;
};

static inline int16_t model_leaf(const uint8_t *tree, unsigned index) { return (int16_t)(tree[index] | tree[MODEL_LEAVES + index] << 8); }
static inline void model_leaf_set(uint8_t *tree, unsigned index, int16_t value) {
    tree[index] = (uint8_t)value;
    tree[MODEL_LEAVES + index] = (uint8_t)((uint16_t)value >> 8);
}

/* sum[i] for i < count, in MODEL_ONE of log-odds. `stride` is a multiple of MODEL_LANES and at least count; so long is `sum` too. */
void model_run(const struct model *, const uint8_t *column, size_t stride, size_t count, int32_t *sum);
/* The same of one row of features. */
int32_t model_sum(const struct model *, const uint8_t *row);
/* 1 / (1 + e^-x) of 65535, from a table. */
uint16_t model_probability(int32_t sum);
