#include "model.h"

#include <string.h>

#include "model_lane.h"
#include "model_tables.h"

/* Sixteen bytes in a register, on every machine; a comparison gives all ones where it holds. */
typedef uint8_t bytes16 __attribute__((vector_size(16)));
enum { REGISTERS = MODEL_LANES / sizeof(bytes16) };

void model_lane_plain(const struct model *m, const uint8_t *column, size_t stride, size_t count, int32_t *sum) {
    int32_t total[MODEL_LANES];
    (void)count;
    for (size_t i = 0; i < MODEL_LANES; i++) total[i] = m->bias;
    for (uint32_t t = 0; t < m->tree_count; t++) {
        const struct model_tree *tree = &m->tree[t];
        const uint8_t *leaf = m->leaf + (size_t)t * MODEL_LEAF_BYTES;
        bytes16 leaf_of[REGISTERS] = {0};
        for (unsigned d = 0; d < MODEL_DEPTH; d++) {
            bytes16 values[REGISTERS];
            memcpy(values, column + tree->feature[d] * stride, sizeof values);
            for (size_t r = 0; r < REGISTERS; r++) leaf_of[r] |= (bytes16)(values[r] > tree->above[d]) & (uint8_t)(1u << d);
        }
        uint8_t index[MODEL_LANES];
        memcpy(index, leaf_of, sizeof index);
        for (size_t i = 0; i < MODEL_LANES; i++) total[i] += model_leaf(leaf, index[i]);
    }
    memcpy(sum, total, sizeof total);
}

void model_run(const struct model *m, const uint8_t *column, size_t stride, size_t count, int32_t *sum) {
    model_lane *run = model_lane_has_avx2() ? model_lane_avx2 : model_lane_plain;
    for (size_t i = 0; i < count; i += MODEL_LANES) run(m, column + i, stride, count - i, sum + i);
}

int32_t model_sum(const struct model *m, const uint8_t *row) {
    int32_t sum = m->bias;
    for (uint32_t t = 0; t < m->tree_count; t++) {
        unsigned index = 0;
        for (unsigned d = 0; d < MODEL_DEPTH; d++) index |= (unsigned)(row[m->tree[t].feature[d]] > m->tree[t].above[d]) << d;
        sum += model_leaf(m->leaf + (size_t)t * MODEL_LEAF_BYTES, index);
    }
    return sum;
}

uint16_t model_probability(int32_t sum) {
    const int32_t limit = MODEL_LOGISTIC_REACH * MODEL_ONE;
    if (sum < -limit) return model_logistic[0];
    if (sum >= limit) return model_logistic[MODEL_LOGISTIC_COUNT - 1];
    return model_logistic[(sum + limit) / (2 * limit / MODEL_LOGISTIC_COUNT)];
}
